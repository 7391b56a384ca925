// The vault: whoever wants an agency's data says here who, what and why. The vault decides, does it and writes it down, in one
// transaction. No entry, no rows. It has no way around itself: no bypass setting, no super user, no store without a permit.
import { ruleOf, type Action } from '../access/actions.js';
import { actorId, type Actor } from '../access/actor.js';
import { decide, isRefusal, type Permit, type Refusal } from '../access/decide.js';
import type { Asked, AskedOf, Demand } from '../access/demand.js';
import type { Facts, GrantFacts } from '../access/facts.js';
import { proofOf } from '../audit/checkpoint.js';
import { refused, tooMany, unauthenticated, unavailable } from '../core/errors.js';
import { newId, type AgencyId, type SearchId } from '../core/ids.js';
import type { Database, Sql, Transaction } from './database/database.js';
import { entriesOf, type Act } from './entries.js';
import type { Party } from '../policy/pack.js';
import { failWhereChanged, loadFacts, namesAgencies, withAgencyIds } from './facts.js';
import { changedState, type Marks } from './facts-marks.js';
import type { FrontDoor } from './front-door.js';
import { Approvals } from './approvals.js';
import { append, type Appended, type Receipt } from './ledger.js';
import { countRefusals, refusalsMax, refusedAt, type RefusalLimits } from './refusals.js';
import type { LogKeys, LogSigner, NextLogKey } from './log-keys.js';
import { LogValues } from './log-values.js';
import { bind, type Noted } from './stores/bound.js';
import { lend, sqlAlone, type Lent } from './stores/index.js';
import { sqlStateOf } from './database/faults.js';

/** What a door answers: the callback's value, the permit, and where the act stands in the home agency's log (empty when it makes no entry). */
export interface Opened<T> {
  readonly value: T;
  readonly permit: Permit;
  readonly searchId?: SearchId | undefined;
  readonly receipts: readonly Receipt[];
}

/** One action of one actor. A service is handed a door and nothing else. */
export interface Door<A extends Action> {
  readonly actor: Actor;
  readonly action: A;
  /**
   * @param work is lent the action's stores for the length of the callback; it may run again when the world changed under it,
   *   so it must do nothing but speak with its stores
   * @throws PlatewardError `refused` with the rule's reason, after the refusal was written down
   */
  open<T>(demand: AskedOf<A>, work: (stores: Lent[A], permit: Permit) => Promise<T>): Promise<Opened<T>>;
}

/** What the vault tells whoever counts: no plate, name or reason. */
export interface VaultEvent {
  readonly action: Action;
  readonly agencyId: AgencyId;
  readonly slug: string;
  readonly outcome: 'done' | 'refused';
  readonly rule?: string | undefined;
  readonly ms: number;
}

/** Thrown inside a transaction when what was decided no longer holds at its end: everything is rolled back and asked anew. */
class WorldChanged extends Error {}

const attemptsMax = 3;

export class Vault {
  private readonly approvals: Approvals | undefined;
  private readonly values: LogValues | undefined;

  constructor(
    private readonly database: Database,
    /** What works without an actor, because it makes one. */
    readonly front: FrontDoor,
    private readonly observe: (event: VaultEvent) => void = () => undefined,
    /** Without them nothing is signed, no receipt carries a proof, and no grant is taken for signed. */
    private readonly logKeys?: LogKeys,
    private readonly refusals: RefusalLimits = refusalsMax,
  ) {
    this.approvals = logKeys && new Approvals(logKeys.keys);
    this.values = logKeys && new LogValues(logKeys.keys);
  }

  /**
   * Who signs the heads of an agency's log.
   * @param number which of its keys, as the head that is to be signed says
   * @throws PlatewardError `log_unsigned`, and as `LogKeys.signer`
   */
  async logSigner(agencyId: AgencyId, number?: number): Promise<LogSigner> {
    return this.keysOfLogs().signer(this.database, agencyId, number);
  }

  /** A key to take the place of the one that signs an agency's log. @throws as `logSigner` */
  async nextLogKey(agencyId: AgencyId): Promise<NextLogKey> {
    return this.keysOfLogs().next(this.database, agencyId);
  }

  private keysOfLogs(): LogKeys {
    if (!this.logKeys) throw unavailable('log_unsigned', 'This process has no keys to sign a log with.');
    return this.logKeys;
  }

