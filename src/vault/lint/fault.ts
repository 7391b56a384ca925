// What the schema linter says: one fault of one thing, and how to mend it.
import type pg from 'pg';

export interface SchemaFault {
  /** Stable name of the rule, such as `table.not_forced`. */
  readonly rule: string;
  /** Table, role, function or policy that it is about. */
  readonly object: string;
  /** One sentence: what is wrong, why it matters. */
  readonly because: string;
  /** A statement or a step that mends it. */
  readonly mend: string;
}

/** What the linter needs of a connection. It only reads catalogues, which every role may. */
export type Catalogue = Pick<pg.ClientBase, 'query'>;

/** Rows of a question to the catalogue. */
export const ask = async <Row extends pg.QueryResultRow>(
  client: Catalogue,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> => (await client.query<Row>(text, values)).rows;

/** One line for a person. */
export const faultLine = ({ object, because, mend }: SchemaFault): string => `${object}: ${because} Mend: ${mend}`;
