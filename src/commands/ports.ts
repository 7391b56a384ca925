// Finds the port that the web process listens on: the one that was asked for, or the next best when nobody asked.
import { createServer } from 'node:net';
import { conflict } from '../core/errors.js';
import { freePort } from './embedded-postgres.js';

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * @param asked whether somebody named this port; then no other will do
 * @throws PlatewardError `port_busy`
 */
export const choosePort = async (
  wanted: number,
  host: string,
  asked: boolean,
  say: (line: string) => void,
): Promise<number> => {
  if (wanted === 0) return freePort();
  if (await isFree(wanted, host)) return wanted;
  if (asked)
    throw conflict(
      'port_busy',
      `Port ${wanted} on ${host} is in use. Set PORT to another one, or to 0 for any free port.`,
    );
  const other = await freePort();
  say(`port ${wanted} is in use; using ${other}`);
  return other;
};
