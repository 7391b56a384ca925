// The states that every page has besides its content: loading, empty, failed, refused. Each says what to do next.
import { Alert, Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from '../api/client.js';

/** While something is fetched. Told to screen readers too. */
export const Loading = ({ what }: { readonly what: string }) => (
  <p className="state" role="status">
    <Loader size="sm" aria-hidden="true" /> Loading {what}…
  </p>
);

/** Nothing is there; the children say why and what to do. */
export const Empty = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <div className="state empty">
    <h2>{title}</h2>
    <p>{children}</p>
  </div>
);

const adviceOf = (problem: Problem): string => {
  if (problem.status === 0) return 'Then try again.';
  if (problem.status === 403) return 'Asking again gives the same answer.';
  if (problem.status === 429 || problem.status === 503)
    return `Try again in ${problem.retryAfterSeconds ?? 'a few'} seconds.`;
  if (problem.status >= 500) return 'Try again; if it stays, tell your operator what stands here.';
  return '';
};

/** What went wrong, in the server's own sentence, and what to do about it. */
export const Failed = ({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) => {
  const problem = error instanceof Problem ? error : undefined;
  const refused = problem?.status === 403;
  return (
    <Alert
      role="alert"
      variant="default"
      className={refused ? 'told refused' : 'told failed'}
      title={problem?.body.title ?? 'Something went wrong on this page'}
    >
      <p>
        {problem?.message ?? 'Load the page again. If it stays, tell your operator.'} {problem && adviceOf(problem)}
      </p>
      {problem?.body.receipt && (
        <p>The attempt is on record: entry {problem.body.receipt.entry} of your agency’s log.</p>
      )}
      {retry && !refused && (
        <Button variant="default" size="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </Alert>
  );
};
