// `plateward agency add`: enrols an agency at the front door and prints the one-time token for its first administrator.
// `plateward agency administrator`: uses that token. Neither gives anybody a way into an agency that has its people.
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { loadConfig, need, type Config } from '../config/config.js';
import { invalid } from '../core/errors.js';
import { login, personName } from '../core/people.js';
import { plainText } from '../core/text.js';
import { legalClasses, slug, stateCode } from '../core/roles.js';
import { findPack, packForState, readPacks } from '../config/pack-files.js';
import { FrontDoor } from '../vault/front-door.js';
import { agencyPolicyCommand } from './agency-policy.js';
import { agencyRetentionCommand } from './agency-retention.js';
import { agencyStepsCommand } from './agency-steps.js';
import { bootstrapAdministrator } from './api-client.js';
import { askPassword } from './ask.js';
import { addressOf, urlHelp } from './as-member.js';
import { readRunning } from './running.js';
import { answer } from './say.js';

/** Checks a typed value by its schema. @throws PlatewardError `options` */
const checked = <T>(what: string, schema: z.ZodType<T>, value: string): T => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid('options', `${what} ${parsed.error.issues[0]?.message ?? 'is not valid'}.`);
  return parsed.data;
};

/** The front door's address: as set, or that of the `npm start` which runs on this data folder. */
const doorUrl = async (config: Config): Promise<string> =>
  config.DATABASE_DOOR_URL?.reveal() ??
  (await readRunning(path.resolve(config.DATA_DIR)))?.doorUrl ??
  need<string>(undefined, 'DATABASE_DOOR_URL');

/** It stands in the log for everybody, as names of agencies do. */
const attester = plainText(3, 200).refine((text) => !text.includes('"'), 'must not contain a quotation mark');

const tellToken = (short: string, token: string, expiresAt: Date): void => {
  answer(
    `Its first administrator comes in with this one-time token, valid until ${expiresAt.toISOString().slice(0, 16)}Z. It is shown this once:`,
  );
  answer(`  ${token}`);
  answer('To use it:');
  answer(`  npm run plateward -- agency administrator ${short} --login <login> --name "<name>" --token <the token>`);
};

interface AddOptions {
  readonly attestedBy?: string;
  readonly name: string;
  readonly class: string;
  readonly state: string;
  readonly pack?: string;
  readonly approvals: string;
}

const add = async (short: string, options: AddOptions): Promise<void> => {
  const agency = {
    slug: checked('The short name', slug, short),
    name: checked(
      '--name',
      z.string().trim().min(1, 'must not be empty').max(120, 'must have at most 120 characters'),
      options.name,
    ),
    legalClass: checked('--class', z.enum(legalClasses, `must be one of ${legalClasses.join(', ')}`), options.class),
    state: checked('--state', stateCode, options.state),
  };
  const attested = options.attestedBy !== undefined && {
    attestedBy: checked('--attested-by', attester, options.attestedBy),
  };
  const approvalsNeeded =
    checked('--approvals', z.enum(['1', '2'], 'must be 1 or 2'), options.approvals) === '1' ? 1 : 2;
  const packs = await readPacks();
  const pack = options.pack === undefined ? packForState(packs, agency.state) : findPack(packs, options.pack);
  const config = loadConfig();
  const front = new FrontDoor(await doorUrl(config), 1);
  try {
    const { agencyId, token, expiresAt } = await front.enrolAgency({ ...agency, ...attested, pack, approvalsNeeded });
    answer(`${agency.name} is enrolled as ${agency.slug} (${agencyId}).`);
    answer(
      `Its data is under ${pack.pack.id} (${pack.pack.title}); its administrators may change that: docs/policy.md.`,
    );
    tellToken(agency.slug, token, expiresAt);
  } finally {
    await front.close();
  }
};