  private valuesOfLogs(): LogValues {
    if (!this.values) throw unavailable('log_unsigned', 'This process has no keys to open the values of a log with.');
    return this.values;
  }

  door<A extends Action>(actor: Actor, action: A): Door<A> {
    return { actor, action, open: (demand, work) => this.open(actor, action, demand, work) };
  }

  async close(): Promise<void> {
    await Promise.all([this.database.close(), this.front.close()]);
  }

  async ping(): Promise<void> {
    await this.database.ping();
  }

  private async open<A extends Action, T>(
    actor: Actor,
    action: A,
    asked: AskedOf<A>,
    work: (stores: Lent[A], permit: Permit) => Promise<T>,
  ): Promise<Opened<T>> {
    const demand = { ...asked, action } as unknown as Asked;
    // Before anything is done: what cannot be signed afterwards is not begun.
    const signer = this.logKeys && ruleOf(action).entry === 'always' ? await this.logSigner(actor.agencyId) : undefined;
    for (let attempt = 1; ; attempt += 1) {
      const began = performance.now();
      try {
        const outcome = await this.database.transaction(
          (tx) => this.act(tx, actor, demand, work as never, attempt > 1),
          sqlAlone.has(action),
        );
        // What everybody may read of a log was written by others, whose commits may still be on their way to the disk.
        if (action === 'log.publish') await this.database.durable();
        const { slug } = outcome.facts.home;
        const event = { action, agencyId: actor.agencyId, slug, ms: performance.now() - began };
        if ('waitSeconds' in outcome) {
          this.observe({ ...event, outcome: 'refused', rule: 'refused_too_often' });
          throw refusedTooOften(outcome.waitSeconds);
        }
        if ('refusal' in outcome) {
          this.observe({ ...event, outcome: 'refused', rule: outcome.refusal.rule });
          throw refusalError(outcome.refusal, await this.prove(actor.agencyId, outcome.appended, signer));
        }
        this.observe({ ...event, outcome: 'done' });
        const receipts = await this.prove(actor.agencyId, outcome.appended, signer);
        return { ...outcome.opened, receipts } as Opened<T>;
      } catch (error) {
        if (!(error instanceof WorldChanged)) throw error;
        if (attempt >= attemptsMax)
          throw unavailable('busy', 'The permission kept changing while this was done; try again.', 1);
      }
    }
  }

  /**
   * The receipts of an act that has been committed, each with its proof under the tree head signed now: never before the commit,
   * so that no head is ever ahead of what is durable.
   * @param before who signed when the act began: if the key was replaced meanwhile, it still signs heads from before that
   */
  private async prove(
    agencyId: AgencyId,
    appended: readonly Appended[],
    before: LogSigner | undefined,
  ): Promise<readonly Receipt[]> {
    if (!this.logKeys) return appended.map(({ receipt }) => receipt);
    return Promise.all(
      appended.map(async ({ receipt, head, path, keyNumber }) => {
        const signer = before?.number === keyNumber ? before : await this.logSigner(agencyId, keyNumber);
        if (signer.number !== keyNumber)
          throw unavailable(
            'log_key_replaced',
            'This was done, and stands in the log; its key was replaced meanwhile.',
          );
        return { ...receipt, proof: proofOf(receipt.entry, path, signer.checkpoint(head)) };
      }),
    );
  }

