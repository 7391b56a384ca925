// Openings of grants for emergencies. Each step is an entry in both logs, and the entry is the step: here it is only asked for and shown.
import { Injectable } from '@nestjs/common';
import type { Permit } from '../access/decide.js';
import { openingState, openUntil, type OpeningState } from '../access/opening.js';
import type { GrantId, OpeningId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { OpeningRow } from '../vault/stores/openings.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { NewOpening, Opening, OpeningList, OpeningReview, OpeningStepped } from './openings.schema.js';

type Stepping = Door<'opening.confirm'> | Door<'opening.end'>;

@Injectable()
export class OpeningsService {
  /** @throws PlatewardError 404 `not_found` for the grant */
  async list(door: Door<'opening.list'>, grantId: GrantId): Promise<OpeningList> {
    const { value, permit } = await door.open({}, (s) => s.openings.list(grantId));
    return { openings: value.map((row) => openingOf(row, permit)), abilities: abilitiesOf(permit, ['opening.ask']) };
  }

  /** @throws PlatewardError 403 `not_grantee`, `grant_*`, `purpose_unknown`, `opening_under_way`, `opening_unreviewed`; 404 `not_found` */
  async ask(door: Door<'opening.ask'>, grantId: GrantId, asked: NewOpening): Promise<OpeningStepped> {
    const { value, receipts } = await door.open({ grantId, ...asked }, (s) => s.openings.ask());
    return { id: value, receipt: receiptOf(receipts) };
  }

  /**
   * Opens the grant, or ends its opening, at this act's commit; an end also for a search that is running.
   * @throws PlatewardError 403 `opening_same_person`, `opening_asker_gone` and as `ask`; 404 `not_found`; 409 `opening_state`
   */
  async step(door: Stepping, grantId: GrantId, openingId: OpeningId): Promise<OpeningStepped> {
    const { receipts } = await door.open({ grantId, openingId }, (s) => s.openings.step(grantId, openingId));
    return { id: openingId, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 403 `not_owner`; 404 `not_found`; 409 `opening_state` while it is not over, or once it was reviewed */
  async review(
    door: Door<'opening.review'>,
    grantId: GrantId,
    openingId: OpeningId,
    { decision, note }: OpeningReview,
  ): Promise<OpeningStepped> {
    const { receipts } = await door.open({ grantId, openingId, decision, remark: note }, (s) =>
      s.openings.step(grantId, openingId),
    );
    return { id: openingId, receipt: receiptOf(receipts) };
  }
}

/** An opening as it is shown to one side. */
const openingOf = (row: OpeningRow, permit: Permit): Opening => {
  const { now, member } = permit.facts;
  const { openingId: id, minutes, ownerAgencyId, granteeAgencyId, grantId: _, ...rest } = row;
  const home = permit.actor.agencyId;
  const watches = member?.role === 'administrator' || member?.role === 'auditor';
  const told = granteeAgencyId === home || watches;
  const state = openingState(row, minutes, now);
  const may = abilitiesOf(permit, ['opening.confirm', 'opening.end', 'opening.review']);
  const open = (action: string, side: boolean, ...from: readonly OpeningState[]): boolean =>
    side && from.includes(state) && may[action] === true;
  return {
    ...rest,
    id,
    state,
    until: openUntil(row, minutes) ?? null,
    caseNumber: told ? row.caseNumber : null,
    reason: told ? row.reason : null,
    note: told ? row.note : null,
    abilities: {
      'opening.confirm': open('opening.confirm', granteeAgencyId === home && row.askedBy !== member?.memberId, 'asked'),
      'opening.end': open('opening.end', granteeAgencyId === home || watches, 'asked', 'open'),
      'opening.review': open('opening.review', ownerAgencyId === home, 'over'),
    },
  };
};
