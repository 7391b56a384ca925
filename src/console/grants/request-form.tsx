// Asking another agency for a grant. It opens nothing; the owner decides, and sees the same sentences.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { grantFields, type GrantField } from '../../core/grant-fields.js';
import type { GrantRequested } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { useWho } from '../session/session.js';
import { sayDay } from '../parts/time.js';
import type { Grant } from './grant.js';
import { askedOf, everywhere, faultOf, reachOf, RequestReach } from './request-reach.js';
import { sayCameras } from './sentences.js';
import type { Wanted } from './wanted.js';

const fieldNames: Readonly<Record<GrantField, string>> = { picture: 'Pictures', place: 'Name and place of the camera' };

interface Props {
  readonly others: readonly {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    readonly state: string;
    /** What its law asks of whoever asks for its reads. */
    readonly asks: {
      readonly declaration: { readonly id: string; readonly from: string; readonly text: string } | null;
    };
  }[];
  /** Grants that the agency has, which it may ask to have changed. */
  readonly received: readonly Grant[];
  readonly purposes: readonly string[];
  /** What the search page, or who was sent its address, asks for. */
  readonly wanted?: Wanted | undefined;
  readonly done: (sentence: string) => void;
}

const dayMs = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
const words = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '');

export const RequestForm = ({ others, received, purposes, wanted, done }: Props) => {
  const [owner, setOwner] = useState(wanted?.slug ?? '');
  const [chosen, setChosen] = useState<readonly string[]>(wanted?.purpose === undefined ? [] : [wanted.purpose]);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!wanted) return;
    place.current?.scrollIntoView({ block: 'start' });
    place.current?.focus({ preventScroll: true });
  }, [wanted?.slug]);
  const [days, setDays] = useState('30');
  const [until, setUntil] = useState(() => dayIn(90));
  const [searches, setSearches] = useState('');
  const [rows, setRows] = useState('100');
  const [declared, setDeclared] = useState(false);
  const [terms, setTerms] = useState('');
  const [plates, setPlates] = useState('');
  const [platesPerDay, setPlatesPerDay] = useState('');
  const [fields, setFields] = useState<readonly GrantField[]>(grantFields);
  const [emergency, setEmergency] = useState('');
  const [told, setTold] = useState('');
  const [reach, setReach] = useState(everywhere);
  const [tried, setTried] = useState(false);
  const [amends, setAmends] = useState('');
  const { agency: own } = useWho();
  const asked = others.find(({ slug }) => slug === owner);
  const declaration = asked?.asks.declaration ?? undefined;
  const owed = declaration && (declaration.from === 'everyone' || asked?.state !== own.state) ? declaration : undefined;
  const standing = received.filter(
    ({ ownerAgencyId, state, amended }) =>
      ownerAgencyId === asked?.id && !amended && (state === 'approved' || state === 'suspended'),
  );
  /** Fills the form with what the grant says that is to be replaced. */
  const amend = (id: string): void => {
    setAmends(id);
    const grant = standing.find((each) => each.id === id);
    if (!grant) return;
    setChosen(purposes.filter((each) => grant.purposes.includes(each)));
    setDays(`${grant.dataWindowDays}`);
    setRows(`${grant.rowsPerSearchMax}`);
    setSearches(grant.searchesPerDayMax === null ? '' : `${grant.searchesPerDayMax}`);
    setPlates(grant.plates?.join(', ') ?? '');
    setPlatesPerDay(grant.platesPerDayMax === null ? '' : `${grant.platesPerDayMax}`);
    setFields(grant.fields);
    setDeclared(owed !== undefined && grant.declarations.includes(owed.id));
    setTerms(grant.terms);
    setReach(reachOf(grant.cameraIds, grant.area));
    setEmergency(grant.openingMinutes === null ? '' : `${grant.openingMinutes}`);
  };
  const ask = useMutation({
    mutationFn: () =>
      call<GrantRequested>('POST', '/api/v1/grants', {
        ownerAgency: owner,
        purposes: chosen,
        dataWindowDays: Number(days),
        validUntil: new Date(`${until}T00:00:00`).toISOString(),
        rowsPerSearchMax: Number(rows),
        declarations: owed && declared ? [owed.id] : [],
        ...(searches !== '' && { searchesPerDayMax: Number(searches) }),
        ...(words(plates).length > 0 && { plates: words(plates) }),
        ...(platesPerDay !== '' && { platesPerDayMax: Number(platesPerDay) }),
        fields,
        ...(emergency !== '' && { openingMinutes: Number(emergency) }),
        ...askedOf(reach),
        ...(amends !== '' && { amends }),
        ...(terms.trim() !== '' && { terms: terms.trim() }),
      }),
    onSuccess: ({ receipt }) => {
      setChosen([]);
      setTerms('');
      setAmends('');
      setReach(everywhere);
      setTried(false);
      done(`Asked. It opens nothing until the other agency approves it. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.reset();
    if (chosen.length === 0) return setTold('Choose at least one purpose.');
    if (owed && !declared)
      return setTold(
        `The law of ${asked?.name ?? owner} asks your agency for the declaration below; without it no grant of its can be approved.`,
      );
    setTold('');
    setTried(true);
    if (faultOf(reach) === undefined) ask.mutate();
  };
  return (
    <section aria-label="Ask for a grant" ref={place} tabIndex={-1}>
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
            onChange={(event) => {
              setOwner(event.currentTarget.value);
              setDeclared(false);
              setAmends('');
            }}
            data={[
              { value: '', label: 'Choose…' },
              ...others.map(({ slug, name, state }) => ({ value: slug, label: `${name}, ${state}` })),
            ]}
          />
          {standing.length > 0 && (
            <NativeSelect
              label="In the stead of an earlier grant"
              description="It fills this form, and ends when the new one is approved"
              value={amends}
              onChange={(event) => amend(event.currentTarget.value)}
              data={[
                { value: '', label: 'None: beside what there is' },
                ...standing.map((grant) => ({
                  value: grant.id,
                  label: `${grant.purposes.join(', ')}; ${sayCameras(grant)}; until ${sayDay(grant.validUntil)}`,
                })),
              ]}
            />
          )}
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
          <RequestReach reach={reach} change={setReach} fault={tried ? faultOf(reach) : undefined} />
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
            type="number"
            label="For emergencies: minutes of one opening"
            description="5 to 240. Then the grant opens nothing until two members of your agency open it. Empty: a standing grant"
            min={5}
            max={240}
            value={emergency}
            onChange={(event) => setEmergency(event.currentTarget.value)}
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
          {owed && (
            <fieldset>
              <legend>What the law of {asked?.name} asks your agency to declare</legend>
              <p>“{owed.text}”</p>
              <label>
                <input
                  type="checkbox"
                  checked={declared}
                  onChange={(event) => setDeclared(event.currentTarget.checked)}
                />{' '}
                My agency declares this ({owed.id})
              </label>
            </fieldset>
          )}
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
