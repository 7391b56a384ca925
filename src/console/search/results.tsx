// The passages that were found, a page at a time: a page never changes under the reader, and crops are fetched only for the page
// that is open, because each opened picture is on record. Arrow keys go from one to the next.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Empty } from '../parts/states.js';
import type { Answer, Result } from './older.js';
import { PassageCard } from './passage-card.js';
import { PictureDialog } from './picture-dialog.js';

/** Passages on one page. */
const pageSize = 20;

interface Props {
  readonly answer: Answer;
  readonly names: ReadonlyMap<string, string>;
  /** The agency whose member looks. */
  readonly own: string;
  readonly busy: boolean;
  /** Misread plates were asked for too: the nearest come first, and what the limit left out is no further back. */
  readonly nearestFirst: boolean;
  /** Asks further back; undefined when there is nothing more. */
  readonly older?: () => void;
}

const step: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** From one passage to the next with the arrow keys, anywhere in the outcome but where keys scroll a box of its own or are typed. */
const onKey = (event: KeyboardEvent): void => {
  const by = step[event.key];
  const focused = document.activeElement;
  const outcome = focused?.closest('.outcome');
  if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || !outcome) return;
  if (focused?.closest('pre, dialog, form')) return;
  const cards = [...outcome.querySelectorAll<HTMLElement>('.passages > li > article')];
  const now = cards.findIndex((card) => card.contains(focused));
  const next = cards[Math.min(Math.max(now + by, 0), cards.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
};

export const Results = ({ answer, names, own, busy, nearestFirst, older }: Props) => {
  const [page, setPage] = useState(0);
  const [opened, setOpened] = useState<Result>();
  const list = useRef<HTMLOListElement>(null);
  const { results } = answer;
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  if (results.length === 0)
    return (
      <Empty title="No passage found">
        Nothing in this time fits. Try ? for a character that you are not sure of, misread plates too, a longer time, or
        ask more agencies. That nothing was found is on record too.
      </Empty>
    );
  const pages = Math.ceil(results.length / pageSize);
  const shown = results.slice(page * pageSize, (page + 1) * pageSize);
  const turn = (to: number): void => {
    setPage(to);
    list.current?.scrollIntoView({ block: 'start' });
    window.setTimeout(() => list.current?.querySelector<HTMLElement>('li > article')?.focus(), 0);
  };
  return (
    <>
      <h2 id="found">
        {results.length} {results.length === 1 ? 'passage' : 'passages'}
        {answer.more && (nearestFirst ? ', the nearest; more are less alike' : ', and more further back')}
      </h2>
      <ol className="passages" ref={list} aria-labelledby="found" start={page * pageSize + 1}>
        {shown.map((result) => (
          <li key={`${result.agencyId} ${result.readId}`}>
            <PassageCard
              result={result}
              agency={names.get(result.agencyId) ?? 'Agency'}
              reviewedUnder={result.agencyId === own ? answer.searchIds[0] : undefined}
              open={() => setOpened(result)}
            />
          </li>
        ))}
      </ol>
      <nav className="pages" aria-label="Pages of passages">
        <Button variant="default" disabled={page === 0} onClick={() => turn(page - 1)}>
          {nearestFirst ? 'Nearer' : 'Newer'}
        </Button>
        <span>
          {page * pageSize + 1}–{page * pageSize + shown.length} of {results.length}
        </span>
        <Button variant="default" disabled={page >= pages - 1} onClick={() => turn(page + 1)}>
          {nearestFirst ? 'Less alike' : 'Older'}
        </Button>
        {older && (
          <Button variant="default" loading={busy} onClick={older}>
            Search further back (a new entry)
          </Button>
        )}
      </nav>
      {opened && <PictureDialog result={opened} close={() => setOpened(undefined)} />}
    </>
  );
};
