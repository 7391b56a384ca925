// The agency's usage and privacy policy, shown to its members and replaced by its administrators. The entry of a change has its whole text,
// because the public page is made from the log and from nothing else.
import { Injectable } from '@nestjs/common';
import { missingItems } from '../core/usage-policy.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import { policyOwed } from '../access/live.js';
import type { NewPolicy, PolicySet, PolicyShown } from './policy.schema.js';

@Injectable()
export class PolicyService {
  async get(door: Door<'policy.get'>): Promise<PolicyShown> {
    const { value, permit } = await door.open({}, (s) => s.policy.get());
    const { items, revision } = value;
    const needed = policyOwed(permit.facts.home, Object.keys(items));
    return {
      policy: items,
      missing: missingItems(items),
      needed,
      revision,
      abilities: abilitiesOf(permit, ['policy.set']),
    };
  }

  async set(door: Door<'policy.set'>, policy: NewPolicy): Promise<PolicySet> {
    const { value, permit, receipts } = await door.open({}, (s) => s.policy.set(policy));
    return {
      policy,
      missing: missingItems(policy),
      needed: policyOwed(permit.facts.home, Object.keys(policy)),
      revision: value,
      receipt: receiptOf(receipts),
    };
  }
}
