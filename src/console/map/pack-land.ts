// Makes the small file of coasts and borders from Natural Earth's, while the console is bundled. TopoJSON already holds each line once and
// as steps on a grid; here the names go, and the steps become characters. `land.ts` reads it again.
import type { PackedLand } from './land.js';

interface Geometry {
  readonly type: string;
  readonly arcs: unknown;
}
export interface Topology {
  readonly transform: { readonly scale: [number, number]; readonly translate: [number, number] };
  readonly arcs: readonly (readonly (readonly [number, number])[])[];
  readonly objects: {
    readonly countries: { readonly geometries: readonly Geometry[] };
    readonly land: { readonly geometries: readonly Geometry[] };
  };
}

/** A signed step in characters of five bits each, as in Google's encoded polylines. */
const step = (value: number): string => {
  let rest = value < 0 ? ~(value << 1) : value << 1;
  let text = '';
  for (; rest >= 0x20; rest >>= 5) text += String.fromCharCode((0x20 | (rest & 0x1f)) + 63);
  return text + String.fromCharCode(rest + 63);
};

/** The rings of a polygon or of several, as lists of arcs. */
const ringsOf = ({ type, arcs }: Geometry): number[][] =>
  type === 'Polygon' ? (arcs as number[][]) : type === 'MultiPolygon' ? (arcs as number[][][]).flat() : [];

/** @returns coasts as closed rings, and the lines that two countries share */
export const packLand = ({ transform, arcs, objects }: Topology): PackedLand => {
  const uses = new Map<number, number>();
  for (const arc of objects.countries.geometries.flatMap(ringsOf).flat()) {
    const place = arc < 0 ? ~arc : arc;
    uses.set(place, (uses.get(place) ?? 0) + 1);
  }
  return {
    ...transform,
    arcs: arcs.map((points) => points.map(([x, y]) => step(x) + step(y)).join('')).join(' '),
    rings: objects.land.geometries.flatMap(ringsOf),
    borders: [...uses].filter(([, count]) => count > 1).map(([arc]) => arc),
  };
};
