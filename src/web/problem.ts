// The one shape of every error that leaves by HTTP: a problem document of RFC 9457. It maps what was thrown to it and refuses
// to pass on the text of anything that is not ours.
import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import { codeOf, PlatewardError, statusOfKind, type ErrorKind } from '../core/errors.js';
import { isConnectionFault, sqlStateOf } from '../vault/database/faults.js';

export const problemMediaType = 'application/problem+json';

/** A problem document. Members beside these are facts of the code in question. */
export const problem = z
  .looseObject({
    type: z.string().meta({ description: 'urn:plateward:problem:<code>' }),
    title: z.string(),
    status: z.int(),
    detail: z
      .string()
      .meta({ description: 'One sentence for people: what is wrong and, where there is one, the rule that refused.' }),
    code: z.string().meta({ description: 'A stable word for programs.' }),
    instance: z.string().meta({ description: 'urn:uuid:<id of this request>, as it stands in the log.' }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });
export type Problem = z.infer<typeof problem>;

const titles: Readonly<Record<ErrorKind, string>> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Not signed in',
  refused: 'Refused',
  notFound: 'Not found',
  conflict: 'It does not fit what is there',
  tooLarge: 'Too large',
  unsupported: 'This kind of content is not taken here',
  tooMany: 'Too many requests',
  unavailable: 'Not available just now',
};

/** What Fastify says of a request that it cannot read, in our words. */
const unreadable: Readonly<Record<string, readonly [ErrorKind, string, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported',
    'media_type',
    'The content type of the body is missing or not taken here.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['tooLarge', 'body_too_large', 'The body is larger than this route takes.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid', 'malformed_json', 'The body is empty but was announced as JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid', 'malformed_json', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid',
    'content_length',
    'The body does not have the length that was announced.',
  ],
  FST_ERR_BAD_URL: ['invalid', 'bad_url', 'The address is not well formed.'],
  FST_ERR_ASYNC_CONSTRAINT: ['invalid', 'bad_url', 'The address is not well formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid', 'bad_url', 'A part of the address is too long.'],
};

/** SQLSTATE query_canceled: a statement passed the longest time that one may take. */
const statementStopped = '57014';

/** The error of ours that stands for whatever was thrown; undefined when it is none that may be told. */
export const publicErrorOf = (thrown: unknown): PlatewardError | undefined => {
  if (thrown instanceof PlatewardError) return thrown;
  const known = unreadable[codeOf(thrown)] ?? (thrown instanceof Error ? unreadable[codeOf(thrown.cause)] : undefined);
  if (known) return new PlatewardError(...known);
  if (thrown instanceof SyntaxError && 'statusCode' in thrown)
    return new PlatewardError('invalid', 'malformed_json', 'The body is not valid JSON.');
  // Fastify says so of a body that broke off; it is the client that was away.
  if (thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 400)
    return new PlatewardError('invalid', 'bad_request', 'The request could not be read.');
  if (isConnectionFault(thrown))
    return new PlatewardError(
      'unavailable',
      'database_unavailable',
      'The database cannot be reached just now; try again shortly.',
      {},
      5,
    );
  if (sqlStateOf(thrown) === statementStopped)
    return new PlatewardError(
      'unavailable',
      'took_too_long',
      'This took too long and was stopped; ask for less, such as a shorter time or fewer cameras, or try again later.',
      {},
      10,
    );
  const status = thrown instanceof HttpException ? thrown.getStatus() : undefined;
  if (status === 404) return new PlatewardError('notFound', 'no_such_route', 'There is nothing at this address.');
  if (status === 413)
    return new PlatewardError('tooLarge', 'body_too_large', 'The body is larger than this route takes.');
  if (status === 415)
    return new PlatewardError(
      'unsupported',
      'media_type',
      'The content type of the body is missing or not taken here.',
    );
  if (status !== undefined && status >= 400 && status < 500)
    return new PlatewardError('invalid', 'bad_request', 'The request could not be read.');
  return undefined;
};

/** The document for an error of ours, or for an unknown one of which only the request's id is told. */
export const problemOf = (error: PlatewardError | undefined, requestId: string): Problem => {
  const instance = `urn:uuid:${requestId}`;
  if (!error)
    return {
      type: 'urn:plateward:problem:internal',
      title: 'A fault of ours',
      status: 500,
      detail:
        'Something went wrong on our side. It was written down under the id of this request; tell it to your operator.',
      code: 'internal',
      instance,
    };
  return {
    ...error.details,
    type: `urn:plateward:problem:${error.code}`,
    title: titles[error.kind],
    status: statusOfKind[error.kind],
    detail: error.publicMessage,
    code: error.code,
    instance,
  };
};
