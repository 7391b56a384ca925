// The form of members. It imports words only; login and name have the same form as at the front door.
import { z } from 'zod';
import { memberId } from '../core/ids.js';
import { login, newPassword, personName } from '../core/people.js';
import { role } from '../core/roles.js';
import { receipt } from '../core/receipt.js';

const status = z.enum(['active', 'ended']);

const member = z
  .object({
    id: memberId,
    login: z.string(),
    name: z.string(),
    role,
    status,
    lockedUntil: z.date().nullable().meta({ description: 'After five failures to sign in; null otherwise.' }),
    createdAt: z.date(),
    abilities: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'Member' });

export const memberList = z.object({ members: z.array(member), abilities: z.record(z.string(), z.boolean()) });
export type MemberList = z.output<typeof memberList>;

export const newMember = z.strictObject({ login, name: personName, role, password: newPassword });
export type NewMember = z.output<typeof newMember>;

export const memberAdded = z.object({ id: memberId, receipt });
export type MemberAdded = z.output<typeof memberAdded>;

export const memberPath = z.strictObject({ id: memberId });
export type MemberPath = z.output<typeof memberPath>;

export const memberChange = z
  .strictObject({
    name: personName.optional(),
    role: role.optional(),
    status: status.optional(),
    password: newPassword.optional(),
    unlock: z.literal(true).optional().meta({ description: 'Lifts a lock after failed sign-ins.' }),
  })
  .refine(
    (change) => Object.keys(change).length > 0,
    'changes nothing: give at least one of name, role, status, password, unlock',
  );
export type MemberChange = z.output<typeof memberChange>;

export const memberChanged = z.object({ id: memberId, receipt });
export type MemberChanged = z.output<typeof memberChanged>;