  /** The seven steps of docs/design.md, section 3. */
  private async act(
    tx: Transaction,
    actor: Actor,
    asked: Asked,
    work: (stores: object, permit: Permit) => Promise<unknown>,
    again: boolean,
  ): Promise<
    { facts: Facts; appended: readonly Appended[] } & (
      { opened: Omit<Opened<unknown>, 'receipts'> } | { refusal: Refusal } | { waitSeconds: number }
    )
  > {
    const { sql } = tx;
    const home = actor.agencyId;
    const demand = namesAgencies(asked)
      ? (await Promise.all([tellWhoAsks(sql, actor), withAgencyIds(sql, asked)]))[1]
      : (asked as Demand);
    const [, { marks, ...facts }] = await Promise.all([
      tellWhoAsks(sql, actor),
      loadFacts(sql, actor, demand, this.approvals),
    ]);
    const decision = decide(actor, demand, facts);
    const shown = new Map<AgencyId, number>();
    const noted: Record<string, Noted> = {};
    const act = { actor, demand, facts, shown, noted };

    const ofRefusal = isRefusal(decision) && { outcome: 'refused' as const, rule: decision.rule };
    const drafts = entriesOf({ ...act, verdicts: decision.verdicts, ...(ofRefusal || { outcome: 'done' }) });
    const waitSeconds = await countRefusals(sql, actor, refusedAt(home, drafts), this.refusals);
    if (waitSeconds !== undefined) return { facts, waitSeconds, appended: [] };
    if (isRefusal(decision)) {
      const appended = await append(sql, home, drafts);
      return { facts, refusal: decision, appended: [appended] };
    }

    const searchId = recorded(demand) ? newId<SearchId>() : undefined;
    const onRecord = searchId ? record(sql, decision, searchId) : Promise.resolve();
    onRecord.catch(() => undefined);
    const stores = lend[demand.action](
      bind(
        tx,
        decision,
        (agencyId, rows) => shown.set(agencyId, (shown.get(agencyId) ?? 0) + rows),
        (more) => Object.assign(noted, more),
        () => this.valuesOfLogs(),
      ),
    );
    const value = await work(stores, decision);
    await onRecord;
    if (ruleOf(demand.action).entry === 'refusal') return { facts, opened: { value, permit: decision }, appended: [] };

    const done = { ...act, verdicts: decision.verdicts, outcome: 'done' as const, ...(searchId && { searchId }) };
    const quick =
      searchId && tx.commit && !again && demand.action === 'read.search' && !decision.grants.some(isCounted);
    const appended = await this.writeDown(tx, done, decision, quick ? marks : undefined);
    return { facts, opened: { value, permit: decision, searchId }, appended: [appended] };
  }

  /**
   * Appends the entries and then looks once more. To end a grant or a member is itself an entry in that agency's log, so whoever
   * holds the log's head has the last word: either the end was committed before and is seen here, or it waits for our commit.
   * @param marks of all that was looked at, where the database may compare instead and commit in the same packet: where anything is different
   *   it rolls back, and the act is asked anew and looked at again
   */
  private async writeDown({ sql, commit }: Transaction, act: Act, permit: Permit, marks?: Marks): Promise<Appended> {
    const appending = append(sql, act.actor.agencyId, entriesOf(act)).catch(orChanged);
    if (marks && commit) {
      const unchanged = failWhereChanged(act.actor, act.demand, marks).map((statement) => sql.query(statement));
      const rest = Promise.all([...unchanged, countUses(sql, permit, act)]).catch(orChanged);
      commit();
      // Why an entry was not taken is told before what that does to the statements after it.
      rest.catch(() => undefined);
      const appended = await appending;
      await rest;
      return appended;
    }
    const looking = loadFacts(sql, act.actor, act.demand, this.approvals);
    looking.catch(() => undefined);
    const appended = await appending;
    const factsNow = await looking;
    const again = decide(act.actor, act.demand, factsNow);
    if (isRefusal(again) || (isRead(act.demand) && !sameOpening(permit, again))) throw new WorldChanged();
    if (act.searchId) await countUses(sql, permit, act);
    return appended;
  }
}

/** A grant of which every use changes what the next one is decided by. */
const isCounted = ({ searchesPerDayMax, platesPerDayMax }: GrantFacts): boolean =>
  searchesPerDayMax !== null || platesPerDayMax !== null;

/** Facts that were others once the logs were ours, an opening or a proposal among them that was not where its step began: somebody else was first. */
const orChanged = (error: unknown): never => {
  throw ['PW011', 'PW056', changedState].includes(sqlStateOf(error) ?? '') ? new WorldChanged() : error;
};

const isRead = (demand: Demand): boolean => ruleOf(demand.action).does === 'reads';

/** Questions that go on record as a row of their own, under which the policies let other agencies' rows through. */
const recorded = ({ action }: Demand): boolean =>
  action === 'read.search' || action === 'read.picture' || action === 'read.export' || action === 'read.watch';

const sameOpening = (before: Permit, now: Permit): boolean => {
  const key = (permit: Permit): string =>
    JSON.stringify([
      permit.opened,
      permit.facts.asked.map((agency) => agency.law?.hash),
      permit.grants.map((grant) => [
        ...[grant.grantId, grant.purposes, grant.cameraIds, grant.dataWindowDays],
        ...[grant.plates, grant.fields, grant.areaCameras],
      ]),
    ]);
  return key(before) === key(now);
};

