// What a camera is set to leave out, shown and changed. A change is an entry with the change itself in it, because it decides what is
// recorded from then on; the log alone tells what was in force when.
import { Injectable } from '@nestjs/common';
import type { CameraSettings, SettingsInForce } from '../core/camera-settings.js';
import type { CameraId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { receiptOf, type ProvenReceipt } from '../web/receipt.js';
import type { SettingsChange } from './cameras-settings.schema.js';

export interface SettingsShown {
  readonly settings: CameraSettings;
  readonly revision: number;
  readonly abilities: Readonly<Record<string, boolean>>;
}

export interface SettingsChanged {
  readonly settings: CameraSettings;
  readonly revision: number;
  readonly receipt: ProvenReceipt;
}

@Injectable()
export class CamerasSettingsService {
  /** @throws PlatewardError `not_found` */
  async get(door: Door<'camera.settings'>, id: CameraId): Promise<SettingsShown> {
    const { value, permit } = await door.open({}, (s) => s.settings.get(id));
    return { ...parted(value), abilities: abilitiesOf(permit, ['camera.configure']) };
  }

  /** @throws PlatewardError `not_found` */
  async change(door: Door<'camera.configure'>, id: CameraId, change: SettingsChange): Promise<SettingsChanged> {
    const { value, receipts } = await door.open({ note: { cameraId: id, change } }, (s) =>
      s.settings.change(id, change),
    );
    return { ...parted(value), receipt: receiptOf(receipts) };
  }
}

const parted = ({ revision, ...settings }: SettingsInForce) => ({ settings, revision });
