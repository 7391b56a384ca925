// Places that would lie upon each other on the screen become one, so that each mark can be seen, named and pressed.

/** Something at a point of the screen. */
export interface Spot<T> {
  readonly x: number;
  readonly y: number;
  readonly what: T;
}

/**
 * Each spot joins the first cluster whose first spot is nearer than `reach`; else it begins one. The order of the spots decides, so the
 * same spots give the same clusters.
 */
export const clustersOf = <T>(spots: readonly Spot<T>[], reach: number): Spot<readonly T[]>[] => {
  const clusters: { x: number; y: number; what: T[] }[] = [];
  const cells = new Map<string, (typeof clusters)[number][]>();
  const cell = (x: number, y: number): string => `${Math.floor(x / reach)} ${Math.floor(y / reach)}`;
  for (const { x, y, what } of spots) {
    const about = [-1, 0, 1].flatMap((dx) =>
      [-1, 0, 1].flatMap((dy) => cells.get(cell(x + dx * reach, y + dy * reach)) ?? []),
    );
    const found = about.find((each) => Math.hypot(each.x - x, each.y - y) < reach);
    if (found) found.what.push(what);
    else {
      const made = { x, y, what: [what] };
      clusters.push(made);
      cells.set(cell(x, y), [...(cells.get(cell(x, y)) ?? []), made]);
    }
  }
  return clusters;
};