const renew = async (short: string): Promise<void> => {
  const known = checked('The short name', slug, short);
  const front = new FrontDoor(await doorUrl(loadConfig()), 1);
  try {
    const { token, expiresAt } = await front.renewToken(known);
    answer(`${known} has a new one-time token; those of before open nothing more.`);
    tellToken(known, token, expiresAt);
  } finally {
    await front.close();
  }
};

interface AttestOptions {
  readonly class: string;
  readonly state: string;
  readonly attestedBy: string;
}

const attest = async (short: string, options: AttestOptions): Promise<void> => {
  const known = checked('The short name', slug, short);
  const is = {
    legalClass: checked('--class', z.enum(legalClasses, `must be one of ${legalClasses.join(', ')}`), options.class),
    state: checked('--state', stateCode, options.state),
    attestedBy: checked('--attested-by', attester, options.attestedBy),
  };
  const front = new FrontDoor(await doorUrl(loadConfig()), 1);
  try {
    await front.attestAgency(known, is);
  } finally {
    await front.close();
  }
  answer(
    `${known} is of the class ${is.legalClass} in ${is.state}, attested by ${is.attestedBy}. It is an entry of its log.`,
  );
  answer(
    'Where that is something else than before, grants to it rest from now on, until they are asked for and signed anew.',
  );
};

interface AdministratorOptions {
  readonly login: string;
  readonly name: string;
  readonly token: string;
  readonly url?: string;
}

const administrator = async (short: string, options: AdministratorOptions): Promise<void> => {
  const agency = checked('The short name', slug, short);
  const who = { login: checked('--login', login, options.login), name: checked('--name', personName, options.name) };
  const password = await askPassword(`New password of ${who.login} (12 characters or more)`, 'PLATEWARD_NEW_PASSWORD');
  await bootstrapAdministrator(await addressOf(options.url), agency, { ...who, token: options.token, password });
  answer(`${who.login} is the first administrator of ${agency}, and may now sign in, add members and cameras.`);
};

export const agencyCommand = (): Command =>
  new Command('agency')
    .addCommand(agencyPolicyCommand())
    .addCommand(agencyRetentionCommand())
    .addCommand(agencyStepsCommand())
    .addCommand(
      new Command('add')
        .description('enrol an agency and print the one-time token for its first administrator')
        .argument('<short name>', 'such as riverton-pd')
        .requiredOption('--name <name>', 'such as "Riverton Police Department"')
        .requiredOption('--class <legal class>', legalClasses.join(', '))
        .requiredOption('--state <state>', 'two letters, such as OH')
        .option('--attested-by <who>', 'who looked at the papers that say so; told to whoever is asked for a grant')
        .option('--approvals <count>', 'how many administrators must sign each grant of its data: 1 or 2', '2')
        .option('--pack <pack>', "the law that its data is under; by default its state's, else strict-default")
        .action(add),
    )
    .addCommand(
      new Command('token')
        .description('print a new one-time token for a first administrator, where the old one was lost or is too old')
        .argument('<short name>', 'an agency that nobody has come into yet')
        .action(renew),
    )
    .addCommand(
      new Command('attest')
        .description('say anew what an agency is; grants to it rest until they are signed for what it is now')
        .argument('<short name>', 'such as riverton-pd')
        .requiredOption('--class <legal class>', legalClasses.join(', '))
        .requiredOption('--state <state>', 'two letters, such as OH')
        .requiredOption('--attested-by <who>', 'who looked at the papers that say so')
        .action(attest),
    )
    .addCommand(
      new Command('administrator')
        .description(
          "make an agency's first administrator by its one-time token; the password is asked for, or taken from PLATEWARD_NEW_PASSWORD",
        )
        .argument('<short name>', 'such as riverton-pd')
        .requiredOption('--login <login>', 'what to sign in with')
        .requiredOption('--name <name>', "the person's name")
        .requiredOption('--token <token>', 'the one-time token that `agency add` printed')
        .option('--url <address>', urlHelp)
        .action(administrator),
    );
