// The law that an agency's data is under. A pack only takes away, so any pack may be proposed, one's own too; that another
// administrator adopts it, and that both acts are in the log, is what keeps one person from loosening it.
import { Injectable } from '@nestjs/common';
import { findPack, packFrom, readPacks, type BoundPack } from '../config/pack-files.js';
import type { PackChangeId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { NewPackChange, NewSimulation, PackDecided, PackList, PackProposed, Simulation } from './packs.schema.js';

@Injectable()
export class PacksService {
  /** Read once: packs that were shipped do not change while the process runs. */
  private shipped: Promise<readonly BoundPack[]> | undefined;

  async list(door: Door<'pack.list'>): Promise<PackList> {
    const [{ value, permit }, shipped] = await Promise.all([door.open({}, (s) => s.packs.changes()), this.packs()]);
    const { law } = permit.facts.home;
    return {
      inForce: law && { ...headOf(law), pack: { ...law.pack } },
      changes: value,
      shipped: shipped.map((each) => ({ ...headOf(each), standing: each.pack.standing, pack: { ...each.pack } })),
      abilities: abilitiesOf(permit, ['pack.propose', 'pack.adopt', 'pack.withdraw', 'pack.simulate']),
    };
  }

  /** @throws PlatewardError 400 `pack_unknown`, `pack_invalid`; 409 `pack_in_force` */
  async propose(door: Door<'pack.propose'>, { pack: which }: NewPackChange): Promise<PackProposed> {
    const bound = await this.packOf(which);
    const { pack, text, hash } = bound;
    const note = { pack: pack.id, version: pack.version, packSha256: hash, document: text };
    const { value, receipts } = await door.open({ note }, (s) => s.packs.propose(bound));
    return { id: value, state: 'proposed', sha256: hash, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 403 `pack_own_proposal`, `pack_proposer_gone`; 404 `not_found`; 409 `pack_state` */
  async adopt(door: Door<'pack.adopt'>, id: PackChangeId): Promise<PackDecided> {
    const { value, receipts } = await door.open({ note: { changeId: id } }, (s) => s.packs.adopt(id));
    return { change: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 404 `not_found`; 409 `pack_state` */
  async withdraw(door: Door<'pack.withdraw'>, id: PackChangeId): Promise<PackDecided> {
    const { value, receipts } = await door.open({ note: { changeId: id } }, (s) => s.packs.withdraw(id));
    return { change: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 400 `pack_unknown`, `pack_invalid` */
  async simulate(door: Door<'pack.simulate'>, { pack: which, days }: NewSimulation): Promise<Simulation> {
    const bound = await this.packOf(which);
    const { value } = await door.open({}, (s) => s.packs.simulate(bound.pack, days));
    return {
      ...value,
      grants: value.grants.map((each) => ({ ...each, purposesClosed: [...each.purposesClosed] })),
      searchesRefused: { ...value.searchesRefused },
      policyNeeded: [...value.policyNeeded],
      pack: headOf(bound),
    };
  }

  private packs(): Promise<readonly BoundPack[]> {
    this.shipped ??= readPacks();
    return this.shipped;
  }

  private async packOf(which: NewPackChange['pack']): Promise<BoundPack> {
    return typeof which === 'string' ? findPack(await this.packs(), which) : packFrom(which);
  }
}

const headOf = ({ pack: { id, version, title }, hash }: Pick<BoundPack, 'pack' | 'hash'>) => ({
  id,
  version,
  title,
  sha256: hash,
});
