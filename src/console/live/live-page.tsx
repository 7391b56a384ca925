// Reads of the agency's own cameras as they come, newest first. Looking is on record, ten minutes at a time; the list never moves under the reader: while he
// is in it, what comes is counted and waits.
import './live.css';
import { Alert, Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Directory } from '../../agencies/agencies.schema.js';
import type { CameraList } from '../../agencies/cameras.schema.js';
import { call } from '../api/client.js';
import { Empty, Failed } from '../parts/states.js';
import { sayLocal } from '../parts/time.js';
import { WhyFields } from '../search/why-fields.js';
import { emptyDraft, keepDraft, loadDraft, type Draft } from '../search/draft.js';
import { PassageCard } from '../search/passage-card.js';
import { PictureDialog } from '../search/picture-dialog.js';
import type { Result } from '../search/older.js';
import { questionOf, type Faults } from '../search/question.js';
import { demanding } from '../search/standing.js';
import { useWho } from '../session/session.js';
import { keptMax, useWatch, type LiveRead } from './use-watch.js';

/** Pointing at a read leads nowhere here. */
const nowhere = (): void => undefined;

const step: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** Arrow keys go from one read to the next, P pauses, N shows what waits. */
const useKeys = (list: React.RefObject<HTMLOListElement | null>, pause: () => void, show: () => void): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as HTMLElement | null)?.closest('input, select, textarea, dialog')) return;
      if (event.key === 'p') pause();
      if (event.key === 'n') show();
      const by = step[event.key];
      const focused = document.activeElement;
      if (by === undefined || !list.current?.contains(focused)) return;
      const cards = [...list.current.querySelectorAll<HTMLElement>('article')];
      const now = cards.findIndex((card) => card.contains(focused));
      const next = cards[Math.min(Math.max(now + by, 0), cards.length - 1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
};

/** From how far down the list is being read, in pixels. */
const readingFrom = 40;

/** What is shown of what came: all of it, but while the list is read only what stood there. */
const useSteady = (
  reads: readonly LiveRead[],
  list: React.RefObject<HTMLOListElement | null>,
): { shown: readonly LiveRead[]; waiting: number; show: () => void } => {
  const [top, setTop] = useState<string>();
  const newest = reads[0]?.readId;
  useEffect(() => {
    const at = list.current;
    const reading =
      at !== null && (at.contains(document.activeElement) || at.getBoundingClientRect().top < -readingFrom);
    if (!reading) setTop(newest);
  }, [newest, list]);
  const from = top === undefined ? 0 : reads.findIndex(({ readId }) => readId === top);
  const waiting = from < 0 ? 0 : from;
  return {
    shown: reads.slice(waiting),
    waiting,
    show: () => {
      setTop(newest);
      list.current?.scrollIntoView({ block: 'start' });
      list.current?.querySelector<HTMLElement>('article')?.blur();
    },
  };
};

export const LivePage = () => {
  const { member, agency } = useWho();
  const [draft, setDraft] = useState<Draft>(() => loadDraft(member.id));
  const [faults, setFaults] = useState<Faults>({});
  const [camera, setCamera] = useState('');
  const [opened, setOpened] = useState<Result>();
  const list = useRef<HTMLOListElement>(null);
  const cameras = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  const directory = useQuery({ queryKey: ['agencies'], queryFn: () => call<Directory>('GET', '/api/v1/agencies') });
  const watch = useWatch();
  const { phase, begun, error, ended } = watch;
  const reads = camera === '' ? watch.reads : watch.reads.filter((read) => read.camera.id === camera);
  const { shown, waiting, show } = useSteady(reads, list);
  useEffect(() => keepDraft(member.id, draft), [member.id, draft]);
  const going = phase === 'going' || phase === 'paused';
  const pause = (): void => (phase === 'going' ? watch.pause() : phase === 'paused' ? watch.goOn() : undefined);
  useKeys(list, pause, show);

  const askBehalf = demanding(directory.data?.agencies ?? [], [agency.slug]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // Nothing is asked but why: a plate and a time are a search's.
    const { purpose, caseNumber, reason, behalf, behalfName, behalfClass, behalfState } = draft;
    const why = { purpose, caseNumber, reason, behalf, behalfName, behalfClass, behalfState };
    const { faults: found, question } = questionOf(
      { ...emptyDraft, ...why, plate: 'ANY' },
      [agency.slug],
      new Date(),
      askBehalf.length > 0,
    );
    setFaults(found);
    if (!question) return;
    const { body } = question;
    const asked = Object.fromEntries(
      ['purpose', 'caseNumber', 'reason', 'onBehalfOf'].map((name) => [name, body[name]]),
    );
    void watch.begin(camera === '' ? asked : { ...asked, cameraIds: [camera] });
  };

  return (
    <div className="live-page">
      <h1>Live reads</h1>
      <p>Reads of our own cameras as they come. Looking is on record like a search, ten minutes at a time.</p>
      <form onSubmit={submit} noValidate aria-label="Look at reads as they come" className="live-form">
        {!going && (
          <WhyFields
            draft={draft}
            change={(change) => setDraft((now) => ({ ...now, ...change }))}
            faults={faults}
            purposes={agency.purposes}
            askBehalf={askBehalf}
          />
        )}
        <div className="bar">
          <NativeSelect
            label="Camera"
            value={camera}
            onChange={(event) => setCamera(event.currentTarget.value)}
            data={[
              { value: '', label: 'All of ours' },
              ...(cameras.data?.cameras ?? [])
                .filter(({ status }) => status === 'active')
                .map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <div className="acts">
            {going ? (
              <>
                <Button variant="default" onClick={pause}>
                  {phase === 'paused' ? 'Go on (P)' : 'Pause (P)'}
                </Button>
                <Button variant="default" onClick={() => void watch.stop()}>
                  Stop looking
                </Button>
              </>
            ) : (
              <Button type="submit" loading={phase === 'asking'}>
                Begin to look
              </Button>
            )}
          </div>
        </div>
      </form>
      <p role="status" className={going ? 'told done' : ended ? 'told' : 'visually-hidden'}>
        {going &&
          begun &&
          `${phase === 'paused' ? 'Paused: nothing is shown or counted. ' : ''}Entry ${begun.receipt.entry} of our log, until ${sayLocal(begun.until)}.${watch.polls && phase === 'going' ? ' Asked for every few seconds.' : ''}`}
        {!going &&
          ended &&
          `Ended: ${ended.rows} reads were shown and ${ended.crops} crops opened. That is entry ${ended.receipt.entry} of our log.`}
      </p>
      {error !== undefined && <Failed error={error} />}
      {watch.missed && (
        <Alert variant="default" className="told">
          More came at once than can be shown; the older are left out. A search finds them all.
        </Alert>
      )}
      <div className="waiting" role="status">
        {waiting > 0 && (
          <Button variant="default" size="xs" onClick={show}>
            {waiting} new {waiting === 1 ? 'read' : 'reads'} (N)
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        phase === 'none' || phase === 'asking' ? (
          <Empty title="Nobody is looking">Say why, and begin. What came before you began is found by a search.</Empty>
        ) : (
          <Empty title="No read yet">The next plate that one of these cameras reads stands here at once.</Empty>
        )
      ) : (
        <>
          <h2 className="visually-hidden" id="reads">
            Reads, newest first
          </h2>
          <ol className="passages" ref={list} aria-labelledby="reads">
            {shown.map((read) => (
              <li key={read.readId}>
                <PassageCard
                  result={read}
                  agency={agency.name}
                  own
                  current={false}
                  last={false}
                  point={nowhere}
                  open={setOpened}
                />
              </li>
            ))}
          </ol>
        </>
      )}
      {shown.length >= keptMax && <p className="quiet">The newest {keptMax} are kept here; a search finds the rest.</p>}
      {opened && <PictureDialog result={opened} close={() => setOpened(undefined)} />}
    </div>
  );
};

export default LivePage;
