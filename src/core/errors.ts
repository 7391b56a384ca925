// The one family of errors that people outside ever see. A kind maps to an HTTP status in one filter; the code is stable
// and the sentence is public: it never carries another agency's data, a stack or a database message.

export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'refused'
  | 'notFound'
  | 'conflict'
  | 'tooLarge'
  | 'unsupported'
  | 'tooMany'
  | 'unavailable';

/** HTTP status of each kind (RFC 9110). */
export const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  refused: 403,
  notFound: 404,
  conflict: 409,
  tooLarge: 413,
  unsupported: 415,
  tooMany: 429,
  unavailable: 503,
};

export class PlatewardError extends Error {
  override readonly name = 'PlatewardError';
  constructor(
    readonly kind: ErrorKind,
    /** Stable snake_case word for programs. */
    readonly code: string,
    /** One public sentence for people. */
    readonly publicMessage: string,
    /** Public facts beside the sentence, shown as members of the problem document. */
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly retryAfterSeconds?: number,
  ) {
    super(publicMessage);
  }
}

const maker =
  (kind: ErrorKind) =>
  (code: string, sentence: string, details?: Readonly<Record<string, unknown>>): PlatewardError =>
    new PlatewardError(kind, code, sentence, details);

export const invalid = maker('invalid');
export const unauthenticated = maker('unauthenticated');
export const refused = maker('refused');
export const conflict = maker('conflict');
export const tooLarge = maker('tooLarge');
export const unsupported = maker('unsupported');

/** The row is not there, or is another agency's: the same answer for both. */
export const notFound = (what: string): PlatewardError =>
  new PlatewardError('notFound', 'not_found', `There is no such ${what} in your agency.`);

export const tooMany = (code: string, sentence: string, retryAfterSeconds: number): PlatewardError =>
  new PlatewardError('tooMany', code, sentence, {}, retryAfterSeconds);

export const unavailable = (code: string, sentence: string, retryAfterSeconds = 5): PlatewardError =>
  new PlatewardError('unavailable', code, sentence, {}, retryAfterSeconds);

/** The text of anything thrown, for logs and commands. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The code of anything thrown, as `ENOENT` or a database's SQLSTATE; empty where it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
