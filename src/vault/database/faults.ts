// What an error of the database means, whoever wrapped it: pg throws its own, Prisma's adapter hides them under `cause`, Prisma's
// client under `meta`, and a connection that breaks in the middle speaks only in words. Says what a fault is, never what to do.
import pg from 'pg';
import { PlatewardError } from '../../core/errors.js';

/** Errors are wrapped a few times at most; this ends a chain that bites its own tail. */
const linksMax = 16;

type Link = Readonly<Record<string, unknown>>;
const isLink = (value: unknown): value is Link => typeof value === 'object' && value !== null;

/** The error and whatever it carries inside, outermost first. What is ours has been said already, so it is not looked into. */
const linksOf = (error: unknown): readonly Link[] => {
  const links: Link[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && links.length < linksMax) {
    const link = waiting.shift();
    if (!isLink(link) || link instanceof PlatewardError || links.includes(link)) continue;
    links.push(link);
    waiting.push(link['cause'], link['meta'], link['driverAdapterError']);
    if (Array.isArray(link['errors'])) waiting.push(...(link['errors'] as unknown[]));
  }
  return links;
};

const wordOf = (link: Link, name: string): string => {
  const value = link[name];
  return typeof value === 'string' ? value : '';
};

/** Five signs, but neither a code of Prisma (P1001) nor of the system (EPIPE). */
const isSqlState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code) && !/^(P[1-6]\d{3}|E[A-Z]{4})$/.test(code);

/** SQLSTATE of a database error, through Prisma or not; undefined for anything else. */
export const sqlStateOf = (error: unknown): string | undefined => {
  for (const link of linksOf(error)) {
    if (link instanceof pg.DatabaseError && link.code) return link.code;
    if (link['code'] === 'P2002') return '23505';
    const told =
      [wordOf(link, 'originalCode'), wordOf(link, 'code')].find(isSqlState) ??
      /\bCode: `([0-9A-Z]{5})`/.exec(wordOf(link, 'message'))?.[1];
    if (told) return told;
  }
  return undefined;
};

/**
 * 08 connection; 57P shutting down, crashed, recovering, dropped; 53300 no connection left; 25006 a standby that takes no
 * writes yet; 25P03 and 25P04 the server ended a connection that stood still for too long.
 */
const awayStates = /^(08...|57P..|53300|25006|25P03|25P04)$/;

/** Of Prisma: no connection (P1001), timeouts (P1002, P1008, P2024), TLS (P1011), closed (P1017, P1018), lost transaction (P2028), too many (P2037). */
const awayCodes = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P1018', 'P2024', 'P2028', 'P2037'],
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENOTCONN'],
  ...['ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_SOCKET_CLOSED', 'ERR_STREAM_PREMATURE_CLOSE'],
]);

/** How Prisma's adapter names them before they have a code. */
const awayKinds = new Set([
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError', 'TooManyConnections'],
  'TransactionAlreadyClosed',
]);

/** What pg and its pool say in words alone. */
const awayWords =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|^timeout expired$|Query read timeout|Can't reach database|Cannot use a pool after calling end|This socket has been ended|Transaction (?:API error|not found|already closed)/;

/** Faults that say nothing about the question, only that the database was away. */
export const isConnectionFault = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state !== undefined) return awayStates.test(state);
  return linksOf(error).some(
    (link) =>
      awayCodes.has(wordOf(link, 'code')) ||
      awayCodes.has(wordOf(link, 'errorCode')) ||
      awayKinds.has(wordOf(link, 'kind')) ||
      // The server's Unix socket is not there; any other missing file is another matter.
      (link['code'] === 'ENOENT' && link['syscall'] === 'connect') ||
      awayWords.test(wordOf(link, 'message')),
  );
};
