// The part of the tour that goes through the stores of cameras, their credentials, settings and quality.
import { randomUUID } from 'node:crypto';
import type { TestAgency } from './agencies.js';
import { asks, type Ask } from './ask.js';
import type { Place } from './tour.js';

const day = 86_400_000;
const span = (): [from: Date, to: Date] => [new Date(Date.now() - day), new Date(Date.now() + 1000)];
const key = () => ({ scheme: 'ed25519', publicKey: new Uint8Array(32) }) as const;

/** As `by`, with the ids of `at`. */
export const cameraAsks = (by: TestAgency, at: Place): Ask[] => {
  const { officer, supervisor, administrator } = by.members;
  return [
    ...asks('camera.list', officer, {}, { 'cameras.list': (s) => s.cameras.list() }),
    ...asks('camera.add', administrator, {}, { 'cameras.add': (s) => s.cameras.add({ name: randomUUID() }) }),
    ...asks(
      'camera.move',
      administrator,
      {},
      { 'cameras.move': (s) => s.cameras.move(at.cameraId, { latitude: 39.8, longitude: -89.6 }) },
    ),
    ...asks(
      'camera.credential',
      administrator,
      {},
      {
        'cameras.get': (s) => s.cameras.get(at.cameraId),
        'cameras.add': (s) => s.cameras.add(at.cameraId, key()),
        'cameras.revoke': (s) => s.cameras.revoke(at.cameraId, at.credentialId),
      },
    ),
    ...asks('camera.revoke', administrator, {}, { 'cameras.revoke': (s) => s.cameras.revoke(at.cameraId) }),
    ...asks('camera.settings', supervisor, {}, { 'settings.get': (s) => s.settings.get(at.cameraId) }),
    ...asks(
      'camera.configure',
      administrator,
      {},
      { 'settings.change': (s) => s.settings.change(at.cameraId, { plateWidthMin: 12 }) },
    ),
    ...asks('camera.health', officer, {}, { 'health.list': (s) => s.health.list() }),
    ...asks('camera.look', supervisor, {}, { 'cameras.look': (s) => s.cameras.look(at.agency.cameras[0].cameraId) }),
    ...asks(
      'camera.quality',
      supervisor,
      {},
      {
        'quality.cameras': (s) => s.quality.cameras(),
        'quality.camera': (s) => s.quality.camera(at.cameraId),
        'quality.count#hour': (s) => s.quality.count([at.cameraId, at.agency.cameras[0].cameraId], ...span(), 'hour'),
        'quality.count#camera': (s) => s.quality.count([at.agency.cameras[0].cameraId], ...span(), 'camera'),
      },
    ),
  ];
};
