// Feeds pictures to the demo cameras through the same endpoint that real ones use, and waits until workers have read them.
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf, unavailable } from '../core/errors.js';
import { ApiFault, CameraClient, MemberClient } from './api-client.js';
import { saveDemo, type Demo, type DemoAgency, type DemoCamera } from './demo-data.js';
import { findPictures, sendPictures } from './pictures.js';
import { demoTold } from './demo-told.js';
import { Progress, say } from './say.js';

/** Time between the captures that the demo cameras tell, so that the searches have times to choose from. */
const captureStepMs = 4 * 60_000;
/** How long to wait without any frame being read before saying so and going on. */
const stallMsMax = 60_000;

const state = z.object({ state: z.enum(['waiting', 'reading', 'done', 'quarantined']), reason: z.string().nullable() });

const clientOf = (url: string, camera: DemoCamera): CameraClient => {
  if (!camera.credentialId) throw unavailable('demo_damaged', `The demo camera ${camera.name} has no credential.`);
  return new CameraClient(url, camera.credentialId, camera.privateKey);
};

const watcherOf = (url: string, agency: DemoAgency): Promise<MemberClient> => {
  const one = agency.members.find((each) => each.role === 'administrator');
  if (!one) throw unavailable('demo_damaged', `The demo agency ${agency.slug} has no administrator in demo.json.`);
  return MemberClient.signIn(url, agency.slug, one.login, one.password);
};

/** Waits until every frame is read or put aside. */
const untilRead = async (watcher: MemberClient, frameIds: readonly string[], name: string): Promise<void> => {
  const progress = new Progress(`frames read for ${name}`, frameIds.length);
  const open = new Set(frameIds);
  let aside = 0;
  let lastMove = Date.now();
  while (open.size > 0) {
    const before = open.size;
    for (const id of [...open].slice(0, 25)) {
      const answer = await watcher.get(`/api/v1/frames/${id}`, state);
      if (answer.state === 'done' || answer.state === 'quarantined') open.delete(id);
      if (answer.state === 'quarantined') aside += 1;
    }
    if (open.size < before) lastMove = Date.now();
    progress.show(frameIds.length - open.size, aside > 0 ? `${aside} put aside, unreadable` : '');
    if (Date.now() - lastMove > stallMsMax) {
      say(`no frame was read for a minute; ${open.size} are still waiting. The workers' logs say more.`);
      return;
    }
    if (open.size > 0) await wait(250);
  }
};

const isFed = async (watcher: MemberClient, agency: DemoAgency): Promise<boolean> => {
  if (!agency.fedUntil) return false;
  try {
    await watcher.get(`/api/v1/frames/${agency.fedUntil}`, state);
    return true;
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404) return false;
    throw error;
  }
};

/**
 * Gives every demo agency the demo pictures once: each picture to one of its cameras in turn. Both get all of them, so that a
 * plate is found in both and the wall between them can be seen.
 */
export const feedDemo = async (url: string, dataDir: string, demo: Demo, pictures: string): Promise<void> => {
  const files = await findPictures(pictures).catch((error: unknown) => {
    say(`no demo frames are fed: ${messageOf(error)}`);
    return [];
  });
  if (files.length === 0) return;
  for (const agency of demo.agencies) {
    const watcher = await watcherOf(url, agency);
    if (await isFed(watcher, agency)) continue;
    say(`feeding ${files.length} demo frames to the cameras of ${agency.name}`);
    const frameIds: string[] = [];
    const began = Date.now();
    for (const [turn, camera] of agency.cameras.entries()) {
      const own = files.filter((_, index) => index % agency.cameras.length === turn);
      if (own.length === 0) continue;
      const sent = await sendPictures(
        own,
        clientOf(url, camera),
        (_, index) => Promise.resolve(new Date(began - (own.length - index) * captureStepMs)),
        { name: camera.name, told: (file) => demoTold[path.basename(file)] },
      );
      frameIds.push(...sent.frameIds);
    }
    await untilRead(watcher, frameIds, agency.name);
    const last = frameIds.at(-1);
    if (last) agency.fedUntil = last;
    await saveDemo(dataDir, demo);
    await watcher.signOut();
  }
};

/** Feeds the user's own pictures to the first camera of the first demo agency. */
export const feedOwn = async (url: string, demo: Demo, folder: string): Promise<void> => {
  const [agency] = demo.agencies;
  const camera = agency?.cameras[0];
  if (!agency || !camera) throw unavailable('demo_damaged', 'demo.json names no camera.');
  const files = await findPictures(folder);
  say(`feeding ${files.length} picture(s) from ${folder} to the camera "${camera.name}" of ${agency.name}`);
  const now = Date.now();
  const { frameIds } = await sendPictures(files, clientOf(url, camera), (_, index) =>
    Promise.resolve(new Date(now - (files.length - index) * 1000)),
  );
  const watcher = await watcherOf(url, agency);
  await untilRead(watcher, frameIds, agency.name);
  await watcher.signOut();
};
