// Whether another agency can be asked just now, told before the question from the grants that the own agency holds. The server
// decides; this is so that nobody asks in vain.
import type { GrantList } from '../../grants/grants.schema.js';
import type { Json } from '../api/json.js';
import { sayDay } from '../parts/time.js';

type Grant = Json<GrantList>['received'][number];

export interface Standing {
  readonly askable: boolean;
  /** One sentence: what may be seen, or why nothing. */
  readonly because: string;
  /** Whether a request to it would help. */
  readonly request: boolean;
}

/** Names of those of the agencies, by their short names, whose law asks on whose behalf each search is made. */
export const demanding = (
  agencies: readonly {
    readonly slug: string;
    readonly name: string;
    readonly asks: { readonly beneficiary: boolean };
  }[],
  asked: readonly string[],
): readonly string[] =>
  agencies.filter(({ slug, asks }) => asks.beneficiary && asked.includes(slug)).map(({ name }) => name);

/** @param purpose what the search is for; empty while it is not chosen */
export const standingOf = (agencyId: string, received: readonly Grant[], purpose: string): Standing => {
  const grants = received.filter((grant) => grant.ownerAgencyId === agencyId);
  const live = grants.filter((grant) => grant.live);
  const fitting = live.find((grant) => purpose === '' || grant.purposes.includes(purpose));
  if (fitting) {
    const cameras = fitting.area
      ? 'the cameras in an area'
      : fitting.cameraIds === null
        ? 'all cameras'
        : `${fitting.cameraIds.length} cameras`;
    const because = `Granted: ${cameras}, last ${fitting.dataWindowDays} days, until ${sayDay(fitting.validUntil)}; for ${fitting.purposes.join(', ')}.`;
    return { askable: true, because, request: false };
  }
  if (live[0])
    return {
      ...{ askable: false, request: true },
      because: `Its grant is for ${live.flatMap((grant) => grant.purposes).join(', ')}, not for ${purpose}.`,
    };
  const waiting = grants.find((grant) => grant.state === 'requested');
  if (waiting)
    return {
      ...{ askable: false, request: false },
      because: `Asked for a grant on ${sayDay(waiting.requestedAt)}; it has not answered yet.`,
    };
  const last = grants[0];
  const ended = last && last.state !== 'approved' ? ` The last one was ${last.state}.` : '';
  return { askable: false, because: `It has given your agency no grant that is in force.${ended}`, request: true };
};
