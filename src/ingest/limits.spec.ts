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

test('a backlog is counted anew each second and added to in between', () => {
  let nowMs = 0;
  const backlogs = new Backlogs(3, () => nowMs);
  const agency = newId<AgencyId>();
  expect(backlogs.isStale(agency)).toBe(true);
  backlogs.saw(agency, 1);
  backlogs.added(agency);
  expect(() => backlogs.admit(agency)).not.toThrow();
  backlogs.added(agency);
  expect(() => backlogs.admit(agency)).toThrow(
    expect.objectContaining({ code: 'backlog_full', kind: 'unavailable', retryAfterSeconds: 10 }),
  );
  expect(() => backlogs.admit(newId<AgencyId>())).not.toThrow();
  expect(backlogs.isStale(agency)).toBe(false);
  nowMs = 1_001;
  expect(backlogs.isStale(agency)).toBe(true);
});
