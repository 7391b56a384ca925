// The usage and privacy policy of the own agency, as it stands. What it said before is told by the log; the public page reads only that.
import type { UsagePolicy } from '../../core/usage-policy.js';
import type { Bound } from './bound.js';

export interface StandingPolicy {
  readonly items: UsagePolicy;
  /** 0: none was ever set. */
  readonly revision: number;
}

export interface UsagePolicyReader {
  get(): Promise<StandingPolicy>;
}

export const usagePolicyReader = ({ prisma, rows }: Bound): UsagePolicyReader => ({
  get: async () => {
    const row = await prisma.usagePolicy.findFirst({ where: rows('UsagePolicy') });
    return row ? { items: row.items as UsagePolicy, revision: row.revision } : { items: {}, revision: 0 };
  },
});

export interface UsagePolicyWriter {
  /** Replaces the policy as a whole; answers the number of the change. */
  set(items: UsagePolicy): Promise<number>;
}

export const usagePolicyWriter = ({ sql, home, rows, noted }: Bound): UsagePolicyWriter => ({
  set: async (items) => {
    rows('UsagePolicy');
    const { rows: changed } = await sql.query<{ revision: number }>({
      name: 'usage-policy-set',
      text: `insert into usage_policies as p (agency_id, revision, items) values ($1, 1, $2::jsonb)
        on conflict (agency_id) do update set revision = p.revision + 1, items = excluded.items, changed_at = now()
        returning revision`,
      values: [home, JSON.stringify(items)],
    });
    const { revision } = changed[0]!;
    // Its text goes into the entry from here and not with the demand: what somebody wrote who may not is published by nobody.
    const text = Object.entries(items).filter((item): item is [string, string] => item[1] !== undefined);
    noted({ ...Object.fromEntries(text), revision });
    return revision;
  },
});
