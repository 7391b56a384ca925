// `plateward grant list|use|request|approve|decline|suspend|revoke` (openings: grant-openings.ts): sharing between agencies, as one of their members. An approval is signed on this
// machine, over exactly what is shown before, with a key that no server has.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import type { MemberClient } from './api-client.js';
import { areaForm, sayBorders } from '../core/area.js';
import type { Area } from '../core/read-filters.js';
import { borders } from './borders.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { approverKeyFile, keyOption, readApproverKey, type WithKey } from './key.js';
import { openingCommands } from './grant-openings.js';
import { answer } from './say.js';

const grant = z.object({
  id: z.string(),
  ownerAgencyId: z.string(),
  granteeAgencyId: z.string(),
  state: z.string(),
  live: z.boolean(),
  purposes: z.array(z.string()),
  cameraIds: z.array(z.string()).nullable(),
  area: areaForm.nullable(),
  dataWindowDays: z.int(),
  validFrom: z.string(),
  validUntil: z.string(),
  searchesPerDayMax: z.int().nullable(),
  rowsPerSearchMax: z.int(),
  declarations: z.array(z.string()),
  terms: z.string(),
  uses: z.int(),
  searchers: z.int().nullable(),
  approvalsNeeded: z.int(),
  approvals: z.array(z.object({ memberId: z.string() })),
  plates: z.array(z.string()).nullable(),
  platesPerDayMax: z.int().nullable(),
  fields: z.array(z.string()),
  openingMinutes: z.int().nullable(),
  amends: z.string().nullable(),
  amended: z.boolean(),
  granteeChanged: z.boolean(),
  grantee: z.object({ legalClass: z.string(), state: z.string(), attestedBy: z.string().nullable() }),
  forbidden: z.object({ rule: z.string(), because: z.string() }).nullable(),
  document: z.string(),
});
type Grant = z.infer<typeof grant>;
const list = z.object({ given: z.array(grant), received: z.array(grant) });
const directory = z.object({ agencies: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })) });
const stepped = z.object({ grant });

const day = (instant: string): string => instant.slice(0, 10);

/** What a grant opens, in sentences. */
export const told = (each: Grant, nameOf: (id: string) => string): string[] => [
  `${each.id}  ${each.state}${each.live ? ', live' : ''}`,
  `  Officers of ${nameOf(each.granteeAgencyId)} (${each.grantee.legalClass}, ${each.grantee.state}${each.grantee.attestedBy === null ? '' : `, attested by ${each.grantee.attestedBy}`}) may search reads of ${each.area ? 'the cameras in an area' : each.cameraIds ? `${each.cameraIds.length} camera(s)` : 'all cameras'} of ${nameOf(each.ownerAgencyId)},`,
  `  of the last ${each.dataWindowDays} days, for ${each.purposes.join(', ')}, from ${day(each.validFrom)} until ${day(each.validUntil)},`,
  `  at most ${each.rowsPerSearchMax} rows a search and ${each.searchesPerDayMax ?? 'any number of'} searches a day; used ${each.uses} times.`,
  ...(each.searchers === null
    ? []
    : [`  So many members of ${nameOf(each.granteeAgencyId)} can search: ${each.searchers}.`]),
  ...(each.openingMinutes === null
    ? []
    : [
        `  In an emergency alone: it opens nothing until two members of ${nameOf(each.granteeAgencyId)} open it, and then for ${each.openingMinutes} minutes.`,
      ]),
  ...(each.area
    ? [
        `  The area: north, south, east, west ${sayBorders(each.area)} degrees; which cameras stand there is looked up at each search.`,
      ]
    : []),
  ...(each.plates === null ? [] : [`  Only for these plates: ${each.plates.join(', ') || '(not shown to you)'}`]),
  ...(each.platesPerDayMax === null ? [] : [`  At most ${each.platesPerDayMax} different plates a day.`]),
  ...(['picture', 'place'].every((field) => each.fields.includes(field))
    ? []
    : [`  Of a read it gives text and time${each.fields.map((field) => `, ${field}`).join('')}; nothing else.`]),
  ...(each.amends === null ? [] : [`  In the stead of ${each.amends}, which ends when this one is approved.`]),
  ...(each.amended ? ['  Another was approved in its stead: it opens nothing.'] : []),
  ...(each.granteeChanged
    ? ['  The grantee is of another class or state than when it asked: it opens nothing until it asks anew.']
    : []),
  ...(each.terms === '' ? [] : [`  Terms: ${each.terms}`]),
  ...(each.declarations.length === 0 ? [] : [`  Declared: ${each.declarations.join(', ')}`]),
  ...(each.state === 'requested' || each.state === 'suspended'
    ? [
        `  Signed by ${each.approvals.length} of ${each.approvalsNeeded} administrators of ${nameOf(each.ownerAgencyId)}.`,
      ]
    : []),
  ...(each.forbidden ? [`  The law keeps it from opening anything: ${each.forbidden.because}`] : []),
];

