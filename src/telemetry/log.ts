// The structured log. It holds no plate, name, reason, address or secret: only the fields listed here are ever written,
// whatever a caller hands over, and of an error only its kind, code and where it was thrown. The sentence of an error may
// quote what somebody typed, so it stays out.
import { pino, type Logger } from 'pino';

/** Fields that may be written: ids, words of our own, numbers. A new field is a decision, not a habit. */
const allowed = new Set([
  'service',
  'event',
  'requestId',
  'traceId',
  'agency',
  'agencyId',
  'actor',
  'action',
  'rule',
  'outcome',
  'method',
  'route',
  'status',
  'code',
  'kind',
  'ms',
  'count',
  'bytes',
  'attempts',
  'jobId',
  'frameId',
  'cameraId',
  'credentialId',
  'memberId',
  'searchId',
  'grantId',
  'readId',
  'modelId',
  'queue',
  'backend',
  'address',
  'port',
  'pid',
  'version',
  'signal',
  'state',
  'faults',
  'remedy',
]);

/** What may be told of an error: its class, its code and the places it passed, never its sentence. */
const shapeOfError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error };
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
  return {
    type: error.name,
    ...('code' in error && { code: String(error.code) }),
    ...(places.length > 0 && { at: places }),
    ...(error.cause instanceof Error && { cause: shapeOfError(error.cause) }),
  };
};

/** The part of a line's fields that may be written. */
export const fieldsWritten = (fields: Record<string, unknown>): Record<string, unknown> => {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'err' || field === 'error') kept['error'] = shapeOfError(value);
    else if (allowed.has(field)) kept[field] = value;
  }
  return kept;
};

/**
 * The process's log: JSON lines on standard output. `log.info({ agencyId, ms }, 'frame stored')`; the message is a fixed
 * sentence of ours, never built from input. `startTelemetry` sets its level and the service's name.
 */
export const log: Logger = pino({
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: {
    level: (label) => ({ level: label }),
    log: fieldsWritten,
    bindings: fieldsWritten,
  },
  // Left alone, pino takes an error's sentence for the line's message when none is given.
  hooks: {
    logMethod(args, method) {
      const [fields, ...rest] = args as [unknown, ...unknown[]];
      if (typeof fields === 'string') return method.apply(this, [fields]);
      const safe: object =
        fields instanceof Error ? { err: fields } : typeof fields === 'object' && fields !== null ? fields : {};
      const message = rest.find((each): each is string => typeof each === 'string') ?? 'no message';
      return method.apply(this, [safe, message]);
    },
  },
  serializers: { err: (value: unknown) => value },
});
