// Switches telemetry on for one process: the log's level and name, and traces when there is somewhere to send them. The trace
// SDK is loaded only then, so that a house without a collector pays neither memory nor time for it.
import type { Config } from '../config/config.js';
import { log } from './log.js';
import { turnTracingOn } from './tracing.js';

export interface Telemetry {
  /** Sends what is still held; waits at most as long as the exporter's own limit. */
  stop(): Promise<void>;
}

/** @param service name of the process in traces and logs, such as `plateward-web` */
export const startTelemetry = async (
  config: Pick<Config, 'LOG_LEVEL' | 'OTEL_EXPORTER_OTLP_ENDPOINT'>,
  service: string,
): Promise<Telemetry> => {
  log.level = config.LOG_LEVEL;
  log.setBindings({ service });
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return { stop: () => Promise.resolve() };
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': '0.1.0',
      'process.pid': process.pid,
    }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: new URL('v1/traces', withSlash(endpoint)).toString() })),
    ],
  });
  provider.register();
  turnTracingOn();
  return {
    stop: () =>
      provider.shutdown().catch((error: unknown) => log.warn({ err: error }, 'the last traces could not be sent')),
  };
};

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
