// The form of what people send to sign in, and of what they are answered.
import { z } from 'zod';
import { agencyId, memberId } from '../core/ids.js';
import { login, newPassword, personName, typedPassword } from '../core/people.js';
import { receipt } from '../core/receipt.js';
import { legalClass, role, slug } from '../core/roles.js';

export const signIn = z.strictObject({ agency: slug, login, password: typedPassword });
export type SignIn = z.output<typeof signIn>;

export const bootstrapPath = z.strictObject({ slug });
export const bootstrap = z.strictObject({
  token: z.string().trim().min(20, 'must be the one-time token that was printed').max(200),
  login,
  name: personName,
  password: newPassword,
});
export type Bootstrap = z.output<typeof bootstrap>;

export const bootstrapped = z.object({ agencyId, memberId });

export const passwordChange = z.strictObject({ password: typedPassword, newPassword });
export type PasswordChange = z.output<typeof passwordChange>;

export const passwordChanged = z.object({ id: memberId, receipt });
export type PasswordChanged = z.output<typeof passwordChanged>;

/** Who is signed in. `abilities` says by action what the role may; the screen hides what is false. */
export const whoAmI = z
  .object({
    member: z.object({ id: memberId, login: z.string(), name: z.string(), role }),
    agency: z.object({
      id: agencyId,
      slug: z.string(),
      name: z.string(),
      legalClass,
      state: z.string(),
      purposes: z.array(z.string()),
    }),
    csrfToken: z
      .string()
      .meta({ description: 'To be sent as x-csrf-token with every request that changes something.' }),
    expiresAt: z
      .date()
      .meta({ description: 'The session ends at this time at the latest, and an hour after its last request.' }),
    abilities: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'WhoAmI' });
export type WhoAmI = z.output<typeof whoAmI>;
