// Probes of what keeps the keys of a log: told when a key takes another's place otherwise than by an entry of two administrators.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { sealEntry } from '../../src/audit/entry.js';
import { verifierKey, originOf } from '../../src/audit/checkpoint.js';
import type { TestAgency } from './agencies.js';
import { appendEntry } from './entries.js';
import type { Probe } from './probes.js';

const changeId = '33333333-3333-4333-8333-333333333333';
const publicKey = createHash('sha256').update('a probe').digest();

const newest = async (c: pg.ClientBase, agencyId: string): Promise<{ number: number; public_key: Buffer }> =>
  (
    await c.query<{ number: number; public_key: Buffer }>(
      'select number, public_key from log_keys where agency_id = $1 order by number desc limit 1',
      [agencyId],
    )
  ).rows[0]!;

const nextRow = (c: pg.ClientBase, agencyId: string, number: number) =>
  c.query('insert into log_keys (agency_id, number, public_key, sealed_key) values ($1, $2, $3, $3)', [
    agencyId,
    number,
    publicKey,
  ]);

/** The entries of a proposal and of what is done about it. */
const tells = async (
  c: pg.ClientBase,
  { agencyId, members: { administrator } }: TestAgency,
  by: string,
  more: Readonly<Record<string, string | number>> = {},
): Promise<number> => {
  const { number, public_key: before } = await newest(c, agencyId);
  // Whoever acts is an administrator.
  await c.query(`update members set role = 'administrator' where agency_id = $1 and id = $2`, [agencyId, by]);
  await nextRow(c, agencyId, number + 1);
  const key = (bytes: Uint8Array): string => verifierKey(originOf(agencyId), bytes);
  const facts = {
    ...{ changeId, cause: 'scheduled', number: number + 1, before: key(before), key: key(publicKey) },
    ...{ possession: Buffer.alloc(64).toString('base64'), destroyed: true, ...more },
  };
  for (const [kind, member, said] of [
    ['logkey.propose', administrator.memberId, { changeId, cause: 'scheduled' }],
    ['logkey.rotate', by, facts],
  ] as const) {
    await c.query(`select set_config('plateward.actor_id', $1, true)`, [member]);
    const who = { agencyId, kind: 'member', id: member, role: 'administrator' } as const;
    const { body, opened } = sealEntry({ kind, agencyId, by: who, outcome: 'done', facts: said, personal: {} });
    await c.query(appendEntry, [agencyId, body, opened]);
  }
  return number + 1;
};

const refusedBy = async (work: Promise<unknown>, code: string, otherwise: string): Promise<string | undefined> => {
  try {
    await work;
  } catch (error) {
    if ((error as { code?: string }).code === code) return undefined;
    throw error;
  }
  return otherwise;
};

/** Told when the entry of two administrators puts no key in the place of another. */
export const replacesNothing =
  (agency: TestAgency): Probe =>
  async (c) => {
    const number = await tells(c, agency, agency.members.supervisor.memberId);
    const { rows } = await c.query<{ key_number: number; entry: string | null }>(
      'select h.key_number, k.entry from log_heads h join log_keys k using (agency_id) where agency_id = $1 and number = $2',
      [agency.agencyId, number],
    );
    return rows[0]?.key_number === number && rows[0].entry !== null ? undefined : 'the entry replaced no key';
  };

/** Told when one administrator can both propose to replace the key and do it. */
export const replacesAlone =
  (agency: TestAgency): Probe =>
  (c) =>
    refusedBy(tells(c, agency, agency.members.administrator.memberId), 'PW056', 'who proposed it replaced the key');

/** Told when an entry can name another key than is there, or another than signs. */
export const replacesAnother =
  (agency: TestAgency, fact: 'key' | 'before'): Probe =>
  (c) => {
    const another = verifierKey(originOf(agency.agencyId), createHash('sha256').update('another').digest());
    return refusedBy(
      tells(c, agency, agency.members.supervisor.memberId, { [fact]: another }),
      'PW056',
      `another key is told of as ${fact}`,
    );
  };

/** Told when a key can be made of which no entry tells. */
export const madeUntold =
  (agency: TestAgency): Probe =>
  async (c) => {
    await nextRow(c, agency.agencyId, (await newest(c, agency.agencyId)).number + 1);
    return refusedBy(c.query('set constraints all immediate'), 'PW056', 'a key was made of which no entry tells');
  };

