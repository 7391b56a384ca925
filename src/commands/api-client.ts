// Speaks to a running Plateward over HTTP, as any other program would: as a member with a session, or as a camera with its
// credential. It has no way in that others have not, and turns every problem into its sentence.
import { createHash, createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf, PlatewardError, unavailable } from '../core/errors.js';
import type { Told } from '../core/told-form.js';
import { cameraHeaders, canonicalRequest } from '../identity/camera-signature.js';

const problem = z.object({
  code: z.string().optional(),
  detail: z.string().optional(),
  title: z.string().optional(),
  /** What each agency that was asked says, where a search is refused as a whole. */
  agencies: z
    .array(z.object({ slug: z.string(), because: z.string().optional() }))
    .catch([])
    .default([]),
});
const whoAmI = z.object({
  csrfToken: z.string(),
  member: z.object({ id: z.string(), role: z.string() }),
  agency: z.object({ id: z.string(), name: z.string() }),
});

/** A fault that the other side told, with its HTTP status. */
export class ApiFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    sentence: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(sentence);
  }
}

const faultOf = async (response: Response): Promise<ApiFault> => {
  const body = problem.safeParse(await response.json().catch(() => ({})));
  const { code = 'unknown', detail, title, agencies = [] } = body.success ? body.data : {};
  const each = agencies.flatMap(({ slug, because }) =>
    because === undefined || because === detail ? [] : [` ${slug}: ${because}`],
  );
  const after = Number(response.headers.get('retry-after'));
  return new ApiFault(
    response.status,
    code,
    (detail ?? title ?? `The server answered ${response.status}.`) + each.join(''),
    after > 0 ? after : undefined,
  );
};

const request = async (url: string, init: RequestInit): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw unavailable(
      'server_unreachable',
      `Plateward does not answer at ${new URL(url).origin} (${messageOf(cause) || 'no connection'}). Start it with \`npm start\`, or name its address with --url.`,
    );
  }
  if (!response.ok) throw await faultOf(response);
  return response;
};

/** A signed-in member. */
export class MemberClient {
  private constructor(
    readonly url: string,
    private readonly cookie: string,
    private readonly csrfToken: string,
    readonly agencyName: string,
  ) {}

  /** @throws ApiFault 401 when agency, login or password are wrong */
  static async signIn(url: string, agency: string, login: string, password: string): Promise<MemberClient> {
    const response = await request(`${url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ agency, login, password }),
    });
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const who = whoAmI.parse(await response.json());
    return new MemberClient(url, cookie, who.csrfToken, who.agency.name);
  }

  /** @param shape what the answer must look like */
  async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const response = await request(`${this.url}${path}`, { headers: { cookie: this.cookie } });
    return shape.parse(await response.json());
  }

  /** A file that the answer is. */
  async file(path: string, body: unknown): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const response = await this.answer('POST', path, body);
    const name = /filename="([^"]*)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
    return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  post<T>(path: string, body: unknown, shape: z.ZodType<T>): Promise<T> {
    return this.send('POST', path, body, shape);
  }

  patch<T>(path: string, body: unknown, shape: z.ZodType<T>): Promise<T> {
    return this.send('PATCH', path, body, shape);
  }

  delete<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    return this.send('DELETE', path, {}, shape);
  }

  put<T>(path: string, body: unknown, shape: z.ZodType<T>): Promise<T> {
    return this.send('PUT', path, body, shape);
  }

  private async send<T>(method: string, path: string, body: unknown, shape: z.ZodType<T>): Promise<T> {
    return shape.parse(await (await this.answer(method, path, body)).json());
  }

  private answer(method: string, path: string, body: unknown): Promise<Response> {
    return request(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', cookie: this.cookie, 'x-csrf-token': this.csrfToken },
      body: JSON.stringify(body),
    });
  }

  async signOut(): Promise<void> {
    await request(`${this.url}/api/v1/sessions/current`, {
      method: 'DELETE',
      headers: { cookie: this.cookie, 'x-csrf-token': this.csrfToken },
    });
  }
}

/** One-time: an agency's first administrator. */
export const bootstrapAdministrator = async (
  url: string,
  slug: string,
  body: { token: string; login: string; name: string; password: string },
): Promise<void> => {
  await request(`${url}/api/v1/agencies/${slug}/bootstrap`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
};

const accepted = z.object({ frameId: z.string() });
/** How often a frame is sent again when the server is busy. */
const attemptsMax = 12;

export interface SentFrame {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly capturedAt: Date;
  /** One frame of the camera each; sent again, it stays one frame. */
  readonly key: string;
  /** Of the one vehicle in it. */
  readonly told?: Told | undefined;
}

/** A camera that signs its requests with an Ed25519 key, as docs/cameras.md says. */
export class CameraClient {
  private readonly key: KeyObject;

  /** @param privateKey PKCS #8, PEM */
  constructor(
    readonly url: string,
    private readonly credentialId: string,
    privateKey: string,
    private readonly say: (line: string) => void = () => undefined,
  ) {
    this.key = createPrivateKey(privateKey);
  }

  /**
   * Sends a frame until it is acknowledged; waits as told when the server is busy.
   * @returns the frame's id
   * @throws ApiFault when the frame or the credential is refused
   */
  async send(frame: SentFrame): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.sendOnce(frame);
      } catch (error) {
        const busy = error instanceof ApiFault && (error.status === 429 || error.status === 503);
        const away = error instanceof PlatewardError && error.code === 'server_unreachable';
        if (attempt >= attemptsMax || !(busy || away)) throw error;
        if (attempt === 3) this.say(`${error.message} Trying again for a while.`);
        const seconds = busy ? (error.retryAfterSeconds ?? 1) : Math.min(5, attempt);
        await wait(Math.min(30, seconds) * 1000);
      }
    }
  }

  private async sendOnce({ bytes, mediaType, capturedAt, key, told }: SentFrame): Promise<string> {
    const target = '/api/v1/frames';
    const headers: Record<string, string> = {
      'content-type': mediaType,
      'idempotency-key': key,
      [cameraHeaders.credential]: this.credentialId,
      [cameraHeaders.timestamp]: String(Math.floor(Date.now() / 1000)),
      [cameraHeaders.nonce]: randomBytes(16).toString('hex'),
      [cameraHeaders.capturedAt]: capturedAt.toISOString(),
      ...(told && { [cameraHeaders.told]: JSON.stringify(told) }),
    };
    const signature = sign(null, canonicalRequest('POST', target, headers, bytes), this.key).toString('base64');
    const response = await request(`${this.url}${target}`, {
      method: 'POST',
      headers: { ...headers, [cameraHeaders.signature]: signature },
      body: Buffer.from(bytes),
    });
    return accepted.parse(await response.json()).frameId;
  }
}

/** SHA-256 of bytes, hex: the key under which a file is one frame, however often it is sent. */
export const keyOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
