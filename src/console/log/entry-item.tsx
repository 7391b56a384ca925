// One entry: when to the hundredth of a second, a sentence, whether it is proven, and on request all that it says and how it hangs in the log.
import type { Names } from '../../core/log-sentence.js';
import { hundredthsOf, saidIn, sentenceOf } from '../../core/log-sentence.js';
import { sayLocal, zoneName } from '../parts/time.js';
import type { Entry } from './use-entries.js';

/** Undefined: not checked yet; null: proven; else why it is not. */
export type Proof = string | null | undefined;

const fields: Readonly<Record<string, string>> = {
  person: 'Login',
  member: 'Member, by id',
  memberId: 'Member that it is about, by id',
  caseNumber: 'Case number',
  reason: 'Reason',
  plate: 'Plate',
  plates: 'Plates',
  network: 'Network address',
  onBehalfOf: 'For',
  request: 'Request',
  note: 'Note',
};

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const ProofMark = ({ proof }: { readonly proof: Proof }) =>
  proof === undefined ? (
    <span className="quiet">not checked</span>
  ) : proof === null ? (
    <span className="proven">✓ proven</span>
  ) : (
    <strong className="fault">✗ not proven: {proof}</strong>
  );

interface Props {
  readonly entry: Entry;
  readonly names: Names;
  readonly proof: Proof;
}

export const EntryItem = ({ entry, names, proof }: Props) => {
  const said = saidIn(entry.body);
  const at = String(entry.at);
  return (
    <li className="entry" data-outcome={said?.outcome} data-proof={proof === null ? 'held' : proof && 'broken'}>
      <p className="entry-when">
        <time dateTime={at}>{hundredthsOf(entry.atMicros)}</time>
        <span className="quiet">
          {sayLocal(at)} {zoneName(new Date(at))}
        </span>
        <span className="quiet">Entry {entry.entry}</span>
        <ProofMark proof={proof} />
      </p>
      <p>{said ? sentenceOf(said, entry.opened, names) : 'An entry of an older form, which says nothing in words.'}</p>
      {entry.values === 'destroyed' && (
        <p className="quiet">The personal values of this entry were destroyed with the key of its month.</p>
      )}
      {entry.values === 'damaged' && (
        <p className="fault">The personal values of this entry were changed in the database and do not open.</p>
      )}
      <details>
        <summary>All that entry {entry.entry} says</summary>
        <dl>
          {Object.entries(entry.opened).map(([field, { value }]) => (
            <div key={field}>
              <dt>{fields[field] ?? field}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {Object.entries(said?.facts ?? {}).map(([fact, value]) => (
            <div key={fact}>
              <dt>{fact}</dt>
              <dd className="fact">{text(value)}</dd>
            </div>
          ))}
          <div>
            <dt>Kind</dt>
            <dd>
              {said?.kind ?? 'not known'}
              {said?.rule !== undefined && `, refused by the rule ${said.rule}`}
            </dd>
          </div>
          <div>
            <dt>Hash</dt>
            <dd className="fact">{entry.hash}</dd>
          </div>
          <div>
            <dt>Hash of the entry before</dt>
            <dd className="fact">{entry.prevHash}</dd>
          </div>
        </dl>
      </details>
    </li>
  );
};
