/**
 * @file Panels as a file: SVG that stands alone, light or dark as its reader likes it.
 */
import { renderToString } from "preact-render-to-string";
import { WIDTH } from "./draw/frame.js";
import { DARK_RULES } from "./draw/palette.js";
import { Drawing, type DrawnPanel } from "./draw/panel.js";
import { printableParts } from "./printable-parts.js";

export function svgOf(panel: DrawnPanel): string {
  return `${xmlOf(panel, "p", true)}\n`;
}

function xmlOf(panel: DrawnPanel, id: string, standalone: boolean): string {
  const html = renderToString(<Drawing panel={printableParts(panel)} id={id} standalone={standalone} />);
  // XML forbids in a text what HTML allows there.
  return html.replaceAll("]]>", "]]&gt;");
}

const GAP = 12;

/** Several panels side by side in one SVG, at most three in a line. */
export function svgOfAll(panels: readonly DrawnPanel[]): string {
  const across = Math.min(3, panels.length);
  const drawn = panels.map((panel, i) => {
    const svg = xmlOf(panel, `p${i + 1}`, false);
    return { svg, height: Number(/^<svg[^>]* viewBox="0 0 \d+ ([\d.]+)"/.exec(svg)![1]) };
  });
  const parts: string[] = [];
  let top = 0;
  for (let first = 0; first < drawn.length; first += across) {
    const line = drawn.slice(first, first + across);
    line.forEach(({ svg, height }, i) => {
      parts.push(
        svg.replace("<svg ", `<svg x="${i * (WIDTH + GAP)}" y="${top}" width="${WIDTH}" height="${height}" `),
      );
    });
    top += Math.max(...line.map(({ height }) => height)) + GAP;
  }
  const [width, height] = [across * (WIDTH + GAP) - GAP, Math.ceil(top - GAP)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<style>@media (prefers-color-scheme: dark){${DARK_RULES}}</style>`,
    `<rect class="paper" width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}
