// The timeline: a bar for each hour, day or week in which something was seen. Pressing one narrows what is shown; it asks nothing anew.
import { useMemo, type KeyboardEvent } from 'react';
import { bucketsOf, sayBucket, saySpan, type Bucket } from './timeline.js';

/** A time that the view is narrowed to. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly said: string;
}

interface Props {
  /** When each result was seen; milliseconds. */
  readonly times: readonly number[];
  readonly span: Span | undefined;
  readonly narrow: (span: Span | undefined) => void;
}

const barHeight = 56;
const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** From bar to bar with the arrow keys; one of them is a stop of the Tab key. */
const onKey = (event: KeyboardEvent<HTMLElement>): void => {
  const by = steps[event.key];
  if (by === undefined) return;
  const bars = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const now = bars.findIndex((each) => each === document.activeElement);
  event.preventDefault();
  bars[Math.min(Math.max(now + by, 0), bars.length - 1)]?.focus();
};

export const TimeBars = ({ times, span, narrow }: Props) => {
  const { unit, buckets } = useMemo(() => bucketsOf(times), [times]);
  if (buckets.length === 0) return null;
  const most = Math.max(...buckets.map(({ count }) => count));
  const chosen = buckets.findIndex(({ from, to }) => from === span?.from && to === span.to);
  const stop = chosen >= 0 ? chosen : buckets.findLastIndex(({ count }) => count > 0);
  const press = (bucket: Bucket, at: number): void =>
    narrow(at === chosen ? undefined : { from: bucket.from, to: bucket.to, said: sayBucket(unit, bucket) });
  return (
    <section className="timeline" aria-label="Timeline">
      <p className="quiet">
        By {unit}, {saySpan(unit, buckets[0]!.from, buckets.at(-1)!.to)}. A bar narrows what is shown.
      </p>
      <div className="bars" role="group" aria-label={`Results by ${unit}`} onKeyDown={onKey}>
        {buckets.map((bucket, at) =>
          bucket.count === 0 ? (
            <span key={bucket.from} className="bar none" />
          ) : (
            <button
              key={bucket.from}
              type="button"
              className="bar"
              tabIndex={at === stop ? 0 : -1}
              aria-pressed={at === chosen}
              aria-label={`${sayBucket(unit, bucket)}: ${bucket.count}`}
              title={`${sayBucket(unit, bucket)}: ${bucket.count}`}
              onClick={() => press(bucket, at)}
            >
              <span style={{ height: `${Math.max(6, Math.round((bucket.count / most) * barHeight))}px` }} />
            </button>
          ),
        )}
      </div>
    </section>
  );
};
