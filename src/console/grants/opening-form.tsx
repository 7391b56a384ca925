// Asking for an opening of a grant for emergencies: purpose, case and what the emergency is. It opens nothing; a second member does.
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { OpeningStepped } from '../../grants/openings.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import type { Grant } from './grant.js';

interface Props {
  readonly grant: Grant;
  readonly owner: string;
  /** @param entry its number in the agency's log */
  readonly asked: (entry: number) => void;
}

export const OpeningForm = ({ grant, owner, asked }: Props) => {
  const [purpose, setPurpose] = useState('');
  const [caseNumber, setCaseNumber] = useState('');
  const [reason, setReason] = useState('');
  const [lacks, setLacks] = useState(false);
  const ask = useMutation({
    mutationFn: () =>
      call<OpeningStepped>('POST', `/api/v1/grants/${grant.id}/openings`, { purpose, caseNumber, reason }),
    onSuccess: ({ receipt }) => asked(receipt.entry),
  });
  const empty = (text: string): string | undefined => (lacks && text.trim() === '' ? 'Say it.' : undefined);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = [purpose, caseNumber, reason].every((each) => each.trim() !== '');
    setLacks(!whole);
    if (whole) ask.mutate();
  };
  return (
    <form className="narrow" onSubmit={submit} noValidate>
      <p>
        In an emergency you can ask to open it. {owner} is told at once. Nothing is open until another member of your
        agency, a supervisor or administrator, confirms it within the hour; then for {grant.openingMinutes} minutes.
      </p>
      <NativeSelect
        label="Purpose of the emergency"
        value={purpose}
        error={lacks && purpose === '' ? 'Choose one.' : undefined}
        onChange={(event) => setPurpose(event.currentTarget.value)}
        data={[{ value: '', label: 'Choose…' }, ...grant.purposes.map((each) => ({ value: each, label: each }))]}
      />
      <TextInput
        label="Case number of the emergency"
        value={caseNumber}
        maxLength={60}
        error={empty(caseNumber)}
        onChange={(event) => setCaseNumber(event.currentTarget.value)}
      />
      <Textarea
        label="What the emergency is"
        description="Both agencies see it, and their logs commit to it."
        value={reason}
        maxLength={500}
        error={empty(reason)}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {ask.error && <Failed error={ask.error} />}
      <Button type="submit" loading={ask.isPending}>
        Ask for an opening
      </Button>
    </form>
  );
};
