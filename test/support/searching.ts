// Searching and granting as people do it over HTTP, for tests: a question with everything that it must say, a grant asked for and
// approved by the two sides, and both logs as their auditors read them.
import sharp from 'sharp';
import { createHash, randomUUID } from 'node:crypto';
import type { MachineActor } from '../../src/access/actor.js';
import type { Opening } from '../../src/audit/commitment.js';
import type { NewRead } from '../../src/vault/stores/reads.js';
import { newRead, type TestAgency, type TestCamera, type TestMember } from './agencies.js';
import { newId, type FrameId, type GrantId, type ReadId } from '../../src/core/ids.js';
import type { Told } from '../../src/core/told-form.js';
import { signatureOf } from './approving.js';
import type { Answer, TestHouse } from './web.js';

/** A question that may be asked; anything in it may be replaced. */
export const question = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  plate: 'ABC123',
  purpose: 'stolen-vehicle',
  caseNumber: '26-104',
  reason: 'Stolen from the yard on Elm Street.',
  ...more,
});

export interface Verdict {
  agencyId: string;
  slug: string;
  verdict: 'own' | 'granted' | 'refused';
  grants?: string[];
  rule?: string;
  because?: string;
}

export interface Found {
  agencyId: string;
  readId: string;
  plate: string;
  camera: { id: string; name: string };
  capturedAt: string;
  pictures: { crop: string | null; frame: string };
}

/** A search's answer, or the problem instead of it. */
export interface SearchBody {
  [member: string]: unknown;
  searchId: string;
  results: Found[];
  more: boolean;
  agencies: Verdict[];
  receipt: { agencyId: string; entry: number; hash: string };
  linksExpireAt: string;
  code?: string;
  detail?: string;
}

export const ask = (
  house: TestHouse,
  member: TestMember,
  more: Record<string, unknown> = {},
): Promise<Answer<SearchBody>> => house.signedIn(member).post<SearchBody>('/api/v1/searches', question(more));

/** Whose reads were found, and which: `springfield-pd ABC123`. */
export const foundIn = (house: TestHouse, { body }: Answer<SearchBody>): string[] =>
  body.results
    .map(({ agencyId, plate }) => `${agencyId === house.springfield.agencyId ? 'springfield' : 'shelbyville'} ${plate}`)
    .sort();

const dayMs = 86_400_000;
export const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();

/** What a grant asks for when a test says nothing else. */
export const wish = (owner: TestAgency, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ownerAgency: owner.slug,
  purposes: ['stolen-vehicle'],
  dataWindowDays: 30,
  validUntil: inDays(30),
  rowsPerSearchMax: 100,
  ...more,
});

/** An approval of the right form that nobody signed. */
export const anyApproval = { keyId: newId(), signature: Buffer.alloc(64).toString('base64') };

/** What an agency's administrator sends for a step of a grant: for an approval his signature, where he sees the grant. */
export const stepBody = async (house: TestHouse, by: TestAgency, id: string, what: string): Promise<object> => {
  if (what !== 'approvals') return {};
  return signatureOf(house.vault, by.members.administrator, id as GrantId).catch(() => anyApproval);
};

/** A grant asked for by the one administrator and approved by the other; answers its id. */
export const grantByHttp = async (
  house: TestHouse,
  owner: TestAgency,
  grantee: TestAgency,
  more: Record<string, unknown> = {},
): Promise<string> => {
  const asked = await house.signedIn(grantee.members.administrator).post('/api/v1/grants', wish(owner, more));
  if (asked.status !== 201) throw new Error(`the request was answered with ${JSON.stringify(asked.body)}`);
  const id = String(asked.body['id']);
  const approved = await house
    .signedIn(owner.members.administrator)
    .post(`/api/v1/grants/${id}/approvals`, await stepBody(house, owner, id, 'approvals'));
  if (approved.status !== 201) throw new Error(`the approval was answered with ${JSON.stringify(approved.body)}`);
  return id;
};

export const revokeByHttp = (house: TestHouse, owner: TestAgency, id: string): Promise<Answer> =>
  house.signedIn(owner.members.administrator).post(`/api/v1/grants/${id}/revocation`);

