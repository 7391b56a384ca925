import { expect, test } from 'vitest';
import { PlatewardError } from '../core/errors.js';
import { newId, type AgencyId, type CameraId } from '../core/ids.js';
import { Backlogs } from './backlog.js';
import { CameraRates } from './rate.js';

test('a camera may send its rate for ever, two seconds of it at once, and no more', () => {
  let nowMs = 0;
  const rates = new CameraRates(5, () => nowMs);
  const camera = newId<CameraId>();
  for (let i = 0; i < 10; i += 1) rates.take(camera);
  const refused = () => rates.take(camera);
  expect(refused).toThrow(PlatewardError);
  expect(refused).toThrow(expect.objectContaining({ kind: 'tooMany', retryAfterSeconds: 1 }));
  rates.take(newId<CameraId>());
  for (let i = 0; i < 100; i += 1) {
    nowMs += 200;
    rates.take(camera);
  }
  expect(refused).toThrow(PlatewardError);
});

test('a backlog is counted anew each second; what is added or under way in between counts too', () => {
  let nowMs = 0;
  const backlogs = new Backlogs(3, () => nowMs);
  const agency = newId<AgencyId>();
  expect([backlogs.isUnknown(agency), backlogs.isStale(agency)]).toEqual([true, true]);
  backlogs.counting(agency)(1);
  expect([backlogs.isUnknown(agency), backlogs.isStale(agency)]).toEqual([false, false]);
  const leave = [backlogs.enter(agency), backlogs.enter(agency)];
  const refused = () => backlogs.enter(agency);
  const full = expect.objectContaining({ code: 'backlog_full', kind: 'unavailable', retryAfterSeconds: 10 });
  expect(refused).toThrow(full);
  backlogs.added(agency);
  leave[0]!();
  expect(refused).toThrow(full);
  leave[1]!();
  backlogs.enter(agency)();
  expect(() => backlogs.enter(newId<AgencyId>())).not.toThrow();
  nowMs = 1_001;
  expect(backlogs.isStale(agency)).toBe(true);
});

test('a frame that is added while a count is under way is not forgotten', () => {
  const backlogs = new Backlogs(10, () => 0);
  const agency = newId<AgencyId>();
  const counted = backlogs.counting(agency);
  backlogs.added(agency);
  counted(4);
  expect(backlogs.waiting(agency)).toBe(5);
});
