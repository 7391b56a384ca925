// Each form in which a database that is away was seen to speak, and forms that must not be taken for it.
import { Prisma } from '../generated/client.js';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { conflict, unavailable } from '../../core/errors.js';
import { isConnectionFault, sqlStateOf } from './faults.js';

const fromServer = (code: string, message = 'terminating connection') =>
  Object.assign(new pg.DatabaseError(message, 0, 'error'), { code, severity: 'FATAL' });
const fromSystem = (code: string, more: object = {}) =>
  Object.assign(new Error(`read ${code}`), { code, syscall: 'read', errno: -104, ...more });
const fromPrisma = (code: string, meta?: Record<string, unknown>) =>
  new Prisma.PrismaClientKnownRequestError('it failed', { code, clientVersion: '7', ...(meta && { meta }) });
const fromAdapter = (cause: object) => Object.assign(new Error('DriverAdapterError'), { cause });

describe('the database was away', () => {
  it.each(['08000', '08003', '08006', '57P01', '57P02', '57P03', '57P04', '57P05', '53300', '25006', '25P03', '25P04'])(
    'SQLSTATE %s, from pg, from the adapter, and through Prisma',
    (code) => {
      const cause = { kind: 'postgres', code, originalCode: code, severity: 'FATAL', message: 'x' };
      for (const form of [
        fromServer(code),
        fromAdapter(cause),
        fromPrisma('P2010', { driverAdapterError: { cause } }),
        fromPrisma('P2010', { code }),
        new Prisma.PrismaClientUnknownRequestError(`Raw query failed. Code: \`${code}\`.`, { clientVersion: '7' }),
      ]) {
        expect(sqlStateOf(form)).toBe(code);
        expect(isConnectionFault(form)).toBe(true);
      }
    },
  );

  it.each(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P1018', 'P2024', 'P2028', 'P2037'])('Prisma %s', (code) => {
    expect(isConnectionFault(fromPrisma(code))).toBe(true);
    expect(
      isConnectionFault(new Prisma.PrismaClientInitializationError('no server', '7', code)),
      'while it begins',
    ).toBe(true);
  });

  it.each([
    'DatabaseNotReachable',
    'ConnectionClosed',
    'SocketTimeout',
    'TlsConnectionError',
    'TooManyConnections',
    'TransactionAlreadyClosed',
  ])('the adapter says %s at BEGIN or COMMIT', (kind) => {
    expect(isConnectionFault(fromAdapter({ kind }))).toBe(true);
    expect(isConnectionFault(fromPrisma('P2010', { driverAdapterError: fromAdapter({ kind }) }))).toBe(true);
  });

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ERR_STREAM_DESTROYED',
    'ERR_STREAM_WRITE_AFTER_END',
  ])('the system says %s', (code) => {
    expect(isConnectionFault(fromSystem(code))).toBe(true);
    expect(sqlStateOf(fromSystem(code))).toBeUndefined();
    expect(isConnectionFault(new Error('Connection terminated', { cause: fromSystem(code) }))).toBe(true);
    expect(isConnectionFault(new AggregateError([new Error('::1'), fromSystem(code)]))).toBe(true);
  });

  it.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
    'This socket has been ended by the other party',
    "Can't reach database server at 127.0.0.1:5432",
    'Transaction API error: Transaction already closed',
    'Transaction API error: Unable to start a transaction in the given time.',
    'Transaction not found. Transaction ID is invalid',
  ])('"%s"', (message) => {
    expect(isConnectionFault(new Error(message))).toBe(true);
    expect(isConnectionFault(new Error('outer', { cause: new Error(message) }))).toBe(true);
  });

  it('its Unix socket is not there', () => {
    expect(isConnectionFault(fromSystem('ENOENT', { syscall: 'connect' }))).toBe(true);
  });
});

describe('it answered, or it was something else', () => {
  it.each(['23505', '23503', '22P02', '42501', '42P01', '40001', '57014', 'PW001', 'P0001', '53100'])(
    'SQLSTATE %s',
    (code) => {
      expect(sqlStateOf(fromServer(code))).toBe(code);
      expect(isConnectionFault(fromServer(code))).toBe(false);
      // What the server says of a row decides, whatever words of a client stand around it.
      expect(isConnectionFault(new Error('Connection terminated', { cause: fromServer(code) }))).toBe(false);
    },
  );

  it('a unique key, as Prisma has it', () => {
    expect(sqlStateOf(fromPrisma('P2002'))).toBe('23505');
    expect(isConnectionFault(fromPrisma('P2002'))).toBe(false);
  });

  it('a missing file, an error of ours, a plain fault, and what is no error', () => {
    const round: { cause?: unknown } & Error = new Error('round');
    round.cause = round;
    for (const other of [
      fromSystem('ENOENT', { syscall: 'open' }),
      conflict('taken', 'There is one already.'),
      // It has its own code and sentence, which must not be replaced.
      Object.assign(unavailable('store_away', 'The store is away.'), { cause: fromSystem('ECONNREFUSED') }),
      new TypeError('x is not a function'),
      fromPrisma('P2025'),
      round,
      undefined,
      null,
      'Connection terminated',
    ]) {
      expect(isConnectionFault(other)).toBe(false);
      expect(sqlStateOf(other)).toBeUndefined();
    }
  });
});
