// The card of weights that somebody brought: what is known of them, and that nobody here has measured them.
import type { DetectorSpec, ReaderSpec } from '../../../src/recognition/manifest.js';

/** A page in Markdown. @param from where they came from, in a few words */
export const cardOf = (spec: DetectorSpec | ReaderSpec, from: string, notes: readonly string[] = []): string =>
  [
    `# ${spec.id}`,
    '',
    `Weights of the form \`${spec.form}\`, brought from ${from}. Licence as it was told: ${spec.licence}.`,
    `SHA-256 \`${spec.sha256}\`, ${spec.bytes} bytes.`,
    '',
    'Nobody has measured them here. `npm run plateward -- models compare` sets them against other models on pictures of your own.',
    ...notes.map((note) => `\n- ${note}`),
    '',
  ].join('\n');
