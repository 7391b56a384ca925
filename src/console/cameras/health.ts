// What is said of a camera's standing, its clock and its refusals.
import type { CamerasHealth } from '../../agencies/cameras-health.schema.js';
import { clockSecondsWorth, silentMinutes } from '../../core/camera-health.js';
import type { Json } from '../api/json.js';

export type Health = Json<CamerasHealth>['cameras'][number];

export const sayStanding: Readonly<Record<Health['standing'], string>> = {
  ok: 'Works',
  silent: `Silent: no frame for ${silentMinutes} minutes`,
  refused: 'Turned away: its credential was refused',
  quarantine: 'Its newest frame cannot be read',
  never: 'No frame yet',
  no_credential: 'No credential: it cannot send',
  ended: 'Ended',
};

/** Whether somebody should look after it. */
export const needsCare = ({ standing }: Health): boolean => standing !== 'ok' && standing !== 'ended';

const refusals: Readonly<Record<string, string>> = {
  camera_signature: 'its signature did not fit',
  credential_revoked: 'the credential was revoked',
  clock_skew: 'its clock is off by more than five minutes',
  nonce_replayed: 'it sent one request twice',
};

export const sayRefusal = (rule: string): string => refusals[rule] ?? rule;

/** How far its clock is off. */
export const sayClock = ({ clock }: Health): string => {
  if (!clock) return 'not known yet';
  const seconds = Math.abs(clock.seconds);
  if (seconds < 2) return 'as ours';
  const off = `${seconds} seconds ${clock.seconds > 0 ? 'ahead' : 'behind'}`;
  return seconds > clockSecondsWorth ? `${off}: set it` : off;
};

export const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);
