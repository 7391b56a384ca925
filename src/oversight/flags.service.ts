// Flags as the auditor sees them. Nobody else is shown them, and nothing here turns them off.
import { Injectable } from '@nestjs/common';
import { invalid } from '../core/errors.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import { newId, type FlagId, type ListedPlateId } from '../core/ids.js';
import { parsePlatePattern } from '../core/plate.js';
import type {
  FlagDecided,
  FlagDecision,
  FlagPage,
  FlagQuery,
  ListedPlateChanged,
  ListedPlates,
  NewListedPlate,
} from './flags.schema.js';

@Injectable()
export class FlagsService {
  async list(door: Door<'flag.list'>, { limit, open, before }: FlagQuery): Promise<FlagPage> {
    const { value } = await door.open({}, (s) => s.flags.list(limit + 1, open === 'true', before));
    const flags = value.slice(0, limit);
    return {
      flags: flags.map((each) => ({ ...each, member: { ...each.member } })),
      next: value.length > limit ? (flags.at(-1)?.id ?? null) : null,
    };
  }

  /** @throws PlatewardError 403 `flag_own`; 404 `not_found`; 409 `flag_state` */
  async decide(door: Door<'flag.decide'>, id: FlagId, { decision, note }: FlagDecision): Promise<FlagDecided> {
    const demand = { note: { flagId: id, decision, note } };
    const { receipts } = await door.open(demand, (s) => s.flags.decide(id, decision, note));
    return { id, receipt: receiptOf(receipts) };
  }

  async listed(door: Door<'flag.list'>): Promise<ListedPlates> {
    const { value } = await door.open({}, (s) => s.plates.list());
    return { plates: value.map((each) => ({ ...each })) };
  }

  /** @throws PlatewardError 400 `plate_*` when it is no whole plate; 409 `plate_listed` */
  async enlist(door: Door<'flag.enlist'>, { plate, label }: NewListedPlate): Promise<ListedPlateChanged> {
    const { kind, text } = parsePlatePattern(plate);
    if (kind !== 'exact') throw invalid('plate_pattern', 'List a whole plate, without ? and *.');
    const id = newId<ListedPlateId>();
    const { receipts } = await door.open({}, (s) => s.plates.enlist(id, text, label));
    return { id, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 404 `not_found` */
  async delist(door: Door<'flag.enlist'>, id: ListedPlateId): Promise<ListedPlateChanged> {
    const { receipts } = await door.open({}, (s) => s.plates.delist(id));
    return { id, receipt: receiptOf(receipts) };
  }
}
