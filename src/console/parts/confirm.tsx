// The second question before something is done that has consequences: what would happen, in a sentence, and two plain answers.
import { Button } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Failed } from './states.js';

interface Props {
  /** What would happen. */
  readonly children: ReactNode;
  readonly yes: string;
  readonly no?: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly act: () => void;
  readonly cancel: () => void;
}

export const Confirm = ({ children, yes, no = 'No, leave it as it is', busy, error, act, cancel }: Props) => {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div className="told refused" role="group" aria-label="Are you sure?" tabIndex={-1} ref={place}>
      {children}
      {error !== null && error !== undefined && <Failed error={error} />}
      <div className="acts">
        <Button loading={busy} onClick={act}>
          {yes}
        </Button>
        <Button variant="default" onClick={cancel}>
          {no}
        </Button>
      </div>
    </div>
  );
};
