/**
 * @file Rows that a model has made, to look at.
 */
import { columnNames } from "../../src/data/dataset.js";
import type { Matrix } from "../../src/data/matrix.js";
import type { FittedModel } from "../../src/methods/model.js";
import { imageSheet } from "../image-sheet.js";
import type { CurvesPanel, ImagePanel } from "../report.js";

/** Columns along a path that are drawn: those that change most. */
const MOST_COLUMNS = 8;

/** Images on one sheet. @param across images side by side. */
export async function imagesPanel(
  rows: Matrix,
  shape: readonly number[],
  { across, title }: { readonly across: number; readonly title: string },
): Promise<ImagePanel> {
  return {
    kind: "image",
    title,
    see: `${rows.rows} images that the model has made, ${Math.min(across, rows.rows)} in a line.`,
    png: await imageSheet(rows, shape, across),
  };
}

/** Columns along rows that follow one another, each in its own standard deviation from where it begins. */
export function pathPanel(
  { method, columns, columnMoments, inputDim }: FittedModel,
  { data, rows, cols }: Matrix,
): CurvesPanel {
  const change = (j: number) => {
    const spread = columnMoments?.deviations[j] || 1;
    return Array.from({ length: rows }, (_, i) => (data[i * cols + j]! - data[j]!) / spread);
  };
  const all = columnNames(columns, inputDim).map((name, j) => ({ name, values: change(j) }));
  const size = ({ values }: { values: readonly number[] }) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const drawn = [...all].sort((a, b) => size(b) - size(a)).slice(0, MOST_COLUMNS);
  return {
    kind: "curves",
    title: `From row to row: ${method}`,
    see: `The ${drawn.length} columns that change most on the way, as changes from the first row${columnMoments ? " in standard deviations" : ""}.`,
    xName: "step",
    yName: columnMoments ? "change, in standard deviations" : "change",
    x: Array.from({ length: rows }, (_, i) => i + 1),
    series: drawn,
    logY: false,
  };
}
