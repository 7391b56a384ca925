// The rules of a new password, and that a hash fits its password only.
import { describe, expect, it } from 'vitest';
import { checkPassword, hashPassword, passwordFits } from './passwords.js';

const weak = expect.objectContaining({ code: 'password_weak' });

describe('a new password', () => {
  it.each(['short', 'elevenchars', 'x'.repeat(201), 'abababababababab', 'officerofficer', 'Officer-12345'])(
    'may not be %s',
    (password) => {
      expect(() => checkPassword(password, 'officer')).toThrow(weak);
    },
  );
  it.each(['correct horse battery staple', 'twelve chars', 'Здравствуйте, мир', 'an officer and a gentleman'])(
    'may be %s',
    (password) => {
      expect(() => checkPassword(password, 'officer')).not.toThrow();
    },
  );
});

describe('a hash', () => {
  it('is argon2id, fits its password and no other, however it was composed', async () => {
    const hash = await hashPassword('caf\u00e9 au lait, s.v.p.', 'officer');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwordFits(hash, 'cafe\u0301 au lait, s.v.p.')).toBe(true);
    expect(await passwordFits(hash, 'cafe au lait, s.v.p.')).toBe(false);
    expect(await passwordFits(undefined, 'nobody has this password')).toBe(false);
    expect(await passwordFits('not a hash', 'anything')).toBe(false);
  });
});
