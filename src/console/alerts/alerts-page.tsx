// What other agencies asked of our data and were refused, newest first, one row however often. Seen is seen: an alert that somebody
// has acknowledged stays in the list, and the next refusal of its kind raises a new one. Who asked for which plate is not here.
import { Anchor, Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { alertSentence, alertTitle } from '../../core/alert-sentence.js';
import { sayRule } from '../../core/rule-sentence.js';
import type { AlertAcknowledged, AlertPage } from '../../oversight/alerts.schema.js';
import { call } from '../api/client.js';
import { Destinations } from './destinations.js';
import type { Json } from '../api/json.js';
import { ListEnd, ListHead, type Which } from '../parts/open-list.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';

type Alert = Json<AlertPage>['alerts'][number];

interface RowProps {
  readonly alert: Alert;
  readonly maySee: boolean;
  readonly busy: boolean;
  readonly see: () => void;
}

const Row = ({ alert, maySee, busy, see }: RowProps) => {
  const { asker, kind, rule, count, firstAt, lastAt, firstEntry, lastEntry, acknowledgedAt } = alert;
  return (
    <li className="alert" data-open={acknowledgedAt === null}>
      <h2>{alertTitle(rule, asker.name, count)}</h2>
      <p>{alertSentence(rule, kind)}</p>
      <dl>
        <dt>{count === 1 ? 'When' : 'The last time'}</dt>
        <dd>
          <Moment at={lastAt} />
        </dd>
        {count > 1 && (
          <>
            <dt>The first time</dt>
            <dd>
              <Moment at={firstAt} />
            </dd>
          </>
        )}
        <dt>In our log</dt>
        <dd>{firstEntry === lastEntry ? `entry ${lastEntry}` : `entries from ${firstEntry} to ${lastEntry}`}</dd>
      </dl>
      {acknowledgedAt !== null ? (
        <p className="quiet">
          Seen: <Moment at={acknowledgedAt} />
        </p>
      ) : (
        maySee && (
          <Button
            variant="default"
            size="xs"
            loading={busy}
            onClick={see}
            aria-label={`Mark as seen: ${asker.name}, ${sayRule(rule)}`}
          >
            Mark as seen
          </Button>
        )
      )}
    </li>
  );
};

export const AlertsPage = () => {
  const queries = useQueryClient();
  const [which, setWhich] = useState<Which>('open');
  const [told, setTold] = useState('');
  const list = useInfiniteQuery({
    queryKey: ['alerts', 'list', which],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      call<AlertPage>(
        'GET',
        `/api/v1/alerts?limit=50&open=${which === 'open'}${pageParam === null ? '' : `&before=${pageParam}`}`,
      ),
    getNextPageParam: ({ next }) => next,
  });
  const see = useMutation({
    mutationFn: (alert: Alert) => call<AlertAcknowledged>('POST', `/api/v1/alerts/${alert.id}/acknowledgement`, {}),
    onSuccess: ({ receipt }, { asker }) => {
      setTold(`Seen: ${asker.name}. That you saw it is entry ${receipt.entry} of your agency’s log.`);
      return queries.invalidateQueries({ queryKey: ['alerts'] });
    },
    onError: () => queries.invalidateQueries({ queryKey: ['alerts'] }),
  });
  const alerts = list.data?.pages.flatMap((page) => page.alerts) ?? [];
  const maySee = list.data?.pages[0]?.abilities['alert.acknowledge'] === true;
  return (
    <>
      <h1>Alerts</h1>
      <p>What other agencies asked of our data and were refused, as it happens.</p>
      <ListHead which={which} choose={setWhich} open="What nobody has seen yet" told={told} />
      {see.error && <Failed error={see.error} />}
      {list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading what="the alerts" />
      ) : alerts.length === 0 ? (
        <Empty title={which === 'open' ? 'No alert waits' : 'No alert yet'}>
          {which === 'open' ? (
            <>
              Nobody was refused since the last alert was seen.{' '}
              <Anchor component="button" type="button" onClick={() => setWhich('all')}>
                Show all of them
              </Anchor>
            </>
          ) : (
            'No other agency was ever refused our data. When one is, it stands here at once.'
          )}
        </Empty>
      ) : (
        <>
          <ul className="alerts">
            {alerts.map((alert) => (
              <Row
                key={alert.id}
                alert={alert}
                maySee={maySee}
                busy={see.isPending && see.variables.id === alert.id}
                see={() => see.mutate(alert)}
              />
            ))}
          </ul>
          <ListEnd list={list} />
        </>
      )}
      <Destinations />
    </>
  );
};

export default AlertsPage;
