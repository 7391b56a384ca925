// Releasing records of the own log. A release is an entry: which period, which fields, how many entries, and by a commitment what was asked.
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../core/clock.js';
import type { Paper } from '../paper/paper.js';
import { Press } from '../paper/press.js';
import { tableRowsMax } from '../paper/paper.js';
import type { DisclosedRecords } from '../vault/stores/log-disclosure.js';
import type { Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import { disclosurePaper } from './disclosure-paper.js';
import type { Disclosure, NewDisclosure, NewPreview, Preview } from './disclosures.schema.js';

@Injectable()
export class DisclosuresService {
  constructor(
    private readonly press: Press,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PlatewardError 400 `disclosure_long`; 503 `press_busy`, `press_failed` */
  make(door: Door<'audit.disclose'>, asked: NewDisclosure): Promise<Disclosure> {
    return asked.pdf ? this.press.hold((print) => this.release(door, asked, print)) : this.release(door, asked);
  }

  private async release(
    door: Door<'audit.disclose'>,
    asked: NewDisclosure,
    print?: (paper: Paper) => Promise<Buffer>,
  ): Promise<Disclosure> {
    const { from, to, fields, request, suppressBelow } = asked;
    const note = { from: from.toISOString(), to: to.toISOString(), fields, request, suppressBelow };
    const entriesMax = print && suppressBelow === undefined ? tableRowsMax : undefined;
    const { value, permit, receipts } = await door.open({ note }, (s) =>
      s.log.disclose({ from, to, fields, suppressBelow, entriesMax }),
    );
    const receipt = receiptOf(receipts);
    const { home } = permit.facts;
    const paper = print && disclosurePaper(value, asked, { agency: home, receipt, madeAt: this.clock.now() });
    return { ...plain(value), pdf: print && paper ? (await print(paper)).toString('base64') : null, receipt };
  }

  /** The same without a paper, of which only the first are handed out. @throws PlatewardError 400 `disclosure_long` */
  async preview(door: Door<'audit.preview'>, { from, to, fields, limit }: NewPreview): Promise<Preview> {
    const note = { from: from.toISOString(), to: to.toISOString(), fields };
    const { value, receipts } = await door.open({ note }, (s) => s.log.disclose({ from, to, fields }));
    const { entries, counts, agencies, destroyed } = plain(value);
    return {
      total: entries.length,
      changed: entries.filter(({ told }) => Object.keys(told).length > 0).length,
      entries: entries.slice(0, limit),
      ...{ counts, agencies, destroyed },
      receipt: receiptOf(receipts),
    };
  }
}

const plain = ({
  entries,
  counts,
  agencies,
  destroyed,
}: DisclosedRecords): Pick<Disclosure, 'entries' | 'counts' | 'agencies' | 'destroyed'> => ({
  entries: entries.map((each) => ({ ...each, opened: { ...each.opened }, told: { ...each.told } })),
  counts: {
    searches: counts.searches,
    tables: counts.tables.map(({ by, rows }) => ({ by, rows: rows && rows.map((row) => ({ ...row })) })),
  },
  agencies: agencies.map((each) => ({ ...each })),
  destroyed: destroyed.map((each) => ({ ...each, by: [...each.by] })),
});
