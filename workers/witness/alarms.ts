// What a witness cries out about, with the evidence: both signed heads in a file of their own, a line on its output, and a message to
// whoever wants one. The same evidence is told once; a file stays until a person moves it away.
import { mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../src/core/errors.js';
import { syncFolder } from './durable.js';
import { tell } from './tell.js';

/**
 * `fork`: the log has signed two heads that cannot both be its own. `rollback`: its address shows fewer entries than before. `unproven`:
 * its address shows tiles that do not make its signed head. `key`: a head is signed with a key that no entry introduced, or that was replaced. `silent`: it has not shown for long that it grew out of what was kept.
 */
export type AlarmKind = 'fork' | 'rollback' | 'unproven' | 'key' | 'silent';

export interface Alarm {
  readonly kind: AlarmKind;
  readonly origin: string;
  readonly says: string;
  /** The head that the witness cosigned, with all signatures. */
  readonly kept: string | null;
  /** The one that it was shown. */
  readonly shown: string | null;
  /** Hashes in base64: from the smaller tree to the larger one, as the log's tiles have it. */
  readonly proof?: readonly string[];
  /** Tells this evidence from other; part of a file's name. */
  readonly mark: string;
}

const triesMax = 5;

export class Alarms {
  private sending: Promise<void> = Promise.resolve();
  /** Files of evidence. */
  files: readonly string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly witness: string,
    private readonly webhook: string | undefined,
  ) {}

  static async open(folder: string, witness: string, webhook: string | undefined): Promise<Alarms> {
    const alarms = new Alarms(folder, witness, webhook);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    alarms.files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
    return alarms;
  }

  /** Writes the evidence down and tells of it, unless that very evidence is there already. */
  async raise({ mark, ...alarm }: Alarm): Promise<void> {
    const name = `${alarm.kind}-${mark}.json`;
    if (this.files.includes(name)) return;
    this.files = [...this.files, name].sort();
    const document = { ...alarm, witness: this.witness, at: new Date().toISOString() };
    const handle = await open(path.join(this.folder, name), 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(document, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(this.folder);
    tell('alarm', alarm.origin, alarm.says, { kind: alarm.kind, evidence: path.join(this.folder, name) });
    if (this.webhook !== undefined) this.sending = this.sending.then(() => this.send(document));
  }

  /** Answers when nothing is on its way any more. */
  sent(): Promise<void> {
    return this.sending;
  }

  private async send(document: Readonly<Record<string, unknown>>): Promise<void> {
    let why = '';
    for (let tries = 0; tries < triesMax; tries += 1) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
      try {
        const answer = await fetch(this.webhook!, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(document),
          signal: AbortSignal.timeout(10_000),
        });
        await answer.body?.cancel();
        if (answer.ok) return;
        why = `it answers ${answer.status}`;
      } catch (error) {
        why = messageOf(error);
      }
    }
    tell('trouble', String(document['origin']), `The alarm could not be delivered: ${why}.`);
  }
}
