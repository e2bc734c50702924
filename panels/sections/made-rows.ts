/**
 * @file Rows that a model has made, to look at.
 */
import { columnNames } from "../../src/data/dataset.js";
import { type Matrix, takeRows } from "../../src/data/matrix.js";
import type { FittedModel } from "../../src/methods/model.js";
import { imageSheet, viewSheet } from "../image-sheet.js";
import type { CurvesPanel, ImagePanel } from "../report.js";

/** Columns along a path that are drawn: those that change most. */
const MOST_COLUMNS = 8;

/** Images that were found on a sheet, and beside each other. */
const MOST_IMAGES = 20;
const MOST_ACROSS = 10;

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

/** Images that were looked for, each behind what was measured of it, where that is an image of the same size. */
export async function foundPanel(
  found: Matrix,
  measured: Matrix | undefined,
  shape: readonly number[],
): Promise<ImagePanel> {
  const first = Uint32Array.from({ length: Math.min(MOST_IMAGES, found.rows) }, (_, i) => i);
  const [own, seen] = [takeRows(found, first), measured && takeRows(measured, first)];
  return {
    kind: "image",
    title: "Images that were found",
    see: seen
      ? "In each line what was measured, black where nothing was, and the image that was found for it."
      : `${own.rows} images that were found for what was measured.`,
    png: await (seen ? viewSheet(seen, [own], shape) : imageSheet(own, shape, MOST_ACROSS)),
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
