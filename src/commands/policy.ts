// `plateward policy list|show|ask`: the packs of law that this version brings, what each rests on, and what it would say of one question.
// They read files alone: they change nothing and need no server. What concerns one agency's law is beside it (policy-agency.ts).
import { Command } from 'commander';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import { legalClass, legalClasses, purpose, stateCode } from '../core/roles.js';
import { whyGrantForbidden, whySearchForbidden, type BoundPack, type Party } from '../policy/pack.js';
import { findPack, readPacks } from '../config/pack-files.js';
import { agencyPolicyCommands } from './policy-agency.js';
import { answer } from './say.js';

const standings = { law: 'law', bill: 'a bill, not law', house: "a house's own rule" } as const;

/** One line a pack. */
export const listed = (packs: readonly BoundPack[]): string[] =>
  packs.map(
    ({ pack, hash }) =>
      `${pack.id.padEnd(16)} version ${pack.version}  ${hash.slice(0, 12)}  ${pack.title} (${standings[pack.standing]})`,
  );

/** A body as it is typed: `county/CA`. @throws PlatewardError `options` */
const partyOf = (option: string, text: string): Party => {
  const [first = '', second = '', ...more] = text.split('/');
  const parsed = z.strictObject({ legalClass, state: stateCode }).safeParse({ legalClass: first, state: second });
  if (!parsed.success || more.length > 0)
    throw invalid(
      'options',
      `${option} must be a class and a state such as county/CA, the class one of ${legalClasses.join(', ')}.`,
    );
  return parsed.data;
};

export interface AskOptions {
  readonly owner: string;
  readonly by?: string;
  readonly behalf?: string;
  readonly purpose: string;
  readonly case: string;
  readonly days: string;
  readonly declared: readonly string[];
}

/**
 * What a pack says of one search: `allowed`, or the rule and why.
 * @throws PlatewardError `options`
 */
export const ruled = (
  { pack }: BoundPack,
  options: AskOptions,
): { allowed: boolean; rule?: string; because?: string } => {
  const owner = partyOf('--owner', options.owner);
  const asker = options.by === undefined ? owner : partyOf('--by', options.by);
  const { behalf } = options;
  const beneficiary = behalf === undefined ? undefined : behalf === 'self' ? asker : partyOf('--behalf', behalf);
  const named = purpose.safeParse(options.purpose);
  if (!named.success) throw invalid('options', `--purpose ${named.error.issues[0]?.message ?? 'is not valid'}.`);
  const days = z.coerce.number().int().min(1).max(366).safeParse(options.days);
  if (!days.success) throw invalid('options', '--days must be a whole number from 1 to 366.');
  const validFrom = new Date();
  const validUntil = new Date(validFrom.getTime() + days.data * 86_400_000);
  const why =
    whySearchForbidden(pack, owner, { asker, beneficiary, purpose: named.data, caseNumber: options.case }) ??
    (options.by === undefined
      ? undefined
      : whyGrantForbidden(pack, owner, asker, {
          validFrom,
          validUntil,
          purposes: [named.data],
          declarations: options.declared,
        }));
  return why ? { allowed: false, ...why } : { allowed: true };
};

const show = async (id: string): Promise<void> => {
  const { pack, hash } = findPack(await readPacks(), id);
  answer(JSON.stringify({ ...pack, hash }, null, 2));
};

const ask = async (id: string, options: AskOptions): Promise<void> => {
  const told = ruled(findPack(await readPacks(), id), options);
  answer(
    told.allowed
      ? 'allowed: the pack takes nothing away; it still needs a live grant'
      : `refused, ${told.rule}: ${told.because}`,
  );
};

export const policyCommand = (): Command =>
  agencyPolicyCommands().reduce((policy, command) => policy.addCommand(command), filePolicyCommand());

const filePolicyCommand = (): Command =>
  new Command('policy')
    .addCommand(
      new Command('list')
        .description('the packs of this version: id, version, hash, and whether it is law')
        .action(async () => listed(await readPacks()).forEach((line) => answer(line))),
    )
    .addCommand(
      new Command('show')
        .description('one pack as JSON, with the sources of each rule')
        .argument('<pack>', 'such as us-ca')
        .action(show),
    )
    .addCommand(
      new Command('ask')
        .description('what a pack says of one search; needs no server and changes nothing')
        .argument('<pack>', 'such as us-ca')
        .requiredOption('--owner <class/state>', 'whose data it is, such as city/CA')
        .option('--by <class/state>', 'who asks; the owner itself when left out')
        .option('--behalf <class/state>', 'for whom, or self; nothing is said when left out')
        .requiredOption('--purpose <purpose>', 'such as stolen-vehicle')
        .option('--case <number>', 'the case number', '')
        .option('--days <days>', 'how long the grant runs', '30')
        .option('--declared <id...>', 'declarations that the grantee has made', [])
        .action(ask),
    );
