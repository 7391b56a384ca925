// The keys with which the agency's log is signed: which, since and until when, by their fingerprints; and the replacement of the present one, which one
// administrator proposes and another does.
import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MemberList } from '../../agencies/members.schema.js';
import type { LogKeyListShown, LogKeyProposed, LogKeyRotated } from '../../oversight/log-keys.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { Failed, Loading } from '../parts/states.js';
import { sayLocal, sayUtc } from '../parts/time.js';
import { useSession, useWho } from '../session/session.js';

const address = '/api/v1/log-keys';
type Shown = Json<LogKeyListShown>;

interface Props {
  readonly done: (sentence: string) => void;
}
interface WithShown extends Props {
  readonly shown: Shown;
}

const causes = [
  { value: 'scheduled', label: 'It is time to' },
  { value: 'compromised', label: 'Somebody else may have it' },
];

/** In groups of eight, as people compare it. */
const grouped = (fingerprint: string): string => fingerprint.match(/.{1,8}/g)?.join(' ') ?? '';

/** When, in one line: local time, and UTC for who means the same moment elsewhere. */
const moment = (at: string): string => `${sayLocal(at)} (${sayUtc(at)})`;

const KeyList = ({ keys }: Pick<Shown, 'keys'>) => (
  <ul className="sentences">
    {keys.map(({ number, fingerprint, since, entry, until, destroyed }) => (
      <li key={number}>
        <code className="fact">{grouped(fingerprint)}</code>
        <br />
        {until === null ? 'Signs now, since' : 'Signed from'} {moment(since)}
        {entry !== null && `, by entry ${entry}`}
        {until !== null && ` until ${moment(until)}`}
        {destroyed && '; destroyed'}.
      </li>
    ))}
  </ul>
);

const Proposed = ({ shown, done }: WithShown) => {
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
  const rotate = useMutation({
    mutationFn: (id: string) => call<LogKeyRotated>('POST', `${address}/rotations/${id}/adoption`, {}),
    onSuccess: ({ receipt }) => {
      void queries.invalidateQueries({ queryKey: ['log-keys'] });
      done(
        `Since entry ${receipt.entry} of your agency’s log another key signs it, and the one before is destroyed. Publish the new one where you published that.`,
      );
    },
  });
  if (!proposal) return null;
  const own = proposal.by === member.id;
  const by = members.data?.members.find(({ id }) => id === proposal.by)?.name ?? 'an administrator';
  const cause = causes.find(({ value }) => value === proposal.cause)?.label ?? proposal.cause;
  return (
    <section className="told" aria-label="Proposed: another key">
      <p>
        <strong>Proposed by {own ? 'you' : by}, not done:</strong> to replace the key that signs our log. {cause}.
      </p>
      {shown.abilities['logkey.rotate'] !== true ? null : own ? (
        <p className="quiet">Another administrator does it. A new proposal takes its place.</p>
      ) : asking ? (
        <Confirm
          yes="Yes, replace it now"
          busy={rotate.isPending}
          error={rotate.error}
          act={() => rotate.mutate(proposal.id)}
          cancel={() => setAsking(false)}
        >
          <p>
            The present key signs one last head of the log and is destroyed for good. Whoever knows it is led to the new
            one by the log itself.
          </p>
        </Confirm>
      ) : (
        <Button onClick={() => setAsking(true)}>Replace it…</Button>
      )}
    </section>
  );
};

const Propose = ({ shown, done }: WithShown) => {
  const queries = useQueryClient();
  const [cause, setCause] = useState('scheduled');
  const propose = useMutation({
    mutationFn: () => call<LogKeyProposed>('POST', `${address}/rotations`, { cause }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['log-keys'] });
      done('Proposed. Another administrator does it, here or with `plateward log-key adopt`.');
    },
  });
  return (
    <form
      className="narrow"
      onSubmit={(event) => {
        event.preventDefault();
        propose.mutate();
      }}
    >
      <NativeSelect
        label="Why replace it"
        description="It stands in the log for everybody."
        data={causes}
        value={cause}
        onChange={(event) => setCause(event.currentTarget.value)}
      />
      {propose.error && <Failed error={propose.error} />}
      <Button type="submit" variant="default" loading={propose.isPending}>
        {shown.proposal ? 'Propose it anew' : 'Propose to replace the key'}
      </Button>
    </form>
  );
};

export const LogKeys = ({ done }: Props) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['log-keys'],
    queryFn: () => call<LogKeyListShown>('GET', address),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the keys of the log" />;
  return (
    <section aria-labelledby="log-keys">
      <h2 id="log-keys">Keys of our log</h2>
      <p>
        With the key that signs our log others find out whether it was changed. Give them its fingerprint on another way
        than this house. These are SHA-256 of each key, the present one first.
      </p>
      <KeyList keys={data.keys} />
      <Proposed shown={data} done={done} />
      {data.abilities['logkey.propose'] === true && <Propose shown={data} done={done} />}
    </section>
  );
};
