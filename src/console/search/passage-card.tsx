// One passage: what was read, how sure each character is, where and when, and what the frames in fact said.
import { useState } from 'react';
import { Moment } from '../parts/time.js';
import { seenAt, type Result } from './older.js';

interface Props {
  readonly result: Result;
  /** The pattern that was searched; null for a listing. */
  readonly asked: string | null;
  readonly agency: string;
  readonly open: () => void;
}

/** A character below this is marked as unsure. */
const sureFrom = 0.8;

/** What the asked pattern says of the character at this place: `?` and `*` fit anything. */
const wanted = (asked: string | null, at: number, length: number): string | undefined => {
  if (asked === null || asked.includes('*') || asked.length !== length) return undefined;
  return asked[at] === '?' ? undefined : asked[at];
};

const Characters = ({ chars, asked }: { readonly chars: Result['chars']; readonly asked: string | null }) => (
  <ol className="characters" aria-label="Characters and how sure each is">
    {chars.map(({ c, p }, at) => {
      const want = wanted(asked, at, chars.length);
      const differs = want !== undefined && want !== c;
      return (
        <li key={at} data-unsure={p < sureFrom} data-differs={differs}>
          <span className="character">{c}</span>
          <span className="sure">{Math.round(p * 100)} %</span>
          {differs && <span className="sure">not {want}</span>}
        </li>
      );
    })}
  </ol>
);

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
  const { crop } = result.pictures;
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

export const PassageCard = ({ result, asked, agency, open }: Props) => {
  const { passage, camera, state, region, clockSuspect, confidence, receivedAt } = result;
  const plate = passage?.plate ?? result.plate;
  const issued = state ?? region;
  return (
    <article className="passage" tabIndex={0} aria-label={`${plate}, ${camera.name ?? 'camera'}`}>
      <Crop result={result} plate={plate} open={open} />
      <div className="read">
        <h3>
          {plate} {issued && <span className="quiet">{issued}</span>}
        </h3>
        <Characters chars={passage?.chars ?? result.chars} asked={asked} />
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
          {camera.name ?? 'unnamed'}, {agency}
        </dd>
        <dt>Observed</dt>
        <dd>
          {passage
            ? passage.texts.map(({ text, reads }) => `${text} × ${reads}`).join(', ')
            : `${result.plate}, ${Math.round(confidence * 100)} % sure`}
          {passage && !passage.complete && <span className="quiet"> (not all of this passage was looked at)</span>}
        </dd>
      </dl>
    </article>
  );
};