/** Told when a key can be made, or its last head kept, by nobody. */
export const makesNone =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    const { number } = await newest(c, agencyId);
    await c.query(`update agencies set log_key_proposal = '{}' where agency_id = $1`, [agencyId]);
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    const { rowCount } = await nextRow(c, agencyId, number + 1).catch(() => ({ rowCount: 0 }));
    return rowCount === 1 ? undefined : 'a key that is proposed cannot be made';
  };
export const handsOverNone =
  (agency: TestAgency): Probe =>
  async (c) => {
    const number = await tells(c, agency, agency.members.supervisor.memberId);
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agency.agencyId]);
    const update = (text: string, at: number) =>
      c.query(`update log_keys set ${text} where agency_id = $1 and number = $2`, [agency.agencyId, at]);
    const handed = await update(`handover = 'a head'`, number);
    const destroyed = await update('sealed_key = null', number - 1);
    return handed.rowCount === 1 && destroyed.rowCount === 1 ? undefined : 'the key before cannot end its turn';
  };

/** Told when a process can make a key that nobody proposed. */
export const makesUnproposed =
  ({ agencyId }: TestAgency): Probe =>
  async (c) => {
    const { number } = await newest(c, agencyId);
    await c.query('update agencies set log_key_proposal = null where agency_id = $1', [agencyId]);
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agencyId]);
    return refusedBy(nextRow(c, agencyId, number + 1), '42501', 'a key was made that nobody proposed');
  };

/** Told when a key can be destroyed before it has signed its last head. */
export const destroysEarly =
  (agency: TestAgency): Probe =>
  async (c) => {
    const number = await tells(c, agency, agency.members.supervisor.memberId);
    await c.query('set local role plateward_app');
    await c.query(`select set_config('plateward.agency_id', $1, true)`, [agency.agencyId]);
    const destroy = c.query('update log_keys set sealed_key = null where agency_id = $1 and number = $2', [
      agency.agencyId,
      number - 1,
    ]);
    return refusedBy(destroy, 'PW004', 'a key was destroyed before it signed its last head');
  };

/** Told when a key can be replaced that has not ended the turn of the one before. */
export const replacesTwice =
  (agency: TestAgency): Probe =>
  async (c) => {
    await tells(c, agency, agency.members.supervisor.memberId);
    await c.query(`update agencies set log_key_proposal = null where agency_id = $1`, [agency.agencyId]);
    return refusedBy(
      tells(c, agency, agency.members.supervisor.memberId),
      'PW056',
      'a key was replaced before the one before it ended',
    );
  };

/** Told when the last head of a key can be exchanged, or the entry that replaced it. */
export const handsOverTwice =
  (agency: TestAgency): Probe =>
  async (c) => {
    const number = await tells(c, agency, agency.members.supervisor.memberId);
    const update = `update log_keys set handover = $3 where agency_id = $1 and number = $2`;
    await c.query(update, [agency.agencyId, number, 'a head']);
    const again = c.query(update, [agency.agencyId, number, 'another head']);
    return refusedBy(again, 'PW004', 'the last head of a key was exchanged');
  };
export const tellsTwice =
  (agency: TestAgency): Probe =>
  async (c) => {
    const number = await tells(c, agency, agency.members.supervisor.memberId);
    const again = c.query('update log_keys set entry = 0 where agency_id = $1 and number = $2', [
      agency.agencyId,
      number,
    ]);
    return refusedBy(again, 'PW004', 'the entry of a key was exchanged');
  };

/** Told when a key is replaced on the word of somebody who is no administrator any more, or by one who is none. */
export const replacesWithoutStanding =
  (agency: TestAgency, who: 'proposer' | 'actor'): Probe =>
  async (c) => {
    const { supervisor, administrator } = agency.members;
    await c.query(`create function leaves() returns trigger language plpgsql as $$ begin
        if new.body like '%logkey.rotate%' then update members set status = 'ended' where id = '${who === 'proposer' ? administrator.memberId : supervisor.memberId}'; end if;
        return new; end $$;
      create trigger aa_leaves before insert on log_entries for each row execute function leaves()`);
    return refusedBy(
      tells(c, agency, supervisor.memberId),
      'PW056',
      `a key was replaced without the standing of its ${who}`,
    );
  };
