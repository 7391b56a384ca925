// The commands of `npm run plateward -- …`, each in a file of its own, which is loaded only when it is asked for. Every fault is told
// in one sentence.
import { Command } from 'commander';
import { version } from '../core/version.js';
import { tellFault } from './say.js';

interface Entry {
  readonly says: string;
  readonly load: () => Promise<Command>;
}

const commands: Readonly<Record<string, Entry>> = {
  start: {
    says: 'run everything on this machine, with two demo agencies',
    load: async () => (await import('./start.js')).startCommand(),
  },
  doctor: {
    says: 'look over this installation and say how to mend what is not well',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
  agency: {
    says: 'enrol an agency, make its first administrator, its usage policy, how long it keeps reads',
    load: async () => (await import('./agency.js')).agencyCommand(),
  },
  member: {
    says: 'the members of an agency: list, add, another role, unlock, end; change your own password',
    load: async () => (await import('./member.js')).memberCommand(),
  },
  camera: {
    says: 'the cameras of an agency: list, add, move, end, credentials, what each leaves out, how well it does',
    load: async () => (await import('./camera.js')).cameraCommand(),
  },
  grant: {
    says: 'who can see the data, and whose can be seen; ask, sign, decline, revoke',
    load: async () => (await import('./grant.js')).grantCommand(),
  },
  digest: {
    says: "what others did with an agency's data, by week or month: list, show, make one now",
    load: async () => (await import('./digest.js')).digestCommand(),
  },
  key: {
    says: 'the keys with which administrators sign grants',
    load: async () => (await import('./key.js')).keyCommand(),
  },
  frames: {
    says: 'send pictures as a camera would',
    load: async () => (await import('./frames.js')).framesCommand(),
  },
  search: {
    says: 'search reads, as an officer, with purpose, case and reason',
    load: async () => (await import('./search.js')).searchCommand(),
  },
  'search-places': {
    says: 'search plates that were seen at each of several places',
    load: async () => (await import('./search-places.js')).searchPlacesCommand(),
  },
  reads: {
    says: "follow reads of the agency's own cameras as they come, on record",
    load: async () => (await import('./reads.js')).readsCommand(),
  },
  alerts: {
    says: 'what other agencies were refused: list, follow, acknowledge',
    load: async () => (await import('./alerts.js')).alertsCommand(),
  },
  'read-review': {
    says: 'confirm, correct or reject a read that a search showed',
    load: async () => (await import('./read-review.js')).readReviewCommand(),
  },
  reviews: {
    says: 'searches drawn for an auditor to look over, and how many say nothing',
    load: async () => (await import('./reviews.js')).reviewsCommand(),
  },
  witnesses: {
    says: 'which witnesses an agency requires of its log, and whether enough cosign',
    load: async () => (await import('./witnesses.js')).witnessesCommand(),
  },
  'log-period': {
    says: 'the months of the log, whose personal values can be destroyed',
    load: async () => (await import('./log-period.js')).logPeriodCommand(),
  },
  'log-key': {
    says: "the keys with which an agency's log is signed: list them, replace the present one",
    load: async () => (await import('./log-key.js')).logKeyCommand(),
  },
  sharing: {
    says: 'what canaries found of the wall, and whether all sharing is stopped',
    load: async () => (await import('./sharing.js')).sharingCommand(),
  },
  'flags-to': {
    says: 'where an auditor is told of flags outside the console: webhook, email, test, remove',
    load: async () => (await import('./alerts-to.js')).flagsToCommand(),
  },
  'alerts-to': {
    says: 'where alerts are told outside the console: webhooks, e-mail',
    load: async () => (await import('./alerts-to.js')).alertsToCommand(),
  },
  flags: {
    says: "what looks like misuse by an agency's own members, for its auditor",
    load: async () => (await import('./flags.js')).flagsCommand(),
  },
  audit: {
    says: "an agency's log: read it, release records of it, hold two against each other, export it",
    load: async () => (await import('./audit.js')).auditCommand(),
  },
  verify: {
    says: 'check a log, or a receipt, with nothing but its key (docs/log.md)',
    load: async () => (await import('./verify.js')).verifyCommand(),
  },
  'verify-page': {
    says: 'write the verifier as one page for a browser, offline',
    load: async () => (await import('./verify-page.js')).verifyPageCommand(),
  },
  policy: {
    says: 'the packs of law: list, show, ask; which one an agency is under, and to change it',
    load: async () => (await import('./policy.js')).policyCommand(),
  },
  migrate: {
    says: 'bring the database up to date (needs DATABASE_URL of an administrator; safe to repeat)',
    load: async () => (await import('./migrate.js')).migrateCommand(),
  },
  web: {
    says: 'run the web process, for deployments (docs/deploy.md)',
    load: async () => (await import('./web.js')).webCommand(),
  },
  worker: {
    says: 'run one worker process, for deployments (docs/deploy.md)',
    load: async () => (await import('./worker.js')).workerCommand(),
  },
};

const program = new Command('plateward')
  .description('Licence-plate recognition that a city runs instead of a vendor’s.')
  .option('--debug', 'show where a fault came from')
  .version(version, '--version', 'print the version')
  .showHelpAfterError('(see `npm run plateward -- --help`)')
  .addHelpText(
    'after',
    `
Also:
  recognize [options] <files or folders...>   read plates from pictures (\`recognize --help\`)
  models [options] <add|list|check|compare>   bring models of your own, look over those in use (\`models --help\`)
  canary [options] <run>                      try every way across the wall now (\`canary --help\`)
  witness [options] <key|run|ask>             follow agencies' logs as an outsider, cosign them (\`witness --help\`)

Through npm, options of a command come after two dashes: npm run plateward -- recognize photos --json`,
  );

try {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  const wanted = words[0] === 'help' ? words[1] : words[0];
  for (const [name, { says, load }] of Object.entries(commands))
    program.addCommand((name === wanted ? await load() : new Command(name)).description(says));
  await program.parseAsync();
} catch (error) {
  tellFault(error, process.argv.includes('--debug'));
  process.exitCode = 1;
}
