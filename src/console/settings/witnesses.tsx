// Outsiders whose cosignatures the agency requires of its log: who they are, how each stands, and a change of it by two administrators.
import { Alert, Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MemberList } from '../../agencies/members.schema.js';
import type { WitnessesAdopted, WitnessesShown } from '../../oversight/witnesses.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { saySpan } from '../parts/span.js';
import { Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import { useSession, useWho } from '../session/session.js';
import { WitnessForm } from './witness-form.js';
import { Stacked } from '../parts/stacked.js';

const address = '/api/v1/witnesses';
type Shown = Json<WitnessesShown>;
type Rule = NonNullable<Shown['rule']>;

interface Props {
  readonly done: (sentence: string) => void;
}

const sayRule = ({ needed, seconds, witnesses }: Rule): string =>
  needed === 0
    ? 'No witness is required.'
    : `${needed} of ${witnesses.length} must have cosigned the log within ${saySpan(Math.ceil(seconds / 60))}; otherwise nothing of our agency is searched, and it searches nothing. Cameras and alerts go on.`;

const Table = ({ rule, cosigned }: { readonly rule: Rule; readonly cosigned: Shown['cosigned'] }) => (
  <Stacked label="Table: witnesses">
    <table>
      <thead>
        <tr>
          <th scope="col">Witness</th>
          <th scope="col">Where</th>
          <th scope="col">Last cosigned</th>
          <th scope="col">Standing</th>
        </tr>
      </thead>
      <tbody>
        {rule.witnesses.map(({ key, name, url }) => {
          const last = cosigned.find((each) => each.key === key);
          const fresh = last !== undefined && Date.now() - new Date(last.at).getTime() <= rule.seconds * 1000;
          return (
            <tr key={key} data-live={fresh}>
              <th scope="row">{name}</th>
              <td className="long">{url}</td>
              <td>
                {last ? (
                  <>
                    <Moment at={last.at} /> <span className="quiet">{last.size} entries</span>
                  </>
                ) : (
                  'never'
                )}
              </td>
              <td>{fresh ? 'counts' : 'away: does not count'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </Stacked>
);

const Proposal = ({ shown, done }: Props & { readonly shown: Shown }) => {
  const { member } = useWho();
  const { may } = useSession();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
    enabled: may('member.list'),
  });
  const { proposal } = shown;
  const adopt = useMutation({
    mutationFn: (id: string) => call<WitnessesAdopted>('POST', `${address}/proposals/${id}/adoption`, {}),
    onSuccess: ({ receipt }) => {
      void queries.invalidateQueries({ queryKey: ['witnesses'] });
      done(`In force from now on. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  if (!proposal) return null;
  const by = members.data?.members.find(({ id }) => id === proposal.by)?.name ?? 'an administrator';
  const own = proposal.by === member.id;
  return (
    <section className="told" aria-label="Proposed">
      <p>
        <strong>Proposed by {own ? 'you' : by}, not in force:</strong> {sayRule(proposal.rule)}
      </p>
      <ul className="sentences">
        {proposal.rule.witnesses.map(({ key, name, url }) => (
          <li key={key} className="long">
            {name}, {url}
          </li>
        ))}
      </ul>
      {shown.abilities['witnesses.adopt'] !== true ? null : own ? (
        <p className="quiet">Another administrator adopts it. A new proposal takes its place.</p>
      ) : asking ? (
        <Confirm
          yes="Yes, adopt it now"
          busy={adopt.isPending}
          error={adopt.error}
          act={() => adopt.mutate(proposal.id)}
          cancel={() => setAsking(false)}
        >
          <p>
            {proposal.rule.needed === 0
              ? 'From now on nobody outside has to cosign the log.'
              : 'From now on searching stops whenever too few of them cosign, and at once if they have not cosigned yet: see to it that they run.'}
          </p>
        </Confirm>
      ) : (
        <Button onClick={() => setAsking(true)}>Adopt it…</Button>
      )}
    </section>
  );
};

export const Witnesses = ({ done }: Props) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['witnesses'],
    queryFn: () => call<WitnessesShown>('GET', address),
    refetchInterval: 60_000,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the witnesses" />;
  const { rule, cosigned, away, until } = data;
  return (
    <section aria-labelledby="witnesses">
      <h2 id="witnesses">Witnesses of our log</h2>
      {away && (
        <Alert variant="default" className="told failed" title="Too few witnesses cosign: searching has stopped">
          It goes on by itself as soon as enough of them cosign again. See to it that they run and reach the log.
        </Alert>
      )}
      <p>
        {rule === null
          ? 'No witness is required: nobody outside has to vouch that our log was not rewritten.'
          : sayRule(rule)}{' '}
        {!away && until !== null && (
          <>
            Searching goes on until <Moment at={until} /> at least.
          </>
        )}
      </p>
      {rule !== null && rule.witnesses.length > 0 && <Table rule={rule} cosigned={cosigned} />}
      <Proposal shown={data} done={done} />
      {data.abilities['witnesses.propose'] === true && (
        <WitnessForm key={JSON.stringify(rule)} rule={rule} proposed={data.proposal !== null} done={done} />
      )}
    </section>
  );
};
