// What an auditor says that something turned out to be, once and with a note, which the log commits to.
import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call } from '../api/client.js';
import { Failed } from './states.js';

interface Props {
  readonly label: string;
  /** Who sees the note. */
  readonly kept?: string;
  /** Where it is put on record. */
  readonly address: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** @param entry its number in the agency's log */
  readonly decided: (decision: string, entry: number) => void;
}

export const DecisionForm = ({
  label,
  kept = 'The log commits to it; auditors see it.',
  address,
  choices,
  decided,
}: Props) => {
  const [decision, setDecision] = useState('');
  const [note, setNote] = useState('');
  const [lacks, setLacks] = useState(false);
  const decide = useMutation({
    mutationFn: () => call<{ receipt: { entry: number } }>('POST', address, { decision, note }),
    onSuccess: ({ receipt }) => decided(decision, receipt.entry),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = decision !== '' && note.trim() !== '';
    setLacks(!whole);
    if (whole) decide.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <NativeSelect
        label={label}
        value={decision}
        error={lacks && decision === '' ? 'Choose one.' : undefined}
        onChange={(event) => setDecision(event.currentTarget.value)}
        data={[{ value: '', label: 'Choose…' }, ...choices]}
      />
      <Textarea
        label="Why"
        description={kept}
        value={note}
        maxLength={2000}
        error={lacks && note.trim() === '' ? 'Say why.' : undefined}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {decide.error && <Failed error={decide.error} />}
      <Button type="submit" variant="default" size="xs" loading={decide.isPending}>
        Put on record
      </Button>
    </form>
  );
};
