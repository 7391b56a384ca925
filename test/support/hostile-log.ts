// A log at its addresses whose owner does as he likes: signs any head, serves any tree. Made of RFC 6962's own definition and Node's
// Ed25519, with nothing of the writer and nothing of the verifier.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { leafHash, naiveConsistency, naiveRoot } from './naive-tree.js';

/** Leaf hashes of a history; another seed is another history. */
export const history = (size: number, seed = ''): Buffer[] =>
  Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`${seed}${at}`)));

export class HostileLog {
  private readonly keys = generateKeyPairSync('ed25519');
  private server: Server | undefined;
  readonly vkey: string;
  private readonly hint: Buffer;
  /** What its address shows. */
  shown: Buffer[] = [];
  /** In the place of a head over what is shown. */
  checkpoint: string | undefined;
  /** Answers nothing but this status, when set. */
  status: number | undefined;
  /** Tiles lie. */
  brokenTiles = false;

  constructor(readonly origin: string) {
    const raw = this.keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const typed = Buffer.concat([Buffer.from([1]), raw]);
    this.hint = createHash('sha256').update(`${origin}\n`).update(typed).digest().subarray(0, 4);
    this.vkey = `${origin}+${this.hint.toString('hex')}+${typed.toString('base64')}`;
  }

  head(leaves: readonly Buffer[]): string {
    const text = `${this.origin}\n${leaves.length}\n${naiveRoot(leaves).toString('base64')}\n`;
    const signature = Buffer.concat([this.hint, sign(null, Buffer.from(text), this.keys.privateKey)]);
    return `${text}\n— ${this.origin} ${signature.toString('base64')}\n`;
  }

  /** A request to cosign (C2SP tlog-witness). */
  request(old: number, leaves: readonly Buffer[]): string {
    const proof = old === 0 || old > leaves.length ? [] : naiveConsistency(old, leaves);
    return [`old ${old}`, ...proof.map((each) => each.toString('base64')), '', this.head(leaves)].join('\n');
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}/log/hostile`;
  }

  async open(): Promise<this> {
    const server = createServer((request, response) => {
      const [status, body] = this.answer((request.url ?? '').replace('/log/hostile/', ''));
      response.writeHead(status).end(body);
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private answer(name: string): [number, string | Buffer] {
    if (this.status !== undefined) return [this.status, 'no'];
    if (name === 'checkpoint') return [200, this.checkpoint ?? this.head(this.shown)];
    const found = /^tile\/([0-7])\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(name);
    if (!found) return [404, 'nothing'];
    const span = 256 ** Number(found[1]);
    const tile = Number(found[2]!.replaceAll(/[x/]/g, ''));
    const hashes = Array.from({ length: Number(found[3] ?? 256) }, (_, at) => {
      const first = (tile * 256 + at) * span;
      const leaves = this.shown.slice(first, first + span);
      return leaves.length === span ? naiveRoot(leaves) : undefined;
    });
    const whole = hashes.filter((each) => each !== undefined);
    if (whole.length !== hashes.length) return [404, 'nothing'];
    const bytes = Buffer.concat(whole);
    if (this.brokenTiles) bytes[0] = (bytes[0] ?? 0) ^ 1;
    return [200, bytes];
  }
}
