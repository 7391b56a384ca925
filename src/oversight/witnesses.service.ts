// Which witnesses an agency requires of its log: proposed by one administrator, adopted by another.
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { invalid } from '../core/errors.js';
import type { PackChangeId } from '../core/ids.js';
import { leadsInside } from '../core/public-address.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { CONFIG } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import type { WitnessesAdopted, WitnessesProposed, WitnessesShown, WitnessRuleBody } from './witnesses.schema.js';

@Injectable()
export class WitnessesService {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  async get(door: Door<'witnesses.get'>): Promise<WitnessesShown> {
    const { value, permit } = await door.open({}, (s) => s.witnesses.get());
    const { rule, proposal, cosigned } = value;
    return {
      ...value,
      rule: rule && { ...rule, witnesses: [...rule.witnesses] },
      proposal: proposal && { ...proposal, rule: { ...proposal.rule, witnesses: [...proposal.rule.witnesses] } },
      cosigned: [...cosigned],
      abilities: abilitiesOf(permit, ['witnesses.propose', 'witnesses.adopt']),
    };
  }

  /** @throws PlatewardError 400 `witness_private` */
  async propose(door: Door<'witnesses.propose'>, rule: WitnessRuleBody): Promise<WitnessesProposed> {
    if (!this.config.WITNESSES_PRIVATE && rule.witnesses.some(({ url }) => leadsInside(new URL(url))))
      throw invalid('witness_private', 'A witness must not live at a private or loopback address.');
    const { value, receipts } = await door.open({}, (s) => s.witnesses.propose(rule));
    return { id: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 403 `witnesses_own_proposal`; 409 `witnesses_state` */
  async adopt(door: Door<'witnesses.adopt'>, id: string): Promise<WitnessesAdopted> {
    const { receipts } = await door.open({}, (s) => s.witnesses.adopt(id as PackChangeId));
    return { receipt: receiptOf(receipts) };
  }
}