/** Does something while a grant is live, and ends the grant. */
export const underGrant = async (
  house: TestHouse,
  owner: TestAgency,
  grantee: TestAgency,
  more: Record<string, unknown>,
  work: (grantId: string) => Promise<void>,
): Promise<void> => {
  const id = await grantByHttp(house, owner, grantee, more);
  try {
    await work(id);
  } finally {
    await revokeByHttp(house, owner, id);
  }
};

export interface LogEntry {
  entry: number;
  hash: string;
  kind: string;
  outcome: string;
  rule?: string;
  by: { agencyId: string; id: string; role: string };
  facts: Record<string, unknown>;
  /** What stands in the entry as a commitment. */
  committed: Record<string, string>;
  opened: Record<string, Opening>;
  body: string;
}

/** An agency's log as its auditor reads it, newest first, without the readings of the log. */
export const logOf = async (
  house: TestHouse,
  agency: TestAgency,
  role: 'auditor' | 'supervisor' = 'auditor',
): Promise<LogEntry[]> => {
  const { body } = await house
    .signedIn(agency.members[role])
    .get<{ entries: { entry: number; hash: string; body: string; opened: Record<string, Opening> }[] }>(
      '/api/v1/audit/entries?limit=200',
    );
  return body.entries
    .map((each) => ({ ...(JSON.parse(each.body) as Omit<LogEntry, 'entry' | 'hash' | 'opened' | 'body'>), ...each }))
    .filter(({ kind }) => kind !== 'audit.read');
};

/** The two pictures of a read, as bytes that tell which is which. */
export const pictureBytes = (agency: TestAgency, plate: string, kind: 'crop' | 'frame'): Buffer =>
  Buffer.from(`${kind} of ${plate} in ${agency.slug}`);

/** What a frame with pictures may bring of its own. */
/** A picture on which the plate can be read by people. */
export const drawnPlate = (plate: string): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"><rect width="240" height="80" fill="#eee"/><text x="120" y="55" font-size="44" text-anchor="middle" font-family="monospace">${plate}</text></svg>`,
    ),
  )
    .jpeg()
    .toBuffer();

export interface WithPictures {
  readonly frame?: Buffer;
  readonly crop?: Buffer;
  readonly width?: number;
  readonly height?: number;
  readonly read?: Partial<NewRead>;
  readonly capturedAt?: Date;
  readonly camera?: TestCamera;
  readonly told?: Told;
}

/** A read of a plate with a frame and a crop in the object store, sealed under the agency's key; no model is asked. */
export const depositWithPictures = async (
  { vault, ground: { blobs } }: TestHouse,
  agency: TestAgency,
  plate: string,
  more: WithPictures = {},
): Promise<ReadId> => {
  const camera = more.camera ?? agency.cameras[0];
  const machine: MachineActor = { kind: 'machine', agencyId: agency.agencyId, machine: 'recognize' };
  const [blobKey, cropKey] = [`frames/test/${randomUUID()}`, `crops/test/${randomUUID()}`];
  const frame = more.frame ?? pictureBytes(agency, plate, 'frame');
  await blobs.put(camera, blobKey, frame);
  await blobs.put(machine, cropKey, more.crop ?? pictureBytes(agency, plate, 'crop'));
  const { value: deposited } = await vault.door(camera, 'frame.deposit').open({}, (s) =>
    s.frames.deposit({
      frameId: newId<FrameId>(),
      idempotencyKey: randomUUID(),
      sha256: createHash('sha256').update(frame).update(blobKey).digest(),
      capturedAt: more.capturedAt ?? new Date(),
      receivedAt: new Date(),
      clockSuspect: false,
      mediaType: 'image/png',
      width: more.width ?? 640,
      height: more.height ?? 480,
      bytes: frame.length,
      blobKey,
      told: more.told,
    }),
  );
  const { value: job } = await vault
    .door(machine, 'frame.claim')
    .open({}, (s) => s.jobs.claim(60_000, deposited.jobId));
  if (!job) throw new Error('the frame that was just deposited cannot be claimed');
  const { value } = await vault
    .door(machine, 'frame.recognize')
    .open({}, (s) => s.reads.store(job, [{ ...newRead(plate, 0), ...more.read, cropKey }]));
  return value![0]!;
};
