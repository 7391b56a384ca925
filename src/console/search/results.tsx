// What was found, a page at a time: a page never changes under the reader, and crops are fetched only for the page that is open, because
// each opened picture is on record. Going further back adds at the end; nothing that is on the screen moves or closes.
import { Button } from '@mantine/core';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Empty } from '../parts/states.js';
import type { Mode } from './draft.js';
import { groupsOf, plateOf, type Answer, type Result } from './older.js';
import { PassageCard } from './passage-card.js';
import { PictureDialog } from './picture-dialog.js';

/** Results on one page, and plates of several places. */
const pageSize = 20;
const platesOnPage = 6;

const words: Readonly<Record<Mode, readonly [one: string, many: string]>> = {
  passages: ['passage', 'passages'],
  reads: ['read', 'reads'],
  travel: ['passage', 'passages'],
  places: ['plate', 'plates'],
};

interface Props {
  readonly answer: Answer;
  /** Those of the answer that are shown: all, or what the timeline was narrowed to. */
  readonly shown: readonly Result[];
  readonly mode: Mode;
  readonly names: ReadonlyMap<string, string>;
  /** The agency whose member looks. */
  readonly own: string;
  readonly busy: boolean;
  /** Misread plates were asked for too: the nearest come first, and what the limit left out is no further back. */
  readonly nearestFirst: boolean;
  /** Asks further back; undefined when there is nothing more. */
  readonly older?: (() => void) | undefined;
  /** What became of asking further back, where it failed. */
  readonly failed?: ReactNode;
  /** The camera that is pointed at. */
  readonly current: string | undefined;
  /** The number of the result that was pointed at last. */
  readonly last: number | undefined;
  readonly point: (result: Result) => void;
  /** A camera that was chosen on the map; each choice is another object. */
  readonly wanted: { readonly camera: string } | undefined;
}

/** Says what the button does, and stays where it is and keeps the focus when there is nothing more to do. */
const Older = ({ busy, older }: Pick<Props, 'busy' | 'older'>) => (
  <div className="older">
    <Button
      variant="default"
      aria-disabled={busy || !older}
      data-off={!older || undefined}
      onClick={() => {
        if (!busy) older?.();
      }}
    >
      {older ? 'Search further back (a new entry)' : 'Nothing further back'}
    </Button>
    <span className="quiet">
      {busy ? 'Searching further back…' : 'Each page is a search of its own, on record like the first.'}
    </span>
  </div>
);

const Found = (props: Props) => {
  const { answer, shown, mode, names, own, busy, nearestFirst, older, failed, current, last, point, wanted } = props;
  const [page, setPage] = useState(0);
  const [opened, setOpened] = useState<Result>();
  const [paged, setPaged] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const groups = useMemo(() => groupsOf(shown), [shown]);
  const openPicture = useCallback((result: Result) => setOpened(result), []);
  const size = mode === 'places' ? platesOnPage : pageSize;
  const pages = Math.max(1, Math.ceil(groups.length / size));
  const at = Math.min(page, pages - 1);
  const focusOn = (selector: string): void =>
    void window.setTimeout(() => list.current?.querySelector<HTMLElement>(selector)?.focus(), 0);
  useEffect(() => {
    if (!wanted) return;
    const there = shown.filter(({ camera }) => camera.id === wanted.camera);
    const now = Number(list.current?.querySelector<HTMLElement>('[data-last="true"]')?.dataset['number']);
    const next = there.find(({ number }) => number > now) ?? there[0];
    if (!next) return;
    setPage(Math.floor(groups.findIndex((group) => group.includes(next)) / size));
    focusOn(`[data-number="${next.number}"]`);
    // Only a new choice leads somewhere: what is shown may change without one.
  }, [wanted]);
  const cameras = useMemo(
    () => new Map(answer.results.map(({ readId, camera }) => [readId, camera.name])),
    [answer.results],
  );
  if (answer.results.length === 0)
    return (
      <Empty title={`No ${words[mode][0]} found`}>
        {mode === 'places'
          ? 'No plate was seen at all of these places. Try longer times or more cameras. That nothing was found is on record too.'
          : 'Nothing in this time fits. Try ? for a character that you are not sure of, misread plates too, a longer time, or ask more agencies. That nothing was found is on record too.'}
      </Empty>
    );
  const open = groups.slice(at * size, (at + 1) * size);
  const turn = (to: number): void => {
    setPage(to);
    list.current?.scrollIntoView({ block: 'start' });
    focusOn('article');
  };
  const card = (result: Result) => (
    <PassageCard
      key={`${result.agencyId} ${result.readId} ${result.number}`}
      result={result}
      agency={names.get(result.agencyId) ?? 'Agency'}
      own={result.agencyId === own}
      from={(result.leg && cameras.get(result.leg.fromReadId)) ?? undefined}
      current={result.camera.id === current}
      last={result.number === last}
      point={point}
      open={openPicture}
    />
  );
  const count = groups.length;
  return (
    <>
      <div className="tools">
        <h2 id="found">
          {count} {words[mode][count === 1 ? 0 : 1]}
          {shown.length < answer.results.length && ` of ${groupsOf(answer.results).length}`}
          {answer.more &&
            (nearestFirst
              ? ', the nearest; more are less alike'
              : mode === 'places'
                ? ', and more'
                : ', and more further back')}
        </h2>
      </div>
      {!answer.complete && (
        <p className="warn">Not all plates were compared: ask for shorter times or fewer cameras to see the rest.</p>
      )}
      <ol className="passages" ref={list} aria-labelledby="found" start={at * size + 1}>
        {open.map((group) => (
          <li key={`${group[0]!.agencyId} ${group[0]!.readId} ${group[0]!.number}`}>
            {group[0]!.group === undefined ? (
              card(group[0]!)
            ) : (
              <section className="plate-group" aria-label={plateOf(group[0]!)}>
                <h3>
                  {group[0]!.group}, seen at all {group.length} places
                </h3>
                {group.map(card)}
              </section>
            )}
          </li>
        ))}
      </ol>
      <nav className="pages" aria-label="Pages of results">
        <Button variant="default" disabled={at === 0} onClick={() => turn(at - 1)}>
          {nearestFirst ? 'Nearer' : 'Newer'}
        </Button>
        <span>
          {at * size + 1}–{at * size + open.length} of {count}
        </span>
        <Button variant="default" disabled={at >= pages - 1} onClick={() => turn(at + 1)}>
          {nearestFirst ? 'Less alike' : 'Older'}
        </Button>
        {(older || paged) && (
          <Older
            busy={busy}
            older={
              older &&
              (() => {
                setPaged(true);
                older();
              })
            }
          />
        )}
      </nav>
      {failed}
      {opened && <PictureDialog result={opened} close={() => setOpened(undefined)} />}
    </>
  );
};

export const Results = memo(Found);
