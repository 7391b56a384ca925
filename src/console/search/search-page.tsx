// The officer's page: the question, then what was found and what was recorded. A search is asked once and never by itself: what is
// on the screen is one answer, and going on further back is a new question with an entry of its own.
import './search.css';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { PlacesAnswer, SearchAnswer } from '../../search/search.schema.js';
import type { Directory } from '../../agencies/agencies.schema.js';
import type { CameraList } from '../../agencies/cameras.schema.js';
import type { GrantList } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { areaOf } from '../map/area.js';
import { useStable } from '../parts/stable.js';
import { Empty } from '../parts/states.js';
import { useSession, useWho } from '../session/session.js';
import { keepDraft, loadDraft, type Draft } from './draft.js';
import { ExportAnswer } from './export.js';
import { HelpDialog } from './help-dialog.js';
import { watchKeys } from './keys.js';
import { MapAreaContext } from './map-area.js';
import { noFaults, questionOf, type Faults, type Question } from './question.js';
import { Recorded } from './recorded.js';
import { Results } from './results.js';
import { SearchForm } from './search-form.js';
import { NotSearched, RefusedSearch } from './refused.js';
import { demanding, standingOf } from './standing.js';
import { wide } from '../parts/wide.js';
import { groupsOf, ofPlaces, seenAt, withOlder, type Answer, type Result } from './older.js';
import type { Span } from './time-bars.js';
import { useDrawnArea } from './use-drawn-area.js';
import { mapAtFirst, WherePane } from './where-pane.js';

const useDraft = (memberId: string): [Draft, (change: Partial<Draft> | ((now: Draft) => Partial<Draft>)) => void] => {
  const [draft, setDraft] = useState(() => loadDraft(memberId));
  useEffect(() => keepDraft(memberId, draft), [memberId, draft]);
  const change = useCallback(
    (part: Partial<Draft> | ((now: Draft) => Partial<Draft>)) =>
      setDraft((now) => ({ ...now, ...(typeof part === 'function' ? part(now) : part) })),
    [],
  );
  return [draft, change];
};

type Phase =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly question: Question; readonly before?: Answer }
  | { readonly kind: 'answered'; readonly question: Question; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly question: Question; readonly error: unknown; readonly before?: Answer };

const answerOf = async ({ mode, path, body }: Question, before?: Answer): Promise<Answer> => {
  if (mode !== 'places')
    return withOlder(
      before,
      await call<SearchAnswer>('POST', path, { ...body, ...(before && { after: before.next }) }),
    );
  const times = (body['places'] as { readonly from: string; readonly to: string }[])
    .flatMap(({ from, to }) => [from, to])
    .sort();
  return ofPlaces(await call<PlacesAnswer>('POST', path, body), times[0]!, times.at(-1)!);
};

const none: readonly Result[] = [];

