// Whether anything of an agency is shared at all: stopped by a crossing of the wall, resumed by its administrator.
import { Injectable } from '@nestjs/common';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { Resumption, Sharing, SharingResumed } from './sharing.schema.js';

@Injectable()
export class SharingService {
  async get(door: Door<'sharing.get'>): Promise<Sharing> {
    const { value, permit } = await door.open({}, (s) => s.agencies.get());
    return {
      stoppedAt: value.sharingStoppedAt,
      canary: value.canary && { ...value.canary },
      abilities: abilitiesOf(permit, ['sharing.resume']),
    };
  }

  /** @throws PlatewardError 403 `wall_crossed` while the newest run crosses; 409 `sharing_not_stopped` */
  async resume(door: Door<'sharing.resume'>, { note }: Resumption): Promise<SharingResumed> {
    const { receipts } = await door.open({ note: { note } }, (s) => s.sharing.resume());
    return { receipt: receiptOf(receipts) };
  }
}
