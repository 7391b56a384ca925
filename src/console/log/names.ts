// Names for the ids that entries hold: agencies of the directory, members and cameras of the own agency, as far as the member may see them.
import { useQuery } from '@tanstack/react-query';
import type { Directory } from '../../agencies/agencies.schema.js';
import type { CameraList } from '../../agencies/cameras.schema.js';
import type { MemberList } from '../../agencies/members.schema.js';
import type { Names } from '../../core/log-sentence.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { sayRule } from '../../core/rule-sentence.js';
import { useSession, useWho } from '../session/session.js';

export type Member = Json<MemberList>['members'][number];

/** Names, once they are there; and the members, for a filter. */
export const useNames = (): { readonly names: Names | undefined; readonly members: readonly Member[] } => {
  const { agency } = useWho();
  const { may } = useSession();
  const directory = useQuery({ queryKey: ['agencies'], queryFn: () => call<Directory>('GET', '/api/v1/agencies') });
  const people = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
    enabled: may('member.list'),
  });
  const cameras = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  if (directory.isPending || cameras.isPending || (people.isPending && may('member.list')))
    return { names: undefined, members: [] };
  const agencies = new Map(directory.data?.agencies.map(({ id, name }): [string, string] => [id, name]));
  const members = people.data?.members ?? [];
  const logins = new Map(members.map(({ id, login }): [string, string] => [id, login]));
  const places = new Map(cameras.data?.cameras.map(({ id, name }): [string, string] => [id, name]));
  const names: Names = {
    agency: (id) => (id === agency.id ? agency.name : (agencies.get(id) ?? `the agency …${id.slice(-8)}`)),
    member: (id) => logins.get(id),
    camera: (id) => places.get(id),
    rule: sayRule,
  };
  return { names, members };
};
