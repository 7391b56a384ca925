// When the results of an answer were seen, by hour, day or week of this computer's time.

export type Unit = 'hour' | 'day' | 'week';

export interface Bucket {
  /** Included; milliseconds. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly count: number;
}

const hourMs = 3_600_000;

const unitOf = (spanMs: number): Unit => (spanMs <= 36 * hourMs ? 'hour' : spanMs <= 70 * 24 * hourMs ? 'day' : 'week');

const startOf = (unit: Unit, at: number): Date => {
  const date = new Date(at);
  date.setMinutes(0, 0, 0);
  if (unit !== 'hour') date.setHours(0);
  // Weeks begin on Monday.
  if (unit === 'week') date.setDate(date.getDate() - ((date.getDay() + 6) % 7));
  return date;
};

const nextOf = (unit: Unit, from: number): number => {
  if (unit === 'hour') return from + hourMs;
  const date = new Date(from);
  // Days of 23 and 25 hours are days too.
  date.setDate(date.getDate() + (unit === 'day' ? 1 : 7));
  return date.getTime();
};

/** All from the first to the last, those without a result too. */
export const bucketsOf = (times: readonly number[]): { readonly unit: Unit; readonly buckets: readonly Bucket[] } => {
  if (times.length === 0) return { unit: 'hour', buckets: [] };
  const sorted = [...times].sort((a, b) => a - b);
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const unit = unitOf(last - first);
  const buckets: Bucket[] = [];
  let place = 0;
  for (let from = startOf(unit, first).getTime(); from <= last;) {
    const to = nextOf(unit, from);
    const began = place;
    while (place < sorted.length && sorted[place]! < to) place += 1;
    buckets.push({ from, to, count: place - began });
    from = to;
  }
  return { unit, buckets };
};

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const hour = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });

/** `Nov 23, 2026, 2:00 PM to 3:00 PM` */
export const sayBucket = (unit: Unit, { from, to }: Pick<Bucket, 'from' | 'to'>): string => {
  if (unit === 'hour') return `${day.format(from)}, ${hour.format(from)} to ${hour.format(to)}`;
  return unit === 'day' ? day.format(from) : `${day.format(from)} to ${day.format(to - 1)}`;
};

const short = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The whole of a timeline: `Nov 23, 2:00 PM to Nov 24, 3:00 AM` */
export const saySpan = (unit: Unit, from: number, to: number): string => {
  const at = (time: number): string =>
    unit === 'hour' ? `${short.format(time)}, ${hour.format(time)}` : day.format(time);
  return `${at(from)} to ${at(unit === 'hour' ? to : to - 1)}`;
};
