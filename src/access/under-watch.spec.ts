import { describe, expect, it } from 'vitest';
import { newId } from '../core/ids.js';
import { whyNotUnderWatch } from './under-watch.js';

const officer = { kind: 'member', agencyId: newId(), memberId: newId(), sessionId: newId() } as never;
const sweep = { kind: 'machine', agencyId: newId(), machine: 'sweep' } as never;
const watch = { purpose: 'x', caseNumber: '1', cameraIds: null, beneficiary: null, over: false, ended: false };

describe('Under a watch', () => {
  it('something is done while it lasts', () => {
    expect(whyNotUnderWatch('read.follow', officer, { watch })).toBeUndefined();
    expect(whyNotUnderWatch('read.watched', officer, { watch })).toBeUndefined();
    expect(whyNotUnderWatch('read.watched', sweep, { watch: { ...watch, over: true } })).toBeUndefined();
  });

  it.each([
    ['without one', 'read.follow', officer, undefined, 'watch_missing'],
    ['of somebody else', 'read.watched', officer, undefined, 'watch_missing'],
    ['after its time', 'read.follow', officer, { ...watch, over: true }, 'watch_over'],
    ['after its end', 'read.follow', officer, { ...watch, ended: true }, 'watch_over'],
    ['by a process before its time', 'read.watched', sweep, watch, 'watch_not_over'],
  ] as const)('nothing is done %s', (_, action, actor, given, rule) => {
    expect(whyNotUnderWatch(action, actor, given ? { watch: given } : {})?.rule).toBe(rule);
  });
});
