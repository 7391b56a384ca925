// Members of the own agency. Two rules beside the role's: nobody changes his own role or standing, and an agency never loses its
// last administrator. Both are checked in the transaction that makes the change.
import { Injectable } from '@nestjs/common';
import { conflict, refused } from '../core/errors.js';
import type { MemberId } from '../core/ids.js';
import { checkPassword, hashPassword } from '../identity/passwords.js';
import type { MemberRow } from '../vault/stores/members.js';
import type { Door } from '../vault/vault.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { MemberAdded, MemberChange, MemberChanged, MemberList, NewMember } from './members.schema.js';
import { receiptOf } from '../web/receipt.js';

@Injectable()
export class MembersService {
  async list(door: Door<'member.list'>): Promise<MemberList> {
    const { value, permit } = await door.open({}, (s) => s.members.list());
    const abilities = abilitiesOf(permit, ['member.add', 'member.change']);
    const self = permit.facts.member?.memberId;
    return {
      members: value.map((each) => ({
        ...each,
        lockedUntil: each.lockedUntil && each.lockedUntil > permit.facts.now ? each.lockedUntil : null,
        abilities: {
          'member.change': abilities['member.change'] === true,
          'member.end': abilities['member.change'] === true && each.id !== self,
        },
      })),
      abilities,
    };
  }

  /** @throws PlatewardError `login_taken`, `password_weak` */
  async add(door: Door<'member.add'>, { login, name, role, password }: NewMember): Promise<MemberAdded> {
    const passwordHash = await hashPassword(password, login);
    const { value, receipts } = await door.open({}, (s) => s.members.add({ login, name, role, passwordHash }));
    return { id: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError `not_found`, `own_standing`, `last_administrator`, `password_weak` */
  async change(
    door: Door<'member.change'>,
    id: MemberId,
    { password, ...change }: MemberChange,
  ): Promise<MemberChanged> {
    // The login, which a password may not repeat, is known only inside; the hash is too slow to be made there.
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const { receipts } = await door.open({}, async (s, permit) => {
      const member = await s.members.get(id);
      if (password !== undefined) checkPassword(password, member.login);
      if (id === permit.facts.member?.memberId) keepsOwnStanding(member, change);
      if (endsAdministrator(member, change)) keepsAnAdministrator(await s.members.administrators(), id);
      await s.members.change(id, { ...change, passwordHash });
    });
    return { id, receipt: receiptOf(receipts) };
  }
}

type Standing = Pick<MemberChange, 'role' | 'status'>;

const keepsOwnStanding = (self: MemberRow, { role, status }: Standing): void => {
  if ((role !== undefined && role !== self.role) || (status !== undefined && status !== self.status))
    throw refused('own_standing', 'Nobody changes his own role or standing; ask another administrator.', {
      rule: 'own_standing',
    });
};

const endsAdministrator = (member: MemberRow, { role, status }: Standing): boolean =>
  member.role === 'administrator' &&
  member.status === 'active' &&
  ((role !== undefined && role !== 'administrator') || status === 'ended');

/** `active` is held against concurrent changes until the commit. */
const keepsAnAdministrator = (active: readonly MemberId[], leaving: MemberId): void => {
  if (!active.some((id) => id !== leaving))
    throw conflict('last_administrator', 'An agency keeps at least one administrator; make another one first.');
};
