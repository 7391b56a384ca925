// A camera's newest frame as it was opened, with the corners of each plate that was read in it, and the camera's zones.
import type { CameraLook } from '../../agencies/cameras-health.schema.js';
import type { Json } from '../api/json.js';
import { Moment } from '../parts/time.js';
import { FramePicture } from './frame-picture.js';

export type Look = Json<CameraLook>;
type Zone = readonly (readonly [number, number])[];

const points = (zone: Zone, [width, height]: readonly [number, number]): string =>
  zone.map(([x, y]) => `${x * width},${y * height}`).join(' ');

interface Props {
  readonly look: Look;
  readonly ignored?: readonly Zone[];
  readonly wanted?: readonly Zone[];
}

export const LookedAt = ({ look, ignored = [], wanted = [] }: Props) => {
  const { frame, plates, picture } = look;
  const texts = plates.map(({ plate, confidence }) => `${plate} (${Math.round(confidence * 100)} % sure)`);
  return (
    <figure className="looked-at">
      <FramePicture
        picture={picture}
        label={`The camera's newest frame. ${texts.length === 0 ? 'No plate was read in it.' : `Read: ${texts.join(', ')}.`}`}
      >
        {(size) => (
          <svg viewBox={`0 0 ${size[0]} ${size[1]}`} aria-hidden="true">
            {ignored.map((zone, at) => (
              <polygon key={`ignored ${at}`} className="ignored" points={points(zone, size)} />
            ))}
            {wanted.map((zone, at) => (
              <polygon key={`wanted ${at}`} className="wanted" points={points(zone, size)} />
            ))}
            {plates.map(({ corners }, at) => (
              <polygon key={at} className="plate" points={corners.map((corner) => corner.join(',')).join(' ')} />
            ))}
          </svg>
        )}
      </FramePicture>
      <figcaption>
        {plates.length === 0 ? (
          <p>
            {frame.state === 'done'
              ? 'Recognised; no plate was read in it.'
              : frame.state === 'quarantined'
                ? `It cannot be read: ${frame.reason ?? 'no reason was told'}.`
                : 'It waits to be recognised.'}
          </p>
        ) : (
          <ul className="plates">
            {plates.map(({ plate, confidence, state, region }, at) => (
              <li key={at}>
                <strong className="plate-text">{plate}</strong> {state ?? region} {Math.round(confidence * 100)} % sure
              </li>
            ))}
          </ul>
        )}
        <p>
          Captured <Moment at={frame.capturedAt} />
          {frame.clockSuspect && <span className="warn">The camera’s clock is doubtful.</span>}
        </p>
      </figcaption>
    </figure>
  );
};