const tellWhoAsks = (sql: Sql, actor: Actor): Promise<unknown> =>
  sql.query({
    name: 'who-asks',
    text: `select set_config('plateward.agency_id', $1, true), set_config('plateward.actor_id', $2, true), set_config('plateward.search_id', '', true)`,
    values: [actor.agencyId, actorId(actor)],
  });

/** Puts the search on record and tells Postgres which it is. */
const record = async (sql: Sql, permit: Permit, searchId: SearchId): Promise<void> => {
  const { actor, demand, facts } = permit;
  if (actor.kind !== 'member') throw new TypeError('only a member searches');
  const parent = facts.search;
  const { plate, fuzzy } = demand.action === 'read.search' ? demand : {};
  const columns =
    demand.action === 'read.search' || demand.action === 'read.watch'
      ? [
          null,
          demand.purpose,
          demand.caseNumber,
          demand.reason,
          plate ?? null,
          demand.cameraIds ?? null,
          demand.from,
          demand.to,
          fuzzy ?? null,
        ]
      : [
          parent?.searchId ?? null,
          parent?.purpose,
          parent?.caseNumber,
          parent?.reason,
          parent?.plate ?? null,
          parent?.cameraIds ?? null,
          facts.now,
          facts.now,
          parent?.fuzzy ?? null,
        ];
  const beneficiary = beneficiaryOf(demand, facts);
  await sql.query({
    name: 'search-record',
    text: `with recorded as (
        insert into searches (agency_id, id, member_id, session_id, asked, parent_id, purpose, case_number, reason, plate, camera_ids, captured_from, captured_to, fuzzy, beneficiary_class, beneficiary_state, as_file)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) returning id)
      select set_config('plateward.search_id', id::text, true) from recorded`,
    values: [
      actor.agencyId,
      searchId,
      actor.memberId,
      actor.sessionId,
      permit.opened,
      ...columns,
      beneficiary?.legalClass ?? null,
      beneficiary?.state ?? null,
      demand.action === 'read.export',
    ],
  });
};

/** For whom a recorded question is made; a picture or a file is opened for whom its search was made. */
const beneficiaryOf = (demand: Demand, facts: Facts): Party | null | undefined => {
  if (demand.action !== 'read.search' && demand.action !== 'read.watch') return facts.search?.beneficiary;
  return demand.onBehalfOf === 'self' ? facts.home : demand.onBehalfOf;
};

/** Counts the search against the budget of every grant that it used. */
const countUses = async (sql: Sql, permit: Permit, act: Act): Promise<void> => {
  if (act.demand.action !== 'read.search' || permit.grants.length === 0) return;
  await sql.query({
    name: 'grant-uses',
    text: `insert into grant_uses (agency_id, grant_id, search_id, grantee_agency_id, rows, purpose, member_id)
      select owner, grant_id, $4, $5, rows, $6, $7 from unnest($1::uuid[], $2::uuid[], $3::int[]) as used (owner, grant_id, rows)`,
    values: [
      permit.grants.map((grant) => grant.ownerAgencyId),
      permit.grants.map((grant) => grant.grantId),
      permit.grants.map((grant) => act.shown.get(grant.ownerAgencyId) ?? 0),
      ...[act.searchId, act.actor.agencyId, act.demand.purpose, actorId(act.actor)],
    ],
  });
};

const refusedTooOften = (seconds: number): Error =>
  tooMany(
    'refused_too_often',
    'An agency that you ask has refused yours too often lately, and was told. Wait, or leave it out.',
    seconds,
  );

const refusalError = (refusal: Refusal, receipts: readonly Receipt[]): Error => {
  const details = {
    rule: refusal.rule,
    receipt: receipts[0],
    ...(refusal.verdicts.length > 0 && { agencies: publicVerdicts(refusal.verdicts) }),
  };
  return refusal.rule === 'standing'
    ? unauthenticated('standing', refusal.because, details)
    : refused(refusal.rule, refusal.because, details);
};

/** Verdicts as an answer shows them. */
export const publicVerdicts = (verdicts: Permit['verdicts']) =>
  verdicts.map((each) => ({
    agencyId: each.agencyId,
    slug: each.slug,
    verdict: each.verdict,
    ...(each.verdict === 'granted' && { grants: each.grants.map((grant) => grant.grantId) }),
    ...(each.verdict === 'refused' && { rule: each.rule, because: each.because }),
  }));
