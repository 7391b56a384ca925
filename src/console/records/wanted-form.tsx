// Which period and which fields a records request is answered with. No field is chosen from the start: each is a decision.
import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { disclosureFields, type DisclosureField } from '../../core/disclosed.js';

export interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly fields: readonly DisclosureField[];
  /** Only tables of counts, and none below this; undefined: entries, and every count. */
  readonly suppressBelow?: number;
}

/** What the interface takes. */
const suppress = { least: 3, most: 1000, usual: '5' };

export const fieldNames: Readonly<Record<DisclosureField, string>> = {
  reason: 'Reasons that members gave, without what may be a plate in them',
  caseNumber: 'Case numbers',
  person: 'Logins of members',
  onBehalfOf: 'Names of those for whom a search was made',
};

/** A day as the moment at which it begins in UTC, so many days later: the log counts in UTC. */
const dayOf = (day: string, later: number): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + later);
  return date.toISOString();
};

interface Props {
  readonly busy: boolean;
  readonly show: (wanted: Wanted) => void;
  /** Something was changed, so that what is shown is not what would be released. */
  readonly changed: () => void;
}

export const WantedForm = ({ busy, show, changed }: Props) => {
  const [from, setFrom] = useState('');
  const [last, setLast] = useState('');
  const [fields, setFields] = useState<readonly DisclosureField[]>([]);
  const [lacks, setLacks] = useState(false);
  const [counts, setCounts] = useState(false);
  const [below, setBelow] = useState(suppress.usual);
  const limit = Number(below);
  const wrongLimit = counts && !(Number.isInteger(limit) && limit >= suppress.least && limit <= suppress.most);
  const wrong = from !== '' && last !== '' && from > last;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = from !== '' && last !== '' && !wrong && !wrongLimit;
    setLacks(!whole);
    if (whole)
      show({
        from: dayOf(from, 0),
        to: dayOf(last, 1),
        fields: counts ? [] : disclosureFields.filter((each) => fields.includes(each)),
        ...(counts && { suppressBelow: limit }),
      });
  };
  return (
    <form className="narrow" onSubmit={submit} aria-label="What is asked for" noValidate>
      <TextInput
        label="First day"
        description="Days are those of UTC, as in the log."
        type="date"
        value={from}
        error={lacks && from === '' ? 'Choose a day.' : undefined}
        onChange={(event) => {
          setFrom(event.currentTarget.value);
          changed();
        }}
      />
      <TextInput
        label="Last day"
        type="date"
        value={last}
        error={wrong ? 'Must not be earlier than the first.' : lacks && last === '' ? 'Choose a day.' : undefined}
        onChange={(event) => {
          setLast(event.currentTarget.value);
          changed();
        }}
      />
      <fieldset className="boxes">
        <legend>Small counts</legend>
        <label>
          <input
            type="checkbox"
            checked={counts}
            onChange={(event) => {
              setCounts(event.currentTarget.checked);
              changed();
            }}
          />
          Release tables of counts alone, and hide small ones
        </label>
        {counts && (
          <TextInput
            type="number"
            label="Hide counts below"
            description={`From ${suppress.least} to ${suppress.most}. A hidden count stands as “<${wrongLimit ? suppress.usual : limit}”; where a total would tell it, another is withheld too.`}
            min={suppress.least}
            max={suppress.most}
            value={below}
            error={wrongLimit && `A whole number from ${suppress.least} to ${suppress.most}.`}
            onChange={(event) => {
              setBelow(event.currentTarget.value);
              changed();
            }}
          />
        )}
        <p className="quiet">
          {counts
            ? 'No entry is released, since anybody could count again from them. The log and the public page are public all the same and hide nothing.'
            : 'Off: entries are released, and every count as it is.'}
        </p>
      </fieldset>
      <fieldset className="boxes" disabled={counts}>
        <legend>Fields to disclose</legend>
        {disclosureFields.map((field) => (
          <label key={field}>
            <input
              type="checkbox"
              checked={!counts && fields.includes(field)}
              onChange={(event) => {
                setFields(event.currentTarget.checked ? [...fields, field] : fields.filter((each) => each !== field));
                changed();
              }}
            />
            {fieldNames[field]}
          </label>
        ))}
        <p className="quiet">
          {counts
            ? 'None: there are no entries in such a release.'
            : 'What is public of an entry is in a release in any case: its time, kind, outcome, agency, role and purpose. A plate never is; a pseudonym stands for it.'}
        </p>
      </fieldset>
      <Button type="submit" variant="default" loading={busy}>
        Show what would be disclosed
      </Button>
    </form>
  );
};
