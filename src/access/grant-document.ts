// A grant as it is signed: one text for one grant, so that a signature is over all of it and nothing else. Whoever approves makes the
// text from what he is shown, and the vault makes it anew from the row each time the grant is used: a row that was changed since has
// another text. It refuses to leave anything of the scope out.
import { canonical } from '../audit/canonical.js';
import { commitmentOf, newSalt } from '../audit/commitment.js';
import { grantFields, type GrantField } from '../core/grant-fields.js';
import type { Area } from '../core/read-filters.js';
import type { AgencyId, CameraId, GrantId } from '../core/ids.js';

/** Everything of a grant that a signature is over. */
export interface GrantTerms {
  readonly grantId: GrantId;
  readonly ownerAgencyId: AgencyId;
  readonly granteeAgencyId: AgencyId;
  readonly purposes: readonly string[];
  readonly cameraIds: readonly CameraId[] | null;
  /** Only cameras that stand here; null: wherever they stand. */
  readonly area: Area | null;
  readonly dataWindowDays: number;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly searchesPerDayMax: number | null;
  readonly rowsPerSearchMax: number;
  readonly declarations: readonly string[];
  /** Only searches for one of these plates; null: any. */
  readonly plates: readonly string[] | null;
  /** Of the commitment to the plates, 16 bytes in hex; null when there are none. */
  readonly platesSalt: string | null;
  /** Different plates or patterns a day (UTC); null: no budget. */
  readonly platesPerDayMax: number | null;
  readonly fields: readonly GrantField[];
  /** It is for emergencies, and one opening lasts so many minutes; null: a standing grant. */
  readonly openingMinutes: number | null;
  /** The grant in whose stead it is asked for. */
  readonly amends: GrantId | null;
  /** What the grantee was when it asked; null in grants of before that was noted. */
  readonly granteeClass: string | null;
  readonly granteeState: string | null;
  /** SHA-256 of the terms' text, in hex. */
  readonly termsSha256: string;
  /** How many administrators of the owner must sign. */
  readonly approvalsNeeded: number;
  /** How often it was suspended so far: a signature is for one opening. */
  readonly suspensions: number;
}

const title = 'plateward-grant-approval-v1';

/** A salt for the commitment to the plates of one grant. */
export const newPlatesSalt = newSalt;

/** What stands for the plates wherever the grant is told of, in hex; null: any plate. */
export const platesCommitment = ({ plates, platesSalt }: Pick<GrantTerms, 'plates' | 'platesSalt'>): string | null =>
  plates && platesSalt !== null ? commitmentOf('plates', { salt: platesSalt, value: canonical([...plates]) }) : null;

/** Whether it gives everything of a read. */
const givesAll = (fields: readonly GrantField[]): boolean => grantFields.every((each) => fields.includes(each));

/** The text that an approver signs, in UTF-8: a title, a line break, canonical JSON (RFC 8785). */
export const grantDocument = (grant: GrantTerms): string =>
  `${title}\n${canonical({
    grant: grant.grantId,
    owner: grant.ownerAgencyId,
    grantee: grant.granteeAgencyId,
    purposes: [...grant.purposes],
    cameras: grant.cameraIds && [...grant.cameraIds],
    dataWindowDays: grant.dataWindowDays,
    validFrom: grant.validFrom.toISOString(),
    validUntil: grant.validUntil.toISOString(),
    searchesPerDayMax: grant.searchesPerDayMax,
    rowsPerSearchMax: grant.rowsPerSearchMax,
    declarations: [...grant.declarations],
    termsSha256: grant.termsSha256,
    approvalsNeeded: grant.approvalsNeeded,
    ...(grant.suspensions > 0 && { suspensions: grant.suspensions }),
    ...(grant.area && { area: { ...grant.area } }),
    ...(grant.plates && { plates: platesCommitment(grant) }),
    ...(grant.platesPerDayMax !== null && { platesPerDayMax: grant.platesPerDayMax }),
    ...(!givesAll(grant.fields) && { fields: [...grant.fields] }),
    ...(grant.openingMinutes !== null && { openingMinutes: grant.openingMinutes }),
    ...(grant.amends !== null && { amends: grant.amends }),
    ...(grant.granteeClass !== null && { granteeClass: grant.granteeClass, granteeState: grant.granteeState }),
  })}`;

/** Whose key it is, as the agency's own key attests it. */
export const keyStatement = (key: {
  readonly agencyId: AgencyId;
  readonly keyId: string;
  readonly memberId: string;
  /** base64 of the 32 bytes */
  readonly publicKey: string;
}): string => canonical({ agency: key.agencyId, key: key.keyId, member: key.memberId, publicKey: key.publicKey });

/** Under which label a key's statement is sealed. */
export const approverKeyLabel = (keyId: string): string => `approver/${keyId}`;

/** What a member signs with a new key, to show that he has its private half. */
export const keyProof = (agencyId: AgencyId, memberId: string, publicKey: string): string =>
  `plateward-approver-key-v1\n${canonical({ agency: agencyId, member: memberId, publicKey })}`;
