// The section of the page about the keys with which the log was and is signed.
import { createHash } from 'node:crypto';
import { html, type Markup, moment } from './html.js';
import { download, tableOfRows } from './parts.js';
import type { PageParts } from './sections.js';

/** SHA-256 of the public key's 32 bytes, in groups of eight; nothing of a key in another form. */
export const fingerprintOf = (key: string): string => {
  const bytes = Buffer.from(/\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(key)?.[1] ?? '', 'base64');
  if (bytes.length !== 33) return '';
  const digest = createHash('sha256').update(bytes.subarray(1)).digest('hex');
  return digest.match(/.{8}/g)!.join(' ');
};

const causes: Readonly<Record<string, string>> = {
  scheduled: 'it was time to',
  compromised: 'somebody else may have had it',
};

export const keysSection = ({ numbers: { keys }, base }: PageParts): Markup =>
  html`<section aria-labelledby="keys">
    <h2 id="keys">Keys of the log</h2>
    <p>
      Each head of this log is signed. When the key for that is replaced, the new one stands in the log, the one before
      signs its last head over that entry, and is destroyed. Whoever knows one of these keys can check every other.
    </p>
    ${
      keys.length === 0
        ? html`<p class="none">The log says nothing of its key.</p>`
        : html`${tableOfRows(
            'Keys with which the log was signed, the present one first',
            [
              { title: 'Key' },
              { title: 'SHA-256 of it' },
              { title: 'From' },
              { title: 'Until' },
              { title: 'Replaced because' },
            ],
            [...keys]
              .reverse()
              .map(({ key, since, until, cause }) => [
                html`<code class="id">${key}</code>`,
                html`<code class="id">${fingerprintOf(key)}</code>`,
                moment(since),
                until === null ? 'signs now' : moment(until),
                cause === null ? '' : (causes[cause] ?? cause),
              ]),
          )}${download(base, 'keys', 'the keys')}`
    }
  </section>`;
