// How many streams of events are open at once in this process: a member's, and all of them. Each looks into the database a few times a
// second, so without these bounds one member's windows would be everybody's load. It holds numbers only.
import { actorId, type Actor } from '../access/actor.js';
import { tooMany, unavailable } from '../core/errors.js';

const memberMaxDefault = 4;
const allMax = 64;
const waitSeconds = 5;

export class OpenStreams {
  private readonly ofMember = new Map<string, number>();
  private all = 0;

  constructor(private readonly memberMax = memberMaxDefault) {}

  /**
   * Takes a place for one stream of this member.
   * @returns gives the place back; to call it again does nothing
   * @throws PlatewardError 429 `streams_member`; 503 `streams_full`
   */
  take(actor: Actor): () => void {
    const key = `${actor.agencyId} ${actorId(actor)}`;
    const own = this.ofMember.get(key) ?? 0;
    if (own >= this.memberMax)
      throw tooMany(
        'streams_member',
        `You have ${this.memberMax} streams of events open already; close one.`,
        waitSeconds,
      );
    if (this.all >= allMax)
      throw unavailable(
        'streams_full',
        'As many streams of events are open as this service can serve. Come back in a moment.',
        waitSeconds,
      );
    this.ofMember.set(key, own + 1);
    this.all += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.all -= 1;
      const left = (this.ofMember.get(key) ?? 1) - 1;
      if (left > 0) this.ofMember.set(key, left);
      else this.ofMember.delete(key);
    };
  }
}
