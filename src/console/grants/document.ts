// What is signed when a grant is approved, made here from what the page shows, by other code than the server's. The server's text is
// only compared with it: a page that signed what it was handed would sign what nobody read. It refuses to give a text that differs.
import { canonical, fromHex, hex, utf8 } from '../../audit-verify/bytes.js';
import { sha256 } from '../../audit-verify/sha256.js';
import type { Grant } from './grant.js';

/** What stands for the grant's plates: SHA-256 over the salt, the word, a zero byte and the list in canonical JSON. */
const commitmentTo = (plates: readonly string[], salt: string): string => {
  const value = utf8(`plates\0${canonical([...plates])}`);
  return hex(sha256(fromHex(salt) ?? new Uint8Array(), value));
};

/** Members that stand in the document only where there is something to say. */
const further = (grant: Grant) => ({
  ...(grant.area && { area: { ...grant.area } }),
  ...(grant.amends !== null && { amends: grant.amends }),
  ...(grant.fields.length < 2 && { fields: [...grant.fields] }),
  ...(grant.granteeClass !== null && { granteeClass: grant.granteeClass, granteeState: grant.granteeState }),
  ...(grant.openingMinutes !== null && { openingMinutes: grant.openingMinutes }),
  ...(grant.plates && { plates: commitmentTo(grant.plates, grant.platesSalt ?? '') }),
  ...(grant.platesPerDayMax !== null && { platesPerDayMax: grant.platesPerDayMax }),
  ...(grant.suspensions > 0 && { suspensions: grant.suspensions }),
});

/** The grant's document as docs/sharing.md describes it: a title, a line break, canonical JSON (RFC 8785). */
const documentOf = (grant: Grant): string =>
  `plateward-grant-approval-v1\n${canonical({
    ...further(grant),
    approvalsNeeded: grant.approvalsNeeded,
    cameras: grant.cameraIds && [...grant.cameraIds],
    dataWindowDays: grant.dataWindowDays,
    declarations: [...grant.declarations],
    grant: grant.id,
    grantee: grant.granteeAgencyId,
    owner: grant.ownerAgencyId,
    purposes: [...grant.purposes],
    rowsPerSearchMax: grant.rowsPerSearchMax,
    searchesPerDayMax: grant.searchesPerDayMax,
    termsSha256: hex(sha256(utf8(grant.terms))),
    validFrom: grant.validFrom,
    validUntil: grant.validUntil,
  })}`;

/** The text to sign; undefined when what the server wants signed is not what this page shows. */
export const documentToSign = (grant: Grant): string | undefined => {
  const document = documentOf(grant);
  return document === grant.document ? document : undefined;
};

/** What is signed with a new key, to show that its private half is here. */
export const keyProofOf = (agencyId: string, memberId: string, publicKey: string): string =>
  `plateward-approver-key-v1\n${canonical({ agency: agencyId, member: memberId, publicKey })}`;
