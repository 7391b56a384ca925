// Entries for the tests of who may say what in whose log: well formed as the house writes them, then bent where a test wants it.
import type pg from 'pg';
import { sealEntry } from '../../src/audit/entry.js';
import type { TestAgency } from './agencies.js';
import { attempt } from './forge.js';
import type { Probe } from './probes.js';
import { tell } from './walls.js';

export interface Bent {
  /** Whose log it is put into; the one that it names where not told. */
  readonly into?: TestAgency;
  readonly kind?: string;
  readonly outcome?: 'done' | 'refused';
  /** What its `by` says instead of the acting officer. */
  readonly by?: Readonly<Record<string, string>>;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Personal fields, opened beside it. */
  readonly personal?: Readonly<Record<string, string>>;
  /** Changes the text of the body at last. */
  readonly body?: (body: string) => string;
  /** Opened values that are put over those of the entry. */
  readonly opened?: Readonly<Record<string, unknown>>;
}

/** The values of an insert of (agency_id, body, opened): an entry about what `by` does, in the log of `log`. */
export const entryValues = (by: TestAgency, log: TestAgency, bent: Bent = {}): [string, string, string] => {
  const { officer } = by.members;
  const { kind = 'read.search', outcome = 'done', facts = {}, personal = {} } = bent;
  const { body, opened } = sealEntry({
    kind,
    agencyId: log.agencyId,
    by: { agencyId: by.agencyId, kind: 'member', id: officer.memberId, ...bent.by },
    outcome,
    facts: facts as never,
    personal,
  });
  return [
    (bent.into ?? log).agencyId,
    bent.body ? bent.body(body) : body,
    JSON.stringify({ ...opened, ...bent.opened }),
  ];
};

export const appendEntry = 'insert into log_entries (agency_id, body, opened) values ($1, $2, $3)';

/** Says that this agency's officer acts. */
export const actAs = async (client: pg.ClientBase, agency: TestAgency): Promise<void> => {
  await tell(client, agency.agencyId);
  await client.query(`select set_config('plateward.actor_id', $1, true)`, [agency.members.officer.memberId]);
};

/** Told when an entry is taken, from the app as an agency's officer or from the front door. */
export const taken =
  (role: 'plateward_app' | 'plateward_door', acting: TestAgency, values: () => [string, string, string]): Probe =>
  async (client) => {
    await client.query(`set local role ${role}`);
    await actAs(client, acting);
    const outcome = await attempt(client, appendEntry, values());
    return 'rows' in outcome ? `the entry was taken: ${values()[1].slice(0, 120)}` : undefined;
  };

/** Who acted, as a row of the log tells it. */
export const actorOf = (row: Readonly<Record<string, unknown>>): string | undefined => {
  const { opened, body } = row as { opened: Record<string, { value: string }>; body: string };
  return opened['member']?.value ?? (JSON.parse(body) as { by: { id?: string } }).by.id;
};
