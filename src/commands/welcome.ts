// What the person who started it sees at the end: where it is, who can sign in, what to try next.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Demo } from './demo-data.js';
import { demoPictures } from './places.js';
import { answer } from './say.js';

const rule = '─'.repeat(78);
const labels = z.array(z.object({ plates: z.array(z.object({ text: z.string() })) }));

/** A plate that stands on a demo picture, so that a search for it finds something. */
const demoPlate = async (): Promise<string | undefined> => {
  try {
    const read = labels.parse(JSON.parse(await readFile(path.join(demoPictures, 'labels.json'), 'utf8')));
    return read.find((each) => each.plates.length === 1)?.plates[0]?.text;
  } catch {
    return undefined;
  }
};

const tellAddress = (url: string): void => {
  answer(rule);
  answer(`Plateward runs at ${url}   (Ctrl-C stops it)`);
  answer(`  ${url}/console        the console: sign in and search`);
  answer(`  ${url}/docs           the interface, to read and try`);
  answer(`  ${url}/openapi.json   the same for programs`);
  answer();
};

export const tellEmpty = (url: string): void => {
  tellAddress(url);
  answer(
    'There is no agency yet. In a second terminal, enrol one; the command prints a one-time token for its first administrator:',
  );
  answer('  npm run plateward -- agency add riverton-pd --name "Riverton Police Department" --class city --state OH');
  answer(rule);
};

export const tellDemo = async (url: string, demo: Demo, dataDir: string): Promise<void> => {
  const width = Math.max(...demo.agencies.flatMap((agency) => agency.members.map((member) => member.login.length)));
  tellAddress(url);
  answer('Two demo agencies. There is no grant between them: neither sees the other’s reads.');
  for (const agency of demo.agencies) {
    answer();
    answer(`  agency ${agency.slug}: ${agency.name}, ${agency.state}, ${agency.cameras.length} cameras`);
    for (const member of agency.members) answer(`    ${member.login.padEnd(width)}   ${member.password}`);
  }
  await tellFlow(url, demo, path.join(dataDir, 'cookies'));
  answer();
  answer(`What anybody sees of an agency:       ${url}/transparency/${demo.agencies[0]?.slug ?? ''}`);
  answer('Send your own pictures as a camera:   npm start -- --frames <folder>');
  answer('Read plates without any server:       npm run plateward -- recognize <files or folders>');
  answer('Look whether all is well:             npm run plateward -- doctor');
  answer(rule);
};

/** The main flow as two commands to paste. */
const tellFlow = async (url: string, demo: Demo, jar: string): Promise<void> => {
  const [first, second] = demo.agencies;
  const officer = first?.members.find((member) => member.role === 'officer');
  if (!first || !second || !officer) return;
  const plate = (await demoPlate()) ?? 'ABC123';
  const json = `-H 'content-type: application/json'`;
  const signIn = JSON.stringify({ agency: first.slug, login: officer.login, password: officer.password });
  const search = JSON.stringify({
    plate,
    agencies: [first.slug, second.slug],
    purpose: 'stolen-vehicle',
    caseNumber: '26-0001',
    reason: 'trying it out',
  });
  answer();
  answer(
    `Try next, in a second terminal: sign in as ${first.slug}’s officer, then search both agencies for a plate that both have read.`,
  );
  answer('The own read is found; the other agency is refused, told about, and has the attempt in its own log.');
  answer(`  CSRF=$(curl -s -c '${jar}' ${json} ${url}/api/v1/sessions \\`);
  answer(`    -d '${signIn}' | sed 's/.*"csrfToken":"\\([^"]*\\)".*/\\1/')`);
  answer(`  curl -s -b '${jar}' -H "x-csrf-token: $CSRF" ${json} ${url}/api/v1/searches \\`);
  answer(`    -d '${search}'`);
  answer('How a grant opens the other agency’s reads, and a revocation closes them: README.md, "Three flows".');
};
