// Whether something may be done under a watch: looking at the reads that it shows, and telling its end.
import type { Ruling } from '../policy/pack.js';
import type { Actor } from './actor.js';
import type { Facts } from './facts.js';

/** Why nothing is done under it now; undefined when it may be. */
export const whyNotUnderWatch = (
  action: 'read.follow' | 'read.watched',
  actor: Actor,
  { watch }: Pick<Facts, 'watch'>,
): Ruling | undefined => {
  if (!watch) return { rule: 'watch_missing', because: 'There is no such watch of yours in this session.' };
  if (action === 'read.follow' && (watch.over || watch.ended))
    return {
      rule: 'watch_over',
      because: 'This watch is over; begin a new one to go on looking, which is on record again.',
    };
  // A process ends only what nobody ended in its time.
  if (action === 'read.watched' && actor.kind === 'machine' && !watch.over)
    return { rule: 'watch_not_over', because: 'The watch is not over yet.' };
  return undefined;
};