const namesOf = async (client: MemberClient): Promise<(id: string) => string> => {
  const { agencies } = await client.get('/api/v1/agencies', directory);
  return (id) => agencies.find((each) => each.id === id)?.slug ?? id;
};

const show = async (options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const [{ given, received }, nameOf] = await Promise.all([client.get('/api/v1/grants', list), namesOf(client)]);
    answer(`Who can see ${client.agencyName}'s data: ${given.length === 0 ? 'nobody else was ever asked' : ''}`);
    for (const each of given) told(each, nameOf).forEach((line) => answer(line));
    answer(`Whose data it can see: ${received.length === 0 ? 'it has asked for nothing' : ''}`);
    for (const each of received) told(each, nameOf).forEach((line) => answer(line));
  });

interface RequestOptions extends AsMember {
  readonly purposes: readonly string[];
  readonly days: string;
  readonly window: string;
  readonly rows: string;
  readonly searches?: string;
  readonly cameras?: readonly string[];
  readonly area?: Area;
  readonly plates?: readonly string[];
  readonly platesPerDay?: string;
  readonly without?: readonly string[];
  readonly emergency?: string;
  readonly amends?: string;
  readonly declare?: readonly string[];
  readonly terms?: string;
}

const whole = (option: string, text: string, most: number): number => {
  const parsed = z.coerce.number().int().min(1).max(most).safeParse(text);
  if (!parsed.success) throw invalid('options', `${option} must be a whole number from 1 to ${most}.`);
  return parsed.data;
};

const request = async (owner: string, options: RequestOptions): Promise<void> => {
  const validUntil = new Date(Date.now() + whole('--days', options.days, 366) * 86_400_000);
  const body = {
    ownerAgency: owner,
    purposes: options.purposes,
    dataWindowDays: whole('--window', options.window, 1095),
    validUntil: validUntil.toISOString(),
    rowsPerSearchMax: whole('--rows', options.rows, 10_000),
    ...(options.searches !== undefined && { searchesPerDayMax: whole('--searches', options.searches, 1_000_000) }),
    ...(options.cameras && { cameraIds: options.cameras }),
    ...(options.area && { area: options.area }),
    ...(options.plates && { plates: options.plates }),
    ...(options.platesPerDay !== undefined && {
      platesPerDayMax: whole('--plates-per-day', options.platesPerDay, 1_000_000),
    }),
    ...(options.without && { fields: ['picture', 'place'].filter((each) => !options.without?.includes(each)) }),
    ...(options.emergency !== undefined && { openingMinutes: whole('--emergency', options.emergency, 240) }),
    ...(options.amends !== undefined && { amends: options.amends }),
    ...(options.declare && { declarations: options.declare }),
    ...(options.terms !== undefined && { terms: options.terms }),
  };
  await asMember(options, async (client) => {
    const { id } = await client.post('/api/v1/grants', body, z.object({ id: z.string() }));
    answer(`Asked ${owner} for ${id}. It opens nothing until administrators of ${owner} have signed it:`);
    answer(`  npm run plateward -- grant approve ${id} --agency ${owner} --as <login>`);
  });
};

const approve = async (id: string, options: WithKey): Promise<void> => {
  const key = await readApproverKey(approverKeyFile(options));
  await asMember(options, async (client) => {
    const [{ given }, nameOf] = await Promise.all([client.get('/api/v1/grants', list), namesOf(client)]);
    const wanted = given.find((each) => each.id === id);
    if (!wanted) throw invalid('grant_unknown', `Nobody has asked ${options.agency} for a grant ${id}.`);
    answer('You sign:');
    for (const line of told(wanted, nameOf)) answer(line);
    const body = { keyId: key.keyId, signature: key.sign(wanted.document) };
    const { grant: now } = await client.post(`/api/v1/grants/${encodeURIComponent(id)}/approvals`, body, stepped);
    answer(
      now.state === 'approved'
        ? now.openingMinutes === null
          ? 'It is approved, and open from now on.'
          : 'It is approved; it opens nothing until two members of the other agency open it in an emergency.'
        : `It is signed by ${now.approvals.length} of ${now.approvalsNeeded}; another administrator signs next.`,
    );
  });
};

