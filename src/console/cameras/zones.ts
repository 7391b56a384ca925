// Zones as they are drawn over a frame: what a drag, a key or a button makes of them. Pure; what a zone may be is in core/zone.ts.
import { zoneArea, zoneFault, zonePointsMax, zonePointsMin, type SharePoint, type Zone } from '../../core/zone.js';

export type ZoneKind = 'ignoreZones' | 'regionsOfInterest';
export interface DrawnZone {
  readonly kind: ZoneKind;
  readonly points: Zone;
}

export const zoneNames: Readonly<Record<ZoneKind, string>> = {
  ignoreZones: 'Ignored zone',
  regionsOfInterest: 'Region of interest',
};

/** To a thousandth of the picture, two pixels of a wide one. */
const rounded = (share: number): number => Math.round(Math.max(0, Math.min(1, share)) * 1000) / 1000;
export const placeIn = (x: number, y: number): SharePoint => [rounded(x), rounded(y)];

/** The box between two places; undefined where a press was meant and not a drag. */
export const boxOf = ([x, y]: SharePoint, [toX, toY]: SharePoint): Zone | undefined => {
  const [left, right, top, bottom] = [Math.min(x, toX), Math.max(x, toX), Math.min(y, toY), Math.max(y, toY)];
  const box: Zone = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return zoneFault(box) === undefined && zoneArea(box) >= 0.0002 ? box : undefined;
};

/** A box in the middle, for whoever draws without a pointer. */
export const middleBox: Zone = boxOf([0.35, 0.35], [0.65, 0.65])!;

export const moved = (points: Zone, at: number, to: SharePoint): Zone =>
  points.map((each, corner) => (corner === at ? to : each));

/** One corner more, halfway to the next; the same where there are as many as there may be. */
export const withCorner = (points: Zone, after: number): Zone => {
  if (points.length >= zonePointsMax) return points;
  const [[x, y], [nextX, nextY]] = [points[after]!, points[(after + 1) % points.length]!];
  return [...points.slice(0, after + 1), placeIn((x + nextX) / 2, (y + nextY) / 2), ...points.slice(after + 1)];
};

/** One corner less; the same where no fewer make a zone. */
export const withoutCorner = (points: Zone, at: number): Zone =>
  points.length <= zonePointsMin ? points : points.filter((_, corner) => corner !== at);

const far: Readonly<Record<string, SharePoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What a key makes of a zone whose corner has the focus; undefined: it means nothing here. */
export const onCornerKey = (points: Zone, at: number, key: string, large: boolean): Zone | undefined => {
  const step = far[key];
  if (step) {
    const by = large ? 0.05 : 0.005;
    const [x, y] = points[at]!;
    return moved(points, at, placeIn(x + step[0] * by, y + step[1] * by));
  }
  if (key === 'Delete' || key === 'Backspace') return withoutCorner(points, at);
  return key === '+' || key === 'Insert' ? withCorner(points, at) : undefined;
};

export const sayPlace = ([x, y]: SharePoint): string =>
  `${Math.round(x * 1000) / 10} % from the left, ${Math.round(y * 1000) / 10} % from the top`;
