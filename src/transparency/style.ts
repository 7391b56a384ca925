// The page's one style sheet. It stands in the page, so that the page is whole when it is saved or printed; the page's policy names its hash and
// lets no other style in.
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--field:#f6f8fa;--bar0:#0b57d0;--bar1:#b3541e;--warn:#9a3412;--warn-ground:#fff4ec;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ground:#15181c;--text:#e6e6e6;--soft:#a5adb6;--line:#3a424b;--field:#1d2228;--bar0:#8ab4f8;--bar1:#f0a36b;--warn:#ffb38a;--warn-ground:#2b1d14;--link:#8ab4f8}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;font:1rem/1.55 system-ui,sans-serif;color:var(--text);background:var(--ground)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:.5rem;top:.5rem;background:var(--ground);padding:.5rem}
header,main,footer{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.75rem;line-height:1.2;margin:1rem 0 .5rem;overflow-wrap:break-word}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p,li,dd{max-width:44rem}
a{color:var(--link)}
a:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}
nav a{display:inline-block;padding:.25rem 0}
.agencies{list-style:none;padding:0}
.agencies li{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;padding:.6rem 0;border-bottom:1px solid var(--line)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1rem 0}
.figures div{background:var(--field);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .75rem}
.figures dt{color:var(--soft);font-size:.875rem}
.figures dd{margin:0;font-size:1.25rem;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.note,.none,footer{color:var(--soft)}
.missing{color:var(--warn);background:var(--warn-ground);border-left:.25rem solid var(--warn);padding:.4rem .75rem;margin:.25rem 0 1rem}
.said{white-space:pre-line;margin:.25rem 0 1rem;overflow-wrap:anywhere}
.policy dt{font-weight:600}
.policy dd{margin:0}
.chart{margin:1rem 0;max-width:34rem}
.chart svg{display:block;width:100%;height:auto}
.chart text{font:12px system-ui,sans-serif;fill:var(--text)}
.bar0{fill:var(--bar0)}.bar1{fill:var(--bar1)}
.key svg{display:inline-block;width:.8em;height:.8em;margin-right:.35em}
.key{display:inline-block;margin-right:1rem;font-size:.875rem}
.scroll{overflow-x:auto;margin:.5rem 0}
caption{text-align:left;padding:.25rem 0}
table{border-collapse:collapse;font-size:.9375rem;min-width:18rem}
th,td{text-align:left;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td time,th time{white-space:nowrap}
thead th{font-weight:600}
tbody th{font-weight:400}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code,pre{font:.875em ui-monospace,monospace}
.id{overflow-wrap:anywhere}
pre{background:var(--field);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;overflow-x:auto}
.load{font-size:.9375rem}
@media print{:root{color-scheme:light;--ground:#fff;--text:#000;--soft:#333;--line:#999;--field:#fff;--bar0:#0b57d0;--bar1:#b3541e;--warn:#000;--warn-ground:#fff;--link:#000}
nav,.load,.skip{display:none}body{font-size:10pt}.scroll{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}table{width:100%}tr,figure,.figures div{break-inside:avoid}h2,h3{break-after:avoid}
#proof~p a[href]::after,footer a[href]::after{content:' (' attr(href) ')'}
.bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** The page's content security policy: its own style, and nothing else at all. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
