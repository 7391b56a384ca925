// One passage: what was read, how sure each character is, where and when, and what the frames in fact said.
import { useState } from 'react';
import { Moment } from '../parts/time.js';
import { seenAt, type Result } from './older.js';
import { ReadReviews } from './read-reviews.js';
import { Characters, WhyFound } from './why-found.js';

interface Props {
  readonly result: Result;
  readonly agency: string;
  /** The search under which an own read may be confirmed, corrected or rejected; undefined of another agency's. */
  readonly reviewedUnder?: string | undefined;
  readonly open: () => void;
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

export const PassageCard = ({ result, agency, reviewedUnder, open }: Props) => {
  const { passage, camera, state, region, clockSuspect, confidence, receivedAt, match } = result;
  const plate = passage?.plate ?? result.plate;
  const issued = state ?? region;
  return (
    <article className="passage" tabIndex={0} aria-label={`${plate}, ${camera.name ?? 'camera'}`}>
      <Crop result={result} plate={plate} open={open} />
      <div className="read">
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
      </dl>
      {reviewedUnder && <ReadReviews result={result} searchId={reviewedUnder} />}
    </article>
  );
};
