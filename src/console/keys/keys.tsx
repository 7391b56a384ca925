// The keys with which administrators approve grants: whose they are, which of them lies in this browser, and the end of one.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApproverKeyRevoked } from '../../grants/approver-keys.schema.js';
import type { MemberList } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import { Failed, Loading } from '../parts/states.js';
import { sayDay } from '../parts/time.js';
import { useOwnKey, type ListedKey } from './use-own-key.js';
import { Stacked } from '../parts/stacked.js';

interface Props {
  readonly done: (sentence: string) => void;
}

export const Keys = ({ done }: Props) => {
  const { keys, own, refresh } = useOwnKey();
  const members = useQuery({ queryKey: ['members'], queryFn: () => call<MemberList>('GET', '/api/v1/members') });
  const [chosen, setChosen] = useState<ListedKey>();
  const end = useMutation({
    mutationFn: (key: ListedKey) => call<ApproverKeyRevoked>('POST', `/api/v1/approver-keys/${key.id}/revocation`, {}),
    onSuccess: async ({ receipt }) => {
      setChosen(undefined);
      await refresh();
      done(`The key signs nothing more. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  if (keys.error) return <Failed error={keys.error} retry={() => void refresh()} />;
  if (!keys.data) return <Loading what="the keys" />;
  const nameOf = (id: string): string => members.data?.members.find((each) => each.id === id)?.name ?? 'a member';
  const mayEnd = keys.data.abilities['key.revoke'] === true;
  return (
    <section aria-label="Keys that approve">
      <h2>Keys that approve</h2>
      {keys.data.keys.length === 0 ? (
        <p className="quiet">
          Nobody has one yet. An administrator makes his when he opens a request to approve it, in the browser that he
          signs with.
        </p>
      ) : (
        <Stacked label="Table: keys that approve">
          <table>
            <thead>
              <tr>
                <th scope="col">Whose</th>
                <th scope="col">Public half</th>
                <th scope="col">Since</th>
                <th scope="col">Standing</th>
                <th scope="col">
                  <span className="visually-hidden">End it</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.keys.map((key) => (
                <tr key={key.id} data-live={key.revokedAt === null}>
                  <th scope="row">{nameOf(key.memberId)}</th>
                  <td>
                    <code>{key.publicKey.slice(0, 12)}…</code>
                  </td>
                  <td>{sayDay(key.createdAt)}</td>
                  <td>
                    {key.revokedAt !== null
                      ? `ended on ${sayDay(key.revokedAt)}`
                      : key.id === own?.id
                        ? 'in this browser'
                        : 'elsewhere'}
                  </td>
                  <td>
                    {mayEnd && key.revokedAt === null && (
                      <Button
                        variant="default"
                        size="xs"
                        aria-label={`End it… the key ${key.publicKey.slice(0, 12)} of ${nameOf(key.memberId)}`}
                        onClick={() => setChosen(key)}
                      >
                        End it…
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Stacked>
      )}
      {chosen && (
        <div className="told refused">
          <p>
            The key of {nameOf(chosen.memberId)} signs nothing more. What it has signed stays in force until the grant
            is ended. It cannot be undone.
          </p>
          {end.error && <Failed error={end.error} />}
          <div className="acts">
            <Button loading={end.isPending} onClick={() => end.mutate(chosen)}>
              Yes, end the key
            </Button>
            <Button variant="default" onClick={() => setChosen(undefined)}>
              No, leave it
            </Button>
          </div>
        </div>
      )}
    </section>
  );
};
