// How grants are told apart on the page of sharing: what each is just now, which way data goes, and what is worth a look.
import type { Grant } from './grant.js';

export const standings = [
  'current',
  'in-force',
  'requested',
  'expiring',
  'unused',
  'suspended',
  'past',
  'all',
] as const;
export type Standing = (typeof standings)[number];

/** As the filter names them. */
export const standingNames: Readonly<Record<Standing, string>> = {
  current: 'All that are not past',
  'in-force': 'In force',
  requested: 'Asked for, or not begun',
  expiring: 'Ending in the next 30 days',
  unused: 'In force, and not used for 30 days',
  suspended: 'Suspended, or resting',
  past: 'Past: declined, revoked, over',
  all: 'All',
};

const dayMs = 86_400_000;
const soonDays = 30;

/** How a grant stands; undefined: one that is past. */
export type Line = 'in-force' | 'requested' | 'suspended';

/** What a line of the picture shows: of what is in force, what ends soon is drawn apart. */
export type Drawn = Line | 'expiring';

export const lineOf = (grant: Grant, now: number): Line | undefined => {
  if (grant.state === 'requested') return new Date(grant.validUntil).getTime() > now ? 'requested' : undefined;
  if (grant.state === 'suspended') return 'suspended';
  if (grant.state !== 'approved' || grant.amended || new Date(grant.validUntil).getTime() <= now) return undefined;
  if (grant.granteeChanged || grant.forbidden) return 'suspended';
  return grant.live ? 'in-force' : 'requested';
};

/** Whether it ends within thirty days, and is in force. */
export const endsSoon = (grant: Grant, now: number): boolean =>
  lineOf(grant, now) === 'in-force' && new Date(grant.validUntil).getTime() <= now + soonDays * dayMs;

/** Whether no search of the last thirty days has used it, though it could have been. */
export const unused = (grant: Grant, now: number): boolean =>
  lineOf(grant, now) === 'in-force' &&
  new Date(grant.lastUsedAt ?? grant.decidedAt ?? grant.validFrom).getTime() <= now - soonDays * dayMs;

export const isOf = (grant: Grant, wanted: Standing, now: number): boolean => {
  if (wanted === 'all') return true;
  const line = lineOf(grant, now);
  if (wanted === 'current') return line !== undefined;
  if (wanted === 'past') return line === undefined;
  if (wanted === 'expiring') return endsSoon(grant, now);
  if (wanted === 'unused') return unused(grant, now);
  return line === wanted;
};

/** One line of the picture: another agency, and what goes between it and ours in this direction, of one standing. */
export interface Link {
  readonly agencyId: string;
  readonly name: string;
  readonly line: Drawn;
  readonly grants: number;
  readonly uses: number;
}

const rank: Readonly<Record<Drawn, number>> = { 'in-force': 0, expiring: 1, suspended: 2, requested: 3 };

/** Whether something goes along it just now. */
export const isOpen = ({ line }: Link): boolean => line === 'in-force' || line === 'expiring';

/** One link for each agency and standing: what is only asked for is never counted with what is in force. What opens comes first, then the most used. */
export const linksOf = (
  grants: readonly Grant[],
  otherOf: (grant: Grant) => string,
  nameOf: (id: string) => string,
  now: number,
): readonly Link[] => {
  const found = new Map<string, Link>();
  for (const grant of grants) {
    const standing = lineOf(grant, now);
    if (!standing) continue;
    const line = endsSoon(grant, now) ? 'expiring' : standing;
    const agencyId = otherOf(grant);
    const key = `${agencyId} ${line}`;
    const before = found.get(key);
    found.set(key, {
      agencyId,
      name: nameOf(agencyId),
      line,
      grants: (before?.grants ?? 0) + 1,
      uses: (before?.uses ?? 0) + grant.uses,
    });
  }
  return [...found.values()].sort(
    (a, b) => rank[a.line] - rank[b.line] || b.uses - a.uses || a.name.localeCompare(b.name),
  );
};

const lines: Readonly<Record<Drawn, string>> = {
  'in-force': 'in force',
  expiring: `in force, ends within ${soonDays} days`,
  requested: 'asked for, nothing open',
  suspended: 'suspended, nothing open',
};

/** What stands beside a line. */
export const sayLink = (link: Link): string => {
  const { line, grants, uses } = link;
  return [
    lines[line],
    ...(grants > 1 ? [`${grants} grants`] : []),
    ...(!isOpen(link) && uses === 0 ? [] : [uses === 1 ? '1 search' : `${uses} searches`]),
  ].join(', ');
};

/** How thick a line is, in pixels: one more for each time that the searches double, up to ten. */
export const thicknessOf = ({ uses }: Link): number => Math.min(10, 1.5 + Math.log2(1 + uses));
