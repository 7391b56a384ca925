// What this browser found of the log's head: that it holds and grew out of the one seen before, or not and why. A key that the log put in the place of the one
// before is told of; any other that changed is asked about, not taken.
import { Alert, Button } from '@mantine/core';
import { sayLocal } from '../parts/time.js';
import { Failed } from '../parts/states.js';
import type { LogCheck } from './proofs.js';

interface Props {
  readonly check: LogCheck | undefined;
  readonly error: unknown;
  readonly believe: (key: string) => void;
  readonly retry: () => void;
}

export const HeadState = ({ check, error, believe, retry }: Props) => {
  if (error) return <Failed error={error} retry={retry} />;
  if (!check) return <p className="quiet">Checking the log’s head…</p>;
  if (check.state === 'cannot')
    return (
      <Alert variant="default" className="told refused" title="Nothing is checked here">
        A browser checks signatures only over https and on localhost. `plateward verify` checks the same.
      </Alert>
    );
  if (check.state === 'other key')
    return (
      <Alert
        role="alert"
        variant="default"
        className="told failed"
        title="The log is signed with another key than before"
      >
        <p>
          Nothing below is taken for proven. Ask your administrator whether the log has a new key, on another way than
          this page, and compare it.
        </p>
        <dl>
          <dt>Seen before</dt>
          <dd className="fact">{check.before}</dd>
          <dt>Now</dt>
          <dd className="fact">{check.now}</dd>
        </dl>
        <Button variant="default" size="xs" onClick={() => believe(check.now)}>
          Believe the new key from now on
        </Button>
      </Alert>
    );
  if (check.state === 'not held')
    return (
      <Alert role="alert" variant="default" className="told failed" title="The log does not hold">
        <p>
          {check.because}. This browser keeps the head that it saw before. Tell your agency’s administrator, and keep
          what `plateward verify` says.
        </p>
      </Alert>
    );
  return (
    <p className="told done">
      The log’s head is signed, over {check.head.size} entries.{' '}
      {check.since
        ? `It grew out of the head of ${check.since.size} entries that this browser saw on ${sayLocal(check.since.at)}; nothing before was changed.`
        : 'This browser sees this log for the first time and keeps its key and its head: from now on it finds out when either changes. Compare the key once with the one that the agency publishes elsewhere.'}
      {check.replacedAt.length > 0 &&
        ` Since then its key was replaced, by entry ${check.replacedAt.join(', then by entry ')}; the key before signed for it.`}
    </p>
  );
};
