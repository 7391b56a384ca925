// One address may try a few sign-ins, then one every three seconds; others are not held up by it.
import { describe, expect, it } from 'vitest';
import { LoginLimiter } from './login-limiter.js';

const takes = (limiter: LoginLimiter, address: string, times: number): number => {
  let taken = 0;
  for (let i = 0; i < times; i += 1)
    try {
      limiter.take(address);
      taken += 1;
    } catch {
      break;
    }
  return taken;
};

describe('the limiter', () => {
  it('lets thirty through, then says how long to wait', () => {
    const limiter = new LoginLimiter(() => 0);
    expect(takes(limiter, '203.0.113.1', 100)).toBe(30);
    expect(() => limiter.take('203.0.113.1')).toThrow(
      expect.objectContaining({ kind: 'tooMany', code: 'sign_in_rate', retryAfterSeconds: 3 }),
    );
    expect(takes(limiter, '203.0.113.2', 1)).toBe(1);
  });

  it('lets one more through every three seconds, and gives back what was no guess', () => {
    let now = 0;
    const limiter = new LoginLimiter(() => now);
    takes(limiter, 'a', 30);
    now = 6_000;
    expect(takes(limiter, 'a', 10)).toBe(2);
    limiter.giveBack('a');
    expect(takes(limiter, 'a', 10)).toBe(1);
  });

  it('counts a /64 of IPv6 as one, and forgets the quietest when there are too many', () => {
    const limiter = new LoginLimiter(() => 0);
    expect(takes(limiter, '2001:db8:1:2::1', 30) + takes(limiter, '2001:db8:1:2::2', 30)).toBe(30);
    expect(takes(limiter, '::ffff:203.0.113.1', 30) + takes(limiter, '::ffff:203.0.113.2', 30)).toBe(60);
    for (let i = 0; i < 10_001; i += 1) limiter.take(`host-${i}`);
    expect(takes(limiter, '2001:db8:1:2::1', 30)).toBe(30);
  });
});
