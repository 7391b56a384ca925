// Which witnesses an agency requires of its own log, and what they have cosigned. One administrator proposes and another adopts; their entries
// do it, in the database. Cosignatures come from the process that asks the witnesses and has verified each; the database alone says whether
// they are enough.
import { conflict, refused } from '../../core/errors.js';
import { newId, type PackChangeId } from '../../core/ids.js';
import type { WitnessRule } from '../../core/witness-rule.js';
import type { Bound } from './bound.js';

export interface Cosignature {
  /** The witness's verifier key, as the rule names it. */
  readonly key: string;
  /** By the witness's clock. */
  readonly at: Date;
  /** Entries of the log under the head. */
  readonly size: number;
  /** The signature line, with which others can check it. */
  readonly line: string;
}

export interface Witnesses {
  /** What is in force; null: none is required. */
  readonly rule: WitnessRule | null;
  readonly proposal: { readonly id: PackChangeId; readonly by: string; readonly rule: WitnessRule } | null;
  readonly cosigned: readonly Cosignature[];
  /** Until when searching goes on, as far as is known; null: none is required, or too few have ever cosigned. */
  readonly until: Date | null;
  /** Whether too few cosign, so that nothing is searched. */
  readonly away: boolean;
  /** Since when the log says so. */
  readonly awayAt: Date | null;
}

interface Row {
  readonly witness_rule: string | null;
  readonly witness_proposal: { id: PackChangeId; by: string; rule: string } | null;
  readonly witness_cosigned: Readonly<Record<string, { at: string; size: number; line: string }>>;
  readonly until: Date | null;
  readonly away: boolean;
  readonly away_at: Date | null;
}

/** Only what was held to its form before it was proposed stands in the database. */
const ruleOf = (text: string): WitnessRule => JSON.parse(text) as WitnessRule;

const get = async ({ sql, home, rows }: Bound): Promise<Witnesses> => {
  rows('Agency');
  const found = await sql.query<Row & { [column: string]: unknown }>({
    name: 'witnesses',
    text: `select witness_rule, witness_proposal, witness_cosigned, witnessed_until as until, witnesses_away_at as away_at,
        not (witnesses_needed = 0 or coalesce(witnessed_until > statement_timestamp(), false)) as away from agencies where agency_id = $1`,
    values: [home],
  });
  const row = found.rows[0]!;
  const rule = row.witness_rule === null ? null : ruleOf(row.witness_rule);
  const named = rule?.witnesses.map(({ key }) => key) ?? [];
  return {
    rule: rule && rule.needed > 0 ? rule : null,
    proposal: row.witness_proposal && { ...row.witness_proposal, rule: ruleOf(row.witness_proposal.rule) },
    cosigned: Object.entries(row.witness_cosigned)
      .filter(([key]) => named.includes(key))
      .map(([key, { at, size, line }]) => ({ key, at: new Date(at), size, line })),
    until: row.until,
    away: row.away,
    awayAt: row.away_at,
  };
};

export interface WitnessReader {
  get(): Promise<Witnesses>;
}
export const witnessReader = (bound: Bound): WitnessReader => ({ get: () => get(bound) });

export interface WitnessProposer {
  /** Takes the place of what was proposed before. */
  propose(rule: WitnessRule): Promise<PackChangeId>;
}
export const witnessProposer = ({ rows, noted }: Bound): WitnessProposer => ({
  propose: (rule) => {
    rows('Agency');
    const id = newId<PackChangeId>();
    noted({ changeId: id, document: JSON.stringify(rule) });
    return Promise.resolve(id);
  },
});

export interface WitnessAdopter {
  /**
   * Brings a proposal into force at this transaction's commit.
   * @throws PlatewardError 403 `witnesses_own_proposal`, `witnesses_proposer_gone`; 409 `witnesses_state`
   */
  adopt(id: PackChangeId): Promise<void>;
}
export const witnessAdopter = (bound: Bound): WitnessAdopter => ({
  adopt: async (id) => {
    const { proposal } = await get(bound);
    if (proposal?.id !== id) throw conflict('witnesses_state', 'This is not what is proposed now.');
    if (proposal.by === bound.permit.facts.member?.memberId)
      throw refused('witnesses_own_proposal', 'Another administrator than the one who proposed it adopts it.');
    const { rowCount } = await bound.sql.query({
      name: 'witness-proposer',
      text: `select from members where agency_id = $1 and id::text = $2 and role = 'administrator' and status = 'active' for share`,
      values: [bound.home, proposal.by],
    });
    if (rowCount !== 1)
      throw refused('witnesses_proposer_gone', 'Who proposed it is no administrator any more; propose it anew.');
    bound.noted({ changeId: id, document: JSON.stringify(proposal.rule) });
  },
});

export interface WitnessKeeper extends WitnessReader {
  /** Keeps cosignatures that were verified, the newest of each witness. */
  keep(cosignatures: readonly Cosignature[]): Promise<void>;
}
export const witnessKeeper = (bound: Bound): WitnessKeeper => ({
  get: () => get(bound),
  keep: async (cosignatures) => {
    bound.rows('Agency');
    for (const { key, at, size, line } of cosignatures)
      await bound.sql.query({
        name: 'witness-keep',
        text: `update agencies set witness_cosigned = witness_cosigned || jsonb_build_object($2::text,
            jsonb_build_object('at', least($3::timestamptz, clock_timestamp()), 'size', $4::int8, 'line', $5::text))
          where agency_id = $1 and coalesce((witness_cosigned -> $2::text ->> 'at')::timestamptz < $3::timestamptz, true)`,
        values: [bound.home, key, at, size, line],
      });
  },
});

export interface WitnessTeller {
  /** @throws PlatewardError 409 `witnesses_state` when it is not so, or was told */
  tell(): Promise<void>;
}
/** @param tells that they are away, or that they are back */
export const witnessTeller =
  (tells: 'away' | 'back') =>
  (bound: Bound): WitnessTeller => ({
    tell: async () => {
      const { away, awayAt } = await get(bound);
      if (away !== (tells === 'away') || (awayAt !== null) === (tells === 'away'))
        throw conflict('witnesses_state', 'It is not so, or it was told.');
      bound.noted({ needed: bound.permit.facts.home.witnessesNeeded });
    },
  });
