// The words for a person at the front door and in the list of members: the same form in both places.
import { z } from 'zod';
import { lineText } from './text.js';

/** Logins are one word in lower case, so that two cannot differ by how they are typed. */
export const login = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[a-z0-9][a-z0-9._@+-]{0,79}$/,
    'must be 1 to 80 letters, digits or . _ @ + -, beginning with a letter or digit',
  );

/** A person's name as the agency writes it. */
export const personName = lineText(1, 120);

export const passwordLengthMin = 12;
export const passwordLengthMax = 200;

/** A password that is being set. That it is not the login is checked where both are known. */
export const newPassword = z.string().min(passwordLengthMin).max(passwordLengthMax);

/** A password as typed to sign in; this only bounds it. */
export const typedPassword = z.string().min(1).max(1_000);
