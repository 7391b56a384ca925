// Exports of what a search showed. The list of reads comes back from whoever searched, as the search signed it; what of it is still open is
// the vault's to decide. It refuses to open a picture's bytes before the export is committed to the logs, and to keep a file.
import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { Permit } from '../access/decide.js';
import type { Clock } from '../core/clock.js';
import { invalid, PlatewardError } from '../core/errors.js';
import type { SearchId } from '../core/ids.js';
import { isPictureFault, readPictureHeader } from '../core/picture.js';
import type { Paper } from '../paper/paper.js';
import { Press } from '../paper/press.js';
import { Blobs } from '../vault/blobs/blobs.js';
import type { ExportedRead } from '../vault/stores/read-export.js';
import type { Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import { memberOf } from './answer.js';
import { exportCsv } from './export-csv.js';
import { exportPaper } from './export-paper.js';
import { left, type Exported, type Opened } from './exported.js';
import { picturedMax, type NewExport } from './exports.schema.js';
import { ShownReads, type ShownAnswer } from './shown.js';

/** Bytes of pictures that one file holds. */
const pictureBytesMax = 40 * 1024 * 1024;

type Print = (paper: Paper) => Promise<Buffer>;

@Injectable()
export class ExportsService {
  constructor(
    private readonly blobs: Blobs,
    private readonly shown: ShownReads,
    private readonly press: Press,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PlatewardError 400 `export_empty`, `export_long`; 403 `export_shown`, `search_*`, `grant_*`; 503 `press_*` */
  make(door: Door<'read.export'>, searchId: SearchId, asked: NewExport): Promise<StreamableFile> {
    return asked.format === 'pdf'
      ? this.press.hold((print) => this.export(door, searchId, asked, print))
      : this.export(door, searchId, asked);
  }

  private async export(
    door: Door<'read.export'>,
    searchId: SearchId,
    { shown, format, pictures }: NewExport,
    print?: Print,
  ): Promise<StreamableFile> {
    const { agencyId: home, sessionId } = memberOf(door);
    const answer = this.shown.read({ sessionId, searchId }, shown);
    if (answer) bounded(answer, pictures);
    const reads = answer?.reads ?? [];
    const demand = {
      ...{ searchId, format, pictures, shown: answer ? ('holds' as const) : ('broken' as const) },
      agencies: answer ? [...new Set(reads.map(({ agencyId }) => agencyId))] : [home],
    };
    const { value, permit, receipts } = await door.open(demand, (s) => s.exports.find(reads));
    if (!answer) throw new Error('what was refused went on');
    const exported: Exported = {
      ...{ answer, searchId, pictures },
      reads: await this.withPictures(permit, answer, value, pictures),
      left: left(answer, value, permit.verdicts),
      search: permit.facts.search!,
      by: { login: permit.facts.member!.login, role: permit.facts.member!.role, agency: permit.facts.home },
      agencies: permit.facts.asked,
      receipt: receiptOf(receipts),
      madeAt: this.clock.now(),
    };
    const bytes = print ? await print(exportPaper(exported)) : Buffer.from(exportCsv(exported));
    return new StreamableFile(bytes, {
      type: print ? 'application/pdf' : 'text/csv; charset=utf-8',
      length: bytes.length,
      disposition: `attachment; filename="export-${exported.by.agency.slug}-${exported.receipt.entry}.${format}"`,
    });
  }

  /** In the order in which they were shown, each with the pictures that are wanted and open; why one is missing is said in its stead. */
  private async withPictures(
    permit: Permit,
    { reads }: ShownAnswer,
    found: readonly ExportedRead[],
    wanted: NewExport['pictures'],
  ): Promise<Opened[]> {
    const byId = new Map(found.map((read) => [read.readId, read]));
    let room = pictureBytesMax;
    const open = async (read: ExportedRead, key: string | null): Promise<Uint8Array | string | null> => {
      if (key === null) return null;
      try {
        const bytes = await this.blobs.get(permit, read.agencyId, key);
        const header = readPictureHeader(bytes);
        if (isPictureFault(header)) return 'it is damaged';
        if (bytes.length > room) return 'the file would be too large';
        room -= bytes.length;
        return bytes;
      } catch (error) {
        if (error instanceof PlatewardError) return `it cannot be opened (${error.code})`;
        throw error;
      }
    };
    const opened: Opened[] = [];
    for (const shown of reads) {
      const read = byId.get(shown.readId);
      if (!read || read.agencyId !== shown.agencyId) continue;
      const crop = wanted === 'none' ? null : await open(read, read.cropKey);
      const frame = wanted === 'frames' ? await open(read, read.frameKey) : null;
      opened.push({ shown, read, crop, frame });
    }
    return opened;
  }
}

/** @throws PlatewardError `export_empty`, `export_long` */
const bounded = ({ reads }: ShownAnswer, pictures: NewExport['pictures']): void => {
  if (reads.length === 0) throw invalid('export_empty', 'This search showed nothing; there is nothing to export.');
  const most = pictures === 'none' ? undefined : picturedMax[pictures];
  if (most !== undefined && reads.length > most)
    throw invalid(
      'export_long',
      `A file with ${pictures === 'crops' ? 'plates cut out' : 'full pictures'} holds at most ${most} reads, and this search showed ${reads.length}. Ask it with a lower limit, or export fewer pictures.`,
    );
};
