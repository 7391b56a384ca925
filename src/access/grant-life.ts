// The life of a grant: which state may follow which. Pure, and the same table that the database's trigger keeps; a grant that should say
// something else is asked for anew, in the stead of the old one.
import type { Facts, GrantState } from './facts.js';

/** requested -> approved | declined; approved -> suspended | revoked | expired; suspended -> approved | revoked | expired. */
const following: Readonly<Record<GrantState, readonly GrantState[]>> = {
  requested: ['approved', 'declined'],
  approved: ['suspended', 'revoked', 'expired'],
  suspended: ['approved', 'revoked', 'expired'],
  declined: [],
  revoked: [],
  expired: [],
};

/** Whether a grant may go from the one state to the other. */
export const mayFollow = (from: GrantState, to: GrantState): boolean => following[from].includes(to);

/** Whether the law of the data's owner pauses a grant that was not used for so long. */
export const isIdle = ({ home, idleDays }: Facts): boolean => {
  const most = home.law?.pack.grants?.unusedDaysMax;
  return most !== undefined && idleDays !== undefined && idleDays >= most;
};
