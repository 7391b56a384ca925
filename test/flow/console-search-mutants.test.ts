/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// What the search page promises, each promise with its check taken out: that purpose, case and reason are never skipped, that a misread is never shown as
// exact, that agencies that were refused are named with why, and that a plate is never stored. Pure parts of the page, without a browser; what is made of
// them there is tested in console-search and console-fuzzy.
import { MantineProvider } from '@mantine/core';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Verdict } from '../../src/console/api/client.js';
import * as realClient from '../../src/console/api/client.js';
import * as realDraft from '../../src/console/search/draft.js';
import * as realQuestion from '../../src/console/search/question.js';
import * as realRecorded from '../../src/console/search/recorded.js';
import * as realRefused from '../../src/console/search/refused.js';
import * as realStanding from '../../src/console/search/standing.js';
import * as realWhy from '../../src/console/search/why-found.js';
import { fallsWithout } from '../support/mutants.js';

const whole: realDraft.Draft = {
  ...realDraft.emptyDraft,
  ...{ plate: '7ABC123', purpose: 'stolen-vehicle', caseNumber: '26-104', reason: 'taken from Main Street' },
};
const now = new Date('2026-11-23T12:00:00Z');
const asks = (module: typeof realQuestion, draft: realDraft.Draft, agencies = ['springfield']) =>
  module.questionOf(draft, agencies, now).question;
const page = (node: ReactNode): string =>
  renderToStaticMarkup(createElement(MantineProvider, null, node)).replace(/<style[^>]*>.*?<\/style>/gs, '');

describe('A question of the search page', () => {
  const file = 'console/search/question.ts';
  it.each([
    ['a purpose', { purpose: '' }, `draft.purpose === ''`],
    ['a case number', { caseNumber: ' – ' }, `!/[\\p{L}\\p{N}]/u.test(draft.caseNumber)`],
    ['a reason', { reason: ' ab ' }, `draft.reason.trim().length < 3`],
    ['the name of the body that it is for', { behalf: 'other', behalfState: 'IL' }, `draft.behalfName.trim() === ''`],
    [
      'the state of the body that it is for',
      { behalf: 'other', behalfName: 'County', behalfState: 'x' },
      `!/^[a-z]{2}$/i.test(draft.behalfState.trim())`,
    ],
  ] as const)('is not asked without %s', async (_, lacking, check) => {
    await fallsWithout(
      realQuestion,
      file,
      `if (${check}) faults.`,
      `if (false) faults.`,
      (module) => asks(module, whole) !== undefined && asks(module, { ...whole, ...lacking }) === undefined,
    );
  });

  it('is not asked without on whose behalf, where a law wants to know it', async () => {
    await fallsWithout(
      realQuestion,
      file,
      `askBehalf && draft.behalf === ''`,
      'false',
      (module) => module.questionOf(whole, ['springfield'], now, true).question === undefined,
    );
  });

  it('is not asked of nobody, and says what it was asked for as it was typed', async () => {
    await fallsWithout(
      realQuestion,
      file,
      'if (agencies.length === 0)',
      'if (false)',
      (module) => asks(module, whole, []) === undefined,
    );
    const says = (module: typeof realQuestion): boolean => {
      const body = asks(module, whole)?.body ?? {};
      return ['purpose', 'caseNumber', 'reason'].every((name) => body[name] === whole[name as 'purpose']);
    };
    for (const name of ['purpose: draft.purpose', 'caseNumber: draft.caseNumber.trim()', 'reason: draft.reason.trim()'])
      await fallsWithout(realQuestion, file, `${name},`, '', says);
  });

  it('looks for misread plates only where that was chosen', async () => {
    await fallsWithout(
      realQuestion,
      file,
      `fuzzy === '' ? undefined : fuzzy === '0' ? 0`,
      `fuzzy === '' ? 1 : fuzzy === '0' ? 0`,
      (module) => !('fuzzy' in (asks(module, whole)?.body ?? {})),
    );
  });
});

type Match = Parameters<typeof realWhy.WhyFound>[0]['match'];
const other = { at: 0, asked: '7', read: '1', confusable: true };
const lacking = { at: 3, asked: '8', read: null, confusable: false };
const chars = [...'1ABC'].map((c) => ({ c, p: 0.9 }));
const why = ({ WhyFound }: typeof realWhy, kind: Match['kind'], differs: Match['differs'] = [other]): string =>
  page(createElement(WhyFound, { match: { kind, differs } as Match }));
const characters = ({ Characters }: typeof realWhy, differs: Match['differs']): string =>
  page(createElement(Characters, { chars, differs }));

describe('A misread plate', () => {
  const file = 'console/search/why-found.tsx';
  it.each([
    ['confusable', 'Not exact: differs in characters that look alike'],
    ['edit', 'Not exact: another plate, or misread'],
    ['corrected', 'Not exact: a member of your agency corrected it to what you asked'],
  ] as const)('is never called exact, found as %s', async (kind, heading) => {
    await fallsWithout(
      realWhy,
      file,
      `'${heading}'`,
      `'Exact: every character as you typed it'`,
      (module) => why(module, 'exact', []).includes('Exact:') && !why(module, kind).includes('Exact:'),
    );
  });

  it('says each difference, and marks it at its character', async () => {
    await fallsWithout(realWhy, file, 'match.differs.length > 0', 'false', (module) =>
      why(module, 'confusable').includes('Character 1: you typed 7, read as 1; the two look alike'),
    );
    await fallsWithout(realWhy, file, 'data-differs={difference !== undefined}', 'data-differs={false}', (module) =>
      characters(module, [other]).includes('data-differs="true"'),
    );
    await fallsWithout(realWhy, file, '? `lacks ${asked}`', '? ``', (module) =>
      characters(module, [lacking]).includes('lacks 8'),
    );
    await fallsWithout(
      realWhy,
      file,
      'each.read === null && each.at === at',
      'false',
      (module) => characters(module, [lacking]).split('<li').length - 1 === chars.length + 1,
    );
  });
});

