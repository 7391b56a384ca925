// HTML as text in which every value is escaped unless it was made here. No framework, no script: the page is read by whoever has a browser.

/** Markup that was made by `html` and is safe as it stands. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = string | number | Markup | null | undefined | readonly Value[];

/** Text for element content and quoted attributes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const textOf = (value: Value): string => {
  if (value === null || value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return escaped(String(value));
};

/** Markup with values in it; each value is escaped. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(parts.map((part, at) => part + textOf(values[at])).join(''));

/** A whole number with its thousands apart. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** A time of the log as people read it: UTC, to the minute. */
export const moment = (iso: string | null): Markup =>
  iso === null
    ? html`<span class="none">never</span>`
    : html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;

export const day = (iso: string | null): Markup =>
  iso === null ? html`<span class="none">none</span>` : html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
