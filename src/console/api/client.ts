// The only place from which the console talks: to its own origin, with the session's cookie and CSRF token. It refuses to guess
// about failures: each is a Problem with the server's own sentence, or one that says that nothing was answered.
import type { Json } from './json.js';
import type { SearchAnswer } from '../../search/search.schema.js';
import type { z } from 'zod';
import type { receipt } from '../../core/receipt.js';

export type Receipt = Json<z.output<typeof receipt>>;
export type Verdict = Json<SearchAnswer['agencies'][number]>;

/** One fault of a request's form. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** What the problem documents of the interface hold that the console shows. */
interface ProblemBody {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly faults?: readonly Fault[];
  readonly agencies?: readonly Verdict[];
  readonly receipt?: Receipt;
}

/** An answer that is not the wanted one. `status` 0: there was no answer at all. */
export class Problem extends Error {
  constructor(
    readonly body: ProblemBody,
    readonly retryAfterSeconds?: number,
  ) {
    super(body.detail);
  }
  get status(): number {
    return this.body.status;
  }
  get code(): string {
    return this.body.code;
  }
}

/** Made when it is needed: an error notes where it was made, and that takes long while the page is opened. */
const unanswered = (): Problem =>
  new Problem({
    status: 0,
    title: 'No answer',
    detail: 'The server could not be reached. Check the connection; what you typed is still here.',
    code: 'unanswered',
  });

let csrfToken = '';
let onSessionLost: () => void = () => undefined;

/** Sets the token that is sent with everything that changes something; empty when nobody is signed in. */
export const useCsrfToken = (token: string): void => {
  csrfToken = token;
};

/** Calls back when the server no longer knows the session. */
export const whenSessionLost = (callback: () => void): void => {
  onSessionLost = callback;
};

const problemOf = async (response: Response): Promise<Problem> => {
  const retry = Number(response.headers.get('retry-after') ?? '') || undefined;
  try {
    return new Problem((await response.json()) as ProblemBody, retry);
  } catch {
    const detail = `The server answered ${response.status} without a reason. Try again shortly.`;
    return new Problem({ status: response.status, title: 'Not available', detail, code: 'unreadable' }, retry);
  }
};

const answerTo = async (method: string, path: string, body?: unknown): Promise<Response> => {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && csrfToken !== '' && { 'x-csrf-token': csrfToken }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw unanswered();
  });
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401 && problem.code !== 'sign_in_failed') onSessionLost();
    throw problem;
  }
  return response;
};

/**
 * One request to the interface.
 * @param path below the origin, such as `/api/v1/grants`
 * @throws Problem for every answer but success, and when there is none
 */
export const call = async <T>(method: string, path: string, body?: unknown): Promise<Json<T>> => {
  const response = await answerTo(method, path, body);
  return (response.status === 204 ? undefined : await response.json()) as Json<T>;
};

/** A file that the interface makes, with its name. @throws Problem as `call` */
export const fetchFile = async (
  path: string,
  body: unknown,
): Promise<{ readonly name: string; readonly file: Blob }> => {
  const response = await answerTo('POST', path, body);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'export';
  return { name, file: await response.blob() };
};
