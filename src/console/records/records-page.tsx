// Answering a records request: a period and fields, a look at what would leave the house, made by the code that makes the release, then the release and its files.
// Looking is an entry, releasing another. Nothing of a release is kept, here or at the server: who needs it again releases again.
import './records.css';
import { Alert, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Disclosure, Preview } from '../../agencies/disclosures.schema.js';
import { destroyedSentence } from '../../core/log-period.js';
import { disclosedColumns, disclosedRow } from '../../core/disclosed.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { saveFile } from '../parts/save.js';
import { Empty, Failed } from '../parts/states.js';
import { useWho } from '../session/session.js';
import { Counts } from './counts.js';
import { formats, type Format, type Release } from './formats.js';
import { WantedForm, type Wanted } from './wanted-form.js';
import { Stacked } from '../parts/stacked.js';

const address = '/api/v1/audit/disclosures';
/** Most entries of a release that is printed, too; a longer one is asked for in parts. */
const pdfEntriesMax = 2000;

interface ReleaseProps {
  readonly wanted: Wanted;
  readonly total: number;
  readonly released: (release: Release, entry: number) => void;
}

const ReleaseForm = ({ wanted, total, released }: ReleaseProps) => {
  const { agency } = useWho();
  const [request, setRequest] = useState('');
  const [lacks, setLacks] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      call<Disclosure>('POST', address, {
        ...wanted,
        request,
        pdf: wanted.suppressBelow !== undefined || total <= pdfEntriesMax,
      }),
    onSuccess: (disclosed) => released({ agency: agency.slug, ...wanted, disclosed }, disclosed.receipt.entry),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setLacks(request.trim() === '');
    if (request.trim() !== '') make.mutate();
  };
  return (
    <form className="narrow" onSubmit={submit} aria-label="Release" noValidate>
      <TextInput
        label="What was asked"
        description="Such as the number of the request. The log commits to it."
        autoComplete="off"
        maxLength={200}
        value={request}
        error={lacks && request.trim() === '' ? 'Say what was asked.' : undefined}
        onChange={(event) => setRequest(event.currentTarget.value)}
      />
      <Button type="submit" loading={make.isPending}>
        {wanted.suppressBelow === undefined ? 'Release these entries' : 'Release these counts'}
      </Button>
      {make.error && <Failed error={make.error} />}
    </form>
  );
};

const Shown = ({ preview, fields }: { preview: Json<Preview>; fields: Wanted['fields'] }) => {
  const columns = disclosedColumns(fields);
  return (
    <>
      <p>
        A release would have {preview.total} {preview.total === 1 ? 'entry' : 'entries'}
        {preview.changed > 0 &&
          `; in ${preview.changed} of them a text holds what may be a plate, is told with a pseudonym in its place, and cannot be proven`}
        . These are the first {preview.entries.length}, as they would leave. The release itself has other pseudonyms:
        their key is made for each, and kept by nobody. Read it before you hand it on.
      </p>
      {preview.destroyed.map((each) => (
        <p key={each.period}>{destroyedSentence(each)} Nothing of them can be disclosed.</p>
      ))}
      <Stacked label="Table: what would be disclosed">
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.entries.map((each) => {
              const row = disclosedRow(each, fields);
              return (
                <tr key={each.entry}>
                  {columns.map((column, at) =>
                    at === 0 ? (
                      <th key={column} scope="row">
                        {row[column]}
                      </th>
                    ) : (
                      <td key={column}>{row[column] ?? '–'}</td>
                    ),
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Stacked>
    </>
  );
};

const Files = ({ release }: { readonly release: Release }) => {
  const make = useMutation({
    mutationFn: async ({ ending, media, make: text }: Format) =>
      saveFile(
        `${release.agency}-${release.from.slice(0, 10)}-${release.to.slice(0, 10)}.${ending}`,
        media,
        await text(release),
      ),
  });
  return (
    <div className="pages">
      {formats
        .filter(({ ending }) => ending !== 'pdf' || release.disclosed.pdf !== null)
        .filter(({ ofEntries }) => !ofEntries || release.suppressBelow === undefined)
        .map((format) => (
          <Button
            key={format.ending}
            variant="default"
            loading={make.isPending && make.variables === format}
            onClick={() => make.mutate(format)}
          >
            {format.label}
          </Button>
        ))}
      {make.error && <Failed error={make.error} />}
    </div>
  );
};

const RecordsPage = () => {
  const [done, setDone] = useState<{ readonly release: Release; readonly entry: number }>();
  const look = useMutation({
    mutationFn: async (wanted: Wanted) => ({
      wanted,
      preview: await call<Preview>('POST', `${address}/preview`, {
        ...{ from: wanted.from, to: wanted.to, fields: wanted.fields, limit: wanted.suppressBelow ? 1 : 20 },
      }),
    }),
  });
  const { wanted, preview } = look.data ?? {};
  return (
    <>
      <h1>Records requests</h1>
      <p>
        Entries of our log for somebody who asked for them. First look at what would be disclosed; then release it. Each
        is an entry, and the release stands on our public page.
      </p>
      <WantedForm
        busy={look.isPending}
        show={(next) => {
          setDone(undefined);
          look.mutate(next);
        }}
        changed={() => {
          setDone(undefined);
          look.reset();
        }}
      />
      {look.error && <Failed error={look.error} />}
      {preview &&
        wanted &&
        !done &&
        (preview.total === 0 ? (
          <Empty title="The log has no entry of these days">Choose other days.</Empty>
        ) : (
          <section aria-labelledby="shown">
            <h2 id="shown">What would be disclosed</h2>
            {wanted.suppressBelow === undefined ? (
              <Shown preview={preview} fields={wanted.fields} />
            ) : (
              <p>
                Tables of how often our reads were searched, by month, purpose and agency, over the {preview.total}{' '}
                {preview.total === 1 ? 'entry' : 'entries'} of these days. No entry itself and no personal field. A
                count below {wanted.suppressBelow} is told as “&lt;{wanted.suppressBelow}”.
              </p>
            )}
            <h2>Release</h2>
            <ReleaseForm
              wanted={wanted}
              total={preview.total}
              released={(release, entry) => setDone({ release, entry })}
            />
          </section>
        ))}
      <div role="status">
        {done && (
          <Alert variant="default" className="told done" title="Released">
            <p>
              {done.release.suppressBelow === undefined
                ? `${done.release.disclosed.entries.length} entries were released.`
                : `Counts were released, none below ${done.release.suppressBelow}.`}{' '}
              Entry {done.entry} of your agency’s log. Save the files now: they are kept nowhere.
            </p>
          </Alert>
        )}
      </div>
      {done?.release.suppressBelow !== undefined && <Counts of={done.release.disclosed} />}
      {done && <Files release={done.release} />}
    </>
  );
};

export default RecordsPage;
