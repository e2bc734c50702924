/**
 * @file One panel as a file: SVG that stands alone.
 */
import { renderToString } from "preact-render-to-string";
import { Drawing, type DrawnPanel } from "./draw/panel.js";
import { printableParts } from "./printable-parts.js";

/** SVG of a panel, light or dark as its reader likes it. */
export function svgOf(panel: DrawnPanel): string {
  return `${renderToString(<Drawing panel={printableParts(panel)} id="p" standalone />)}\n`;
}
