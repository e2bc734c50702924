/**
 * @file Codes as a picture: one panel of points for each model, colored by label.
 */
import type { Matrix } from "../src/data/matrix.js";
import { escaped } from "./escaped.js";
import { labelColors } from "./label-colors.js";

export interface ScatterPanel {
  readonly title: string;
  /** The first two columns are drawn, `[n, k]`; with one column, points lie on a line by row. */
  readonly codes: Matrix;
}

const PANEL = 360;
const MARGIN = 28;
const LEGEND = 110;
const MOST_POINTS = 4000;

/**
 * The first two numbers of codes, as SVG.
 * @param labels one a row; see `labelColors` for what they are drawn in.
 */
export function scatterPlot(panels: readonly ScatterPanel[], labels: readonly string[] | undefined): string {
  const { colors, ofRow, key } = labelColors(labels, panels[0]?.codes.rows ?? 0);
  const classes = key && "classes" in key ? key.classes : [];
  const width = panels.length * PANEL + (classes.length > 0 ? LEGEND : 0);
  const parts = panels.map((panel, i) => drawPanel(panel, i * PANEL, (row) => colors[ofRow[row]!]!));
  parts.push(drawLegend(classes, colors, panels.length * PANEL));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL}" width="${width}" height="${PANEL}" ` +
      `font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${PANEL}" fill="#fff"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, codes }: ScatterPanel, left: number, colorOf: (row: number) => string): string {
  const { data, rows, cols } = codes;
  const across = scaleOf((i) => data[i * cols]!, rows, left + MARGIN, left + PANEL - MARGIN);
  const second = cols > 1 ? (i: number) => data[i * cols + 1]! : (i: number) => i;
  const up = scaleOf(second, rows, PANEL - MARGIN, MARGIN);
  const stride = Math.ceil(rows / MOST_POINTS);
  const points: string[] = [];
  for (let i = 0; i < rows; i += stride) {
    points.push(
      `<circle cx="${across(i).toFixed(1)}" cy="${up(i).toFixed(1)}" r="2.5" fill="${colorOf(i)}" fill-opacity=".7"/>`,
    );
  }
  const vertical = cols > 1 ? "z2" : "row";
  return [
    `<text x="${left + PANEL / 2}" y="16" text-anchor="middle" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${left + PANEL / 2}" y="${PANEL - 8}" text-anchor="middle">z1</text>`,
    `<text x="${left + 12}" y="${PANEL / 2}" text-anchor="middle" ` +
      `transform="rotate(-90 ${left + 12} ${PANEL / 2})">${vertical}</text>`,
    ...points,
  ].join("\n");
}

/** From values of rows to pixels. */
function scaleOf(
  value: (row: number) => number,
  rows: number,
  from: number,
  to: number,
): (row: number) => number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < rows; i++) {
    low = Math.min(low, value(i));
    high = Math.max(high, value(i));
  }
  const middle = (from + to) / 2;
  return (row) => (high > low ? from + ((value(row) - low) / (high - low)) * (to - from) : middle);
}

function drawLegend(classes: readonly string[], colors: readonly string[], left: number): string {
  return classes
    .map((name, i) => {
      const y = MARGIN + 20 * i;
      return (
        `<circle cx="${left + 8}" cy="${y}" r="5" fill="${colors[i]}"/>` +
        `<text x="${left + 20}" y="${y + 4}">${escaped(name)}</text>`
      );
    })
    .join("\n");
}
