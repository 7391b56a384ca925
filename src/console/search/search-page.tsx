// The officer's page: the question, then what was found and what was recorded. A search is asked once and never by itself: what is
// on the screen is one answer, and going on further back is a new question with an entry of its own.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { SearchAnswer } from '../../search/search.schema.js';
import type { Directory } from '../../agencies/agencies.schema.js';
import type { CameraList } from '../../agencies/cameras.schema.js';
import type { GrantList } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Empty } from '../parts/states.js';
import { useSession, useWho } from '../session/session.js';
import { keepDraft, loadDraft, type Draft } from './draft.js';
import { questionOf, type Faults, type Question } from './question.js';
import { Recorded } from './recorded.js';
import { Results } from './results.js';
import { SearchForm } from './search-form.js';
import { RefusedSearch } from './refused.js';
import { standingOf } from './standing.js';
import { wide } from '../parts/wide.js';
import { olderThan, withOlder, type Answer } from './older.js';

const useDraft = (memberId: string): [Draft, (change: Partial<Draft>) => void] => {
  const [draft, setDraft] = useState(() => loadDraft(memberId));
  useEffect(() => keepDraft(memberId, draft), [memberId, draft]);
  return [draft, (change) => setDraft((now) => ({ ...now, ...change }))];
};

type Phase =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly question: Question; readonly before?: Answer }
  | { readonly kind: 'answered'; readonly question: Question; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly question: Question; readonly error: unknown; readonly before?: Answer };

export const SearchPage = () => {
  const { member, agency } = useWho();
  const { may } = useSession();
  const [draft, change] = useDraft(member.id);
  const [faults, setFaults] = useState<Faults>({});
  const [phase, setPhase] = useState<Phase>({ kind: 'none' });
  const outcome = useRef<HTMLDivElement>(null);
  const directory = useQuery({
    queryKey: ['agencies'],
    queryFn: () => call<Directory>('GET', '/api/v1/agencies'),
  });
  const grants = useQuery({ queryKey: ['grants'], queryFn: () => call<GrantList>('GET', '/api/v1/grants') });
  const cameras = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });

  const others = (directory.data?.agencies ?? [])
    .filter(({ id }) => id !== agency.id)
    .map((each) => ({ ...each, standing: standingOf(each.id, grants.data?.received ?? [], draft.purpose) }));
  const names = new Map((directory.data?.agencies ?? []).map(({ id, name }): [string, string] => [id, name]));

  const ask = async (question: Question, before?: Answer): Promise<void> => {
    setPhase({ kind: 'asking', question, before });
    try {
      const answer = await call<SearchAnswer>('POST', '/api/v1/searches', question);
      setPhase({ kind: 'answered', question, answer: withOlder(before, answer) });
    } catch (error) {
      setPhase({ kind: 'failed', question, error, before });
    }
    // Another agency's answer may have changed since the page was loaded.
    void grants.refetch();
    if (before) return;
    outcome.current?.focus({ preventScroll: true });
    outcome.current?.scrollIntoView({ block: 'nearest' });
    if (!wide()) outcome.current?.scrollIntoView({ block: 'start' });
  };

  const submit = (): boolean => {
    const asked = [
      ...(draft.own ? [agency.slug] : []),
      ...others.filter((each) => each.standing.askable && draft.others.includes(each.slug)).map(({ slug }) => slug),
    ];
    const { faults: found, question } = questionOf(draft, asked, new Date());
    setFaults(found);
    if (question) void ask(question);
    return question !== undefined;
  };

  const answer = phase.kind === 'answered' ? phase.answer : phase.kind === 'none' ? undefined : phase.before;
  return (
    <div className="search-page">
      <h1>Search</h1>
      <SearchForm
        draft={draft}
        change={change}
        faults={faults}
        submit={submit}
        busy={phase.kind === 'asking'}
        agency={agency}
        others={others}
        looking={directory.isPending || grants.isPending}
        cameras={(cameras.data as Json<CameraList> | undefined)?.cameras ?? []}
        mayRequest={may('grant.request')}
      />
      <section className="outcome" aria-label="Outcome" tabIndex={-1} ref={outcome}>
        <p role="status" className="visually-hidden">
          {phase.kind === 'asking' ? 'Searching…' : answer ? `${answer.results.length} passages found` : ''}
        </p>
        {phase.kind === 'none' && (
          <Empty title="Nothing searched yet">
            Type a plate as you see it. Spaces and dashes do not matter; ? stands for one unknown character and * for
            several. Every search is on record before it answers.
          </Empty>
        )}
        {phase.kind === 'asking' && (
          <p className="state" aria-hidden="true">
            Searching…
          </p>
        )}
        {phase.kind === 'failed' && (
          <RefusedSearch error={phase.error} names={names} retry={() => void ask(phase.question, phase.before)} />
        )}
        {answer && phase.kind !== 'none' && (
          <>
            <Recorded answer={answer} names={names} />
            <Results
              key={answer.searchIds[0]}
              answer={answer}
              names={names}
              own={agency.id}
              busy={phase.kind === 'asking'}
              nearestFirst={phase.question.fuzzy !== undefined}
              older={
                answer.more && phase.question.fuzzy === undefined
                  ? () => void ask({ ...phase.question, ...olderThan(answer) }, answer)
                  : undefined
              }
            />
          </>
        )}
      </section>
    </div>
  );
};
