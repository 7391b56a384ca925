// Measuring: things compared are run in turns in one process, so that whatever else the machine does falls on all alike, and
// reported as a ratio of medians. Absolute times are given beside it, for orders of magnitude only.

export interface Sample {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly n: number;
}

export interface Ratio {
  readonly name: string;
  /** What was measured ÷ the floor or peer. */
  readonly ratio: number;
  /** The bound this stage aims at, as a sentence such as `<= 3`. */
  readonly target: string;
  readonly met: boolean;
  readonly ours: Sample | number;
  readonly floor: Sample | number;
  readonly note?: string;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

export const sampleOf = (times: readonly number[]): Sample => {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), n: sorted.length };
};

/** Runs the contestants in turns, `warm` rounds unmeasured, and answers each one's times in milliseconds. */
export const inTurns = async <Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<unknown>>>,
  rounds: number,
  warm: number,
): Promise<Record<Name, Sample>> => {
  const names = Object.keys(contestants) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warm; round < rounds; round += 1)
    for (const name of names) {
      const began = performance.now();
      await contestants[name]();
      if (round >= 0) times.get(name)!.push(performance.now() - began);
    }
  return Object.fromEntries(names.map((name) => [name, sampleOf(times.get(name)!)])) as Record<Name, Sample>;
};
