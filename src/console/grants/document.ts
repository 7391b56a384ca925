// What is signed when a grant is approved, made here from what the page shows, by other code than the server's. The server's text is
// only compared with it: a page that signed what it was handed would sign what nobody read. It refuses to give a text that differs.
import { canonical, hex, utf8 } from '../../audit-verify/bytes.js';
import { sha256 } from '../../audit-verify/sha256.js';
import type { Grant } from './sentences.js';

/** The grant's document as docs/sharing.md describes it: a title, a line break, canonical JSON (RFC 8785). */
const documentOf = (grant: Grant): string =>
  `plateward-grant-approval-v1\n${canonical({
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
