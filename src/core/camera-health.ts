// What a camera's standing is called, from what is known of it. The first that holds is told.

/** Without a frame for so long a camera is called silent, in minutes. */
export const silentMinutes = 60;
/** A clock that is off by more is worth setting, in seconds; beyond 300 its requests are refused. */
export const clockSecondsWorth = 30;

export const cameraStandings = ['ended', 'no_credential', 'refused', 'never', 'quarantine', 'silent', 'ok'] as const;
export type CameraStanding = (typeof cameraStandings)[number];

export interface KnownOfCamera {
  readonly revoked: boolean;
  /** Credentials that are not revoked. */
  readonly credentials: number;
  /** When one of them was last let in. */
  readonly seenAt: Date | null;
  /** When one of its credentials was last turned away. */
  readonly refusedAt: Date | null;
  /** Its newest frame. */
  readonly lastFrameAt: Date | null;
  readonly lastFrameQuarantined: boolean;
}

export const standingOfCamera = (camera: KnownOfCamera, now: Date): CameraStanding => {
  const { revoked, credentials, seenAt, refusedAt, lastFrameAt, lastFrameQuarantined } = camera;
  if (revoked) return 'ended';
  if (credentials === 0) return 'no_credential';
  if (refusedAt && (!seenAt || refusedAt > seenAt)) return 'refused';
  if (!lastFrameAt) return 'never';
  if (lastFrameQuarantined) return 'quarantine';
  return now.getTime() - lastFrameAt.getTime() > silentMinutes * 60_000 ? 'silent' : 'ok';
};
