// `plateward member add`: a new member of an agency, added by one of its administrators. `plateward member password`: a new password
// of one's own.
import { Command } from 'commander';
import { z } from 'zod';
import { roles } from '../core/roles.js';
import { askPassword } from './ask.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { memberChangeCommands } from './member-change.js';
import { newPassword } from './demo-data.js';
import { answer } from './say.js';

interface Options extends AsMember {
  readonly name: string;
  readonly role: string;
  readonly generate?: true;
}

const add = async (login: string, options: Options): Promise<void> =>
  asMember(options, async (client) => {
    const password = options.generate
      ? newPassword()
      : await askPassword(`New password of ${login} (12 characters or more)`, 'PLATEWARD_NEW_PASSWORD');
    await client.post('/api/v1/members', { login, name: options.name, role: options.role, password }, z.unknown());
    answer(`${login} is now ${options.role} of ${client.agencyName}.`);
    if (options.generate) answer(`Password, shown this once: ${password}`);
  });

const password = async (options: AsMember): Promise<void> =>
  asMember(options, async (client, old) => {
    const newOne = await askPassword(`New password of ${options.as} (12 characters or more)`, 'PLATEWARD_NEW_PASSWORD');
    await client.put('/api/v1/members/me/password', { password: old, newPassword: newOne }, z.unknown());
    answer(`${options.as} of ${client.agencyName} has a new password; other sessions have ended.`);
  });

export const memberCommand = (): Command => {
  const command = new Command('member')
    .addCommand(
      signingIn(
        new Command('add')
          .description('add a member; the new password is asked for, or taken from PLATEWARD_NEW_PASSWORD')
          .argument('<login>', 'what the new member signs in with'),
      )
        .requiredOption('--name <name>', "the person's name")
        .requiredOption('--role <role>', roles.join(', '))
        .option('--generate', 'make a password and print it once')
        .action(add),
    )
    .addCommand(
      signingIn(
        new Command('password').description(
          'change your own password; the new one is asked for, or taken from PLATEWARD_NEW_PASSWORD',
        ),
        'your login',
      ).action(password),
    );
  for (const each of memberChangeCommands()) command.addCommand(each);
  return command;
};
