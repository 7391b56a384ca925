// Holds the logs against what was returned: each row that left belongs to exactly one entry in its owner's log, each entry tells as many rows
// as left, no entry tells what nobody got, and the uses of grants are counted alike. It reads the tables as they are and shares nothing
// with what wrote them but the names of facts.
import type pg from 'pg';
import type { Kept } from './complete-searches.js';

interface Line {
  readonly agencyId: string;
  readonly entry: number;
  readonly hash: string;
  readonly by: string;
  readonly kind: string;
  readonly outcome: string;
  readonly searchId: string | undefined;
  readonly picture: string | undefined;
  readonly asked: readonly { agencyId: string; verdict: string; grants?: string[]; rows?: number }[];
}

/** How far every log had come, and when: what is older is not accounted for. */
export interface Mark {
  readonly at: Date;
  readonly sizes: readonly { readonly agency_id: string; readonly size: string }[];
}

export const markOf = async (admin: pg.Client): Promise<Mark> => {
  const { rows: sizes } = await admin.query<Mark['sizes'][number]>('select agency_id, size from log_heads');
  const { rows } = await admin.query<{ at: Date }>(`select clock_timestamp() as at`);
  return { at: rows[0]!.at, sizes };
};

/** Entries of searches and pictures in all logs since then. */
async function* lines(admin: pg.Client, { sizes }: Mark): AsyncGenerator<Line> {
  for (const { agency_id, size } of sizes)
    for (let from = Number(size); ; from += 5000) {
      const { rows } = await admin.query<{ entry: string; hash: string; body: string }>(
        `select entry, encode(hash, 'hex') as hash, body from log_entries where agency_id = $1 and entry >= $2 and entry < $2 + 5000`,
        [agency_id, from],
      );
      if (rows.length === 0) break;
      for (const { entry, hash, body } of rows) {
        const { kind, outcome, by, facts } = JSON.parse(body) as {
          kind: string;
          outcome: string;
          by: { agencyId: string };
          facts: Record<string, unknown> & { asked?: Line['asked'] };
        };
        if (kind !== 'read.search' && kind !== 'read.picture') continue;
        const { searchId, asked = [], under, read, picture } = facts;
        yield {
          ...{ agencyId: agency_id, entry: Number(entry), hash, by: by.agencyId, kind, outcome, asked },
          searchId: searchId as string | undefined,
          picture: kind === 'read.picture' && under ? `${String(under)} ${String(read)} ${String(picture)}` : undefined,
        };
      }
    }
}

export interface Account {
  readonly faults: readonly string[];
  readonly rows: number;
  readonly entries: number;
}

const count = <K>(map: Map<K, number>, key: K, by = 1): void => void map.set(key, (map.get(key) ?? 0) + by);

