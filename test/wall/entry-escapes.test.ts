// Triggers that look on are called where the letters that they look for are in an entry's body. Letters that are written as escapes are found,
// too: for each of them an entry that says its word so has the same effect, and without the look for escapes it has none. The same of each
// word itself, and of what says what an entry names.
import pg from 'pg';
import { afterAll, beforeAll, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { falls, without, type Probe } from '../support/probes.js';
import { watchers } from '../support/trigger-probes.js';
import { fullHouse, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await vault?.close();
  await database?.drop();
});

const words = {
  alert_raise: 'refused',
  refusal_watch: 'refused',
  agency_attested: 'agency.attest',
  canary_told: 'canary.run',
  witnesses_told: 'witnesses.away',
  policy_told: 'policy.set',
  opening_told: 'opening.ask',
  retention_told: 'retention.propose',
  counted_told: 'session.fail',
} as const;

/** The same statements, with the first letter of the word written as an escape in every body of an entry. */
const escaped =
  (probe: Probe, word: string): Probe =>
  (c) =>
    probe(
      new Proxy(c, {
        get: (target, name) => {
          if (name !== 'query') return Reflect.get(target, name) as unknown;
          return (text: string, values?: unknown[]) =>
            target.query(
              text,
              values?.map((value) =>
                typeof value === 'string' && value.startsWith('{"')
                  ? value.replace(
                      `:"${word}"`,
                      `:"\\u${word.charCodeAt(0).toString(16).padStart(4, '0')}${word.slice(1)}"`,
                    )
                  : value,
              ),
            );
        },
      }),
    );

/** The function that says whether an entry is heard, with one look left out. */
const heard = (look: string): string =>
  without('create function entry_heard(', 'end $$;', look).replace('create function', 'create or replace function');
const looked = (word: string): string =>
  /^(refused|agency[.]attest|session[.]fail|refusal[.]count)$/.test(word) ? word : word.replace(/[.].*/, '.');

it.each(Object.entries(words))('%s finds an escaped word', async (trigger, word) => {
  const probe = watchers(() => house)[trigger]!();
  await falls(client, escaped(probe, word), heard(`position('\\' in body) = 0`));
  await falls(client, probe, heard(`position('${looked(word)}' in body) = 0`));
});