const used = { searches: z.int(), rows: z.int() };
const useForm = z.object({
  ...used,
  members: z.int(),
  lastAt: z.string().nullable(),
  purposes: z.array(z.object({ purpose: z.string().nullable(), ...used })),
  months: z.array(z.object({ month: z.string(), ...used, members: z.int() })),
});

const use = async (id: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const told = await client.get(`/api/v1/grants/${encodeURIComponent(id)}/use`, useForm);
    answer(
      told.searches === 0
        ? 'No search has used it.'
        : `${told.searches} searches by ${told.members} members were shown ${told.rows} rows, the last ${told.lastAt ?? ''}.`,
    );
    for (const { purpose, searches, rows } of told.purposes)
      answer(`  for ${purpose ?? 'a purpose that was not noted'}: ${searches} searches, ${rows} rows`);
    for (const { month, searches, rows, members } of told.months)
      answer(`  in ${month}: ${searches} searches, ${rows} rows, ${members} members`);
  });

const step =
  (what: 'declination' | 'suspension' | 'revocation', says: string) =>
  async (id: string, options: AsMember): Promise<void> =>
    asMember(options, async (client) => {
      await client.post(`/api/v1/grants/${encodeURIComponent(id)}/${what}`, {}, stepped);
      answer(says);
    });

export const grantCommand = (): Command => {
  const grants = new Command('grant')
    .addCommand(
      signingIn(new Command('list').description('who can see the data, and whose can be seen'), 'a member').action(
        show,
      ),
    )
    .addCommand(
      signingIn(
        new Command('use').description('what a grant was used for, in counts').argument('<grant>', 'its id'),
        'a member',
      ).action(use),
    )
    .addCommand(
      signingIn(
        new Command('request')
          .description("ask for another agency's reads; it opens nothing until that agency signs")
          .argument('<owner>', 'the agency whose reads are asked for, such as shelbyville'),
      )
        .requiredOption('--purposes <purpose...>', 'such as stolen-vehicle')
        .option('--days <days>', 'how long it is to run', '90')
        .option('--window <days>', 'how far back reads may be', '30')
        .option('--rows <count>', 'rows a search at most', '100')
        .option('--searches <count>', 'searches a day at most')
        .option('--cameras <id...>', 'only these cameras')
        .option('--area <borders>', 'only cameras that stand there: north,south,east,west in degrees', borders)
        .option('--plates <plate...>', 'only searches for one of these whole plates')
        .option('--plates-per-day <count>', 'different plates a day at most')
        .addOption(new Option('--without <field...>', 'what of a read is not wanted').choices(['picture', 'place']))
        .option('--emergency <minutes>', 'for emergencies: two members open it, each time for so long (5 to 240)')
        .option('--amends <grant>', 'the grant in whose stead it is asked for; that one ends when this one is approved')
        .option('--declare <id...>', "what the owner's law wants declared, such as il-2-130")
        .option('--terms <text>', 'what both sides agree on')
        .action(request),
    )
    .addCommand(
      signingIn(
        new Command('approve')
          .description('sign a request; with the last signature that is needed it opens')
          .argument('<grant>', 'its id, as `list` shows it'),
      )
        .option('--key <file>', keyOption)
        .action(approve),
    )
    .addCommand(
      signingIn(new Command('decline').description('answer a request with no').argument('<grant>', 'its id')).action(
        step('declination', 'Declined.'),
      ),
    )
    .addCommand(
      signingIn(
        new Command('suspend')
          .description('pause a grant at once; `approve` opens it again, with as many signatures as at first')
          .argument('<grant>', 'its id'),
      ).action(step('suspension', 'Suspended, as of now; it opens nothing until it is approved anew.')),
    )
    .addCommand(
      signingIn(
        new Command('revoke')
          .description('end a grant at once, also for searches that run')
          .argument('<grant>', 'its id'),
      ).action(step('revocation', 'Revoked, as of now; searches that were running under it show nothing of it.')),
    );
  for (const each of openingCommands()) grants.addCommand(each);
  return grants;
};
