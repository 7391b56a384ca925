// The way of a plate from the passage before to this one, in words: how long, how far, and the least speed that this takes.
import type { Result } from './older.js';

type Leg = NonNullable<Result['leg']>;

const kmOfMile = 1.609344;

/** `1 h 5 min`, `40 s` */
export const sayDuration = (seconds: number): string => {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 60) return `${whole} s`;
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean);
  return parts.slice(0, 2).join(' ');
};

export const sayDistance = (metres: number): string =>
  metres < 1000 ? `${metres} m` : `${(metres / 1000).toFixed(1)} km (${(metres / 1000 / kmOfMile).toFixed(1)} mi)`;

export const sayLeg = ({ seconds, metres, kmh }: Leg): string => {
  const time =
    seconds < 0 ? `both cameras saw it at once for ${sayDuration(seconds)}` : `${sayDuration(seconds)} later`;
  const distance = metres === null ? 'distance not known' : `${sayDistance(metres)} as the crow flies`;
  const speed =
    kmh === null ? 'no speed can be told' : `at least ${kmh} km/h (${Math.round(kmh / kmOfMile)} mph) on the way`;
  return `${time}, ${distance}, ${speed}`;
};

export const LegOf = ({ leg, from }: { readonly leg: Leg; readonly from: string | undefined }) => (
  <p className="leg">
    <strong>From {from ?? 'the passage before'}</strong>: {sayLeg(leg)}
  </p>
);
