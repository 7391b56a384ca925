// The log's promise is that it holds only what is listed; these tests hand it what it must not keep.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { fieldsWritten } from './log.js';
import { metrics, renderMetrics } from './metrics.js';
import { span, traceParent } from './tracing.js';

const lineOf = (fields: Record<string, unknown>, message: string): string => {
  let line = '';
  pino({ base: null, formatters: { log: fieldsWritten } }, { write: (text: string) => void (line = text) }).info(
    fields,
    message,
  );
  return line;
};

describe('the log', () => {
  it('keeps listed fields and drops every other', () => {
    const line = lineOf(
      { agencyId: 'a1', ms: 3, plate: '7ABC123', name: 'Jane Doe', reason: 'because', body: { plate: '7ABC123' } },
      'search answered',
    );
    expect(JSON.parse(line)).toMatchObject({ agencyId: 'a1', ms: 3, msg: 'search answered' });
    expect(line).not.toMatch(/7ABC123|Jane|because/);
  });

  it('tells of an error where it happened and never what it said', () => {
    const line = lineOf(
      { err: new Error('duplicate plate 7ABC123', { cause: new Error('login jane') }) },
      'a request failed',
    );
    expect(line).not.toMatch(/7ABC123|jane/);
    expect(line).toContain('telemetry.spec.ts');
  });
});

describe('figures', () => {
  it('are printed in the form that Prometheus reads', async () => {
    metrics.refusals.add(2, { agency: 'springfield-pd', action: 'read.search', rule: 'role' });
    const text = await renderMetrics();
    expect(text).toMatch(/plateward_refusals_total\{[^}]*agency="springfield-pd"[^}]*\} 2/);
    expect(text).toContain('plateward_process_resident_bytes');
  });
});

describe('a span', () => {
  it('is a plain call while nothing is traced', async () => {
    await expect(span('x', {}, () => Promise.resolve(7))).resolves.toBe(7);
    expect(traceParent()).toBeUndefined();
  });
});
