// What a route takes and answers, said once as zod schemas: the same schema checks the request, shapes the answer and stands in
// the API document. A request is told all its faults in one answer, by field, without its own values being repeated.
import 'reflect-metadata';
import { applyDecorators, Body, HttpCode, Param, Query, SetMetadata, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { invalid } from '../core/errors.js';

/** Where in a request a value stands. */
export type Place = 'body' | 'query' | 'path';

export interface Fault {
  readonly in: Place;
  /** Dotted path of the field; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

type Issue = z.core.$ZodRawIssue;

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const sentenceOf = (issue: Issue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${words[issue.expected] ?? `of the type ${issue.expected}`}`;
    case 'unrecognized_keys':
      return `has fields that are not known here: ${issue.keys
        .map((key) => key.slice(0, 40))
        .slice(0, 5)
        .join(', ')}`;
    case 'too_small':
      return issue.origin === 'string'
        ? issue.minimum === 1
          ? 'must not be empty'
          : `must have at least ${issue.minimum} characters`
        : issue.origin === 'array'
          ? `must have at least ${issue.minimum} item${issue.minimum === 1 ? '' : 's'}`
          : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : issue.origin === 'array'
          ? `must have at most ${issue.maximum} items`
          : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `${issue.input === undefined ? 'is missing; it ' : ''}must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return undefined;
  }
};

/** Field of a text that no database keeps, because it holds a NUL or half of a surrogate pair; undefined when there is none. */
const unkeepable = (value: unknown): string | undefined => {
  const left: [field: string, part: unknown][] = [['', value]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [field, part] = next;
    if (typeof part === 'string' && (part.includes('\0') || /\p{Surrogate}/u.test(part))) return field;
    if (typeof part !== 'object' || part === null) continue;
    for (const [key, each] of Object.entries(part)) left.push([field === '' ? key : `${field}.${key}`, each]);
  }
  return undefined;
};

/** Faults told at most; a list of a thousand wrong ids is told by its first. */
const faultsMax = 50;

/** Faults of a value by field, at most `faultsMax`. */
export const faultsOf = (
  place: Place,
  schema: z.ZodType,
  value: unknown,
): { readonly value?: unknown; readonly faults: readonly Fault[] } => {
  const field = unkeepable(value);
  if (field !== undefined)
    return { faults: [{ in: place, field: field.slice(0, 100), message: 'holds a character that is not text' }] };
  const parsed = schema.safeParse(value, { error: sentenceOf });
  if (parsed.success) return { value: parsed.data, faults: [] };
  const fieldOf = (issue: z.core.$ZodIssue): string => issue.path.map(String).join('.');
  // Of a value that is of another type altogether nothing else is worth saying.
  const mistyped = new Set(parsed.error.issues.filter(({ code }) => code === 'invalid_type').map(fieldOf));
  const told = parsed.error.issues
    .filter((issue) => issue.code === 'invalid_type' || !mistyped.has(fieldOf(issue)))
    .slice(0, faultsMax);
  return { faults: told.map((issue) => ({ in: place, field: fieldOf(issue), message: issue.message })) };
};

/** The refusal of a request by its form, with the whole list of faults. */
export const invalidRequest = (faults: readonly Fault[]): Error =>
  invalid(
    'invalid_request',
    `The request has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults
      .slice(0, 10)
      .map(({ in: place, field, message }) => `${field === '' ? `the ${place}` : field} ${message}`)
      .join('; ')}.`,
    { faults },
  );

class SchemaPipe implements PipeTransform {
  constructor(
    private readonly place: Place,
    private readonly schema: z.ZodType,
  ) {}
  transform(value: unknown): unknown {
    const { faults, value: parsed } = faultsOf(this.place, this.schema, value ?? {});
    if (faults.length > 0) throw invalidRequest(faults);
    return parsed;
  }
}

const takesKey = 'plateward:takes';
export type Takes = Readonly<Partial<Record<Place, z.ZodObject>>>;

const takes =
  (place: Place, from: (pipe: PipeTransform) => ParameterDecorator) =>
  (schema: z.ZodObject): ParameterDecorator =>
  (target, name, index) => {
    if (name === undefined) throw new TypeError('a route is a method');
    const handler = Reflect.get(target, name) as object;
    Reflect.defineMetadata(takesKey, { ...takenBy(handler), [place]: schema }, handler);
    from(new SchemaPipe(place, schema))(target, name, index);
  };

/** The JSON body, checked. */
export const TakesBody = takes('body', (pipe) => Body(pipe));
/** The query, checked; its values arrive as text, so schemas coerce. */
export const TakesQuery = takes('query', (pipe) => Query(pipe));
/** The parameters in the path, checked. */
export const TakesPath = takes('path', (pipe) => Param(pipe));

/** The schemas that a handler checks its request with. */
export const takenBy = (handler: object): Takes => (Reflect.getMetadata(takesKey, handler) as Takes | undefined) ?? {};

export interface AnswerNotes {
  readonly status: number;
  /** Shape of the JSON answer; a media type, or several with a comma between, for anything else; undefined for an empty one. */
  readonly shape: z.ZodType | string | undefined;
  /** One sentence: what the route does. */
  readonly does: string;
  /** Codes of problems beside those that any such route may answer with, by status. */
  readonly problems: Readonly<Record<number, readonly string[]>>;
  /** Request headers that the route takes, as a schema, for the document only. */
  readonly headers?: z.ZodObject | undefined;
  /** Media types of a body that is not JSON, for the document only. */
  readonly bodyMedia?: readonly string[] | undefined;
}

const answersKey = 'plateward:answers';

/** Says what a route answers when it does its work; see `AnswerNotes`. */
export const Answers = (
  status: number,
  shape: z.ZodType | string | undefined,
  does: string,
  more: Partial<Pick<AnswerNotes, 'problems' | 'headers' | 'bodyMedia'>> = {},
): MethodDecorator =>
  applyDecorators(HttpCode(status), SetMetadata(answersKey, { status, shape, does, problems: {}, ...more }));

export const answersOf = (handler: object): AnswerNotes | undefined =>
  Reflect.getMetadata(answersKey, handler) as AnswerNotes | undefined;
