// What a member may see of his agency's log beside what is public: opened values, and bodies from before the public form.
import { z } from 'zod';
import { Fault } from '../audit-verify/bytes.js';
import { valueStates } from '../core/log-period.js';
import type { EntryLine } from '../audit-verify/entries.js';
import type { MemberClient } from './api-client.js';

const page = z.object({
  entries: z.array(
    z.object({
      entry: z.number(),
      body: z.string(),
      opened: z.record(z.string(), z.object({ salt: z.string(), value: z.string() })),
      values: z.enum(valueStates),
    }),
  ),
  next: z.number().nullable(),
});
type Page = z.output<typeof page>;

/** By the entry's number. */
export type Opened = ReadonlyMap<number, Page['entries'][number]>;

/** Entries below `size`, as this member may see them. */
export const openedFor = async (client: MemberClient, size: number): Promise<Opened> => {
  const found = new Map<number, Page['entries'][number]>();
  for (let next: number | null = size; next !== null && next > 0;) {
    const one: Page = await client.get(`/api/v1/audit/entries?limit=500&before=${next}`, page);
    for (const each of one.entries) found.set(each.entry, each);
    ({ next } = one);
  }
  return found;
};

/** The entries with what is opened of each. */
export async function* withOpened(
  entries: AsyncIterable<EntryLine> | Iterable<EntryLine>,
  opened: Opened,
): AsyncGenerator<EntryLine> {
  for await (const line of entries) {
    const more = opened.get(line.entry);
    if (more?.values === 'damaged')
      throw new Fault('its personal values were changed in the database and do not open', line.entry);
    const fields = more && Object.keys(more.opened).length > 0 ? more.opened : undefined;
    yield { ...line, body: line.body ?? more?.body ?? null, opened: fields };
  }
}
