// Entries of the own log, page by page. To read them is itself an entry, so they are fetched when somebody asks for them and never by themselves.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditPage } from '../../agencies/audit.schema.js';
import type { LogGroup } from '../../core/log-groups.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';

export type Entry = Json<AuditPage>['entries'][number];

/** What is asked for; empty texts ask for nothing. */
export interface Wanted {
  readonly about: LogGroup | '';
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly member: string;
}

export const everything: Wanted = { about: '', kind: '', from: '', to: '', member: '' };

export const useEntries = (wanted: Wanted, pageSize = 50) =>
  useInfiniteQuery({
    queryKey: ['log', 'entries', wanted, pageSize],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ limit: String(pageSize) });
      for (const [name, value] of Object.entries(wanted)) if (value !== '') query.set(name, value as string);
      if (pageParam !== null) query.set('before', String(pageParam));
      return call<AuditPage>('GET', `/api/v1/audit/entries?${query}`);
    },
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
