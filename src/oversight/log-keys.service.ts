// The keys with which an agency's log is signed: replaced by one administrator on another's proposal. The house makes the new key; nobody is handed it.
import { Injectable } from '@nestjs/common';
import type { LogKeyChangeId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import { Vault, type Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { LogKeyListShown, LogKeyProposal, LogKeyProposed, LogKeyRotated } from './log-keys.schema.js';

@Injectable()
export class LogKeysService {
  constructor(private readonly vault: Vault) {}

  async list(door: Door<'logkey.list'>): Promise<LogKeyListShown> {
    const { value, permit } = await door.open({}, (s) => s.logKeys.list());
    const { keys, proposal } = value;
    return { keys: [...keys], proposal, abilities: abilitiesOf(permit, ['logkey.propose', 'logkey.rotate']) };
  }

  async propose(door: Door<'logkey.propose'>, { cause }: LogKeyProposal): Promise<LogKeyProposed> {
    const { value, receipts } = await door.open({}, (s) => s.logKeys.propose(cause));
    return { id: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 403 `log_key_own_proposal`, `log_key_proposer_gone`; 409 `log_key_state` */
  async rotate(door: Door<'logkey.rotate'>, id: string): Promise<LogKeyRotated> {
    const next = await this.vault.nextLogKey(door.actor.agencyId);
    const { receipts } = await door.open({}, (s) => s.logKeys.rotate(id as LogKeyChangeId, next));
    const { number, key } = next;
    return { number, key, receipt: receiptOf(receipts) };
  }
}
