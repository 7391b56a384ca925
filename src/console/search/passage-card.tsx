// One passage: what was read, how sure each character is, where and when, and what the frames in fact said.
import { memo, useState } from 'react';
import { saidBy, sayDirection, sayVehicle } from '../../core/told.js';
import { Moment } from '../parts/time.js';
import { LegOf } from './leg.js';
import { plateOf, seenAt, type Result } from './older.js';
import { ReadReviews } from './read-reviews.js';
import { Characters, WhyFound } from './why-found.js';

interface Props {
  readonly result: Result;
  readonly agency: string;
  /** Whether the read is the own agency's, and so may be confirmed, corrected or rejected. */
  readonly own: boolean;
  /** The camera of the passage before, when the way from there is told. */
  readonly from?: string | undefined;
  /** Whether its camera is the one that is pointed at on the map. */
  readonly current: boolean;
  /** Whether it was pointed at last: keys lead back to it. */
  readonly last: boolean;
  /** It has the pointer or the focus. */
  readonly point: (result: Result) => void;
  readonly open: (result: Result) => void;
}

const Crop = ({
  result,
  plate,
  open,
}: {
  readonly result: Result;
  readonly plate: string;
  readonly open: () => void;
}) => {
  const [failed, setFailed] = useState(false);
  const { crop, frame } = result.pictures;
  if (frame === null) return <p className="crop quiet">The grant gives no pictures</p>;
  return (
    <button type="button" className="crop" onClick={open}>
      {crop && !failed ? (
        <img src={crop} alt={`Plate ${plate}: open the full picture`} loading="lazy" onError={() => setFailed(true)} />
      ) : (
        <span>{failed ? 'The crop could not be shown. Open the full picture' : 'Open the full picture'}</span>
      )}
    </button>
  );
};

const Card = ({ result, agency, own, from, current, last, point, open }: Props) => {
  const { passage, camera, state, region, clockSuspect, confidence, receivedAt, match, leg, vehicle, direction } =
    result;
  const plate = plateOf(result);
  const issued = state ?? region;
  return (
    <article
      className="passage"
      tabIndex={0}
      aria-label={`${result.number}: ${plate}, ${camera.name ?? 'camera'}`}
      data-current={current}
      data-last={last}
      data-number={result.number}
      onFocus={() => point(result)}
      onMouseEnter={() => point(result)}
    >
      <Crop result={result} plate={plate} open={() => open(result)} />
      <div className="read">
        <span className="number" aria-hidden="true">
          {result.number}
        </span>
        <h3>
          {plate} {issued && <span className="quiet">{issued}</span>}
        </h3>
        {match && <WhyFound match={match} />}
        <Characters chars={passage?.chars ?? result.chars} differs={match?.differs ?? []} />
      </div>
      <dl>
        <dt>Seen</dt>
        <dd>
          <Moment at={seenAt(result)} />
          {clockSuspect && (
            <span className="warn">
              The camera’s clock is doubtful; received <Moment at={receivedAt} />
            </span>
          )}
        </dd>
        <dt>Camera</dt>
        <dd>
          {camera.name ?? 'not told'}, {agency}
        </dd>
        <dt>Observed</dt>
        <dd>
          {passage
            ? passage.texts.map(({ text, reads }) => `${text} × ${reads}`).join(', ')
            : `${result.plate}, ${Math.round(confidence * 100)} % sure`}
          {passage && !passage.complete && <span className="quiet"> (not all of this passage was looked at)</span>}
        </dd>
        {vehicle && (
          <>
            <dt>Vehicle</dt>
            <dd>
              {sayVehicle(vehicle)}
              <span className="quiet"> ({saidBy.camera}, not read)</span>
            </dd>
          </>
        )}
        {direction && (
          <>
            <dt>Went</dt>
            <dd>
              {sayDirection(direction)}
              <span className="quiet"> ({saidBy[direction.by]})</span>
            </dd>
          </>
        )}
      </dl>
      {leg && <LegOf leg={leg} from={from} />}
      {own && <ReadReviews result={result} searchId={result.searchId} />}
    </article>
  );
};

/** Made anew only when it has changed itself: pointing at one leaves the others alone. */
export const PassageCard = memo(Card);
