// Alerts that nobody has seen yet, live. One stream a window, while the window is looked at; beside it, and where no stream can be had,
// it asks twice a minute. What it shows is what the server answered, and the stream only says that there is something to ask for.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AlertPage } from '../../oversight/alerts.schema.js';
import { call } from '../api/client.js';

const pollMs = 30_000;
const most = 200;
/** The stream begins when the page stands: what is looked at goes first. */
const calmMs = 1_500;

/** How many alerts nobody has acknowledged; `more`: at least so many. */
export const useOpenAlerts = () =>
  useQuery({
    queryKey: ['alerts', 'count'],
    refetchInterval: pollMs,
    queryFn: async () => {
      const { alerts, next } = await call<AlertPage>('GET', `/api/v1/alerts?open=true&limit=${most}`);
      return { count: alerts.length, more: next !== null };
    },
  });

/** Asks for alerts anew whenever one is raised. */
export const useAlertStream = (): void => {
  const queries = useQueryClient();
  useEffect(() => {
    const refresh = (): void => void queries.invalidateQueries({ queryKey: ['alerts'] });
    let stream: EventSource | undefined;
    const stop = (): void => {
      stream?.close();
      stream = undefined;
    };
    const look = (): void => {
      stop();
      if (document.visibilityState !== 'visible') return;
      // A break is mended by the browser itself; after an answer that is no stream it gives up, and asking now and then is left.
      stream = new EventSource('/api/v1/alerts/events');
      stream.addEventListener('open', refresh);
      stream.addEventListener('alert', refresh);
    };
    const begin = window.setTimeout(() => {
      look();
      document.addEventListener('visibilitychange', look);
    }, calmMs);
    return () => {
      window.clearTimeout(begin);
      document.removeEventListener('visibilitychange', look);
      stop();
    };
  }, [queries]);
};
