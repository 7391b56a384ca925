// What others did with our data, by week or month, as the database counted it: those that were made, one of them in sentences and where it was told,
// what the next one would say by now, and how often they come.
import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { digestSpan } from '../../core/digest-span.js';
import type { Digest, DigestMade, DigestPage, DigestPreview, ScheduleSet } from '../../grants/digests.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import { Stacked } from '../parts/stacked.js';

const address = '/api/v1/digests';
type Page = Json<DigestPage>;

const states: Readonly<Record<string, string>> = {
  waiting: 'is on its way',
  told: 'has arrived',
  failed: 'did not arrive',
};

/** @param id of one that was made; null: the next one, so far */
const Whole = ({ id }: { readonly id: string | null }) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['digest', id],
    queryFn: () => call<Json<DigestPreview> & Partial<Json<Digest>>>('GET', `${address}/${id ?? 'preview'}`),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the digest" />;
  const { digest, sentences, told, sha256 } = data;
  return (
    <section className="digest" aria-label={id === null ? 'The next digest, so far' : 'This digest'}>
      <h3>
        {digestSpan(digest)} UTC{id === null && ', so far'}
      </h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {told && (
        <p>
          {told.length === 0
            ? 'It was told nowhere: alerts have no destination.'
            : told
                .map(
                  ({ address: to, state, fault }) => `To ${to}: ${states[state]}${fault === null ? '' : `. ${fault}`}`,
                )
                .join('; ')}
        </p>
      )}
      {sha256 !== undefined && (
        <p className="quiet">
          The entry “digest.make” of our log has its SHA-256: <code className="long">{sha256}</code>
        </p>
      )}
    </section>
  );
};

const Schedule = ({ schedule, done }: { schedule: Page['schedule']; done: (sentence: string) => void }) => {
  const queries = useQueryClient();
  const [every, setEvery] = useState<string>(schedule.every);
  const set = useMutation({
    mutationFn: () => call<ScheduleSet>('PUT', `${address}/schedule`, { every }),
    onSuccess: ({ receipt }) => {
      done(
        `${every === 'off' ? 'No digest is made by itself' : `A digest is made every ${every}`}. Entry ${receipt.entry} of your agency’s log.`,
      );
      return queries.invalidateQueries({ queryKey: ['digests'] });
    },
  });
  return (
    <form
      className="narrow"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate();
      }}
    >
      <NativeSelect
        label="How often a digest is made"
        value={every}
        onChange={(event) => setEvery(event.currentTarget.value)}
        data={[
          { value: 'week', label: 'Every week' },
          { value: 'month', label: 'Every month' },
          { value: 'off', label: 'Not by itself: only while no grant is in force' },
        ]}
      />
      {set.error && <Failed error={set.error} />}
      <Button type="submit" variant="default" size="xs" loading={set.isPending} disabled={every === schedule.every}>
        Set how often
      </Button>
    </form>
  );
};

const Made = ({ digests, open }: { digests: Page['digests']; open: (id: string) => void }) => (
  <Stacked label="Table: digests">
    <table>
      <thead>
        <tr>
          <th scope="col">From and to (UTC)</th>
          <th scope="col">Searches by others</th>
          <th scope="col">Reads shown</th>
          <th scope="col">Refused</th>
          <th scope="col">Grants in force</th>
          <th scope="col">Whole</th>
        </tr>
      </thead>
      <tbody>
        {digests.map(({ id, from, to, totals }) => (
          <tr key={id}>
            <th scope="row">{digestSpan({ from, to })}</th>
            <td>{totals.searches.toLocaleString('en-US')}</td>
            <td>{totals.rows.toLocaleString('en-US')}</td>
            <td>{totals.refused.toLocaleString('en-US')}</td>
            <td>{totals.inForce}</td>
            <td>
              <Button
                variant="default"
                size="xs"
                aria-label={`Read it: the digest of ${digestSpan({ from, to })}`}
                onClick={() => open(id)}
              >
                Read it
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Stacked>
);

/** @param done told what was put on record */
export const Digests = ({ done }: { readonly done: (sentence: string) => void }) => {
  const queries = useQueryClient();
  const [shown, setShown] = useState<string | null>();
  const list = useQuery({ queryKey: ['digests'], queryFn: () => call<Page>('GET', `${address}?limit=12`) });
  const make = useMutation({
    mutationFn: () => call<DigestMade>('POST', address, {}),
    onSuccess: ({ id, receipt }) => {
      setShown(id);
      done(`A digest was made and goes to every destination of alerts. Entry ${receipt.entry} of your agency’s log.`);
      return queries.invalidateQueries({ queryKey: ['digests'] });
    },
  });
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <Loading what="the digests" />;
  const { digests, schedule, abilities } = list.data;
  return (
    <section aria-labelledby="digests">
      <h2 id="digests">Digests: what others did with our data</h2>
      <p>
        Counted by the database: searches, reads shown, pictures opened, files made, refusals, openings in emergencies,
        what ends soon. They go where alerts go.{' '}
        {schedule.nextAt === null ? (
          'None is due: no grant is in force, and none is wanted.'
        ) : (
          <>
            The next is due: <Moment at={schedule.nextAt} />
          </>
        )}
      </p>
      {digests.length > 0 && <Made digests={digests} open={setShown} />}
      <div className="acts">
        <Button variant="default" size="xs" onClick={() => setShown(shown === null ? undefined : null)}>
          {shown === null ? 'Put it away' : 'What the next one would say so far'}
        </Button>
        {abilities['digest.make'] === true && (
          <Button variant="default" size="xs" loading={make.isPending} onClick={() => make.mutate()}>
            Make one now
          </Button>
        )}
      </div>
      {make.error && <Failed error={make.error} />}
      {shown !== undefined && <Whole id={shown} />}
      {abilities['digest.set'] === true && <Schedule key={schedule.every} schedule={schedule} done={done} />}
    </section>
  );
};
