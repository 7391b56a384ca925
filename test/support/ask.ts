// One call of one method of a store, through its door.
import type { Action } from '../../src/access/actions.js';
import type { Actor } from '../../src/access/actor.js';
import type { AskedOf } from '../../src/access/demand.js';
import type { Lent } from '../../src/vault/stores/index.js';
import type { Vault } from '../../src/vault/vault.js';

/** One call of one method. */
export interface Ask {
  readonly action: Action;
  /** `store.method`, and after a # which of its statements. */
  readonly method: string;
  run(vault: Vault): Promise<unknown>;
}

/** The calls of one action's stores by one actor. */
export const asks = <A extends Action>(
  action: A,
  actor: Actor,
  demand: AskedOf<A>,
  calls: Readonly<Record<string, (stores: Lent[A]) => Promise<unknown>>>,
): Ask[] =>
  Object.entries(calls).map(([method, call]) => ({
    action,
    method,
    run: async (vault) => (await vault.door(actor, action).open(demand, (stores) => call(stores))).value,
  }));
