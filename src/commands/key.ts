// `plateward key add|list|revoke`: the keys with which an administrator approves grants. The private half is made here, kept in a file for
// its owner only, and never sent; whoever holds the file and the password approves in his name.
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { keyProof } from '../access/grant-document.js';
import { loadConfig } from '../config/config.js';
import type { AgencyId } from '../core/ids.js';
import { conflict, invalid } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { writeOnce } from './secrets.js';
import { answer } from './say.js';

const keyFile = z.object({ plateward: z.literal('approver-key'), keyId: z.string(), privateKey: z.string() });
const who = z.object({ member: z.object({ id: z.string() }), agency: z.object({ id: z.custom<AgencyId>() }) });
const added = z.object({ id: z.string() });
const listed = z.object({
  keys: z.array(
    z.object({ id: z.string(), memberId: z.string(), createdAt: z.string(), revokedAt: z.string().nullable() }),
  ),
});

export interface WithKey extends AsMember {
  readonly key?: string;
}

/** The usual place of a member's key. */
export const approverKeyFile = ({ agency, as, key }: WithKey): string =>
  path.resolve(
    key ??
      path.join(
        loadConfig().DATA_DIR,
        'approvers',
        `${agency}-${as}`.replace(/[^a-z0-9-]+/gi, '-').toLowerCase() + '.json',
      ),
  );

/** A key's id and what it signs with. @throws PlatewardError `key_file` */
export const readApproverKey = async (file: string): Promise<{ keyId: string; sign: (text: string) => string }> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw invalid('key_file', `There is no key ${file}. \`key add\` makes one; --key names another file.`);
  });
  try {
    const { keyId, privateKey } = keyFile.parse(JSON.parse(text));
    const key = createPrivateKey(privateKey);
    return { keyId, sign: (said) => signed(key, said) };
  } catch {
    throw invalid('key_file', `${file} is no approver's key. \`key add\` makes one.`);
  }
};

const signed = (key: KeyObject, text: string): string => sign(null, Buffer.from(text, 'utf8'), key).toString('base64');

const add = async (options: WithKey): Promise<void> => {
  const file = approverKeyFile(options);
  if ((await readFile(file).catch(() => undefined)) !== undefined)
    throw conflict(
      'key_file',
      `${file} is there already, and a key is never overwritten. Name another file with --key.`,
    );
  await asMember(options, async (client) => {
    const { member, agency } = await client.get('/api/v1/sessions/current', who);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
    const proof = signed(privateKey, keyProof(agency.id, member.id, raw));
    const { id } = await client.post('/api/v1/approver-keys', { publicKey: raw, proof }, added);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const content: z.infer<typeof keyFile> = { plateward: 'approver-key', keyId: id, privateKey: pem };
    await writeOnce(file, `${JSON.stringify(content, null, 2)}\n`);
    answer(`${options.as} of ${client.agencyName} approves with the key ${id} from now on.`);
    answer(`Its private half is in ${file} and nowhere else. Keep that file for yourself.`);
  });
};

const list = async (options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { keys } = await client.get('/api/v1/approver-keys', listed);
    if (keys.length === 0) answer('No key approves grants of this agency yet; add one with `key add`.');
    for (const { id, memberId, createdAt, revokedAt } of keys)
      answer(
        `${id}  of ${memberId}  since ${createdAt.slice(0, 16)}Z  ${revokedAt ? `ended ${revokedAt.slice(0, 16)}Z` : 'live'}`,
      );
  });

const revoke = async (id: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    await client.post(`/api/v1/approver-keys/${encodeURIComponent(id)}/revocation`, {}, added);
    answer(`The key ${id} approves nothing more. What it has approved stays; end a grant with \`grant revoke\`.`);
  });

export const keyOption = 'file of your key (default: the one that `key add` made for you on this machine)';

export const keyCommand = (): Command =>
  new Command('key')
    .addCommand(
      signingIn(
        new Command('add').description('make a key that approves grants; its private half stays on this machine'),
      )
        .option('--key <file>', 'where to write it')
        .action(add),
    )
    .addCommand(
      signingIn(
        new Command('list').description('the public halves of the keys that approve'),
        'an administrator or auditor of that agency',
      ).action(list),
    )
    .addCommand(
      signingIn(new Command('revoke').description('end a key').argument('<key>', 'its id, as `list` shows it')).action(
        revoke,
      ),
    );
