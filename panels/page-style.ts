/**
 * @file The one style of a page: light and dark, from the width of a phone on, and on paper.
 */
import { DARK, DARK_RULES, LIGHT } from "./draw/palette.js";

const colors = ({ paper, ink, faint, line }: typeof LIGHT) =>
  `--paper:${paper};--ink:${ink};--faint:${faint};--line:${line}`;

export const PAGE_STYLE = `
:root{color-scheme:light dark;${colors(LIGHT)};--shade:#f3f5f7;--link:#0063a0}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem 1rem 3rem;max-width:52rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.2;margin:.4rem 0}
h2{font-size:1.25rem;margin:2.2rem 0 .5rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .2rem}
p{margin:.4rem 0}
.small,figcaption{color:var(--faint);font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;list-style:none}
a{color:var(--link)}
figure{margin:1rem 0}
svg{display:block;width:100%;max-width:40rem;height:auto;touch-action:pan-y}
svg.near{touch-action:none;cursor:move}
img{display:block;max-width:100%;height:auto}
.frame{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .7rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:break-word}
bdi{display:inline-block;max-width:min(24rem,80vw);overflow-wrap:break-word}
th{font-weight:600}
.n{text-align:right}
td.n{white-space:nowrap}
pre{overflow-x:auto;background:var(--shade);padding:.7rem;white-space:pre-wrap;font:.85rem/1.45 ui-monospace,monospace}
summary{cursor:pointer;padding:.3rem 0;color:var(--link)}
button{font:inherit;font-size:.85rem;color:var(--ink);background:var(--shade);border:1px solid var(--line);border-radius:4px;padding:.15rem .5rem;min-height:1.75rem;cursor:pointer}
th button{all:unset;cursor:pointer;min-height:1.6rem}
th button:focus-visible{outline:2px solid var(--link)}
[aria-sort=ascending] button::after{content:" ▲"}
[aria-sort=descending] button::after{content:" ▼"}
[aria-pressed=false]{text-decoration:line-through;opacity:.75}
.tools{display:flex;flex-wrap:wrap;gap:.3rem;margin:.3rem 0;max-height:9rem;overflow:auto}
.tip{position:absolute;z-index:1;max-width:20rem;padding:.3rem .5rem;font-size:.85rem;background:var(--paper);border:1px solid var(--faint);border-radius:4px;pointer-events:none}
@media (prefers-color-scheme:dark){:root{${colors(DARK)};--shade:#20252a;--link:#7fc1f2}${DARK_RULES}img{background:#fff}}
@media print{body{max-width:none;padding:0;font-size:10.5pt}nav,.tools,.tip{display:none}svg{max-width:13cm}img{max-height:14cm;width:auto}figure,tr,pre{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}.frame{overflow:visible}}
@page{margin:14mm}
`;
