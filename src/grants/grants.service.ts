// Grants: asked for by the one side, decided and ended by the other. What a grant opens is read from its row at each search; here
// it is only written. The scope goes into both logs with the request, so that sharing can be told from the log alone.
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { whyLawForbidsGrant, type Permit } from '../access/decide.js';
import type { Clock } from '../core/clock.js';
import { conflict, invalid } from '../core/errors.js';
import type { GrantState } from '../access/facts.js';
import { grantDocument, newPlatesSalt, platesCommitment } from '../access/grant-document.js';
import { mayFollow } from '../access/grant-life.js';
import type { ApproverKeyId, GrantId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import { parsePlatePattern } from '../core/plate.js';
import type { GrantRow, GrantScope } from '../vault/stores/grants.js';
import type { Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import type {
  Grant,
  GrantList,
  GrantRequested,
  GrantStepped,
  GrantUse,
  NewApproval,
  NewGrant,
} from './grants.schema.js';

/** Longest validity of a grant, in days. */
export const validDaysMax = 366;
const dayMs = 86_400_000;

type Deciding = Door<'grant.approve'> | Door<'grant.decline'> | Door<'grant.suspend'> | Door<'grant.revoke'>;

@Injectable()
export class GrantsService {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async list(door: Door<'grant.list'>): Promise<GrantList> {
    const { value, permit } = await door.open({}, (s) => s.grants.list());
    const { agencyId } = door.actor;
    const grants = value.map((row) => grantOf(row, permit));
    return {
      given: grants.filter((each) => each.ownerAgencyId === agencyId),
      received: grants.filter((each) => each.granteeAgencyId === agencyId),
      abilities: abilitiesOf(permit, ['grant.request']),
    };
  }

  /** What a grant, given or received, was used for. @throws PlatewardError 404 `not_found` */
  async use(door: Door<'grant.list'>, id: GrantId): Promise<GrantUse> {
    const { value, permit } = await door.open({}, (s) => s.grants.use(id));
    const purposes = value.purposes.map((each) => ({ ...each }));
    return {
      ...value,
      purposes,
      months: value.months.map((each) => ({ ...each })),
      abilities: abilitiesOf(permit, ['grant.revoke']),
    };
  }

  /** @throws PlatewardError 400 `grant_window`, `grant_cameras`, `grant_plates`, `grant_amends`; 403 `grant_self`; 404 `not_found` for the owner; 409 `grant_requests_open` */
  async request(door: Door<'grant.request'>, asked: NewGrant): Promise<GrantRequested> {
    const scope = this.scopeOf(asked);
    const note = { ...scope, terms: undefined, termsSha256: sha256(scope.terms), ...platesNote(scope) };
    const { value, permit, receipts } = await door.open({ ownerAgencyId: asked.ownerAgency, note }, (s, given) =>
      s.grants.request(ownerOf(given), scope),
    );
    const abilities = abilitiesOf(permit, ['grant.request']);
    return { id: value, state: 'requested', abilities, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 400 `key_unknown`, `signature_wrong`; 403 `not_owner`, `law_*`; 404 `not_found`; 409 `grant_state`, `grant_over`, `grant_approved_by_you` */
  async approve(door: Door<'grant.approve'>, id: GrantId, { keyId, signature }: NewApproval): Promise<GrantStepped> {
    const opened = await door.open({ grantId: id }, (s, { facts }) => {
      const standing = facts.grants.find((each) => each.grantId === id);
      if (standing?.state !== 'approved' && standing && standing.validUntil <= facts.now)
        throw conflict('grant_over', 'The time for which this grant was asked is over; it can only be declined.');
      return s.grants.approve(id, keyId, signature);
    });
    return steppedOf(opened);
  }

  /** @throws PlatewardError 403 `not_owner`; 404 `not_found`; 409 `grant_state` */
  async decline(door: Door<'grant.decline'>, id: GrantId): Promise<GrantStepped> {
    return steppedOf(await door.open({ grantId: id }, (s) => s.grants.step(id, 'declined')));
  }

  /** Pauses a grant at its commit, until as many sign it again. @throws PlatewardError as `decline` */
  async suspend(door: Door<'grant.suspend'>, id: GrantId): Promise<GrantStepped> {
    return steppedOf(await door.open({ grantId: id }, (s) => s.grants.step(id, 'suspended')));
  }

  /** Ends a grant at its commit, also for a search that is running. @throws PlatewardError as `decline` */
  async revoke(door: Door<'grant.revoke'>, id: GrantId): Promise<GrantStepped> {
    return steppedOf(await door.open({ grantId: id }, (s) => s.grants.step(id, 'revoked')));
  }

  private scopeOf({ ownerAgency: _, validFrom, terms, ...asked }: NewGrant): GrantScope {
    if (asked.area && asked.cameraIds)
      throw invalid('grant_cameras', 'A grant names cameras or an area of the map, not both.');
    const now = this.clock.now();
    const from = validFrom ?? now;
    const windowMs = asked.validUntil.getTime() - from.getTime();
    if (windowMs <= 0) throw invalid('grant_window', 'A grant begins before it ends.');
    if (windowMs > validDaysMax * dayMs)
      throw invalid('grant_window', `A grant is valid for at most ${validDaysMax} days.`);
    if (asked.validUntil <= now) throw invalid('grant_window', 'The grant would be over before it is decided.');
    return { ...asked, ...platesOf(asked.plates), validFrom: from, terms: terms ?? '' };
  }
}

/** Whole plates in one spelling and order, with a fresh salt. @throws PlatewardError `plate_*`, `grant_plates` */
const platesOf = (asked: readonly string[] | undefined): Pick<GrantScope, 'plates' | 'platesSalt'> => {
  if (!asked) return {};
  const patterns = asked.map(parsePlatePattern);
  if (patterns.some(({ kind }) => kind !== 'exact'))
    throw invalid('grant_plates', 'A grant for certain plates names each as a whole, without ? and *.');
  return { plates: [...new Set(patterns.map(({ text }) => text))].sort(), platesSalt: newPlatesSalt() };
};

/** What the entry says of the plates: those that may read its personal fields find them there, everybody a commitment. */
const platesNote = ({ plates, platesSalt }: GrantScope) => ({
  platesSalt: undefined,
  platesCommitment: platesCommitment({ plates: plates ?? null, platesSalt: platesSalt ?? null }) ?? undefined,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ownerOf = ({ facts }: Permit) => {
  const [owner] = facts.asked;
  if (!owner) throw new Error('a request for a grant names no owner');
  return owner.agencyId;
};

const steppedOf = ({
  value,
  permit,
  receipts,
}: Awaited<ReturnType<Deciding['open']>> & { value: GrantRow }): GrantStepped => {
  const shown = grantOf(value, permit);
  return { grant: shown, abilities: shown.abilities, receipt: receiptOf(receipts) };
};

/** A grant as it is shown to one side: a step is open to the owner's administrators, from the state where it begins. */
const grantOf = (row: GrantRow, permit: Permit): Grant => {
  const { now } = permit.facts;
  const own = row.ownerAgencyId === permit.actor.agencyId;
  const may = abilitiesOf(permit, ['grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke']);
  const open = (action: string, to: GrantState): boolean => own && mayFollow(row.state, to) && may[action] === true;
  return {
    ...row,
    purposes: [...row.purposes],
    declarations: [...row.declarations],
    approvals: row.approvals.map((each) => ({
      memberId: each.memberId,
      keyId: each.keyId as ApproverKeyId,
      approvedAt: new Date(each.approvedAt),
    })),
    document: grantDocument({ ...row, grantId: row.id }),
    forbidden: (own && whyLawForbidsGrant(permit.facts.home, row.grantee, row)) || null,
    cameraIds: row.cameraIds && [...row.cameraIds],
    area: row.area && { ...row.area },
    // Who never sees plates sees none here either.
    plates: row.plates && (permit.facts.member?.role === 'auditor' ? [] : [...row.plates]),
    platesSalt: permit.facts.member?.role === 'auditor' ? null : row.platesSalt,
    fields: [...row.fields],
    live:
      row.state === 'approved' && !row.amended && !row.granteeChanged && row.validFrom <= now && now < row.validUntil,
    abilities: {
      'grant.approve': open('grant.approve', 'approved') && now < row.validUntil,
      'grant.decline': open('grant.decline', 'declined'),
      'grant.suspend': open('grant.suspend', 'suspended'),
      'grant.revoke': open('grant.revoke', 'revoked'),
    },
  };
};