export const SearchPage = () => {
  const { member, agency } = useWho();
  const { may } = useSession();
  const [draft, change] = useDraft(member.id);
  const [faults, setFaults] = useState<Faults>(noFaults);
  const [phase, setPhase] = useState<Phase>({ kind: 'none' });
  const [span, setSpan] = useState<Span>();
  const [pointed, setPointed] = useState<Result>();
  const [onMap, setOnMap] = useState<string>();
  const [wanted, setWanted] = useState<{ readonly camera: string }>();
  const [mapOpen, setMapOpen] = useState(mapAtFirst);
  const [help, setHelp] = useState(false);
  const outcome = useRef<HTMLDivElement>(null);
  const drawnArea = useDrawnArea(change, setMapOpen);
  useEffect(() => watchKeys(() => setHelp(true)), []);
  const directory = useQuery({
    queryKey: ['agencies'],
    queryFn: () => call<Directory>('GET', '/api/v1/agencies'),
  });
  const grants = useQuery({ queryKey: ['grants'], queryFn: () => call<GrantList>('GET', '/api/v1/grants') });
  const cameras = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  const ownCameras = useMemo(() => (cameras.data as Json<CameraList> | undefined)?.cameras ?? [], [cameras.data]);

  const others = useMemo(
    () =>
      (directory.data?.agencies ?? [])
        .filter(({ id }) => id !== agency.id)
        .map((each) => ({ ...each, standing: standingOf(each.id, grants.data?.received ?? [], draft.purpose) })),
    [directory.data, grants.data, agency.id, draft.purpose],
  );
  const names = useMemo(
    () => new Map((directory.data?.agencies ?? []).map(({ id, name }): [string, string] => [id, name])),
    [directory.data],
  );

  const ask = async (question: Question, before?: Answer): Promise<void> => {
    setPhase({ kind: 'asking', question, before });
    if (!before) setSpan(undefined);
    try {
      const answer = await answerOf(question, before);
      if (!before) setPointed(undefined);
      setPhase({ kind: 'answered', question, answer });
    } catch (error) {
      setPhase({ kind: 'failed', question, error, before });
    }
    // Another agency's answer may have changed since the page was loaded.
    if ((question.body['agencies'] as readonly string[]).some((each) => each !== agency.slug)) void grants.refetch();
    if (before) return;
    outcome.current?.focus({ preventScroll: true });
    outcome.current?.scrollIntoView({ block: 'nearest' });
    if (!wide()) outcome.current?.scrollIntoView({ block: 'start' });
  };

  const ticked = draft.others.join(' ');
  const askBehalf = useMemo(
    () => demanding(directory.data?.agencies ?? [], [...(draft.own ? [agency.slug] : []), ...ticked.split(' ')]),
    [directory.data, draft.own, ticked, agency.slug],
  );
  const submit = useStable((): boolean => {
    const asked = [
      ...(draft.own ? [agency.slug] : []),
      ...others.filter((each) => each.standing.askable && draft.others.includes(each.slug)).map(({ slug }) => slug),
    ];
    const { faults: found, question } = questionOf(draft, asked, new Date(), askBehalf.length > 0);
    setFaults(found);
    if (question) void ask(question);
    return question !== undefined;
  });

  const answer = phase.kind === 'answered' ? phase.answer : phase.kind === 'none' ? undefined : phase.before;
  const results = answer?.results ?? none;
  const shown = useMemo(() => {
    if (!span) return results;
    const within = (each: Result): boolean => {
      const at = new Date(seenAt(each)).getTime();
      return at >= span.from && at < span.to;
    };
    return results.filter(within);
  }, [results, span]);
  const area = areaOf(draft.area);
  const shownArea = useMemo(() => (typeof area === 'string' ? undefined : area), [JSON.stringify(area)]);
  const question = phase.kind === 'none' ? undefined : phase.question;
  const older = useStable(() => {
    if (question && answer) void ask(question, answer);
  });
  const choose = useCallback((camera: string) => setWanted({ camera }), []);
  const current = onMap ?? pointed?.camera.id;
  // The list is what is waited for: map and timeline follow in a turn of their own.
  const where = useMemo(
    () => ({ results, shown, answer: `${answer?.searchIds[0] ?? ''} ${span?.from ?? ''}` }),
    [results, shown, answer, span],
  );
  const placed = useDeferredValue(where);
  const refused = phase.kind === 'failed' && (
    <RefusedSearch error={phase.error} names={names} retry={() => void ask(phase.question, phase.before)} />
  );
  return (
    <MapAreaContext value={drawnArea.context}>
      <div className="search-page">
        <div className="bar head">
          <h1>Search</h1>
          <Button variant="subtle" size="xs" onClick={() => setHelp(true)}>
            Keys (?)
          </Button>
        </div>
        <SearchForm
          draft={draft}
          change={change}
          faults={faults}
          submit={submit}
          busy={phase.kind === 'asking' && !phase.before}
          agency={agency}
          others={others}
          looking={directory.isPending || grants.isPending}
          cameras={ownCameras}
          mayRequest={may('grant.request')}
          askBehalf={askBehalf}
        />
        <section className="outcome" aria-label="Outcome" tabIndex={-1} ref={outcome}>
          <p role="status" className="visually-hidden">
            {phase.kind === 'asking' ? 'Searching…' : answer ? `${groupsOf(results).length} found` : ''}
          </p>
          {phase.kind === 'asking' && !phase.before && (
            <p className="state" aria-hidden="true">
              Searching…
            </p>
          )}
          {phase.kind === 'failed' && !phase.before && refused}
          {answer && <NotSearched answer={answer} names={names} />}
          {answer && <Recorded answer={answer} names={names} />}
          {results.length > 0 && answer && <ExportAnswer key={`export ${answer.searchIds[0]}`} answer={answer} />}
          <div className="found">
            <WherePane
              cameras={ownCameras}
              results={placed.results}
              shown={placed.shown}
              answer={placed.answer}
              pointed={pointed}
              current={current}
              area={shownArea}
              drawing={drawnArea.context.drawing !== undefined}
              open={mapOpen}
              setOpen={setMapOpen}
              span={span}
              narrow={setSpan}
              point={setOnMap}
              choose={choose}
              drawn={drawnArea.drawn}
              lend={drawnArea.lend}
            />
            <div className="list">
              {phase.kind === 'none' && (
                <Empty title="Nothing searched yet">
                  Type a plate as you see it. Spaces and dashes do not matter; ? stands for one unknown character and *
                  for several. Every search is on record before it answers.
                </Empty>
              )}
              {span && (
                <p className="narrowed">
                  <button type="button" className="chip" onClick={() => setSpan(undefined)}>
                    Only {span.said} <span aria-hidden="true">×</span>
                    <span className="visually-hidden">: show all</span>
                  </button>
                </p>
              )}
              {answer && question && (
                <Results
                  key={`${answer.searchIds[0] ?? ''} ${span?.from ?? ''}`}
                  answer={answer}
                  shown={shown}
                  mode={question.mode}
                  names={names}
                  own={agency.id}
                  busy={phase.kind === 'asking'}
                  nearestFirst={question.fuzzy}
                  older={answer.next === null ? undefined : older}
                  failed={refused}
                  current={current}
                  last={pointed?.number}
                  point={setPointed}
                  wanted={wanted}
                />
              )}
            </div>
          </div>
        </section>
        {help && <HelpDialog close={() => setHelp(false)} />}
      </div>
    </MapAreaContext>
  );
};