/** Everything that is wrong, in words; nothing when the logs are complete. */
export const account = async (
  admin: pg.Client,
  answers: readonly Kept[],
  mark: Mark,
  /** An answer that a kill swallowed has its entry all the same: then entries without an answer are no fault. */
  { swallowed = false } = {},
): Promise<Account> => {
  const faults: string[] = [];
  const say = (text: string): void => void (faults.length < 50 && faults.push(text));
  const byId = new Map(answers.flatMap((kept) => (kept.searchId ? [[kept.searchId, kept] as const] : [])));
  /** Pictures whose answer names no search: told apart by what was opened, once each. */
  const pictures = new Map(
    answers.flatMap((kept) => (!kept.searchId && kept.picture && !kept.refused ? [[kept.picture, kept] as const] : [])),
  );
  const receipts = new Map<string, Kept>(
    answers.flatMap((kept) => (kept.receipt ? [[`${kept.by} ${kept.receipt.entry}`, kept] as const] : [])),
  );
  /** How often each answer stands in each owner's log, and refusals of whole questions by who asked and in whose log. */
  const standing = new Map<string, number>();
  const refusals = new Map<string, number>();
  const uses = new Map<string, number>();
  let [entries, number] = [0, 0];
  const serial = new Map<Kept, number>(answers.map((kept) => [kept, (number += 1)]));
  for await (const line of lines(admin, mark)) {
    entries += 1;
    const receipt = line.by === line.agencyId ? receipts.get(`${line.agencyId} ${line.entry}`) : undefined;
    if (receipt && receipt.receipt!.hash !== line.hash) say(`entry ${line.entry} has another hash than its receipt`);
    const kept =
      (line.searchId && byId.get(line.searchId)) ||
      (line.picture && line.outcome === 'done' && pictures.get(line.picture)) ||
      undefined;
    if (!kept) {
      if (line.outcome === 'refused' && !line.searchId) count(refusals, `${line.kind} ${line.by} in ${line.agencyId}`);
      else if (!swallowed) say(`entry ${line.entry} of ${line.kind} tells of what nobody got`);
      continue;
    }
    count(standing, `${serial.get(kept)} in ${line.agencyId}`);
    if (kept.by !== line.by || kept.kind !== line.kind) say(`entry ${line.entry} names another asker or kind`);
    const verdicts =
      line.agencyId === kept.by ? kept.verdicts : kept.verdicts.filter(({ agencyId }) => agencyId === line.agencyId);
    const told = (agencyId: string) => line.asked.find((each) => each.agencyId === agencyId);
    if (line.asked.length !== verdicts.length)
      say(`entry ${line.entry} tells ${line.asked.length} verdicts of ${verdicts.length}`);
    for (const { agencyId, verdict, grants } of verdicts) {
      const due = verdict === 'refused' ? undefined : (kept.rows.get(agencyId)?.length ?? 0);
      const said = told(agencyId);
      if (said?.verdict !== verdict) say(`entry ${line.entry} tells ${said?.verdict} where the answer said ${verdict}`);
      if ((said?.rows ?? (due === 0 ? 0 : undefined)) !== due)
        say(`entry ${line.entry} tells ${said?.rows} rows; ${due} left`);
      if (grants && [...grants].sort().join() !== [...(said?.grants ?? [])].sort().join())
        say(`entry ${line.entry} names other grants`);
    }
  }
  let rows = 0;
  for (const kept of answers) {
    const openers = new Set(
      kept.verdicts.filter(({ verdict }) => verdict !== 'refused').map(({ agencyId }) => agencyId),
    );
    for (const [owner, reads] of kept.rows) {
      rows += reads.length;
      if (!openers.has(owner)) say(`rows of ${owner} left, which did not open them`);
    }
    if (kept.refused) {
      const heard = new Set<string>([kept.by, ...kept.asked]);
      for (const log of heard) count(refusals, `${kept.kind} ${kept.by} in ${log}`, -1);
      continue;
    }
    const logs = new Set([kept.by as string, ...kept.verdicts.map(({ agencyId }) => agencyId)]);
    for (const log of logs) {
      const stands = standing.get(`${serial.get(kept)} in ${log}`) ?? 0;
      if (stands !== 1) say(`an answer to a ${kept.kind} stands ${stands} times in the log of ${log}`);
    }
    if (kept.kind === 'read.search')
      for (const { agencyId, grants = [] } of kept.verdicts)
        for (const grant of grants) uses.set(`${kept.searchId} ${grant}`, kept.rows.get(agencyId)?.length ?? 0);
  }
  for (const [where, difference] of refusals)
    if (swallowed ? difference < 0 : difference !== 0)
      say(`refused questions told less those asked: ${difference}; ${where}`);
  const { rows: used } = await admin.query<{ search_id: string; grant_id: string; rows: number }>(
    'select search_id, grant_id, rows from grant_uses where used_at >= $1',
    [mark.at],
  );
  const seen = new Map(used.map((use) => [`${use.search_id} ${use.grant_id}`, use.rows]));
  for (const [use, due] of uses)
    if (seen.get(use) !== due) say(`a grant's use tells ${seen.get(use)} rows; ${due} left`);
  if (!swallowed && seen.size !== uses.size) say(`${seen.size} uses of grants are counted; ${uses.size} were made`);
  return { faults, rows, entries };
};
