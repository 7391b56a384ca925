// The public's way in: which agencies have a public page here. And what people see where there is none.
import { html, Markup } from './html.js';
import { style } from './style.js';

const styleSheet = new Markup(`<style>${style}</style>`);

const page = (title: string, intro: Markup, main: Markup): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}</title>
        ${styleSheet}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>
          <h1>${title}</h1>
          ${intro}
        </header>
        <main id="main">${main}</main>
        <footer>
          <p>Members of an agency sign in <a href="/console">at the console</a>.</p>
        </footer>
      </body>
    </html> `.text;

export const agenciesPage = (agencies: readonly { readonly slug: string; readonly name: string }[]): string =>
  page(
    'Who reads licence plates here',
    html`<p>
      Each agency that reads plates with this system has a public page: how many cameras it has, how often it searched
      and for what, with whom it shares, and what it was refused. Nobody types these numbers in. They are counted from a
      log that anybody can check, without signing in.
    </p>`,
    agencies.length === 0
      ? html`<p class="note">
          No agency is enrolled here yet, so there is nothing to show. The first one stands here as soon as it is.
        </p>`
      : html`<ul class="agencies">
          ${agencies.map(
            ({ slug, name }) =>
              html`<li>
                <a href="/transparency/${slug}">${name}</a>
                <a class="load" href="/transparency/${slug}/verify" aria-label="${name}: check its numbers yourself"
                  >check its numbers yourself</a
                >
              </li>`,
          )}
        </ul>`,
  );

export const nothingPage: string = page(
  'There is no such page',
  html`<p>
    No agency here has this address, or it has no such table. Perhaps the address was mistyped, or the agency is in
    another city’s system.
  </p>`,
  html`<p><a href="/transparency">See all agencies that have a public page here</a></p>`,
);
