// Lengths of time as people say them.

const units = [
  [1440 * 365, 'year'],
  [1440, 'day'],
  [60, 'hour'],
  [1, 'minute'],
] as const;

/** `3 minutes`, `30 days`, `5 years`: the largest unit that says it exactly. */
export const saySpan = (minutes: number): string => {
  const [size, name] = units.find(([each]) => minutes % each === 0 && minutes >= each) ?? [1, 'minute'];
  const count = minutes / size;
  return count === 1 ? `1 ${name}` : `${count} ${name}s`;
};
