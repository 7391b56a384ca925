// What is asked: the data of a demand, per action. Only what the rules or the log need; the rest of a request stays with
// the service.
import type { FuzzyDistance } from '../core/confusable.js';
import type { AgencyId, AgencyName, CameraId, GrantId, OpeningId, SearchId } from '../core/ids.js';
import type { Area, ReadFilters } from '../core/read-filters.js';
import type { Party } from '../policy/pack.js';
import type { Action } from './actions.js';

/** A search. `plate` is the pattern as searched (undefined: cameras and time only), kept for the log. */
export interface SearchDemand {
  readonly purpose: string;
  readonly caseNumber: string;
  readonly reason: string;
  readonly agencies: readonly AgencyId[];
  readonly cameraIds?: readonly CameraId[] | undefined;
  readonly from: Date;
  readonly to: Date;
  readonly plate?: string | undefined;
  /** How many characters of the plate may differ, beside those that look alike; undefined: none of either. */
  readonly fuzzy?: FuzzyDistance | undefined;
  /** What else is asked of reads, for the log. */
  readonly filters?: ReadFilters | undefined;
  /** Where and when plates are looked for that were seen at all of these; `cameraIds`, `from` and `to` go over all of them. For the log. */
  readonly places?:
    | readonly {
        readonly cameraIds?: readonly CameraId[] | undefined;
        readonly area?: Area | undefined;
        readonly from: Date;
        readonly to: Date;
      }[]
    | undefined;
  /** For whom it is made; undefined: nothing was said. */
  readonly onBehalfOf?: 'self' | (Party & { readonly name: string }) | undefined;
}

/** Looking at the own agency's reads as they come, until then. */
export type WatchDemand = Pick<
  SearchDemand,
  'purpose' | 'caseNumber' | 'reason' | 'cameraIds' | 'from' | 'to' | 'onBehalfOf'
>;

/** What is asked under such a watch, by the id that it has on record. */
export interface UnderWatchDemand {
  readonly watchId: SearchId;
}

/** Opening the picture of a read that an earlier search found, under that search's purpose. */
export interface PictureDemand {
  readonly searchId: SearchId;
  readonly agencyId: AgencyId;
  readonly readId: string;
  readonly kind: 'crop' | 'frame';
  /** What the service found of the link by which the picture is asked for: made for this session, search and read, and in time. */
  readonly link: 'holds' | 'broken' | 'expired';
}

/** Taking what an earlier search showed out of the house as a file, under that search's purpose. */
export interface ExportDemand {
  readonly searchId: SearchId;
  /** Owners of the reads that it showed. */
  readonly agencies: readonly AgencyId[];
  readonly format: 'csv' | 'pdf';
  readonly pictures: 'none' | 'crops' | 'frames';
  /** What the service found of the list of reads: made for this session and search, or not. */
  readonly shown: 'holds' | 'broken';
}

/** Asking another agency for a grant. */
export interface GrantRequestDemand {
  readonly ownerAgencyId: AgencyId;
  readonly note?: Readonly<Record<string, unknown>>;
}

/** Telling how many refusals at another agency were held back. */
export interface RefusalCountDemand {
  readonly ownerAgencyId: AgencyId;
  readonly note?: Readonly<Record<string, unknown>>;
}

/** A step in the life of a grant. */
export interface GrantStepDemand {
  readonly grantId: GrantId;
  readonly note?: Readonly<Record<string, unknown>>;
}

/** Asking for an opening of a grant for emergencies. */
export interface OpeningAskDemand {
  readonly grantId: GrantId;
  readonly purpose: string;
  readonly caseNumber: string;
  readonly reason: string;
}

/** A further step of an opening. */
export interface OpeningStepDemand {
  readonly grantId: GrantId;
  readonly openingId: OpeningId;
  /** What the owner found, and in which words. */
  readonly decision?: 'justified' | 'unjustified';
  readonly remark?: string;
}

/** How long reads are to be kept. */
export interface RetentionDemand {
  /** null: only the law's end holds. */
  readonly days: number | null;
}

/** Anything inside the own agency. `note` goes into the entry: ids and settings, never plates, names or reasons. */
export interface OwnDemand {
  readonly note?: Readonly<Record<string, unknown>>;
}

export type DemandOf<A extends Action> = A extends 'read.search'
  ? SearchDemand
  : A extends 'read.picture'
    ? PictureDemand
    : A extends 'read.export'
      ? ExportDemand
      : A extends 'read.watch'
        ? WatchDemand
        : A extends 'read.follow' | 'read.watched'
          ? UnderWatchDemand
          : A extends 'grant.request'
            ? GrantRequestDemand
            : A extends 'refusal.count'
              ? RefusalCountDemand
              : A extends 'grant.approve' | 'grant.decline' | 'grant.suspend' | 'grant.revoke' | 'grant.expire'
                ? GrantStepDemand
                : A extends 'opening.ask'
                  ? OpeningAskDemand
                  : A extends 'opening.confirm' | 'opening.end' | 'opening.review'
                    ? OpeningStepDemand
                    : A extends 'retention.set'
                      ? RetentionDemand
                      : OwnDemand;

/** The same as a person may put it: agencies by id or by short name. The vault looks the names up before anything is decided. */
export type AskedOf<A extends Action> = A extends 'read.search'
  ? Omit<SearchDemand, 'agencies'> & { readonly agencies: readonly AgencyName[] }
  : A extends 'grant.request'
    ? Omit<GrantRequestDemand, 'ownerAgencyId'> & { readonly ownerAgencyId: AgencyName }
    : DemandOf<A>;

/** A demand with its action, as it was asked. */
export type Asked = { [A in Action]: { readonly action: A } & AskedOf<A> }[Action];

/** A demand with its action, as `decide` sees it. */
export type Demand = { [A in Action]: { readonly action: A } & DemandOf<A> }[Action];
