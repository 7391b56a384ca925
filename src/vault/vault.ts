// The vault: whoever wants an agency's data says here who, what and why. The vault decides, does it and writes it down, in one
// transaction. No entry, no rows. It has no way around itself: no bypass setting, no super user, no store without a permit.
import { ruleOf, type Action } from '../access/actions.js';
import { actorId, type Actor } from '../access/actor.js';
import { decide, isRefusal, type Permit, type Refusal } from '../access/decide.js';
import type { Asked, AskedOf, Demand } from '../access/demand.js';
import type { Facts } from '../access/facts.js';
import { proofOf } from '../audit/checkpoint.js';
import { refused, unauthenticated, unavailable } from '../core/errors.js';
import { newId, type AgencyId, type SearchId } from '../core/ids.js';
import type { Database, Sql, Transaction } from './database/database.js';
import { entriesOf, type Act } from './entries.js';
import type { Party } from '../policy/pack.js';
import { loadFacts, namesAgencies, withAgencyIds } from './facts.js';
import type { FrontDoor } from './front-door.js';
import { Approvals } from './approvals.js';
import { append, type Appended, type Receipt } from './ledger.js';
import type { LogKeys, LogSigner } from './log-keys.js';
import { bind } from './stores/bound.js';
import { lend, type Lent } from './stores/index.js';

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

  constructor(
    private readonly database: Database,
    /** What works without an actor, because it makes one. */
    readonly front: FrontDoor,
    private readonly observe: (event: VaultEvent) => void = () => undefined,
    /** Without them nothing is signed, no receipt carries a proof, and no grant is taken for signed. */
    private readonly logKeys?: LogKeys,
  ) {
    this.approvals = logKeys && new Approvals(logKeys.keys);
  }

  /** Who signs the heads of an agency's log. @throws PlatewardError `log_unsigned`, and as `LogKeys.signer` */
  async logSigner(agencyId: AgencyId): Promise<LogSigner> {
    if (!this.logKeys) throw unavailable('log_unsigned', 'This process has no keys to sign a log with.');
    return this.logKeys.signer(this.database, agencyId);
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
    if (this.logKeys && ruleOf(action).entry === 'always') await this.logSigner(actor.agencyId);
    for (let attempt = 1; ; attempt += 1) {
      const began = performance.now();
      try {
        const outcome = await this.database.transaction((tx) => this.act(tx, actor, demand, work as never));
        const { slug } = outcome.facts.home;
        const event = { action, agencyId: actor.agencyId, slug, ms: performance.now() - began };
        if ('refusal' in outcome) {
          this.observe({ ...event, outcome: 'refused', rule: outcome.refusal.rule });
          throw refusalError(outcome.refusal, await this.prove(actor.agencyId, outcome.appended));
        }
        this.observe({ ...event, outcome: 'done' });
        const receipts = await this.prove(actor.agencyId, outcome.appended);
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
   */
  private async prove(agencyId: AgencyId, appended: readonly Appended[]): Promise<readonly Receipt[]> {
    if (!this.logKeys || appended.length === 0) return appended.map(({ receipt }) => receipt);
    const signer = await this.logSigner(agencyId);
    return appended.map(({ receipt, head, path }) => ({
      ...receipt,
      proof: proofOf(receipt.entry, path, signer.checkpoint(head)),
    }));
  }

  /** The seven steps of docs/design.md, section 3. */
  private async act(
    tx: Transaction,
    actor: Actor,
    asked: Asked,
    work: (stores: object, permit: Permit) => Promise<unknown>,
  ): Promise<
    { facts: Facts; appended: readonly Appended[] } & (
      { opened: Omit<Opened<unknown>, 'receipts'> } | { refusal: Refusal }
    )
  > {
    const { sql } = tx;
    const home = actor.agencyId;
    const demand = namesAgencies(asked)
      ? (await Promise.all([tellWhoAsks(sql, actor), withAgencyIds(sql, asked)]))[1]
      : (asked as Demand);
    const [, facts] = await Promise.all([tellWhoAsks(sql, actor), loadFacts(sql, actor, demand, this.approvals)]);
    const decision = decide(actor, demand, facts);
    const shown = new Map<AgencyId, number>();
    const noted: Record<string, string | number | boolean> = {};
    const act = { actor, demand, facts, shown, noted };

    if (isRefusal(decision)) {
      const appended = await append(
        sql,
        home,
        entriesOf({ ...act, verdicts: decision.verdicts, outcome: 'refused', rule: decision.rule }),
      );
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
      ),
    );
    const value = await work(stores, decision);
    await onRecord;
    if (ruleOf(demand.action).entry === 'refusal') return { facts, opened: { value, permit: decision }, appended: [] };

    const appended = await this.writeDown(
      sql,
      { ...act, verdicts: decision.verdicts, outcome: 'done', ...(searchId && { searchId }) },
      decision,
    );
    return { facts, opened: { value, permit: decision, searchId }, appended: [appended] };
  }

  /**
   * Appends the entries and then looks once more. To end a grant or a member is itself an entry in that agency's log, so whoever
   * holds the log's head has the last word: either the end was committed before and is seen here, or it waits for our commit.
   */
  private async writeDown(sql: Sql, act: Act, permit: Permit): Promise<Appended> {
    const [appended, factsNow] = await Promise.all([
      append(sql, act.actor.agencyId, entriesOf(act)),
      loadFacts(sql, act.actor, act.demand, this.approvals),
    ]);
    const again = decide(act.actor, act.demand, factsNow);
    if (isRefusal(again) || (isRead(act.demand) && !sameOpening(permit, again))) throw new WorldChanged();
    if (act.searchId) await countUses(sql, permit, act);
    return appended;
  }
}

const isRead = (demand: Demand): boolean => ruleOf(demand.action).does === 'reads';

/** Questions that go on record as a row of their own, under which the policies let other agencies' rows through. */
const recorded = (demand: Demand): boolean => demand.action === 'read.search' || demand.action === 'read.picture';

const sameOpening = (before: Permit, now: Permit): boolean => {
  const key = (permit: Permit): string =>
    JSON.stringify([
      permit.opened,
      permit.facts.asked.map((agency) => agency.law?.hash),
      permit.grants.map((grant) => [
        ...[grant.grantId, grant.purposes, grant.cameraIds, grant.dataWindowDays],
        ...[grant.plates, grant.fields],
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
  const columns =
    demand.action === 'read.search'
      ? [
          null,
          demand.purpose,
          demand.caseNumber,
          demand.reason,
          demand.plate ?? null,
          demand.cameraIds ?? null,
          demand.from,
          demand.to,
          demand.fuzzy ?? null,
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
        insert into searches (agency_id, id, member_id, session_id, asked, parent_id, purpose, case_number, reason, plate, camera_ids, captured_from, captured_to, fuzzy, beneficiary_class, beneficiary_state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id)
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
    ],
  });
};

/** For whom a recorded question is made; a picture is opened for whom its search was made. */
const beneficiaryOf = (demand: Demand, facts: Facts): Party | null | undefined => {
  if (demand.action !== 'read.search') return facts.search?.beneficiary;
  return demand.onBehalfOf === 'self' ? facts.home : demand.onBehalfOf;
};

/** Counts the search against the budget of every grant that it used. */
const countUses = async (sql: Sql, permit: Permit, act: Act): Promise<void> => {
  if (act.demand.action !== 'read.search') return;
  const { purpose } = act.demand;
  await Promise.all(
    permit.grants.map((grant) =>
      sql.query({
        name: 'grant-use',
        text: 'insert into grant_uses (agency_id, grant_id, search_id, grantee_agency_id, rows, purpose, member_id) values ($1, $2, $3, $4, $5, $6, $7)',
        values: [
          grant.ownerAgencyId,
          grant.grantId,
          act.searchId,
          act.actor.agencyId,
          act.shown.get(grant.ownerAgencyId) ?? 0,
          purpose,
          actorId(act.actor),
        ],
      }),
    ),
  );
};

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
