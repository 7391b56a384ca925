// What a search left behind: where it stands in the log, who was asked and with what verdict, and the receipt, to keep and to check
// with `plateward verify`.
import { Button } from '@mantine/core';
import { memo, useState } from 'react';
import type { Receipt, Verdict } from '../api/client.js';
import type { Answer } from './older.js';
import { sayLocal, sayUtc } from '../parts/time.js';

const sayVerdict = ({ verdict, because }: Verdict): string =>
  verdict === 'own'
    ? 'your own reads; on record in your log'
    : verdict === 'granted'
      ? 'answered under its grant; on record in its log too'
      : `not searched. ${because ?? ''}`;

const ReceiptOf = ({ receipt }: { readonly receipt: Receipt }) => {
  const [told, setTold] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(receipt.proof);
      setTold('Copied.');
    } catch {
      setTold('This browser does not let pages copy: mark the text and copy it by hand.');
    }
  };
  return (
    <div className="receipt">
      <p>
        Entry {receipt.entry}, hash <code>{receipt.hash}</code>
      </p>
      <pre tabIndex={0} aria-label={`Receipt of entry ${receipt.entry}`}>
        {receipt.proof}
      </pre>
      <Button variant="default" size="xs" onClick={() => void copy()}>
        Copy the receipt
      </Button>{' '}
      <span role="status">{told}</span>
    </div>
  );
};

interface Props {
  readonly answer: Answer;
  readonly names: ReadonlyMap<string, string>;
}

const RecordedOf = ({ answer, names }: Props) => (
  <details className="recorded">
    <summary>
      Recorded as {answer.receipts.length === 1 ? 'entry' : 'entries'}{' '}
      {answer.receipts.map(({ entry }) => entry).join(', ')} of your agency’s log
      {answer.agencies.some((each) => each.verdict === 'refused') && '; not every agency was searched'}
    </summary>
    <p>
      Searched: {answer.plate ?? 'all plates'}, from {sayLocal(answer.from)} ({sayUtc(answer.from)}). Who asked, the
      plate, the purpose, the case and your reason are on record and cannot be taken back.
    </p>
    <ul className="verdicts">
      {answer.agencies.map((each) => (
        <li key={each.agencyId}>
          <strong>{names.get(each.agencyId) ?? each.slug}</strong>: {sayVerdict(each)}
        </li>
      ))}
    </ul>
    {answer.receipts.map((receipt) => (
      <ReceiptOf key={receipt.entry} receipt={receipt} />
    ))}
  </details>
);

export const Recorded = memo(RecordedOf);
