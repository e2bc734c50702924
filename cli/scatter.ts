/**
 * @file Codes as a picture: one panel of points for each model, coloured by label.
 */
import type { Matrix } from "../src/data/matrix.js";

export interface ScatterPanel {
  readonly title: string;
  /** The first two columns are drawn, `[n, k]`; with one column, points lie on a line by row. */
  readonly codes: Matrix;
}

/** Told apart also by those who do not see all colours. Source: Okabe & Ito (2008), "Color universal design". */
const COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000"];
const MORE_COLORS = ["#7f7f7f", "#8c564b", "#9467bd", "#17becf"];
const PANEL = 360;
const MARGIN = 28;
const LEGEND = 110;
const MOST_POINTS = 4000;

/**
 * The first two numbers of codes, as SVG.
 * @param labels one a row; with more than 12 different ones, points keep one colour.
 */
export function scatterPlot(panels: readonly ScatterPanel[], labels: readonly string[] | undefined): string {
  const palette = [...COLORS, ...MORE_COLORS];
  const names = [...new Set(labels)].sort(new Intl.Collator("en", { numeric: true }).compare);
  const coloured = labels !== undefined && names.length <= palette.length;
  const colors = new Map(names.map((name, i) => [name, palette[i]!]));
  const colorOf = (row: number) => (coloured ? colors.get(labels[row]!)! : COLORS[0]!);
  const width = panels.length * PANEL + (coloured ? LEGEND : 0);
  const parts = panels.map((panel, i) => drawPanel(panel, i * PANEL, colorOf));
  if (coloured) parts.push(drawLegend(colors, panels.length * PANEL));
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

function drawLegend(colors: ReadonlyMap<string, string>, left: number): string {
  return [...colors]
    .map(([name, color], i) => {
      const y = MARGIN + 20 * i;
      return (
        `<circle cx="${left + 8}" cy="${y}" r="5" fill="${color}"/>` +
        `<text x="${left + 20}" y="${y + 4}">${escaped(name)}</text>`
      );
    })
    .join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
