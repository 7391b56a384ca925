// docs/hostile-operator.md, from the kinds themselves.
import type { Family, Shows } from './kind.js';

const words: Readonly<Record<Shows, string>> = {
  verify: 'a log no longer holds',
  linter: 'the linter names it',
  shut: 'no search shows more',
  open: '**open**',
};

const intro = (count: (shows: Shows) => number, total: number): string => `# The hostile operator

<!-- Written by test/wall/hostile-operator.test.ts; UPDATE_DOCS=1 writes it anew. -->

Somebody has the whole database as superuser, may change the files of the store and of the key ring, wants an agency's reads to be found
by another, or the log to say something else, and does not want it seen. He does not have the running process, nor what readers keep elsewhere: each log's
key and one signed head of it (\`curl …/checkpoint > kept\`, see log.md).

Each line below is a test on a real PostgreSQL: a house with three agencies and grants in every state is copied, the tampering is done with
every trigger and foreign key asleep, and then the house, which knows nothing of it, is asked. Searches ask for everything under several
purposes; each log is checked as \`plateward verify --earlier\` does it, and as a supervisor may see it; the linter looks at the schema.

| what came of it | kinds |
|---|---|
| **a log no longer holds**: whoever kept its key and a head is told so, with the reason | ${count('verify')} |
| **the linter names it**: \`plateward doctor\` and every start refuse to go on; searches show nothing more, or show it only until then | ${count('linter')} |
| **no search shows more** than before; that something was changed is not told | ${count('shut')} |
| **open**: see below | ${count('open')} |
| all | ${total} |
`;

const open = `## What is open

- **A read's row is believed.** Whoever writes the table \`reads\` may put one agency's reads under another's name; plates and times lie in
  the database in the clear, so he needs no search to know them. The pictures stay sealed for their agency and do not open.
- **Whoever is let in is believed.** A forged session, or a password hash put in place, lets the operator act as a member, through the
  house: what he does so is signed and stands in the log as that member's act, for the agency's auditors to see.
- Members, cameras, sessions and lists of purposes that were changed in the tables are not compared with the log.
- Whoever also has the running process, or reads the key ring and writes code, signs what he likes; only what readers kept shows it. A
  reader who kept nothing sees nothing, and who looks once a year learns it once a year.
`;

/** The page. */
export const hostilePage = (families: readonly Family[]): string => {
  const kinds = families.flatMap((family) => family.kinds);
  const parts = families.map(
    ({ name, kinds: of }) =>
      `## ${name}\n\n| tampering | what came of it |\n|---|---|\n${of.map(({ what, shows }) => `| ${what} | ${words[shows]} |`).join('\n')}\n`,
  );
  const count = (shows: Shows): number => kinds.filter((kind) => kind.shows === shows).length;
  return [intro(count, kinds.length), open, ...parts].join('\n');
};
