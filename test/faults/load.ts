// Cameras under load that behave as cameras should: a frame is kept and sent again, under the same number, until it is
// acknowledged. What was acknowledged is written down; that list is what the platform is held to.
import { setTimeout as wait } from 'node:timers/promises';
import type { AgencyId, CameraId } from '../../src/core/ids.js';
import type { TestCamera } from '../support/agencies.js';
import { postFrame, smallJpeg } from '../support/cameras.js';

export interface Acknowledged {
  readonly frameId: string;
  readonly agencyId: AgencyId;
  readonly cameraId: CameraId;
  readonly sequence: number;
  readonly atMs: number;
}

/** Loads begun so far, so that each counts its frames from a number of its own. */
let loads = 0;

export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Attempts that were not acknowledged: refused connections, broken answers, 503. */
  unanswered = 0;
  private readonly ending = new AbortController();
  private readonly senders: Promise<void>[];

  /** @param pauseMs between two frames of one camera */
  constructor(
    private readonly address: string,
    cameras: readonly TestCamera[],
    private readonly pauseMs: number,
  ) {
    loads += 1;
    this.senders = cameras.map((camera) => this.send(camera, loads * 1_000_000));
    for (const sender of this.senders) sender.catch(() => undefined);
  }

  /** Sends no new frame; resolves when each one begun is acknowledged. */
  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.senders);
  }

  async untilAcknowledged(count: number): Promise<void> {
    const failed = Promise.all(this.senders);
    failed.catch(() => undefined);
    while (this.acknowledged.length < count) await Promise.race([wait(20), failed.then(() => wait(20))]);
  }

  private async send(camera: TestCamera, first: number): Promise<void> {
    for (let sequence = first; !this.ending.signal.aborted; sequence += 1) {
      const body = await smallJpeg(sequence);
      const capturedAt = new Date();
      for (let sent = false; !sent;) {
        sent = await this.attempt(camera, sequence, body, capturedAt);
        if (!sent) await wait(100);
      }
      await wait(this.pauseMs, undefined, { signal: this.ending.signal }).catch(() => undefined);
    }
  }

  private async attempt(camera: TestCamera, sequence: number, body: Uint8Array, capturedAt: Date): Promise<boolean> {
    const { credentialId, privateKey, agencyId, cameraId } = camera;
    try {
      const response = await postFrame(this.address, { credentialId, key: privateKey }, body, { sequence, capturedAt });
      const answer = (await response.json()) as { frameId: string; detail?: string };
      if (response.status === 503 || response.status === 429) {
        this.unanswered += 1;
        return false;
      }
      if (response.status !== 202) throw new Refused(`a frame was answered ${response.status}: ${answer.detail}`);
      this.acknowledged.push({ frameId: answer.frameId, agencyId, cameraId, sequence, atMs: Date.now() });
      return true;
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.unanswered += 1;
      return false;
    }
  }
}

/** A good frame that was refused: a fault of the platform, not of the moment. */
class Refused extends Error {}
