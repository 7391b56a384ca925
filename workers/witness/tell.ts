// The witness's own log: one JSON object a line on standard output. Heads and names of logs are public; nothing else stands there.

/** What happened: `ready` once, `cosigned` for each new head, `rotated` for each key that took another's place, `trouble` and `well` at its begin and end, `alarm` with its evidence. */
export type Event = 'ready' | 'cosigned' | 'rotated' | 'trouble' | 'well' | 'alarm' | 'stopped';

export const tell = (
  event: Event,
  log: string | undefined,
  says: string,
  more: Readonly<Record<string, unknown>> = {},
): void => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, log, says, ...more })}\n`);
};
