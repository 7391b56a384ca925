// A plain page of the house in HTML, with the one style sheet of these pages and no script; and what a person sees at an address where there is nothing.

/** @param head elements of the head, such as a style sheet */
export const pageOf = (title: string, head: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>${head}</head><body>${body}</body></html>`;

export const plainPage = (title: string, body: string): string =>
  pageOf(title, '<link rel="stylesheet" href="/docs/page.css">', `<main>${body}</main>`);

export const nothingHere = plainPage(
  'Plateward: nothing at this address',
  `<h1>There is nothing at this address</h1>
<p>Perhaps it was mistyped, or what was here has moved. Nothing of what you asked was kept.</p>
<ul><li><a href="/console">The console, for members of an agency</a></li><li><a href="/transparency">The public pages of agencies, for everybody</a></li><li><a href="/">What this is</a></li></ul>`,
);
