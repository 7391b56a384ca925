// Figures for /metrics, in Prometheus' text form. Labels are words of ours (agency slug, route pattern, rule), never a plate,
// a name or an id that a caller chose, so that the number of series is bounded by the house and not by its visitors.
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const reader = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [reader] }).getMeter('plateward');
const serializer = new PrometheusSerializer('', false, undefined, true, true);

const secondsFrom5ms = {
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
};
const secondsFrom50ms = {
  advice: { explicitBucketBoundaries: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600] },
};

/** Every figure that the platform keeps. `agency` is the agency's id. */
export const metrics = {
  /** Frames answered; labels agency, outcome (`accepted`, `duplicate`, or the error's code). */
  frames: meter.createCounter('plateward_frames', { description: 'Frames answered, by agency and outcome' }),
  /** Frames worked on; labels agency, outcome (`read`, `quarantined`, `retried`). */
  recognitions: meter.createCounter('plateward_recognitions', {
    description: 'Frames worked on, by agency and outcome',
  }),
  /** From the frame's receipt to its reads being stored; label agency. Seconds. */
  readLatency: meter.createHistogram('plateward_read_latency_seconds', {
    description: 'From receipt of a frame to its reads stored',
    unit: 's',
    ...secondsFrom50ms,
  }),
  /** Age of the oldest frame that waits; label agency. Seconds. Set by the sweep. */
  queueAge: meter.createGauge('plateward_queue_age_seconds', {
    description: 'Age of the oldest frame that waits',
    unit: 's',
  }),
  /** Frames that wait; label agency. Set by the sweep. */
  queueWaiting: meter.createGauge('plateward_queue_waiting', { description: 'Frames that wait to be recognised' }),
  /** Searches answered; labels agency (who asked), outcome (`done`, `refused`). */
  searches: meter.createCounter('plateward_searches', { description: 'Searches answered, by asking agency' }),
  /** Refusals at the door; labels agency (who asked), action, rule. */
  refusals: meter.createCounter('plateward_refusals', {
    description: 'Refusals at the door, by agency, action and rule',
  }),
  /** Messages about alerts; labels agency (who is told), channel, outcome (`told`, `retried`, `given_up`). */
  deliveries: meter.createCounter('plateward_deliveries', {
    description: 'Messages about alerts, by agency, channel and outcome',
  }),
  /** HTTP answers; labels method, route (its pattern), status. Seconds. */
  requests: meter.createHistogram('plateward_http_request_seconds', {
    description: 'Time to answer a request',
    unit: 's',
    ...secondsFrom5ms,
  }),
} as const;

meter
  .createObservableGauge('plateward_process_resident_bytes', {
    description: 'Memory that the process holds',
    unit: 'By',
  })
  .addCallback((result) => result.observe(process.memoryUsage.rss()));
meter
  .createObservableGauge('plateward_process_uptime_seconds', { description: 'Age of the process', unit: 's' })
  .addCallback((result) => result.observe(process.uptime()));

/** Media type of `renderMetrics`. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';

/** All figures of this process in Prometheus' text exposition format 0.0.4. */
export const renderMetrics = async (): Promise<string> =>
  serializer.serialize((await reader.collect()).resourceMetrics);
