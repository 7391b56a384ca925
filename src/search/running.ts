// How many searches run at once in this process: a member's, an agency's, and all of them. A search holds a connection of the
// database for as long as it runs, so without these bounds one member's slow searches would hold up everyone. It holds numbers
// only, and decides nothing about who may see what.
import { tooMany, unavailable } from '../core/errors.js';
import type { AgencyId, MemberId } from '../core/ids.js';

/** Connections that searches leave to everything else: frames, pictures, sign-ins of other agencies' members. */
const connectionsLeft = 2;
const waitSeconds = 2;

/** Searches that may run at once. */
export interface SearchBounds {
  readonly memberMax: number;
  readonly agencyMax: number;
  /** Connections of this process, of which searches leave some free. */
  readonly connectionsMax: number;
}

export class RunningSearches {
  private readonly ofMember = new Map<MemberId, number>();
  private readonly ofAgency = new Map<AgencyId, number>();
  private all = 0;
  private readonly allMax: number;

  constructor(private readonly bounds: SearchBounds) {
    this.allMax = Math.max(1, bounds.connectionsMax - connectionsLeft);
  }

  /**
   * Runs a search if there is room for it; nothing waits in line, because who waits in line holds up a request.
   * @throws PlatewardError 429 `searches_member`, `searches_agency`; 503 `searches_full`; whatever the search throws
   */
  async run<T>(
    { agencyId, memberId }: { agencyId: AgencyId; memberId: MemberId },
    search: () => Promise<T>,
  ): Promise<T> {
    const { memberMax, agencyMax } = this.bounds;
    if ((this.ofMember.get(memberId) ?? 0) >= memberMax)
      throw tooMany(
        'searches_member',
        `You already have ${memberMax} search(es) running. Wait for one to end, then search again.`,
        waitSeconds,
      );
    if ((this.ofAgency.get(agencyId) ?? 0) >= agencyMax)
      throw tooMany(
        'searches_agency',
        `Your agency already has ${agencyMax} search(es) running, which is its share. Wait a moment, then search again.`,
        waitSeconds,
      );
    if (this.all >= this.allMax)
      throw unavailable(
        'searches_full',
        'As many searches are running as this service can take. Wait a moment, then search again.',
        waitSeconds,
      );
    change(this.ofMember, memberId, 1);
    change(this.ofAgency, agencyId, 1);
    this.all += 1;
    try {
      return await search();
    } finally {
      change(this.ofMember, memberId, -1);
      change(this.ofAgency, agencyId, -1);
      this.all -= 1;
    }
  }
}

/** A count that reaches nought is forgotten, so that the map is never larger than what runs. */
const change = <Key>(counts: Map<Key, number>, key: Key, by: 1 | -1): void => {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
};
