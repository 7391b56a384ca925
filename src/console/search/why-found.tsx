// Why a read was found, and its characters one by one: which differ from what was asked, and how sure the reader is of each. A read
// that differs is never called exact.
import type { Result } from './older.js';

type Match = NonNullable<Result['match']>;
type Difference = Match['differs'][number];

/** A character below this is marked as unsure. */
const sureFrom = 0.8;

const headings: Readonly<Record<Match['kind'], string>> = {
  exact: 'Exact: every character as you typed it',
  wildcard: 'Fits what you typed',
  confusable: 'Not exact: differs in characters that look alike',
  edit: 'Not exact: another plate, or misread',
  corrected: 'Not exact: a member of your agency corrected it to what you asked',
};

const sayDifference = ({ at, asked, read, confusable }: Difference): string => {
  const place = `Character ${at + 1}`;
  if (asked === null) return `${place}: ${read ?? ''} is one more than you typed`;
  if (read === null) return `${place}: you typed ${asked}, the read lacks it`;
  return `${place}: you typed ${asked}, read as ${read}${confusable ? '; the two look alike' : ''}`;
};

/** In a word why it was found, and each difference in words. */
export const WhyFound = ({ match }: { readonly match: Match }) => (
  <div className="match" data-kind={match.kind}>
    <p>
      <strong>{headings[match.kind]}</strong>
    </p>
    {match.differs.length > 0 && (
      <ul>
        {match.differs.map((each, index) => (
          <li key={index}>{sayDifference(each)}</li>
        ))}
      </ul>
    )}
  </div>
);

interface Cell {
  readonly character: string;
  /** How sure the reader is, 0 to 1; undefined of a character that it did not see. */
  readonly sure?: number;
  readonly differs?: Difference;
}

/** The read's characters, with a gap where it lacks one. */
const cellsOf = (chars: Result['chars'], differs: readonly Difference[]): readonly Cell[] => {
  const lacking = (at: number): Cell[] =>
    differs.filter((each) => each.read === null && each.at === at).map((each) => ({ character: '–', differs: each }));
  const seen = chars.flatMap(({ c, p }, at) => [
    ...lacking(at),
    { character: c, sure: p, differs: differs.find((each) => each.at === at && each.read !== null) },
  ]);
  return [...seen, ...lacking(chars.length)];
};

const noteOf = ({ asked, read }: Difference): string =>
  asked === null ? 'too many' : read === null ? `lacks ${asked}` : `not ${asked}`;

interface Props {
  readonly chars: Result['chars'];
  readonly differs: readonly Difference[];
}

export const Characters = ({ chars, differs }: Props) => (
  <ol className="characters" aria-label="Characters and how sure each is">
    {cellsOf(chars, differs).map(({ character, sure, differs: difference }, at) => (
      <li key={at} data-unsure={sure !== undefined && sure < sureFrom} data-differs={difference !== undefined}>
        <span className="character">{character}</span>
        {sure !== undefined && <span className="sure">{Math.round(sure * 100)} %</span>}
        {difference && <span className="sure">{noteOf(difference)}</span>}
      </li>
    ))}
  </ol>
);
