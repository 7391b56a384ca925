// `plateward camera list`, `camera credential add` and `revoke`, and `camera end`: which cameras an agency has, with what each of them signs, and how that ends.
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { conflict, invalid } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import type { MemberClient } from './api-client.js';
import { findCamera } from './camera-find.js';
import { cameraKeyFileOf } from './camera-key.js';
import { newCameraKey } from './demo-data.js';
import { answer, say } from './say.js';

const camera = z.looseObject({
  id: z.string(),
  name: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  status: z.string(),
  credentials: z.array(
    z.looseObject({ id: z.string(), scheme: z.string(), createdAt: z.string(), revokedAt: z.string().nullable() }),
  ),
});
const list = z.object({ cameras: z.array(camera) });
const added = z.object({ id: z.string() });
const acted = z.object({ receipt: z.looseObject({ entry: z.int() }) });

const show = (options: AsMember & { readonly json?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const { cameras } = await client.get('/api/v1/cameras', list);
    if (cameras.length === 0) say(`${client.agencyName} has no camera yet.`);
    for (const each of cameras) {
      if (options.json) {
        answer(JSON.stringify(each));
        continue;
      }
      const { id, name, latitude, longitude, status, credentials } = each;
      answer(
        [
          name,
          id,
          latitude === null || longitude === null ? 'no place' : `at ${latitude},${longitude}`,
          status === 'active' ? 'in use' : 'ended',
        ].join('  '),
      );
      for (const { id: credential, scheme, createdAt, revokedAt } of credentials)
        answer(
          `  credential ${credential}  ${scheme}  since ${createdAt.slice(0, 10)}${revokedAt === null ? '' : `, revoked ${revokedAt.slice(0, 19)}Z`}`,
        );
    }
  });

/** Where a new key is written; nothing may be there yet. @throws PlatewardError `key_file` */
export const freeKeyFile = async (file: string): Promise<string> => {
  const full = path.resolve(file);
  await mkdir(path.dirname(full), { recursive: true, mode: 0o700 });
  const there = await access(full).then(
    () => true,
    () => false,
  );
  if (there)
    throw conflict(
      'key_file',
      `${full} is there already, and a camera's key is never overwritten. Name another file with --key.`,
    );
  return full;
};

/** Makes a key pair, gives the public half to the camera and writes the private one to the file, for its owner alone. @returns id of the credential */
export const giveCredential = async (
  client: MemberClient,
  { id, name }: { readonly id: string; readonly name: string },
  file: string,
): Promise<string> => {
  const { privateKey, publicKey } = newCameraKey();
  const credential = await client.post(`/api/v1/cameras/${id}/credentials`, { scheme: 'ed25519', publicKey }, added);
  const content = { camera: name, credentialId: credential.id, privateKey };
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return credential.id;
};

const give = async (name: string, options: AsMember & { readonly key?: string }): Promise<void> => {
  const usual = cameraKeyFileOf(options.agency, name).replace(
    /\.json$/,
    `-${new Date().toISOString().slice(0, 10)}.json`,
  );
  const file = await freeKeyFile(options.key ?? usual);
  await asMember(options, async (client) => {
    const found = await findCamera(client, name);
    const id = await giveCredential(client, found, file);
    answer(`"${found.name}" has one more credential, ${id}; its private key is in ${file}. Keep that file secret.`);
    answer('The ones before go on until each is revoked: plateward camera credential revoke.');
  });
};

const revoke = (name: string, credential: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { id } = await findCamera(client, name);
    const { cameras } = await client.get('/api/v1/cameras', list);
    const of = cameras.find((each) => each.id === id)?.credentials.filter(({ revokedAt }) => revokedAt === null) ?? [];
    if (!of.some((each) => each.id === credential))
      throw invalid(
        'credential_unknown',
        `"${name}" has no credential ${credential} in force. ${of.length > 0 ? `It has: ${of.map((each) => each.id).join(', ')}.` : 'It has none.'}`,
      );
    const { receipt } = await client.delete(`/api/v1/cameras/${id}/credentials/${credential}`, acted);
    answer(`The credential ${credential} of "${name}" is revoked. What is signed with it is turned away from now on.`);
    if (of.length === 1) answer('It was the last one: this camera can send nothing until it has another.');
    say(`On record as entry ${receipt.entry}.`);
  });

const end = (name: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const found = await findCamera(client, name);
    const { receipt } = await client.post(`/api/v1/cameras/${found.id}/revocation`, {}, acted);
    answer(`"${found.name}" and its credentials have ended, for good. What it sent is kept as long as all else.`);
    say(`On record as entry ${receipt.entry}.`);
  });

const named = (command: Command): Command => command.argument('<camera>', 'its name or id');

export const cameraListCommand = (): Command =>
  signingIn(new Command('list').description('the cameras, and the credentials of each'), 'a member of that agency')
    .option('--json', 'one JSON object a line')
    .action(show);

export const cameraCredentialCommand = (): Command =>
  new Command('credential')
    .description('with what a camera signs its frames')
    .addCommand(
      named(signingIn(new Command('add').description('give a camera one more credential and write its key to a file')))
        .option('--key <file>', 'where the private key is written (default: in the data folder, with the day)')
        .action(give),
    )
    .addCommand(
      named(signingIn(new Command('revoke').description('revoke one credential of a camera, at once')))
        .argument('<credential>', 'its id, as `camera list` shows it')
        .action(revoke),
    );

export const cameraEndCommand = (): Command =>
  named(signingIn(new Command('end').description('end a camera and all its credentials, for good'))).action(end);
