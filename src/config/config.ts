// The only reader of the environment: one schema, one frozen typed object, failing at start with the whole list of faults.
// Each process asks for the part that it needs; web and worker never see the administrator's database address.
import path from 'node:path';
import { z } from 'zod';
import { invalid, messageOf } from '../core/errors.js';
import { parseProviders } from '../core/providers.js';
import { Secret } from './secret.js';

const secret = z
  .string()
  .min(1)
  .transform((text) => new Secret(text));
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
  .transform((text) => new Secret(text));

/** The origin of a tile address, whose places of z, x and y lie behind the host; undefined where it is none. */
export const tilesOrigin = (text: string): string | undefined => {
  const whole = /^(https?:\/\/[^\s/{}?#;,'"@\\]+)\/[^\s'"]*$/i.exec(text);
  if (!whole || ['{z}', '{x}', '{y}'].some((place) => !text.includes(place))) return undefined;
  return URL.canParse(whole[1]!) ? new URL(whole[1]!).origin : undefined;
};

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).default(8080),
  /** The address that people use, when a proxy stands in front; checked against Origin. */
  PUBLIC_URL: z.url().optional(),
  DATA_DIR: z.string().default('.plateward'),
  /** Administrator's address; migrations and role creation only. */
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_APP_URL: postgresUrl.optional(),
  DATABASE_DOOR_URL: postgresUrl.optional(),
  DATABASE_QUEUE_URL: postgresUrl.optional(),
  /** Connections a process may hold as the app role. */
  DATABASE_CONNECTIONS_MAX: whole(2, 200).default(10),
  /** Searches that one member may have running at once in a process. */
  SEARCHES_PER_MEMBER_MAX: whole(1, 200).default(2),
  /** The same of one agency: its share of the connections. */
  SEARCHES_PER_AGENCY_MAX: whole(1, 200).default(4),
  /** Refusals of one member at another agency in ten minutes; what is more is counted, and told by one entry. */
  REFUSALS_PER_MEMBER_MAX: whole(1, 1_000_000).default(60),
  /** The same of all members of one agency at another. */
  REFUSALS_PER_AGENCY_MAX: whole(1, 1_000_000).default(240),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://')
    .transform((text) => new Secret(text))
    .optional(),
  BLOB_STORE: z.enum(['folder', 's3']).default('folder'),
  BLOB_DIR: z.string().optional(),
  S3_ENDPOINT: z.url().optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: secret.optional(),
  KEYRING_FILE: z.string().optional(),
  /** 32 bytes in hex; signs short-lived picture links. */
  LINK_SECRET: z
    .string()
    .regex(/^[0-9a-f]{64,}$/i, 'must be at least 64 hex digits')
    .transform((text) => new Secret(text))
    .optional(),
  SECURE_COOKIES: flag.default(false),
  MODELS_DIR: z.string().default('models'),
  /** Where models are run: names in the order in which they are tried, with commas between. */
  INFERENCE_PROVIDERS: z
    .string()
    .default('cpu')
    .superRefine((text, context) => {
      try {
        parseProviders(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `does not fit: ${messageOf(error).replace(/\.$/, '')}` });
      }
    }),
  /** Runner processes a worker keeps for inference. */
  WORKER_THREADS: whole(1, 64).default(1),
  /** Longest side of the picture that the detector sees: the manifest's `live` or `still` size, or pixels. */
  DETECTOR_SIZE: z.enum(['live', 'still']).or(whole(64, 4096)).default('still'),
  /** Most second looks at plates of one frame that were not read surely. */
  SECOND_LOOKS: whole(0, 20).default(4),
  FRAME_BYTES_MAX: whole(1024, 100 * 1024 * 1024).default(10 * 1024 * 1024),
  FRAME_PIXELS_MAX: whole(1024, 268_000_000).default(40_000_000),
  CAMERA_RATE_PER_SECOND_MAX: whole(1, 1000).default(10),
  /** Frames an agency may have waiting before new ones are answered with 503. */
  BACKLOG_FRAMES_MAX: whole(1, 10_000_000).default(50_000),
  LEASE_MS: whole(500, 600_000).default(2_500),
  /** Longest that one frame may be worked on before its runner is replaced. */
  FRAME_TIMEOUT_MS: whole(1_000, 600_000).default(30_000),
  ATTEMPTS_MAX: whole(1, 100).default(5),
  SWEEP_INTERVAL_MS: whole(100, 600_000).default(1_000),
  /** How long counts of reads may wait until an entry of the log tells them. */
  READ_COUNT_SECONDS: whole(1, 86_400).default(3_600),
  /** How long opened values of the log stand in clear beside their entry before they are sealed under the key of their month. */
  LOG_SEAL_SECONDS: whole(60, 2_678_400).default(3_600),
  /** Whether webhooks may lead to private and loopback addresses: for a receiver in the house's own network, and for tests. */
  WEBHOOKS_PRIVATE: flag.default(false),
  /** Whether webhooks may be called without TLS. */
  WEBHOOKS_PLAIN: flag.default(false),
  /** Whether witnesses that agencies require may be asked at private and loopback addresses: for a witness in the house's own network, and for tests. */
  WITNESSES_PRIVATE: flag.default(false),
  /** The mail server through which alerts leave, as smtp://user:password@host:587 or smtps://…; without it there is no e-mail. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s/]+/, 'must begin with smtp:// or smtps:// and name a host')
    .transform((text) => new Secret(text))
    .optional(),
  /** From whom mail comes. */
  SMTP_FROM: z.email().optional(),
  /** Whether mail may be handed on without TLS, as to a relay on the same machine. */
  SMTP_PLAIN: flag.default(false),
  /** How often canaries try the wall, in seconds; 0: not from this worker, because another one does. */
  CANARY_INTERVAL_SECONDS: z
    .literal('0')
    .transform(() => 0)
    .or(whole(60, 86_400))
    .default(3_600),
  /** Where canaries reach the web process, as from a worker. */
  CANARY_URL: z.url().optional(),
  /** The city's own map below the cameras, as https://tiles.example.gov/{z}/{x}/{y}.png; without it coasts and borders are drawn. */
  MAP_TILES_URL: z
    .string()
    .max(500)
    .refine(
      (text) => tilesOrigin(text) !== undefined,
      'must be an http or https address with {z}, {x} and {y} in its path',
    )
    .optional(),
  /** Who made that map; shown below it. */
  MAP_TILES_ATTRIBUTION: z.string().trim().min(1).max(200).optional(),
  /** The nearest zoom that it has pictures of. */
  MAP_TILES_ZOOM_MAX: whole(1, 22).default(19),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Where a worker serves /metrics and /healthz; 0 picks a free port. */
  METRICS_PORT: whole(0, 65_535).default(0),
});

