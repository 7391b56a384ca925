// A grant for emergencies opens nothing by itself: what was shown under it must stand within an opening that its grantee asked for and confirmed
// in two entries, that nobody had ended, of its time and for its purpose; and there is no other before the owner has reviewed the last.
import { Fault, type Json } from './bytes.js';

/** The newest opening of a grant; times in whole seconds since 1970. */
export interface Opening {
  readonly id: string;
  readonly purpose: Json | undefined;
  readonly asked: bigint;
  opened?: bigint;
  ended?: true;
  reviewed?: true;
}

interface OpenedGrant {
  readonly owner: Json | undefined;
  readonly grantee: Json | undefined;
  readonly scope: { readonly [fact: string]: Json };
  readonly state: string;
  opening?: Opening;
}

type Said = { readonly [member: string]: Json };

/** A wish lapses after an hour. */
const askSeconds = 3600n;

/** How long one opening of the grant lasts, in seconds; undefined: it is a standing grant. */
const secondsOf = ({ scope }: OpenedGrant): bigint | undefined => {
  const minutes = scope['openingMinutes'];
  return typeof minutes === 'number' && Number.isSafeInteger(minutes) ? BigInt(minutes) * 60n : undefined;
};

/**
 * Takes an entry of a step that was done.
 * @param slack seconds that an entry's time may differ from when it was decided
 * @throws Fault
 */
export const takeOpening = (
  { entry, seconds, slack, blind }: { entry: number; seconds: bigint; slack: bigint; blind: boolean },
  kind: string,
  by: Said,
  facts: Said,
  grant: OpenedGrant | undefined,
): void => {
  if (!grant) {
    if (!blind) throw new Fault('an opening is of a grant that the log does not know', entry);
    return;
  }
  const agency = by['agencyId'];
  const lasts = secondsOf(grant);
  if (lasts === undefined) throw new Fault('an opening is of a grant that is not for emergencies', entry);
  const { opening } = grant;
  if (kind === 'opening.ask') {
    if (agency !== grant.grantee) throw new Fault("an opening is not its grantee's to ask for", entry);
    if (opening?.opened !== undefined && !opening.reviewed && !blind)
      throw new Fault('a grant is to be opened again before its owner has reviewed the opening before', entry);
    const id = facts['openingId'];
    if (typeof id === 'string') grant.opening = { id, purpose: facts['purpose'], asked: seconds };
    return;
  }
  if (opening?.id !== facts['openingId'] || !opening) {
    if (!blind) throw new Fault('a step is of an opening that nobody asked for', entry);
    return;
  }
  if (kind === 'opening.confirm') {
    if (agency !== grant.grantee) throw new Fault("an opening is not its grantee's to confirm", entry);
    if (grant.state !== 'approved') throw new Fault('a grant is opened that was not approved', entry);
    if (opening.opened !== undefined || opening.ended) throw new Fault('an opening is confirmed that was over', entry);
    if (seconds > opening.asked + askSeconds + slack) throw new Fault('an opening is confirmed that had lapsed', entry);
    opening.opened = seconds;
  } else if (kind === 'opening.end') {
    if (agency !== grant.owner && agency !== grant.grantee)
      throw new Fault('an opening is ended by somebody else', entry);
    opening.ended = true;
  } else {
    if (agency !== grant.owner) throw new Fault("an opening is not its owner's to review", entry);
    if (opening.opened === undefined || opening.reviewed)
      throw new Fault('an opening is reviewed that did not wait for it', entry);
    if (!opening.ended && seconds + slack < opening.opened + lasts)
      throw new Fault('an opening is reviewed before it is over', entry);
    opening.reviewed = true;
  }
};

/**
 * Sees to it that the grant was open when an entry showed something under it.
 * @throws Fault
 */
export const beOpen = (
  { entry, seconds, slack }: { entry: number; seconds: bigint; slack: bigint },
  grant: OpenedGrant,
  purpose: Json | undefined,
): void => {
  const lasts = secondsOf(grant);
  if (lasts === undefined) return;
  const { opening } = grant;
  if (opening?.opened === undefined)
    throw new Fault('reads are shown under a grant for emergencies that nobody had opened', entry);
  if (opening.ended) throw new Fault('reads are shown under an opening that was ended', entry);
  if (seconds > opening.opened + lasts + slack)
    throw new Fault('reads are shown after the time of their opening', entry);
  if (typeof purpose === 'string' && typeof opening.purpose === 'string' && purpose !== opening.purpose)
    throw new Fault('reads are shown for another purpose than their grant was opened for', entry);
};
