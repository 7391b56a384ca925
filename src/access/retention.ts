// How long reads are kept, and what of that one administrator says alone: whatever destroys nothing that the law would not destroy in any case.
import type { Ruling } from '../policy/pack.js';
import type { Demand } from './demand.js';
import type { Facts } from './facts.js';

/** Minutes for which reads are kept: the shorter of the agency's own word and the law's; null: without an end. */
export const keptMinutes = (days: number | null, lawMinutes: number | null): number | null => {
  const kept = Math.min(days === null ? Infinity : days * 1440, lawMinutes ?? Infinity);
  return kept === Infinity ? null : kept;
};

/** Whether another word of the agency's removes what is kept by the present one. */
export const shortens = (from: number | null, to: number | null, lawMinutes: number | null): boolean => {
  const wanted = keptMinutes(to, lawMinutes);
  return wanted !== null && wanted < (keptMinutes(from, lawMinutes) ?? Infinity);
};

/** Why an administrator may not do this by himself; undefined when he may. */
export const whyNotAlone = (
  demand: Extract<Demand, { action: 'retention.set' | 'retention.adopt' }>,
  { retention, member, home }: Facts,
): Ruling | undefined => {
  if (!retention || !member) return { rule: 'retention_alone', because: 'How long reads are kept is not known.' };
  if (demand.action === 'retention.adopt')
    return retention.proposal?.by === member.memberId
      ? { rule: 'retention_own_proposal', because: 'Another administrator than the one who proposed it adopts it.' }
      : undefined;
  return shortens(retention.days, demand.days, home.law?.pack.retention?.readMinutesMax ?? null)
    ? {
        rule: 'retention_alone',
        because: 'This would remove what is kept, which takes two: propose it, and another administrator adopts it.',
      }
    : undefined;
};
