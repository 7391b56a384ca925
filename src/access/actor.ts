// Who asks. Made by the front door from a cookie, a camera's credential or a process's start-up, never from a request's body.
// An actor is confined to one agency; a role is not part of it, because a role is looked up anew at each demand.
import type { AgencyId, CameraId, CredentialId, MemberId, SessionId } from '../core/ids.js';

export interface MemberActor {
  readonly kind: 'member';
  readonly agencyId: AgencyId;
  readonly memberId: MemberId;
  readonly sessionId: SessionId;
  /** Network address from which the act is asked for, where a request says so. */
  readonly network?: string;
}

export interface CameraActor {
  readonly kind: 'camera';
  readonly agencyId: AgencyId;
  readonly cameraId: CameraId;
  readonly credentialId: CredentialId;
}

/** A process of the platform working inside one agency. */
export interface MachineActor {
  readonly kind: 'machine';
  readonly agencyId: AgencyId;
  readonly machine: 'recognize' | 'sweep' | 'deliver' | 'publish' | 'canary' | 'witness';
}

export type Actor = MemberActor | CameraActor | MachineActor;

/** The id under which an actor stands in the log and in the transaction's setting. */
export const actorId = (actor: Actor): string => {
  switch (actor.kind) {
    case 'member':
      return actor.memberId;
    case 'camera':
      return actor.cameraId;
    case 'machine':
      return actor.machine;
  }
};
