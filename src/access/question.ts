// What is asked of an agency's reads, as the rules on grants and laws look at it.
import type { GrantField } from '../core/grant-fields.js';
import type { CameraId } from '../core/ids.js';
import { asksVehicle } from '../core/read-filters.js';
import type { Party } from '../policy/pack.js';
import type { SearchDemand } from './demand.js';

/** What is asked of an agency's reads. */
export interface Question {
  readonly purpose: string;
  readonly caseNumber: string;
  /** For whom; undefined when nothing was said. */
  readonly beneficiary: Party | undefined;
  readonly cameraIds: readonly CameraId[] | undefined;
  readonly plate: string | undefined;
  /** Whether misreads of the plate are looked for. */
  readonly misreads: boolean;
  /** What of a read is asked for beside text and time, or asked by. */
  readonly fields?: readonly GrantField[];
  /** Whether it counts against a grant's budget of searches. */
  readonly counts: boolean;
}

/** Whoever asks by where cameras stand, or by which way vehicles went, is told where they do; whoever asks by the vehicle, what a picture shows. */
export const fieldsAsked = ({
  filters = {},
  places,
}: Pick<SearchDemand, 'filters' | 'places'>): Required<Pick<Question, 'fields'>> => ({
  fields: [
    ...((filters.area ?? filters.direction ?? places?.some(({ area }) => area)) ? (['place'] as const) : []),
    ...(asksVehicle(filters) ? (['picture'] as const) : []),
  ],
});
