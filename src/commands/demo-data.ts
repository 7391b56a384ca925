// The two demo agencies: what they are called, and the file that remembers their passwords and camera keys between starts,
// readable for its owner only. It is for trying things out; a real agency is enrolled with `agency add`.
import { generateKeyPairSync, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { unavailable } from '../core/errors.js';
import { legalClass, role, roles } from '../core/roles.js';

const member = z.object({ login: z.string(), role, name: z.string(), password: z.string() });
const camera = z.object({
  name: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  bearing: z.number().optional(),
  /** PKCS #8, PEM. */
  privateKey: z.string(),
  credentialId: z.string().optional(),
});
const agency = z.object({
  slug: z.string(),
  name: z.string(),
  state: z.string(),
  legalClass,
  token: z.string().optional(),
  members: z.array(member),
  cameras: z.array(camera),
  /** A frame of the last full feed; while it is there, nothing is fed again. */
  fedUntil: z.string().optional(),
});
const demo = z.object({ version: z.literal(1), agencies: z.array(agency) });

export type DemoCamera = z.infer<typeof camera>;
export type DemoAgency = z.infer<typeof agency>;
export type Demo = z.infer<typeof demo>;

// Without letters and digits that are taken for each other.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
/** About 79 bits, easy to type. */
export const newPassword = (): string => Array.from({ length: 4 }, group).join('-');

/** A new Ed25519 key: the private half as PEM, the public one as base64 of its SPKI. */
export const newCameraKey = (): { privateKey: string; publicKey: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
};

const places = [
  {
    slug: 'springfield',
    name: 'Springfield Police Department',
    state: 'IL',
    people: { officer: 'Olive Reed', supervisor: 'Sam Cole', administrator: 'Ada Brook', auditor: 'Noor Field' },
    cameras: [
      { name: 'Main Street', latitude: 39.7995, longitude: -89.6441, bearing: 0 },
      { name: 'North gate', latitude: 39.8342, longitude: -89.6489, bearing: 180 },
      { name: 'Harbor road', latitude: 39.7712, longitude: -89.6212, bearing: 90 },
    ],
  },
  {
    slug: 'shelbyville',
    name: 'Shelbyville Police Department',
    state: 'CA',
    people: { officer: 'Otto Lane', supervisor: 'Sue Marsh', administrator: 'Abe Stone', auditor: 'Nell Wood' },
    cameras: [
      { name: 'Main Street', latitude: 38.0049, longitude: -121.8058, bearing: 45 },
      { name: 'Market square', latitude: 38.0121, longitude: -121.8149, bearing: 270 },
    ],
  },
] as const;

const freshDemo = (): Demo => ({
  version: 1,
  agencies: places.map(({ people, cameras, ...place }) => ({
    ...place,
    legalClass: 'city',
    members: roles.map((each) => ({ login: each, role: each, name: people[each], password: newPassword() })),
    cameras: cameras.map((each) => ({ ...each, privateKey: newCameraKey().privateKey })),
  })),
});

const fileOf = (folder: string): string => path.join(folder, 'demo.json');

export const saveDemo = async (folder: string, data: Demo): Promise<void> => {
  const beside = `${fileOf(folder)}.new`;
  await writeFile(beside, `${JSON.stringify(data, null, 2)}\n`, { mode: 0o600 });
  await rename(beside, fileOf(folder));
};

/** @throws PlatewardError `demo_damaged` */
export const loadDemo = async (folder: string): Promise<Demo> => {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => undefined);
  if (text === undefined) {
    const made = freshDemo();
    await saveDemo(folder, made);
    return made;
  }
  const parsed = demo.safeParse(safeJson(text));
  if (!parsed.success)
    throw unavailable('demo_damaged', `${fileOf(folder)} is damaged. Restore it from a backup, or start with --empty.`);
  return parsed.data;
};

const safeJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
