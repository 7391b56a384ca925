// What a camera tells with its frame of the one vehicle in it, in closed words where there are some. It is told, never read by us. Its forms stand in told-form.ts, so that a
// page that knows the words alone is not sent what checks them.
export const vehicleTypes = ['bus', 'car', 'motorcycle', 'pickup', 'suv', 'trailer', 'truck', 'van'] as const;
export type VehicleType = (typeof vehicleTypes)[number];

export const vehicleColors = [
  ...(['beige', 'black', 'blue', 'brown', 'gold', 'green', 'grey'] as const),
  ...(['orange', 'pink', 'purple', 'red', 'silver', 'white', 'yellow'] as const),
] as const;
export type VehicleColor = (typeof vehicleColors)[number];

/** As seen from the camera. */
export const ways = ['approaching', 'receding'] as const;
export type Way = (typeof ways)[number];

/** Make or model: plain ASCII, so that a name is one name. The database holds it to the same. */
export const vehicleNameForm = /^[A-Za-z0-9][A-Za-z0-9 .&+-]{0,29}$/;

export interface Vehicle {
  readonly type: VehicleType | null;
  readonly color: VehicleColor | null;
  readonly make: string | null;
  readonly model: string | null;
}

export interface Direction {
  /** Of travel, clockwise from north in whole degrees. */
  readonly bearing: number | null;
  readonly way: Way | null;
  /** Who says it: the camera, or the sizes of its plate in two frames. */
  readonly by: 'camera' | 'size';
}

// ---------------------------------------------------------------- as a search asks

/** Points of the compass, each 45 degrees of bearings. */
export const compassPoints = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;
export type CompassPoint = (typeof compassPoints)[number];

/** Bearings near to one, by so many degrees to either side. */
export interface Bearings {
  readonly bearing: number;
  readonly within: number;
}

export type DirectionAsked = CompassPoint | Way | Bearings;

const isWay = (asked: DirectionAsked): asked is Way => (ways as readonly unknown[]).includes(asked);

/** A direction as a way, or as bearings. */
export const directionOf = (asked: DirectionAsked): Way | Bearings => {
  if (typeof asked !== 'string' || isWay(asked)) return asked;
  return { bearing: compassPoints.indexOf(asked) * 45, within: 22 };
};

/** A direction as one word: a point of the compass, a way, or `270+-22`. */
export const sayDirectionAsked = (asked: DirectionAsked): string =>
  typeof asked === 'string' ? asked : `${asked.bearing}+-${asked.within}`;

/** The point of the compass nearest to a bearing. */
export const compassPointOf = (degrees: number): CompassPoint => compassPoints[Math.round(degrees / 45) % 8]!;

/** Such as `silver car, Honda Civic`. */
export const sayVehicle = ({ type, color, make, model }: Vehicle): string =>
  [[color, type].filter(Boolean).join(' '), [make, model].filter(Boolean).join(' ')].filter(Boolean).join(', ');

/** Such as `W (270°), receding`. */
export const sayDirection = (direction: Pick<Direction, 'bearing' | 'way'>): string =>
  [
    direction.bearing === null ? '' : `${compassPointOf(direction.bearing)} (${direction.bearing}°)`,
    direction.way ?? '',
  ]
    .filter(Boolean)
    .join(', ');

/** Who says which way it went. */
export const saidBy = { camera: 'as the camera told it', size: 'by the size of its plate in two frames' } as const;
