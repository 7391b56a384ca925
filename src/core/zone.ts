// Zones in a camera's picture: polygons in shares of its width and height, so that they hold at any resolution. What a zone may
// be and what lies in it, as pure arithmetic; it knows no picture and no plate.

/** Shares of the picture as it is meant to be seen, 0,0 its top left and 1,1 its bottom right. */
export type SharePoint = readonly [x: number, y: number];
/** Corners in order, either way around; the last is joined to the first. */
export type Zone = readonly SharePoint[];

/** Fewest and most corners of a zone. */
export const zonePointsMin = 3;
export const zonePointsMax = 64;
/** Most zones of one kind that a camera has. */
export const zonesMax = 32;
/** Smallest zone, as a share of the picture: two pixels of a 1080p frame. Smaller ones are slips of the hand. */
export const zoneAreaMin = 1e-6;

/** Nearer than this two places are one, in shares: far below a pixel of any camera. */
const same = 1e-9;

/**
 * Why points are no zone, as the end of a sentence that begins with its name; undefined when they are one. Edges may not cross or
 * touch each other, because then nobody could say what is inside.
 */
export const zoneFault = (points: Zone): string | undefined => {
  if (points.length < zonePointsMin || points.length > zonePointsMax)
    return `must have ${zonePointsMin} to ${zonePointsMax} points`;
  if (!points.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1))
    return 'must lie within the picture: x and y are shares of its width and height, from 0 to 1';
  const count = points.length;
  for (let i = 0; i < count; i += 1)
    for (let j = i + 1; j < count; j += 1)
      if (distance(points[i]!, points[j]!) <= same)
        return `names the same point twice (points ${i + 1} and ${j + 1}); the last is joined to the first by itself`;
  for (let i = 0; i < count; i += 1) {
    const [a, b, c] = [points[i]!, points[(i + 1) % count]!, points[(i + 2) % count]!];
    if (isOn(c, a, b) || isOn(a, b, c)) return `turns back on itself at point ${((i + 1) % count) + 1}`;
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue;
      if (touch(a, b, points[j]!, points[(j + 1) % count]!))
        return `crosses or touches itself: the edge from point ${i + 1} meets that from point ${j + 1}`;
    }
  }
  if (zoneArea(points) < zoneAreaMin) return 'is too small to hold anything';
  return undefined;
};

/** Area of a zone that does not cross itself, as a share of the picture. */
export const zoneArea = (points: Zone): number =>
  Math.abs(
    points.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = points[(i + 1) % points.length]!;
      return sum + x * nextY - nextX * y;
    }, 0),
  ) / 2;

/** Whether a place lies in a zone; its edges and corners belong to it. */
export const isInZone = (zone: Zone, place: SharePoint): boolean => {
  const [x, y] = place;
  let inside = false;
  for (let i = 0, j = zone.length - 1; i < zone.length; j = i, i += 1) {
    const [a, b] = [zone[i]!, zone[j]!];
    if (isOn(place, a, b)) return true;
    // A ray to the right is counted where it passes an edge; each end belongs to one of its two edges, so that none counts twice.
    if (a[1] > y !== b[1] > y && x < a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0])) inside = !inside;
  }
  return inside;
};

const distance = (a: SharePoint, b: SharePoint): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Whether a point lies on the edge from a to b. */
const isOn = (point: SharePoint, a: SharePoint, b: SharePoint): boolean => {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length;
  const nearest = Math.min(1, Math.max(0, along));
  return distance(point, [a[0] + nearest * dx, a[1] + nearest * dy]) <= same;
};

/** Twice the area of the triangle, its sign telling which way it turns. */
const turn = (a: SharePoint, b: SharePoint, c: SharePoint): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Whether two edges have a point in common. */
const touch = (a: SharePoint, b: SharePoint, c: SharePoint, d: SharePoint): boolean =>
  isOn(c, a, b) ||
  isOn(d, a, b) ||
  isOn(a, c, d) ||
  isOn(b, c, d) ||
  (turn(a, b, c) > 0 !== turn(a, b, d) > 0 && turn(c, d, a) > 0 !== turn(c, d, b) > 0);
