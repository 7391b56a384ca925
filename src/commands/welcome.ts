// What the person who started it sees at the end: where it is, who can sign in, what to try next.
import path from 'node:path';
import type { Demo } from './demo-data.js';
import { answer } from './say.js';

const rule = '─'.repeat(78);

export const tellEmpty = (url: string): void => {
  answer(rule);
  answer(`Plateward runs at ${url}   (Ctrl-C stops it)`);
  answer(`  API document: ${url}/openapi.json`);
  answer();
  answer(
    'There is no agency yet. In a second terminal, enrol one; the command prints a one-time token for its first administrator:',
  );
  answer('  npm run plateward -- agency add riverton-pd --name "Riverton Police Department" --class city --state OH');
  answer(rule);
};

export const tellDemo = (url: string, demo: Demo, dataDir: string): void => {
  const width = Math.max(...demo.agencies.flatMap((agency) => agency.members.map((member) => member.login.length)));
  answer(rule);
  answer(`Plateward runs at ${url}   (Ctrl-C stops it)`);
  answer(`  API document: ${url}/openapi.json`);
  answer();
  answer('Demo agencies. There is no grant between them: neither sees the other’s reads.');
  for (const agency of demo.agencies) {
    answer();
    answer(`  ${agency.name}, ${agency.state}   (agency: ${agency.slug}; ${agency.cameras.length} cameras)`);
    for (const member of agency.members) answer(`    ${member.login.padEnd(width)}  ${member.password}`);
  }
  const [first, second] = demo.agencies;
  const officer = first?.members.find((member) => member.role === 'officer');
  if (first && second && officer) {
    const cookies = path.join(dataDir, 'cookies');
    answer();
    answer('Try next, in a second terminal. Sign in as an officer:');
    answer(`  CSRF=$(curl -s -c ${cookies} ${url}/api/v1/sessions -H 'content-type: application/json' \\`);
    answer(
      `    -d '{"agency":"${first.slug}","login":"${officer.login}","password":"${officer.password}"}' | grep -o '"csrfToken":"[^"]*"' | cut -d'"' -f4)`,
    );
    answer(
      'Search the own agency’s last day; then put the other agency’s id (from /api/v1/agencies) beside it and see it refused, on record in both logs:',
    );
    answer(`  curl -s -b ${cookies} ${url}/api/v1/agencies`);
    answer(
      `  curl -s -b ${cookies} -H "x-csrf-token: $CSRF" -H 'content-type: application/json' ${url}/api/v1/searches \\`,
    );
    answer(
      `    -d '{"purpose":"stolen-vehicle","caseNumber":"26-0001","reason":"trying it out","from":"${daysAgo(1)}","to":"${daysAgo(-1)}"}'`,
    );
    answer('Send your own pictures as a camera:   npm start -- --frames <folder>');
    answer('Read plates without any server:       npm run plateward -- recognize <files or folders>');
  }
  answer(rule);
};

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19) + 'Z';
