// Traces: one from the HTTP request through the job to the database. Spans are made by hand at the few places that matter,
// because the automatic hooks do not see ES modules. Without an exporter every function here is a plain call.
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';

let on = false;
const tracer = trace.getTracer('plateward');

/** Called once by `startTelemetry` when there is somewhere to send spans. */
export const turnTracingOn = (): void => {
  on = true;
};
export const tracingIsOn = (): boolean => on;

/** Marks a span as failed with the error's class or code; its sentence may quote what somebody typed and stays out. */
const markFailed = (span: Span, error: unknown): void => {
  const word = error instanceof Error ? ('code' in error ? String(error.code) : error.name) : typeof error;
  span.setAttribute('error.type', word);
  span.setStatus({ code: SpanStatusCode.ERROR });
};

const run = async <T>(
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  parent: Context,
  work: () => Promise<T>,
): Promise<T> => {
  const span = tracer.startSpan(name, { kind, attributes }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work);
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/** Runs `work` inside a span. Attributes are ids and words of ours. */
export const span = <T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> =>
  on ? run(name, SpanKind.INTERNAL, attributes, context.active(), work) : work();

/** Runs `work` as the continuation of a trace that began in another process. @param parent W3C traceparent, from the job's row */
export const resumedSpan = <T>(
  name: string,
  attributes: Attributes,
  parent: string | null | undefined,
  work: () => Promise<T>,
): Promise<T> =>
  on
    ? run(
        name,
        SpanKind.CONSUMER,
        attributes,
        parent ? propagation.extract(context.active(), { traceparent: parent }) : context.active(),
        work,
      )
    : work();

/** The W3C traceparent of the span in progress, to be stored on a job's row; undefined when nothing is traced. */
export const traceParent = (): string | undefined => {
  if (!on) return undefined;
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
};

/** A span around a request whose beginning and end are two separate events. */
export interface OpenSpan {
  /** Runs a function with the span as the one in progress. */
  within<T>(work: () => T): T;
  end(attributes: Attributes, failed: boolean): void;
}

/**
 * Begins the server's span of one HTTP request; undefined when nothing is traced.
 * @param headers the request's headers; a traceparent among them is continued
 */
export const beginServerSpan = (
  name: string,
  attributes: Attributes,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): OpenSpan | undefined => {
  if (!on) return undefined;
  const parent = propagation.extract(context.active(), headers);
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  const inside = trace.setSpan(parent, span);
  return {
    within: (work) => context.with(inside, work),
    end: (last, failed) => {
      span.setAttributes(last);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
};