const names = new Map([
  ['1', 'Springfield Police Department'],
  ['2', 'Shelbyville Police Department'],
]);
const verdicts = [
  { agencyId: '1', slug: 'springfield', verdict: 'own' },
  { agencyId: '2', slug: 'shelbyville', verdict: 'refused', because: 'It has given your agency no grant.' },
] as unknown as readonly Verdict[];
const recorded = ({ Recorded }: typeof realRecorded): string =>
  page(
    createElement(Recorded, {
      names,
      answer: {
        ...{ searchIds: ['s'], plate: '7ABC123', from: now.toISOString(), to: now.toISOString(), results: [] },
        ...{ more: false, next: null, complete: true, agencies: verdicts, shown: [''] },
        receipts: [{ entry: 7, hash: 'ab', proof: 'proof' }] as never,
      },
    }),
  );

describe('An agency that was refused', () => {
  it('is named beside what was found, with why, and in the line that is always seen', async () => {
    const file = 'console/search/recorded.tsx';
    await fallsWithout(realRecorded, file, `each.verdict === 'refused'`, 'false', (module) =>
      recorded(module).includes('not every agency was searched'),
    );
    await fallsWithout(realRecorded, file, 'answer.agencies.map', 'answer.agencies.slice(0, 1).map', (module) =>
      /Shelbyville Police Department<\/strong>: not searched\. It has given your agency no grant\./.test(
        recorded(module),
      ),
    );
    await fallsWithout(
      realRecorded,
      file,
      '`not searched. ${because ??',
      '`answered. ${because ??',
      (module) => !/Shelbyville Police Department<\/strong>: answered/.test(recorded(module)),
    );
  });

  it('is named above what was found', async () => {
    const answer = { agencies: verdicts } as unknown as Parameters<typeof realRefused.NotSearched>[0]['answer'];
    await fallsWithout(realRefused, 'console/search/refused.tsx', 'refused.length > 0', 'false', (module) =>
      page(createElement(module.NotSearched, { answer, names })).includes('It has given your agency no grant.'),
    );
  });

  it('is named where nobody answered, with why', async () => {
    const error = new realClient.Problem({
      ...{ status: 403, title: 'Refused', detail: 'No agency was searched.', code: 'refused', agencies: verdicts },
    });
    await fallsWithout(realRefused, 'console/search/refused.tsx', 'agencies.length > 0', 'false', (module) => {
      const text = page(createElement(module.RefusedSearch, { error, names, retry: () => undefined }));
      return text.includes('Shelbyville Police Department') && text.includes('It has given your agency no grant.');
    });
  });

  it('is not offered where its grant is not in force, or not for that purpose', async () => {
    const grant = {
      ...{ ownerAgencyId: '2', purposes: ['stolen-vehicle'], cameraIds: null, dataWindowDays: 30, state: 'approved' },
      ...{ validUntil: now.toISOString(), requestedAt: now.toISOString() },
    };
    const askable = (module: typeof realStanding, live: boolean, purpose: string): boolean =>
      module.standingOf('2', [{ ...grant, live }] as never, purpose).askable;
    const file = 'console/search/standing.ts';
    await fallsWithout(
      realStanding,
      file,
      'grants.filter((grant) => grant.live)',
      'grants',
      (module) => askable(module, true, 'stolen-vehicle') && !askable(module, false, 'stolen-vehicle'),
    );
    await fallsWithout(
      realStanding,
      file,
      `purpose === '' || grant.purposes.includes(purpose)`,
      'true',
      (module) => !askable(module, true, 'homicide'),
    );
  });
});

describe('What was typed', () => {
  const stored = new Map<string, string>();
  const window_ = Reflect.get(globalThis, 'window') as unknown;
  beforeAll(() => {
    const sessionStorage = new Proxy(
      {
        getItem: (name: string) => stored.get(name) ?? null,
        setItem: (name: string, value: string) => void stored.set(name, value),
        removeItem: (name: string) => void stored.delete(name),
      },
      { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
    );
    Reflect.set(globalThis, 'window', { sessionStorage });
  });
  afterAll(() => void Reflect.set(globalThis, 'window', window_));

  it('is kept for the shift without its plate, and for nobody else', async () => {
    const file = 'console/search/draft.ts';
    await fallsWithout(realDraft, file, 'JSON.stringify(rest)', 'JSON.stringify({ ...rest, plate })', (module) => {
      stored.clear();
      module.keepDraft('member', whole);
      return stored.size === 1 && ![...stored.values()].join().includes('7ABC123');
    });
    await fallsWithout(realDraft, file, `key.startsWith(prefix) && key !== prefix + memberId`, 'false', (module) => {
      stored.clear();
      module.keepDraft('member', whole);
      module.forgetDraftsBut('another');
      return stored.size === 0;
    });
    await fallsWithout(
      realDraft,
      file,
      'if (id !== memberId) plates.delete(id)',
      'if (false) plates.delete(id)',
      (module) => {
        module.keepDraft('member', whole);
        module.forgetDraftsBut('another');
        return module.loadDraft('member').plate === '';
      },
    );
  });
});
