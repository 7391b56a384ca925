// Asking another agency for a grant. It opens nothing; the owner decides, and sees the same sentences.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { grantFields, type GrantField } from '../../core/grant-fields.js';
import type { GrantRequested } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';

const fieldNames: Readonly<Record<GrantField, string>> = { picture: 'Pictures', place: 'Name and place of the camera' };

interface Props {
  readonly others: readonly { readonly slug: string; readonly name: string; readonly state: string }[];
  readonly purposes: readonly string[];
  readonly done: (sentence: string) => void;
}

const dayMs = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
const words = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '');

export const RequestForm = ({ others, purposes, done }: Props) => {
  const [owner, setOwner] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [days, setDays] = useState('30');
  const [until, setUntil] = useState(() => dayIn(90));
  const [searches, setSearches] = useState('');
  const [rows, setRows] = useState('100');
  const [declarations, setDeclarations] = useState('');
  const [terms, setTerms] = useState('');
  const [plates, setPlates] = useState('');
  const [platesPerDay, setPlatesPerDay] = useState('');
  const [fields, setFields] = useState<readonly GrantField[]>(grantFields);
  const [told, setTold] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      call<GrantRequested>('POST', '/api/v1/grants', {
        ownerAgency: owner,
        purposes: chosen,
        dataWindowDays: Number(days),
        validUntil: new Date(`${until}T00:00:00`).toISOString(),
        rowsPerSearchMax: Number(rows),
        declarations: words(declarations),
        ...(searches !== '' && { searchesPerDayMax: Number(searches) }),
        ...(words(plates).length > 0 && { plates: words(plates) }),
        ...(platesPerDay !== '' && { platesPerDayMax: Number(platesPerDay) }),
        fields,
        ...(terms.trim() !== '' && { terms: terms.trim() }),
      }),
    onSuccess: ({ receipt }) => {
      setChosen([]);
      setTerms('');
      done(`Asked. It opens nothing until the other agency approves it. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.reset();
    if (chosen.length === 0) return setTold('Choose at least one purpose.');
    setTold('');
    ask.mutate();
  };
  return (
    <section aria-label="Ask for a grant">
      <h2>Ask for a grant</h2>
      {others.length === 0 ? (
        <p className="quiet">There is no other agency here that could be asked.</p>
      ) : (
        <form onSubmit={submit} className="narrow">
          {ask.error && <Failed error={ask.error} />}
          <NativeSelect
            label="Agency whose reads are wanted"
            required
            withAsterisk={false}
            value={owner}
            onChange={(event) => setOwner(event.currentTarget.value)}
            data={[
              { value: '', label: 'Choose…' },
              ...others.map(({ slug, name, state }) => ({ value: slug, label: `${name}, ${state}` })),
            ]}
          />
          <fieldset>
            <legend>Purposes</legend>
            {told !== '' && (
              <p className="fault" role="alert">
                {told}
              </p>
            )}
            <ul className="choices">
              {purposes.map((purpose) => (
                <li key={purpose}>
                  <label>
                    <input
                      type="checkbox"
                      checked={chosen.includes(purpose)}
                      onChange={(event) =>
                        setChosen(
                          event.currentTarget.checked
                            ? [...chosen, purpose]
                            : chosen.filter((each) => each !== purpose),
                        )
                      }
                    />
                    {purpose}
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
          <TextInput
            type="number"
            label="How far back, in days"
            min={1}
            max={1095}
            required
            withAsterisk={false}
            value={days}
            onChange={(event) => setDays(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label="Until, at most 366 days from now"
            min={dayIn(1)}
            max={dayIn(366)}
            required
            withAsterisk={false}
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <TextInput
            type="number"
            label="Reads that one search answers at most"
            min={1}
            max={10000}
            required
            withAsterisk={false}
            value={rows}
            onChange={(event) => setRows(event.currentTarget.value)}
          />
          <TextInput
            type="number"
            label="Searches a day at most"
            description="Empty: not limited"
            min={1}
            max={1000000}
            value={searches}
            onChange={(event) => setSearches(event.currentTarget.value)}
          />
          <TextInput
            type="number"
            label="Different plates a day at most"
            description="Empty: not limited"
            min={1}
            max={1000000}
            value={platesPerDay}
            onChange={(event) => setPlatesPerDay(event.currentTarget.value)}
          />
          <TextInput
            label="Only these plates"
            description="Whole plates with a comma between them; empty: any plate"
            value={plates}
            onChange={(event) => setPlates(event.currentTarget.value)}
          />
          <fieldset>
            <legend>What is wanted of a read beside its text and time</legend>
            <ul className="choices">
              {grantFields.map((field) => (
                <li key={field}>
                  <label>
                    <input
                      type="checkbox"
                      checked={fields.includes(field)}
                      onChange={(event) =>
                        setFields(
                          grantFields.filter((each) =>
                            each === field ? event.currentTarget.checked : fields.includes(each),
                          ),
                        )
                      }
                    />
                    {fieldNames[field]}
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
          <TextInput
            label="Declarations"
            description="What the owner’s law asks your agency to declare, by their ids; empty where it asks none"
            value={declarations}
            onChange={(event) => setDeclarations(event.currentTarget.value)}
          />
          <TextInput
            label="Terms in words"
            maxLength={4000}
            value={terms}
            onChange={(event) => setTerms(event.currentTarget.value)}
          />
          <Button type="submit" loading={ask.isPending}>
            Ask for it
          </Button>
        </form>
      )}
    </section>
  );
};
