// Passwords: argon2id, and the few rules of a new one (NIST SP 800-63B: length counts, composition does not). Hashing is slow on
// purpose, so only a few are made at once and a crowd is told to come back instead of stopping everybody.
import { hash, verify } from '@node-rs/argon2';
import { invalid, unavailable } from '../core/errors.js';
import { passwordLengthMax, passwordLengthMin } from '../core/people.js';

/** OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. The library's default variant is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const atOnceMax = 2;
const waitingMax = 50;
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a hash when there is room. @throws PlatewardError `sign_in_busy` (503) */
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= atOnceMax) {
    if (waiting.length >= waitingMax)
      throw unavailable('sign_in_busy', 'Too many people are signing in just now; try again shortly.', 2);
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
};

/**
 * The rules of a new password.
 * @param login of whom it is, where that is known
 * @throws PlatewardError `password_weak`
 */
export const checkPassword = (password: string, login?: string): void => {
  const length = [...password].length;
  if (length < passwordLengthMin || length > passwordLengthMax)
    throw invalid('password_weak', `A password must have ${passwordLengthMin} to ${passwordLengthMax} characters.`);
  if (new Set(password).size < 4)
    throw invalid('password_weak', 'A password must have at least four different characters.');
  const rest = login === undefined ? password : password.toLowerCase().replaceAll(login.toLowerCase(), '');
  if (rest.length <= passwordLengthMin / 2)
    throw invalid('password_weak', 'A password must not be the login, alone or with a little around it.');
};

/**
 * Checks a new password and hashes it; PHC string form.
 * @throws PlatewardError `password_weak`, `sign_in_busy`
 */
export const hashPassword = (password: string, login?: string): Promise<string> => {
  checkPassword(password, login);
  return inTurn(() => hash(password.normalize('NFKC'), cost));
};

// What an unknown login is checked against, so that it costs the same time as a known one.
const nobodys = hash('nobody has this password', cost);

/** Whether the password fits. Takes the same time when there is no hash to fit. */
export const passwordFits = async (passwordHash: string | undefined, password: string): Promise<boolean> => {
  const against = passwordHash ?? (await nobodys);
  const fits = await inTurn(() => verify(against, password.normalize('NFKC')).catch(() => false));
  return fits && passwordHash !== undefined;
};
