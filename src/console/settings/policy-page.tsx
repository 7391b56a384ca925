// The usage and privacy policy of the agency: the seven items that Cal. Civ. Code 1798.90.51 asks for, each with what belongs there. Other
// states ask for less; the items are the same. What is saved replaces the whole, and its text stands in the log for everybody.
import { Anchor, Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { NewPolicy, PolicySet, PolicyShown } from '../../agencies/policy.schema.js';
import { policyItemNames, policyItems, policyTextMax, type PolicyItem } from '../../core/usage-policy.js';
import { call } from '../api/client.js';
import { Confirm } from '../parts/confirm.js';
import { Done } from '../parts/done.js';
import { Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';

const address = '/api/v1/agencies/current/policy';

/** What belongs into each item, with what other agencies write there. */
const help: Readonly<Record<PolicyItem, string>> = {
  purposes:
    'What the cameras and the searches are for, such as stolen vehicles and missing persons, and what they are never for.',
  users: 'The job titles that may search, and the training that each needs before and how often.',
  monitoring: 'How searches are looked over, how often and by whom, and what happens when one is found wrong.',
  sharing: 'With whom data is shared, for what, who decides, what is never shared, and that it is not sold.',
  custodian: 'The title of the officer who answers for the system, such as “Chief of Police”.',
  accuracy: 'How a read is checked before somebody acts on it, and how an error is corrected.',
  retention: 'How long reads and pictures are kept, why so long, and how they are destroyed.',
};

type Texts = Readonly<Record<PolicyItem, string>>;

const textsOf = (policy: PolicyShown['policy']): Texts =>
  Object.fromEntries(policyItemNames.map((item) => [item, policy[item] ?? ''])) as Texts;

const bodyOf = (texts: Texts): NewPolicy =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== '')) as NewPolicy;

const Form = ({ shown, done }: { readonly shown: PolicyShown; readonly done: (sentence: string) => void }) => {
  const [texts, setTexts] = useState(() => textsOf(shown.policy));
  const [asking, setAsking] = useState(false);
  const save = useMutation({
    mutationFn: () => call<PolicySet>('PUT', address, bodyOf(texts)),
    onSuccess: ({ receipt, missing }) => {
      setAsking(false);
      done(
        `Saved, and public from now on${missing.length === 0 ? '; nothing is missing' : ''}. Entry ${receipt.entry} of your agency’s log.`,
      );
    },
  });
  const may = shown.abilities['policy.set'] === true;
  const empty = Object.keys(bodyOf(texts)).length === 0;
  const changed = policyItemNames.some((item) => texts[item].trim() !== (shown.policy[item] ?? ''));
  const dropped = policyItemNames.filter((item) => shown.policy[item] !== undefined && texts[item].trim() === '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.reset();
    setAsking(true);
  };
  return (
    <form onSubmit={submit} className="policy" noValidate>
      {policyItemNames.map((item) => (
        <Textarea
          key={item}
          label={`${policyItems[item].letter}. ${policyItems[item].title}`}
          description={help[item]}
          rows={item === 'custodian' ? 1 : 4}
          maxLength={policyTextMax}
          readOnly={!may}
          value={texts[item]}
          error={
            shown.revision > 0 && shown.missing.includes(item) && texts[item].trim() === ''
              ? 'Missing so far.'
              : undefined
          }
          onChange={(event) => setTexts({ ...texts, [item]: event.currentTarget.value })}
        />
      ))}
      {may &&
        (asking ? (
          <Confirm
            yes="Yes, save and publish it"
            no="No, go on writing"
            busy={save.isPending}
            error={save.error}
            act={() => save.mutate()}
            cancel={() => setAsking(false)}
          >
            <p>
              The whole policy is replaced by what stands above. Its text goes into the log and onto the public page of
              your agency, and what stood there before stays in the log.
              {dropped.length > 0 && ` No longer said: ${dropped.map((item) => policyItems[item].title).join(', ')}.`}
            </p>
          </Confirm>
        ) : (
          <div className="acts">
            <Button type="submit" disabled={empty || !changed}>
              Save it…
            </Button>
          </div>
        ))}
    </form>
  );
};

export const PolicyPage = () => {
  const { agency } = useWho();
  const queries = useQueryClient();
  const [told, setTold] = useState('');
  const { data, error, refetch } = useQuery({
    queryKey: ['policy'],
    queryFn: () => call<PolicyShown>('GET', address),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the policy" />;
  const { missing, revision } = data;
  return (
    <>
      <h1>Usage and privacy policy</h1>
      <Done told={told} />
      <p>
        What your agency tells everybody about its cameras, on{' '}
        <Anchor underline="always" href={`/transparency/${agency.slug}`}>
          its public page
        </Anchor>
        .{' '}
        {revision === 0
          ? 'Nothing was said so far.'
          : missing.length === 0
            ? 'All seven items are there.'
            : `Missing: ${missing.map((item) => policyItems[item].title).join(', ')}.`}{' '}
        California asks for these seven (Civ. Code 1798.90.51); elsewhere they do no harm.
      </p>
      <Form
        key={revision}
        shown={data}
        done={(sentence) => {
          setTold(sentence);
          window.scrollTo(0, 0);
          void queries.invalidateQueries({ queryKey: ['policy'] });
        }}
      />
    </>
  );
};

export default PolicyPage;
