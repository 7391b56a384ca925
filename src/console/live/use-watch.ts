// A watch as the page holds it: put on record when looking begins, heard as a stream, asked now and then where no stream can be had, begun anew when its ten
// minutes are over while somebody looks, and ended when nobody does. While it is paused nothing is fetched, so nothing is counted as shown.
import { useEffect, useRef, useState } from 'react';
import type { LiveReads, WatchBegun, WatchEnded } from '../../search/search.schema.js';
import { call, Problem } from '../api/client.js';
import type { Json } from '../api/json.js';

/** With its number, in the order in which reads came, and the watch that showed it. */
export type LiveRead = Json<LiveReads>['reads'][number] & { readonly number: number; readonly searchId: string };
type Begun = Json<WatchBegun>;

/** Why somebody looks, and at which cameras, as the interface wants it. */
export type WatchQuestion = Readonly<Record<string, unknown>>;

/** How often it asks where it hears no stream, in milliseconds. */
const pollMs = 3000;
/** After so many breaks of a stream in a row it asks instead. */
const breaksMax = 2;
/** Reads that are kept on the page; what is older is looked for by a search. */
export const keptMax = 200;

export interface Watching {
  readonly phase: 'none' | 'asking' | 'going' | 'paused' | 'over';
  readonly begun: Begun | undefined;
  readonly reads: readonly LiveRead[];
  /** Whether more came at once than is shown. */
  readonly missed: boolean;
  /** Whether it asks now and then, because it does not keep up with a stream or none can be had. */
  readonly polls: boolean;
  readonly ended: Json<WatchEnded> | undefined;
  readonly error: unknown;
  begin(question: WatchQuestion): Promise<void>;
  pause(): void;
  goOn(): void;
  stop(): Promise<void>;
}

export const useWatch = (): Watching => {
  const [phase, setPhase] = useState<Watching['phase']>('none');
  const [begun, setBegun] = useState<Begun>();
  const [reads, setReads] = useState<readonly LiveRead[]>([]);
  const [missed, setMissed] = useState(false);
  const [polls, setPolls] = useState(false);
  const [ended, setEnded] = useState<Json<WatchEnded>>();
  const [error, setError] = useState<unknown>();
  const question = useRef<WatchQuestion>(undefined);
  const after = useRef<string>(undefined);
  const shownUnder = useRef('');
  /** The watch that is to be ended when the page is left. */
  const open = useRef<string>(undefined);

  const take = (told: Json<LiveReads>): void => {
    after.current = told.next;
    if (told.more) setMissed(true);
    if (told.reads.length === 0) return;
    setReads((known) => {
      const ids = new Set(known.map(({ readId }) => readId));
      const first = (known[0]?.number ?? 0) + 1;
      const fresh = told.reads
        .filter(({ readId }) => !ids.has(readId))
        .map((read, at) => ({ ...read, number: first + at, searchId: shownUnder.current }));
      return [...fresh.reverse(), ...known].slice(0, keptMax);
    });
  };

  const start = async (asked: WatchQuestion): Promise<void> => {
    question.current = asked;
    setError(undefined);
    setEnded(undefined);
    setPhase('asking');
    try {
      const answer = await call<WatchBegun>('POST', '/api/v1/watches', asked);
      after.current = undefined;
      open.current = answer.id;
      shownUnder.current = answer.id;
      setBegun(answer);
      setPhase('going');
    } catch (fault) {
      setError(fault);
      setPhase(reads.length > 0 ? 'over' : 'none');
    }
  };
  const again = useRef(start);
  again.current = start;

  useEffect(() => {
    if (phase !== 'going' || !begun) return undefined;
    const address = `/api/v1/watches/${begun.id}`;
    const from = after.current === undefined ? '' : `?after=${encodeURIComponent(after.current)}`;
    const stream = new EventSource(`${address}/events${from}`);
    let timer = 0;
    let gone = false;
    const isOver = (): void => {
      if (gone) return;
      open.current = undefined;
      // Ten minutes more, with an entry of its own, while somebody looks; the console locks when nobody does.
      if (document.visibilityState === 'visible' && question.current) void again.current(question.current);
      else setPhase('over');
    };
    const poll = async (): Promise<void> => {
      stream.close();
      setPolls(true);
      try {
        const query = after.current === undefined ? '' : `?after=${encodeURIComponent(after.current)}`;
        const told = await call<LiveReads>('GET', `${address}/reads${query}`);
        if (gone) return;
        take(told);
        setError(undefined);
      } catch (fault) {
        if (gone) return;
        if (fault instanceof Problem && fault.code === 'watch_over') return isOver();
        setError(fault);
        if (fault instanceof Problem && (fault.status === 401 || fault.status === 403)) return setPhase('over');
      }
      timer = window.setTimeout(() => void poll(), pollMs);
    };
    setPolls(false);
    stream.addEventListener('reads', (event) => take(JSON.parse(String(event.data)) as Json<LiveReads>));
    stream.addEventListener('end', (event) => {
      stream.close();
      const { because } = JSON.parse(String(event.data)) as { because: string };
      if (because === 'over') isOver();
      else void poll();
    });
    // A break is mended by the browser itself; after an answer that is no stream, or where no stream comes again, asking now and then is left.
    let breaks = 0;
    stream.addEventListener('open', () => (breaks = 0));
    stream.addEventListener('error', () => {
      breaks += 1;
      if (!gone && (stream.readyState === EventSource.CLOSED || breaks === breaksMax)) void poll();
    });
    return () => {
      gone = true;
      window.clearTimeout(timer);
      stream.close();
    };
  }, [phase, begun]);

  const end = async (): Promise<void> => {
    const id = open.current;
    open.current = undefined;
    if (id !== undefined) setEnded(await call<WatchEnded>('DELETE', `/api/v1/watches/${id}`, {}));
  };
  useEffect(
    () => () => {
      if (open.current !== undefined)
        void call<WatchEnded>('DELETE', `/api/v1/watches/${open.current}`, {}).catch(() => undefined);
    },
    [],
  );

  return {
    ...{ phase, begun, reads, missed, polls, ended, error },
    begin: (asked) => {
      setReads([]);
      setMissed(false);
      return start(asked);
    },
    pause: () => setPhase('paused'),
    goOn: () => {
      if (begun && new Date(begun.until).getTime() > Date.now()) setPhase('going');
      else if (question.current) void start(question.current);
    },
    stop: async () => {
      setPhase('over');
      await end().catch(setError);
    },
  };
};
