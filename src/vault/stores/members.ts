// Members of the own agency. A password can be set here and never read.
import { conflict, notFound } from '../../core/errors.js';
import { newId, type MemberId } from '../../core/ids.js';
import type { Role } from '../../core/roles.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';

export interface MemberRow {
  readonly id: MemberId;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly status: 'active' | 'ended';
  readonly lockedUntil: Date | null;
  readonly createdAt: Date;
}

const columns = {
  id: true,
  login: true,
  name: true,
  role: true,
  status: true,
  lockedUntil: true,
  createdAt: true,
} as const;

export interface MemberReader {
  list(): Promise<MemberRow[]>;
}

export const memberReader = ({ prisma, rows }: Bound): MemberReader => ({
  list: async () =>
    (await prisma.member.findMany({
      where: rows('Member'),
      select: columns,
      orderBy: { login: 'asc' },
    })) as MemberRow[],
});

export interface MeReader {
  /** The member who asks; undefined fields never. */
  get(): Promise<MemberRow>;
}

export const meReader = ({ prisma, permit, rows }: Bound): MeReader => ({
  get: async () => {
    const id = permit.facts.member?.memberId;
    const row = id && (await prisma.member.findFirst({ where: { AND: [rows('Member'), { id }] }, select: columns }));
    if (!row) throw notFound('member');
    return row as MemberRow;
  },
});

export interface NewMember {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  /** argon2id, PHC string form. */
  readonly passwordHash: string;
}

export interface MemberAdder {
  /** @throws PlatewardError `login_taken` */
  add(member: NewMember): Promise<MemberId>;
}

export const memberAdder = ({ sql, home, rows, noted }: Bound): MemberAdder => ({
  add: async ({ login, name, role, passwordHash }) => {
    rows('Member');
    const id = newId<MemberId>();
    noted({ memberId: id, role });
    // Not through Prisma: its insert reads the row back, and the app role may not read a password.
    try {
      await sql.query({
        text: 'insert into members (agency_id, id, login, name, role, password_hash) values ($1, $2, $3, $4, $5, $6)',
        values: [home, id, login, name, role, passwordHash],
      });
    } catch (error) {
      if (sqlStateOf(error) === '23505')
        throw conflict('login_taken', `Your agency already has a member with the login ${login}.`);
      throw error;
    }
    return id;
  },
});

export interface MemberChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly status?: 'active' | 'ended' | undefined;
  readonly passwordHash?: string | undefined;
  /** Lifts a lock after failed attempts. */
  readonly unlock?: boolean | undefined;
}

export interface MemberChanger {
  get(id: MemberId): Promise<MemberRow>;
  /** Active administrators, this one included. Holds them against a concurrent change until the commit. */
  administrators(): Promise<MemberId[]>;
  /** Changes a member; ending one or giving a new password ends the member's sessions. */
  change(id: MemberId, change: MemberChange): Promise<void>;
}

export const memberChanger = ({ prisma, sql, home, rows, noted }: Bound): MemberChanger => ({
  get: async (id) => {
    const row = await prisma.member.findFirst({ where: { AND: [rows('Member'), { id }] }, select: columns });
    if (!row) throw notFound('member');
    return row as MemberRow;
  },
  administrators: async () => {
    rows('Member');
    const { rows: found } = await sql.query<{ id: MemberId }>({
      text: `select id from members where agency_id = $1 and role = 'administrator' and status = 'active' for update`,
      values: [home],
    });
    return found.map((row) => row.id);
  },
  change: async (id, { name, role, status, passwordHash, unlock }) => {
    noted({
      memberId: id,
      ...(role && { role }),
      ...(status && { status }),
      ...(passwordHash && { password: true }),
      ...(unlock && { unlock }),
    });
    const data = {
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(status !== undefined && { status }),
      ...(passwordHash !== undefined && { passwordHash }),
      ...((unlock || passwordHash !== undefined) && { failedAttempts: 0, lockedUntil: null }),
    };
    const { count } = await prisma.member.updateMany({ where: { AND: [rows('Member'), { id }] }, data });
    if (count !== 1) throw notFound('member');
    if (status === 'ended' || passwordHash !== undefined)
      await sql.query({
        text: 'update sessions set ended_at = now() where agency_id = $1 and member_id = $2 and ended_at is null',
        values: [home, id],
      });
  },
});

export interface OwnPassword {
  /** Gives the member who asks a new password and ends his other sessions; this one stays. */
  set(passwordHash: string): Promise<void>;
}

export const ownPassword = ({ prisma, sql, permit, home, rows }: Bound): OwnPassword => ({
  set: async (passwordHash) => {
    const { actor } = permit;
    if (actor.kind !== 'member') throw new TypeError('only a member has a password');
    const { count } = await prisma.member.updateMany({
      where: { AND: [rows('Member'), { id: actor.memberId }] },
      data: { passwordHash, failedAttempts: 0, lockedUntil: null },
    });
    if (count !== 1) throw notFound('member');
    await sql.query({
      text: 'update sessions set ended_at = now() where agency_id = $1 and member_id = $2 and id <> $3 and ended_at is null',
      values: [home, actor.memberId, actor.sessionId],
    });
  },
});
