// `plateward member list`, and what an administrator changes of a member: the role, a lock, the password, the end of the membership and taking that back.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import { roles } from '../core/roles.js';
import { askPassword } from './ask.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import type { MemberClient } from './api-client.js';
import { newPassword } from './demo-data.js';
import { answer, say } from './say.js';

const member = z.looseObject({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.string(),
  status: z.string(),
  lockedUntil: z.string().nullable(),
});
type Member = z.output<typeof member>;
const list = z.object({ members: z.array(member) });
const changed = z.object({ receipt: z.looseObject({ entry: z.int() }) });

const line = ({ login, name, role, status, lockedUntil }: Member): string =>
  [
    login,
    name,
    role,
    status === 'active' ? 'member' : 'membership ended',
    ...(lockedUntil === null ? [] : [`locked until ${lockedUntil.slice(0, 19)}Z after wrong passwords`]),
  ].join('  ');

const show = (options: AsMember & { readonly json?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const { members } = await client.get('/api/v1/members', list);
    for (const each of members) answer(options.json ? JSON.stringify(each) : line(each));
  });

/** @throws PlatewardError `member_unknown` */
const findMember = async (client: MemberClient, wanted: string): Promise<Member> => {
  const { members } = await client.get('/api/v1/members', list);
  const found = members.find(({ id, login }) => id === wanted || login === wanted.toLowerCase());
  if (!found)
    throw invalid(
      'member_unknown',
      `${client.agencyName} has no member ${wanted}. It has: ${members.map(({ login }) => login).join(', ')}.`,
    );
  return found;
};

/** Changes one member and says what that did. */
const change = (
  wanted: string,
  options: AsMember,
  of: Record<string, unknown>,
  said: (login: string, agency: string) => string,
): Promise<void> =>
  asMember(options, async (client) => {
    const { id, login } = await findMember(client, wanted);
    const { receipt } = await client.patch(`/api/v1/members/${id}`, of, changed);
    answer(said(login, client.agencyName));
    say(`On record as entry ${receipt.entry}.`);
  });

const renew = (wanted: string, options: AsMember & { readonly generate?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const { id, login } = await findMember(client, wanted);
    const password = options.generate
      ? newPassword()
      : await askPassword(`New password of ${login} (12 characters or more)`, 'PLATEWARD_NEW_PASSWORD');
    const { receipt } = await client.patch(`/api/v1/members/${id}`, { password }, changed);
    answer(`${login} of ${client.agencyName} has a new password; sessions that were open have ended.`);
    if (options.generate) answer(`Password, shown this once: ${password}`);
    say(`On record as entry ${receipt.entry}.`);
  });

const part = (name: string, says: string): Command =>
  signingIn(new Command(name).description(says)).argument('<member>', 'login or id');

export const memberChangeCommands = (): readonly Command[] => [
  signingIn(
    new Command('list').description('the members: login, name, role, whether one is locked or has ended'),
    'an administrator, auditor or supervisor of that agency',
  )
    .option('--json', 'one JSON object a line')
    .action(show),
  part('role', 'give a member another role, from his next step on')
    .addOption(new Option('--role <role>', 'the role from now on').choices(roles).makeOptionMandatory())
    .action((wanted: string, options: AsMember & { readonly role: string }) =>
      change(
        wanted,
        options,
        { role: options.role },
        (login, agency) => `${login} is now ${options.role} of ${agency}.`,
      ),
    ),
  part('unlock', 'lift a lock after wrong passwords; ask first whether it was the member himself').action(
    (wanted: string, options: AsMember) =>
      change(wanted, options, { unlock: true }, (login) => `${login} can try to sign in again.`),
  ),
  part('renew', 'end the password of a member, and his sessions, and give him a new one')
    .option('--generate', 'make a password and print it once')
    .action(renew),
  part('end', 'end a membership at once, and the sessions that are open').action((wanted: string, options: AsMember) =>
    change(
      wanted,
      options,
      { status: 'ended' },
      (login, agency) => `${login} is no member of ${agency} any more, in effect now.`,
    ),
  ),
  part('reinstate', 'take the end of a membership back').action((wanted: string, options: AsMember) =>
    change(wanted, options, { status: 'active' }, (login, agency) => `${login} is a member of ${agency} again.`),
  ),
];