type Environment = z.infer<typeof environment>;

export type Config = Readonly<
  Omit<Environment, 'BLOB_DIR' | 'KEYRING_FILE'> & { BLOB_DIR: string; KEYRING_FILE: string }
>;

/** Names that the environment may carry; anything else in it is not ours. */
export const configNames = Object.keys(environment.shape) as readonly (keyof Environment)[];

/**
 * Reads and checks the whole configuration.
 * @throws PlatewardError `configuration` listing every fault at once
 */
export const loadConfig = (env: Readonly<Record<string, string | undefined>> = process.env): Config => {
  const given = Object.fromEntries(configNames.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const parsed = environment.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (parsed.success && parsed.data.BLOB_STORE === 's3')
    for (const name of ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const)
      if (!parsed.data[name]) faults.push(`${name} is needed when BLOB_STORE is s3`);
  if (parsed.success && parsed.data.SMTP_URL && !parsed.data.SMTP_FROM)
    faults.push('SMTP_FROM is needed when SMTP_URL is set');
  if (parsed.success && parsed.data.MAP_TILES_URL && !parsed.data.MAP_TILES_ATTRIBUTION)
    faults.push('MAP_TILES_ATTRIBUTION is needed when MAP_TILES_URL is set: whose map it is stands below it');
  if (!parsed.success || faults.length > 0)
    throw invalid('configuration', `The configuration has ${faults.length} fault(s): ${faults.join('; ')}.`, {
      faults,
    });
  const { data } = parsed;
  return Object.freeze({
    ...data,
    BLOB_DIR: data.BLOB_DIR ?? path.join(data.DATA_DIR, 'blobs'),
    KEYRING_FILE: data.KEYRING_FILE ?? path.join(data.DATA_DIR, 'keyring.json'),
  });
};

/**
 * The same, with what a running house says of itself below the environment, and what a command was told above it.
 * @throws as `loadConfig`
 */
export const loadConfigBetween = (
  below: Readonly<Record<string, string>>,
  above: Readonly<Record<string, string | undefined>>,
): Config =>
  loadConfig({ ...below, ...process.env, ...Object.fromEntries(Object.entries(above).filter(([, value]) => value)) });

/** A setting that this process cannot do without. */
export const need = <T>(value: T | undefined, name: keyof Environment): T => {
  if (value === undefined)
    throw invalid('configuration', `${name} is not set. \`npm start\` sets it; otherwise see the README's "Deploy".`);
  return value;
};
