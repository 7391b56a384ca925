// Approving a grant in the browser: what the law says first, then what the approval lets happen, then the signature with a key that
// only this browser has. It signs the text that it makes itself from what stands on the page, and nothing that it was handed.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CameraList } from '../../agencies/cameras.schema.js';
import type { ApproverKeyAdded } from '../../grants/approver-keys.schema.js';
import type { GrantStepped } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import { canKeepKeys, makeKey, signWith } from '../keys/browser-key.js';
import { useOwnKey } from '../keys/use-own-key.js';
import { Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';
import { documentToSign, keyProofOf } from './document.js';
import type { Grant } from './grant.js';
import { consequenceOf } from './sentences.js';

interface Props {
  readonly grant: Grant;
  readonly owner: string;
  readonly grantee: string;
  readonly done: (sentence: string) => void;
  readonly close: () => void;
}

/** The other way: a key in a file, on the approver's own machine. */
const ByCommand = ({ grant }: { readonly grant: Grant }) => {
  const { agency, member } = useWho();
  return (
    <details>
      <summary>Sign with a key in a file instead</summary>
      <pre tabIndex={0} aria-label="Command that approves it">
        npm run plateward -- grant approve {grant.id} --agency {agency.slug} --as {member.login}
      </pre>
    </details>
  );
};

const MakeKey = ({ made }: { readonly made: () => Promise<void> }) => {
  const { agency, member } = useWho();
  const make = useMutation({
    mutationFn: async () => {
      const key = await makeKey(member.id);
      const proof = await signWith(key, keyProofOf(agency.id, member.id, key.publicKey));
      await call<ApproverKeyAdded>('POST', '/api/v1/approver-keys', { publicKey: key.publicKey, proof });
      await made();
    },
  });
  return (
    <>
      <p>
        This browser has no key of yours yet. A key made here stays here: it cannot be copied out, no server ever has
        it, and it is gone with this browser’s data. Make it on a machine that only you use.
      </p>
      {make.error && <Failed error={make.error} />}
      <div className="acts">
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          Make my key in this browser
        </Button>
      </div>
    </>
  );
};

export const Approve = ({ grant, owner, grantee, done, close }: Props) => {
  const { member } = useWho();
  const { keys, kept, own, refresh } = useOwnKey();
  const [asked, setAsked] = useState(false);
  const cameras = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  const document = documentToSign(grant);
  const sign = useMutation({
    mutationFn: async ({ text, id }: { readonly text: string; readonly id: string }) => {
      if (!own) throw new Error('this browser has no key');
      const signature = await signWith(own.key, text);
      return call<GrantStepped>('POST', `/api/v1/grants/${grant.id}/approvals`, { keyId: id, signature });
    },
    onSuccess: ({ grant: now, receipt }) => {
      close();
      done(
        now.state === 'approved'
          ? `Approved, in force from now on: ${grantee} can search ${owner}’s reads as the grant says${now.openingMinutes === null ? '' : ', in an emergency, once two of its members have opened it'}. Entry ${receipt.entry} of your agency’s log.`
          : `Signed, ${now.approvals.length} of ${now.approvalsNeeded}: nothing is open until another administrator signs too. Entry ${receipt.entry} of your agency’s log.`,
      );
    },
  });
  if (grant.forbidden)
    return <p>The law above forbids it, so it cannot be approved. It can be declined, or left until it ends.</p>;
  if (grant.approvals.some(({ memberId }) => memberId === member.id))
    return (
      <p>
        You have signed it, {grant.approvals.length} of {grant.approvalsNeeded}. Another administrator signs next, in a
        browser of his own.
      </p>
    );
  if (document === undefined)
    return (
      <div className="told failed" role="alert">
        <p>
          <strong>Do not sign.</strong> What the server wants signed is not what stands on this page, so this page signs
          nothing. Load the page again; if it stays, tell your operator and decline.
        </p>
      </div>
    );
  const failed = keys.error ?? kept.error ?? cameras.error;
  if (failed) return <Failed error={failed} retry={() => void refresh()} />;
  if (!keys.data || kept.isPending || !cameras.data) return <Loading what="your keys" />;
  return (
    <section className="told" aria-label="Approve it">
      <p>
        <strong>{consequenceOf(grant, owner, grantee, cameras.data.cameras)}</strong>
      </p>
      {!canKeepKeys() ? (
        <p>This browser keeps no keys for this address: it does so for https and for localhost alone.</p>
      ) : !own ? (
        <MakeKey made={refresh} />
      ) : !asked ? (
        <div className="acts">
          <Button onClick={() => setAsked(true)}>Approve…</Button>
        </div>
      ) : (
        <>
          <p>
            You sign the scope that stands above, all of it, with your key in this browser. Your name and your signature
            go into the logs of both agencies and cannot be taken back; the grant can be revoked at any time.
          </p>
          <details>
            <summary>The text that is signed</summary>
            <pre tabIndex={0} aria-label="The text that is signed">
              {document}
            </pre>
          </details>
          {sign.error && <Failed error={sign.error} />}
          <div className="acts">
            <Button loading={sign.isPending} onClick={() => sign.mutate({ text: document, id: own.id })}>
              Yes, sign and approve
            </Button>
            <Button variant="default" onClick={() => setAsked(false)}>
              No, not now
            </Button>
          </div>
        </>
      )}
      <ByCommand grant={grant} />
    </section>
  );
};
