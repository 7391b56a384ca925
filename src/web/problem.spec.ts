// What was thrown and what leaves: only sentences of ours, and a client that went away is not taken for a database that did.
import { describe, expect, it } from 'vitest';
import { publicErrorOf } from './problem.js';

describe('an error that leaves', () => {
  it('says that the database is away when its connection broke', () => {
    const broken = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
    expect(publicErrorOf(broken)).toMatchObject({ kind: 'unavailable', code: 'database_unavailable' });
    expect(publicErrorOf(new Error('Client has encountered a connection error and is not queryable'))).toMatchObject({
      code: 'database_unavailable',
    });
  });

  it('says that the request could not be read when the client broke off in its middle', () => {
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
    expect(publicErrorOf(aborted)).toMatchObject({ kind: 'invalid', code: 'bad_request' });
  });

  it('says that a statement which was stopped took too long', () => {
    const stopped = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
    expect(publicErrorOf(stopped)).toMatchObject({ kind: 'unavailable', code: 'took_too_long', retryAfterSeconds: 10 });
  });

  it('is none of ours otherwise', () => {
    expect(publicErrorOf(new TypeError('x is not a function'))).toBeUndefined();
  });
});
