// The witness's own log: one JSON object a line on standard output. Heads and names of logs are public; nothing else stands there.

/** What happened: `ready` once, `cosigned` for each new head, `trouble` and `well` at its begin and end, `alarm` with its evidence. */
export type Event = 'ready' | 'cosigned' | 'trouble' | 'well' | 'alarm' | 'stopped';

export const tell = (
  event: Event,
  log: string | undefined,
  says: string,
  more: Readonly<Record<string, unknown>> = {},
): void => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, log, says, ...more })}\n`);
};
