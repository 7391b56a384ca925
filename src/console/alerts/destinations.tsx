// Who else is told of alerts, or where an auditor himself is told of flags: webhooks and addresses of e-mail, whether messages arrive there, a test, and
// their end. A webhook's secret is shown once, when it is added, and never again.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type {
  DestinationAdded,
  DestinationList,
  DestinationRemoved,
  DestinationTested,
} from '../../oversight/destinations.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Failed, Loading } from '../parts/states.js';
import { sayLocal } from '../parts/time.js';

/** What is told, and where its destinations are set. */
export interface Told {
  readonly of: 'alerts' | 'flags';
  readonly address: string;
  /** How the steps are named in what the server allows. */
  readonly action: 'destination' | 'flag-destination';
  readonly title: string;
  readonly says: string;
  readonly none: string;
}

const alerts: Told = {
  of: 'alerts',
  address: '/api/v1/alert-destinations',
  action: 'destination',
  title: 'Who else is told',
  says: 'Each alert can be told outside this page too: who was refused, by which rule and how often; never what was asked.',
  none: 'Nobody else is told yet.',
};

export const flags: Told = {
  of: 'flags',
  address: '/api/v1/flag-destinations',
  action: 'flag-destination',
  title: 'Where I am told',
  says: 'Each flag can reach you outside this page too: which pattern and how often; never who, or which plate. These places are yours alone: no administrator sees them, changes them or ends them, and you are told there when somebody else ends your role or changes your password.',
  none: 'You are told here alone so far.',
};

type Destination = Json<DestinationList>['destinations'][number];

const stateOf = ({ toldAt, waiting, failed, fault }: Destination): string =>
  [
    toldAt === null ? 'Nothing has arrived there yet' : `Something last arrived there on ${sayLocal(toldAt)}`,
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(failed > 0 ? [`${failed} given up`] : []),
  ].join('; ') + (fault === null ? '.' : `. ${fault}`);

const Item = ({
  of: { of, address, action },
  each,
  may,
  told,
}: {
  of: Told;
  each: Destination;
  may: Record<string, boolean>;
  told: (text: string) => void;
}) => {
  const queries = useQueryClient();
  const done = (text: string): Promise<void> => {
    told(text);
    return queries.invalidateQueries({ queryKey: ['destinations', of] });
  };
  const test = useMutation({
    mutationFn: () => call<DestinationTested>('POST', `${address}/${each.id}/tests`, {}),
    onSuccess: () => done(`A test is on its way to ${each.address}. Look here again shortly.`),
  });
  const remove = useMutation({
    mutationFn: () => call<DestinationRemoved>('DELETE', `${address}/${each.id}`, {}),
    onSuccess: ({ receipt }) =>
      done(`Nothing more is told to ${each.address}. Entry ${receipt.entry} of your agency’s log.`),
  });
  const error = test.error ?? remove.error;
  return (
    <li>
      <strong>{each.address}</strong> ({each.channel === 'email' ? 'e-mail' : 'webhook'}). {stateOf(each)}{' '}
      {may[`${action}.test`] === true && (
        <Button
          variant="default"
          size="xs"
          loading={test.isPending}
          aria-label={`Send a test to ${each.address}`}
          onClick={() => test.mutate()}
        >
          Send a test
        </Button>
      )}{' '}
      {may[`${action}.remove`] === true && (
        <Button
          variant="default"
          size="xs"
          loading={remove.isPending}
          aria-label={`Remove ${each.address}`}
          onClick={() => remove.mutate()}
        >
          Remove
        </Button>
      )}
      {error && <Failed error={error} />}
    </li>
  );
};

interface Adding {
  readonly of: Told;
  readonly email: boolean;
  readonly told: (text: string) => void;
}

const Add = ({ of: { of, address }, email, told }: Adding) => {
  const queries = useQueryClient();
  const [channel, setChannel] = useState<'webhook' | 'email'>('webhook');
  const [where, setWhere] = useState('');
  const [secret, setSecret] = useState('');
  const add = useMutation({
    mutationFn: () => call<DestinationAdded>('POST', address, { channel, address: where.trim() }),
    onSuccess: ({ secret: shown, receipt }) => {
      setSecret(shown ?? '');
      told(`${where.trim()} is told of ${of} from now on. Entry ${receipt.entry} of your agency’s log.`);
      setWhere('');
      return queries.invalidateQueries({ queryKey: ['destinations', of] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSecret('');
    add.mutate();
  };
  return (
    <form className="narrow" onSubmit={submit} aria-label="Tell somebody else">
      <NativeSelect
        label="By"
        value={channel}
        onChange={(event) => setChannel(event.currentTarget.value === 'email' ? 'email' : 'webhook')}
        data={[{ value: 'webhook', label: 'Webhook' }, ...(email ? [{ value: 'email', label: 'E-mail' }] : [])]}
      />
      <TextInput
        label={channel === 'email' ? 'Address of e-mail' : 'Address, beginning with https://'}
        {...(!email && { description: 'E-mail is not set up in this installation.' })}
        autoComplete="off"
        required
        withAsterisk={false}
        maxLength={500}
        value={where}
        onChange={(event) => setWhere(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={add.isPending}>
        Tell it there
      </Button>
      {add.error && <Failed error={add.error} />}
      {secret !== '' && (
        <p className="told done" role="status">
          With this secret its messages are signed. It is shown this once: <code>{secret}</code>
        </p>
      )}
    </form>
  );
};

/** @param of alerts of the agency, where it is left out */
export const Destinations = ({ of: about = alerts }: { readonly of?: Told }) => {
  const { of, address, action, title, says, none } = about;
  const [told, setTold] = useState('');
  const list = useQuery({ queryKey: ['destinations', of], queryFn: () => call<DestinationList>('GET', address) });
  return (
    <section aria-labelledby="destinations">
      <h2 id="destinations">{title}</h2>
      <p>{says}</p>
      <div role="status">{told !== '' && <p className="told done">{told}</p>}</div>
      {list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : !list.data ? (
        <Loading what="who is told" />
      ) : (
        <>
          {list.data.destinations.length === 0 ? (
            <p className="quiet">{none}</p>
          ) : (
            <ul className="choices">
              {list.data.destinations.map((each) => (
                <Item key={each.id} of={about} each={each} may={list.data.abilities} told={setTold} />
              ))}
            </ul>
          )}
          {list.data.abilities[`${action}.add`] === true && <Add of={about} email={list.data.email} told={setTold} />}
        </>
      )}
    </section>
  );
};
