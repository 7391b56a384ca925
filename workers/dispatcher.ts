// Whose frame is read next. A worker has a few slots; agencies with work take them in turn, and none may hold them all, so that a
// flood from one, or its slow pictures, never keeps another waiting for more than one frame. It holds no job: a slot asks
// Postgres for the agency's next one only when it begins.
import type { AgencyId } from '../src/core/ids.js';

/**
 * Takes one job of an agency and does it to its end. `none`: the agency had no job. `pause`: it had, but the next would fare no
 * better just now.
 */
export type Serve = (agencyId: AgencyId) => Promise<'served' | 'none' | 'pause'>;

interface Bell {
  readonly rungAtMs: number;
  readonly answered: () => void;
}

interface Line {
  readonly agencyId: AgencyId;
  readonly bells: Bell[];
  running: number;
  /** Work was left lying: go on without bells until there is none. */
  draining: boolean;
  /** When a claim that found nothing was begun. */
  emptyAtMs: number;
}

/** How far the clocks of whoever rings and whoever hears may be apart. */
const clockMarginMs = 2_000;

export class Dispatcher {
  private readonly lines = new Map<AgencyId, Line>();
  private readonly perAgencyMax: number;
  private running = 0;
  private stopped = false;
  private readonly idle: (() => void)[] = [];

  /** @param slots frames worked on at once */
  constructor(
    private readonly serve: Serve,
    private readonly slots: number,
    private readonly onFault: (error: unknown, agencyId: AgencyId) => void,
    private readonly nowMs: () => number = () => Date.now(),
  ) {
    this.perAgencyMax = Math.max(1, slots - 1);
  }

  /** One more frame of the agency waits. Resolves when a slot has looked after it, or when we stop. */
  ring(agencyId: AgencyId, rungAt: Date): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((answered) => {
      this.line(agencyId).bells.push({ rungAtMs: rungAt.getTime(), answered });
      this.fill();
    });
  }

  /** The agency has work that nobody rang for, or whose bell was lost. */
  drain(agencyId: AgencyId): void {
    if (this.stopped) return;
    this.line(agencyId).draining = true;
    this.fill();
  }

  /** Begins nothing more; resolves when what is in hand is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const line of this.lines.values()) for (const bell of line.bells.splice(0)) bell.answered();
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private line(agencyId: AgencyId): Line {
    const line = this.lines.get(agencyId) ?? { agencyId, bells: [], running: 0, draining: false, emptyAtMs: 0 };
    this.lines.set(agencyId, line);
    return line;
  }

  private fill(): void {
    while (!this.stopped && this.running < this.slots) {
      const line = this.next();
      if (!line) return;
      // To the end of the row: the map keeps its order.
      this.lines.delete(line.agencyId);
      this.lines.set(line.agencyId, line);
      void this.run(line);
    }
  }

  private next(): Line | undefined {
    for (const line of this.lines.values()) {
      // What was rung for before a look that found nothing has been taken by somebody since.
      while (line.bells[0] && line.bells[0].rungAtMs + clockMarginMs < line.emptyAtMs) line.bells.shift()?.answered();
      if ((line.bells.length > 0 || line.draining) && line.running < this.perAgencyMax) return line;
    }
    return undefined;
  }

  private async run(line: Line): Promise<void> {
    const bell = line.bells.shift();
    this.running += 1;
    line.running += 1;
    const beganMs = this.nowMs();
    try {
      const outcome = await this.serve(line.agencyId);
      if (outcome !== 'served') line.draining = false;
      if (outcome === 'none') line.emptyAtMs = beganMs;
    } catch (error) {
      // Most likely the database is away. The sweep asks again in a moment; going on at once would only be noise.
      line.draining = false;
      this.onFault(error, line.agencyId);
    } finally {
      this.running -= 1;
      line.running -= 1;
      bell?.answered();
      this.fill();
      if (this.stopped && this.running === 0) for (const resolve of this.idle.splice(0)) resolve();
    }
  }
}
