// The searches that were drawn, for the auditor: what was searched and why, and what came of looking it over. Reading them is an entry, so they are fetched when
// the page is opened or asked for, and not by themselves.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ReviewPage } from '../../oversight/reviews.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { DecisionForm } from '../parts/decision-form.js';
import { ListEnd, ListHead, type Which } from '../parts/open-list.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';

type Review = Json<ReviewPage>['reviews'][number];

const choices = [
  { value: 'in_order', label: 'In order: the case bears it out' },
  { value: 'concern', label: 'A concern: it does not' },
];

const Drawn = ({ review, decided }: { review: Review; decided: (sentence: string) => void }) => {
  const heading = useId();
  const { searchId, member, purpose, caseNumber, reason, plate, drawn, drawnAt, decision, decidedAt, note } = review;
  return (
    <li className="alert" data-open={decision === null} aria-labelledby={heading}>
      <h3 id={heading}>
        {member.name} ({member.login})
      </h3>
      <dl>
        <dt>Searched</dt>
        <dd>
          <Moment at={drawnAt} />
        </dd>
        <dt>Plate</dt>
        <dd>{plate ?? 'none: cameras and time'}</dd>
        <dt>Purpose</dt>
        <dd>{purpose}</dd>
        <dt>Case</dt>
        <dd>{caseNumber}</dd>
        <dt>Reason</dt>
        <dd>{reason}</dd>
        <dt>Drawn</dt>
        <dd>{drawn === 'lot' ? 'by lot, of all searches' : 'of those that say nothing'}</dd>
        <dt>Search</dt>
        <dd className="id">{searchId}</dd>
      </dl>
      {decision === null ? (
        <DecisionForm
          label="What came of it"
          address={`/api/v1/reviews/${searchId}/decision`}
          choices={choices}
          decided={(what, entry) =>
            decided(
              `${member.name}: on record as ${what === 'in_order' ? 'in order' : 'a concern'}. Entry ${entry} of your agency’s log.`,
            )
          }
        />
      ) : (
        <p className="quiet">
          {decision === 'in_order' ? 'In order' : 'A concern'}
          {decidedAt !== null && (
            <>
              , <Moment at={decidedAt} />
            </>
          )}
          : {note}
        </p>
      )}
    </li>
  );
};

export const DrawnSearches = () => {
  const queries = useQueryClient();
  const [which, setWhich] = useState<Which>('open');
  const [told, setTold] = useState('');
  const list = useInfiniteQuery({
    queryKey: ['reviews', 'list', which],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      call<ReviewPage>(
        'GET',
        `/api/v1/reviews?limit=50&open=${which === 'open'}${pageParam === null ? '' : `&before=${pageParam}`}`,
      ),
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const reviews = list.data?.pages.flatMap((page) => page.reviews) ?? [];
  return (
    <section aria-labelledby="drawn">
      <h2 id="drawn">Drawn for review</h2>
      <p>The lot is the database’s: neither who searches nor a setting chooses. That you read them is on record.</p>
      <ListHead which={which} choose={setWhich} open="What nobody has looked over" told={told} />
      {list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading what="the searches" />
      ) : reviews.length === 0 ? (
        <Empty title={which === 'open' ? 'No search waits' : 'None was drawn yet'}>
          Drawn are the share of all searches that your agency’s law asks for, and one in five of those that say
          nothing.
        </Empty>
      ) : (
        <>
          <ul className="alerts">
            {reviews.map((review) => (
              <Drawn
                key={review.searchId}
                review={review}
                decided={(sentence) => {
                  setTold(sentence);
                  void queries.invalidateQueries({ queryKey: ['reviews'] });
                }}
              />
            ))}
          </ul>
          <ListEnd list={list} />
        </>
      )}
    </section>
  );
};
