// Hears server-sent events as a browser does (the form of the HTML standard, 9.2), for tests. Each stream has a connection of its own,
// which is gone when the stream is.
import { get, type IncomingMessage } from 'node:http';

export interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export class EventStream {
  private readonly told: Told[] = [];
  private readonly waiting: (() => void)[] = [];
  private over = false;
  private readonly gone: Promise<void>;

  private constructor(
    private readonly response: IncomingMessage,
    private readonly stop: AbortController,
  ) {
    this.gone = this.status === 200 ? this.hear() : Promise.resolve();
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventStream> {
    const stop = new AbortController();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, signal: stop.signal, agent: false }, resolve).once('error', reject);
    });
    return new EventStream(response, stop);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get type(): string | undefined {
    return this.response.headers['content-type'];
  }

  async problem(): Promise<Record<string, unknown>> {
    let text = '';
    for await (const bytes of this.response) text += String(bytes);
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** The next event that was not asked for yet. @throws Error when nothing comes in time, or the stream ends */
  async next(timeoutMs: number): Promise<Told> {
    const ends = Date.now() + timeoutMs;
    for (;;) {
      const told = this.told.shift();
      if (told) return told;
      if (this.over) throw new Error('the stream has ended');
      const left = ends - Date.now();
      if (left <= 0) throw new Error('nothing came');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Settles when the other side has ended it. */
  ended(): Promise<void> {
    return this.gone;
  }

  close(): void {
    this.stop.abort();
  }

  private async hear(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const bytes of this.response) {
        text += decoder.decode(bytes as Buffer, { stream: true });
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch {
      // Closed by us, or broken off: over either way.
    }
    this.over = true;
    this.wake();
  }

  private take(block: string): void {
    const fields = new Map(
      block
        .split('\n')
        .filter((line) => !line.startsWith(':'))
        .map((line) => /^(\w+): ?(.*)$/.exec(line))
        .flatMap((found) => (found ? [[found[1]!, found[2]!] as const] : [])),
    );
    const data = fields.get('data');
    if (data === undefined) return;
    this.told.push({
      id: fields.get('id') ?? '',
      event: fields.get('event') ?? 'message',
      data: JSON.parse(data) as Record<string, unknown>,
    });
    this.wake();
  }

  private wake(): void {
    for (const each of this.waiting.splice(0)) each();
  }
}
