// One witness at a time on a state folder: two would cosign past each other. Held by a socket, so that it is free when its process is
// gone, however that went.
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { conflict, invalid } from '../../src/core/errors.js';

/** Longest path that a socket may have anywhere. */
const pathMax = 100;

const isHeld = (file: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/**
 * @returns gives the folder back
 * @throws PlatewardError `witness_runs`
 */
export const takeState = async (state: string): Promise<() => Promise<void>> => {
  const file = path.join(path.resolve(state), 'running');
  if (Buffer.byteLength(file) > pathMax)
    throw invalid('witness_state', `The path ${state} is too long; take a shorter one.`);
  if (await isHeld(file)) throw conflict('witness_runs', `A witness is running on ${state} already.`);
  await rm(file, { force: true });
  const server = createServer((socket) => socket.destroy());
  server.unref();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(file, resolve));
  return () => new Promise((resolve) => server.close(() => resolve()));
};
