// Makes the demo agencies as anyone would make real ones: enrolled at the front door, everything else over HTTP by their own
// administrators. Safe to repeat: what is there already stays, and there is never a grant between them.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { unavailable } from '../core/errors.js';
import { packForState, readPacks } from '../config/pack-files.js';
import type { FrontDoor } from '../vault/front-door.js';
import { ApiFault, bootstrapAdministrator, MemberClient } from './api-client.js';
import { demoPolicy } from './demo-policy.js';
import { saveDemo, type Demo, type DemoAgency, type DemoCamera } from './demo-data.js';

const added = z.object({ id: z.string() });
const members = z.object({ members: z.array(z.object({ login: z.string() })) });
const cameras = z.object({
  cameras: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      credentials: z.array(z.object({ id: z.string(), revokedAt: z.string().nullable() })),
    }),
  ),
});

/** Signs the demo administrator in, making him the first time. */
const administratorOf = async (url: string, agency: DemoAgency): Promise<MemberClient> => {
  const one = agency.members.find((each) => each.role === 'administrator');
  if (!one) throw unavailable('demo_damaged', `The demo agency ${agency.slug} has no administrator in demo.json.`);
  try {
    return await MemberClient.signIn(url, agency.slug, one.login, one.password);
  } catch (error) {
    if (!(error instanceof ApiFault) || error.status !== 401) throw error;
    if (!agency.token)
      throw unavailable(
        'demo_foreign',
        `The agency ${agency.slug} is already there with passwords that demo.json does not know. Start with --empty, or move the data folder away to begin anew.`,
      );
  }
  await bootstrapAdministrator(url, agency.slug, {
    token: agency.token,
    login: one.login,
    name: one.name,
    password: one.password,
  });
  return MemberClient.signIn(url, agency.slug, one.login, one.password);
};

const shownPolicy = z.object({ missing: z.array(z.string()) });

const publicKeyOf = ({ privateKey }: DemoCamera): string =>
  createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' }).toString('base64');

const seedAgency = async (url: string, agency: DemoAgency, save: () => Promise<void>): Promise<void> => {
  const administrator = await administratorOf(url, agency);
  const present = await administrator.get('/api/v1/members', members);
  for (const { login, role, name, password } of agency.members)
    if (!present.members.some((each) => each.login === login))
      await administrator.post('/api/v1/members', { login, role, name, password }, added);
  const { missing } = await administrator.get('/api/v1/agencies/current/policy', shownPolicy);
  if (missing.length > 0)
    await administrator.put('/api/v1/agencies/current/policy', demoPolicy(agency.name), shownPolicy);
  const known = await administrator.get('/api/v1/cameras', cameras);
  for (const camera of agency.cameras) {
    const { name, latitude, longitude, bearing } = camera;
    const found = known.cameras.find((each) => each.name === name);
    if (found?.credentials.some((each) => each.id === camera.credentialId && each.revokedAt === null)) continue;
    const { id } =
      found ?? (await administrator.post('/api/v1/cameras', { name, latitude, longitude, bearing }, added));
    const credential = await administrator.post(
      `/api/v1/cameras/${id}/credentials`,
      { scheme: 'ed25519', publicKey: publicKeyOf(camera) },
      added,
    );
    camera.credentialId = credential.id;
    await save();
  }
  await administrator.signOut();
};

/**
 * Brings both agencies to where the demo wants them.
 * @param front to enrol them; all the rest goes over HTTP to `url`
 */
export const seedDemo = async (
  url: string,
  front: FrontDoor,
  folder: string,
  demo: Demo,
  say: (line: string) => void,
): Promise<void> => {
  const packs = await readPacks();
  const save = () => saveDemo(folder, demo);
  for (const agency of demo.agencies) {
    if (!(await front.findAgency(agency.slug))) {
      say(`enrolling the demo agency ${agency.name}`);
      const { slug, name, legalClass, state } = agency;
      const { token } = await front.enrolAgency({
        slug,
        name,
        legalClass,
        state,
        pack: packForState(packs, state),
        approvalsNeeded: 1,
      });
      agency.token = token;
      delete agency.fedUntil;
      for (const camera of agency.cameras) delete camera.credentialId;
      await save();
    }
    await seedAgency(url, agency, save);
  }
};
