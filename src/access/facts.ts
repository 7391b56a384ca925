// What the vault looked up for a decision, in the same transaction as the act. Plain data.
import type { AgencyId, CameraId, GrantId, MemberId, OpeningId, SearchId } from '../core/ids.js';
import type { LegalClass, Role } from '../core/roles.js';
import type { Area } from '../core/read-filters.js';
import type { GrantField } from '../core/grant-fields.js';
import type { Pack, Party, Ruling } from '../policy/pack.js';

export interface AgencyFacts {
  readonly agencyId: AgencyId;
  readonly slug: string;
  readonly name: string;
  readonly legalClass: LegalClass;
  readonly state: string;
  readonly purposes: readonly string[];
  /** The law that the agency's data is under; null: none was adopted, and then nothing of it crosses the wall. */
  readonly law: { readonly pack: Pack; readonly hash: string } | null;
  /** Items of its usage and privacy policy that are published, as its log tells. */
  readonly policyItems: readonly string[];
  /** Since when nothing of it is shared, because canaries crossed the wall; null: it is not stopped. */
  readonly sharingStoppedAt: Date | null;
  /** How many witnesses must have cosigned its log; 0: none. */
  readonly witnessesNeeded: number;
  /** Until when the cosignatures that are kept meet that; null: they never did. */
  readonly witnessedUntil: Date | null;
  /** The newest run of the canaries; null before the first. */
  readonly canary: { readonly at: Date; readonly tried: number; readonly crossed: number } | null;
}

export type GrantState = 'requested' | 'approved' | 'suspended' | 'declined' | 'revoked' | 'expired';

/** An opening of a grant for emergencies, as the rows and the home agency's log both have it. */
export interface OpeningFacts {
  readonly openingId: OpeningId;
  /** What it is for; nothing else is searched under it. */
  readonly purpose: string;
  readonly askedBy: MemberId;
  readonly askedAt: Date;
  /** Whether who asked is still a member, as far as his own agency asks; it alone can know. */
  readonly askerStands: boolean;
  /** When another member confirmed it; null: nobody has. */
  readonly openedAt: Date | null;
  /** When somebody ended it before its time. */
  readonly endedAt: Date | null;
  readonly reviewedAt: Date | null;
}

/** A grant as it stands, live or not, so that a refusal can say why. */
export interface GrantFacts {
  readonly grantId: GrantId;
  readonly ownerAgencyId: AgencyId;
  readonly granteeAgencyId: AgencyId;
  readonly state: GrantState;
  readonly purposes: readonly string[];
  /** null: all cameras of the owner. */
  readonly cameraIds: readonly CameraId[] | null;
  /** Only cameras that stand here; null: wherever they stand. */
  readonly area: Area | null;
  /** Those that stand there now, and since when: what one read before then is not opened. Null where the grant is for no area. */
  readonly areaCameras: readonly { readonly cameraId: CameraId; readonly placedAt: Date }[] | null;
  /** How far back reads may be, in days. */
  readonly dataWindowDays: number;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** Searches a day (UTC) that may use the grant; null: no budget set. */
  readonly searchesPerDayMax: number | null;
  readonly rowsPerSearchMax: number;
  readonly searchesToday: number;
  /** Only searches for one of these plates, and none for misreads of them; null: any. */
  readonly plates: readonly string[] | null;
  /** Different plates or patterns a day (UTC) under the grant; null: no budget set. */
  readonly platesPerDayMax: number | null;
  /** Those of today other than the one asked for now. */
  readonly platesToday: number;
  /** What of a read it gives beside text and time. */
  readonly fields: readonly GrantField[];
  /** Whether another grant was approved in its stead. */
  readonly amended: boolean;
  /** Whether the grantee is of another legal class or state than when it asked. */
  readonly granteeChanged: boolean;
  /** Whether the home agency's log says that the owner ended it. */
  readonly ended: boolean;
  /** What the grantee declared, by id, when it asked. */
  readonly declarations: readonly string[];
  /** It is for emergencies, and one opening lasts so many minutes; null: a standing grant, which needs none. */
  readonly openingMinutes: number | null;
  /** The newest opening of it that was not asked for in this transaction; null: none. */
  readonly opening: OpeningFacts | null;
  /** Why its approvals do not hold; null when they do, or when it is not approved. */
  readonly unsigned: Ruling | null;
}

export interface Facts {
  /** The database's clock at the start of the transaction. */
  readonly now: Date;
  readonly home: AgencyFacts;
  /** The member's standing as it is now; undefined for cameras and machines. */
  readonly member?: {
    readonly memberId: MemberId;
    readonly login: string;
    readonly role: Role;
    readonly active: boolean;
    readonly sessionLive: boolean;
  };
  /** The camera's standing as it is now. */
  readonly camera?: { readonly active: boolean; readonly credentialLive: boolean };
  /** Agencies named in the demand that exist, the own one included. */
  readonly asked: readonly AgencyFacts[];
  /** Grants from the asked agencies to the home agency; for a grant's step, that grant. */
  readonly grants: readonly GrantFacts[];
  /** The earlier search that a picture is opened under: the same member's, in the same session. */
  readonly search?: {
    readonly searchId: SearchId;
    readonly purpose: string;
    readonly caseNumber: string;
    readonly reason: string;
    readonly asked: readonly AgencyId[];
    readonly cameraIds: readonly CameraId[] | null;
    readonly plate: string | null;
    /** As `SearchDemand.fuzzy`; null: no misreads. */
    readonly fuzzy: number | null;
    readonly beneficiary: Party | null;
    readonly ageSeconds: number;
  };
  /** How long the home agency keeps its reads by its own word, and what is proposed; where that is asked to change. */
  readonly retention?: {
    readonly days: number | null;
    readonly proposal: { readonly id: string; readonly by: MemberId; readonly days: number } | null;
  };
  /** The watch that something is asked under: the same member's, to look under it in the same session too. */
  readonly watch?: {
    readonly purpose: string;
    readonly caseNumber: string;
    readonly cameraIds: readonly CameraId[] | null;
    readonly beneficiary: Party | null;
    /** Whether its time is over. */
    readonly over: boolean;
    /** Whether its end was told. */
    readonly ended: boolean;
  };
  /** The grantee of the grant whose step is asked for, and for how many days since its approval no search has used it. */
  readonly grantee?: Party;
  readonly idleDays?: number | undefined;
}
