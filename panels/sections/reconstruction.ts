/**
 * @file Rows and what a model gives back of them: input, output, error.
 */
import { columnNames, type Dataset, rowInFile } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Matrix, matrix, type Numbers, rounded, takeRows } from "../../src/data/matrix.js";
import { fitScale } from "../../src/data/scale.js";
import type { Coder } from "../../src/methods/model.js";
import { ofModel } from "../../src/tasks/quality.js";
import { drawnRows } from "../draw/drawn-rows.js";
import { grouped } from "../draw/words.js";
import { reconstructionSheet } from "../image-sheet.js";
import type { BarsPanel, ImagePanel, Panel, Section } from "../report.js";
import { fewRows } from "./rows.js";

/** Rows that errors of columns are counted on at most. */
const MOST_ROWS = 5000;
/** Images side by side. */
const MOST_IMAGES = 12;
/** Columns of which rows are told. */
const MOST_COLUMNS = 6;

/** Nothing for models that reconstruct nothing. @param count rows whose content may be told. */
export async function reconstructionSection(model: Coder, input: Dataset, count: number): Promise<Section[]> {
  if (!model.partNames.includes("reconstruct")) return [];
  const { x } = input;
  const rows = model.sequential ? drawnRows(x.rows, x.rows) : drawnRows(x.rows, MOST_ROWS);
  const given = rows.length === x.rows ? x : takeRows(x, rows);
  const back = await model.reconstructWide(model.sequential ? ofModel(model, input) : given);
  const images = isImage(input.rowShape);
  // Images: those of every label in turn; tables: in the order of the file.
  const few = images ? fewRows(input, count) : fewRows(input, count).sort();
  const own = takeRows(x, few);
  const remade = model.sequential ? takeRows(back, few) : await model.reconstructWide(own);
  const panels: Panel[] = [];
  if (count > 0 && images) panels.push(await imagesPanel(own, remade, input.rowShape!));
  else if (count > 0) panels.push(rowsPanel(input, few, own, remade));
  if (!images) panels.push(columnErrors(input, given, back));
  const drawn =
    given === x ? "" : ` Errors of columns are counted on ${grouped(rows.length)} rows drawn at random.`;
  return panels.length === 0
    ? []
    : [
        {
          heading: "Reconstructions",
          text: `Rows, and what is left of them once they were a code.${drawn}`,
          panels,
        },
      ];
}

/**
 * Rows and what was given back of all of them, in one picture.
 * @param corrupted rows as the model was given them, of images, where these are not the rows themselves.
 */
export async function reconstructionPanel(
  input: Dataset,
  back: Numbers,
  corrupted?: Numbers,
): Promise<ImagePanel | BarsPanel> {
  if (!isImage(input.rowShape)) return columnErrors(input, input.x, back);
  const few = fewRows(input, MOST_IMAGES);
  const [own, remade] = [takeRows(input.x, few), takeRows(back, few)];
  return imagesPanel(own, remade, input.rowShape, corrupted && takeRows(corrupted, few));
}

async function imagesPanel(
  own: Numbers,
  remade: Numbers,
  shape: readonly number[],
  corrupted?: Numbers,
): Promise<ImagePanel> {
  const first = Uint32Array.from({ length: Math.min(MOST_IMAGES, own.rows) }, (_, i) => i);
  const taken = (rows: Numbers): Matrix => rounded(takeRows(rows, first), "reconstructions");
  const [originals, outputs] = [taken(own), taken(remade)];
  const given = corrupted ? [taken(corrupted)] : [];
  return {
    kind: "image",
    title: "Images and their reconstructions",
    see: corrupted
      ? "In the first line images of the data, in the second what the model is given of them, with noise or holes, in the third what it gives back, in the fourth the error: gray where there is none."
      : "In the first line images of the data, in the second what the model gives back, in the third the error: gray where there is none.",
    png: await reconstructionSheet(
      originals,
      [...given, outputs, errorsAroundMiddle(originals, outputs)],
      shape,
    ),
  };
}

/** Output less input, 0 in the middle of the gray levels of the inputs. */
function errorsAroundMiddle(originals: Matrix, outputs: Matrix): Matrix {
  const low = originals.data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = originals.data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const errors = matrix(originals.rows, originals.cols);
  errors.data.set(outputs.data.map((value, i) => (low + high) / 2 + (value - originals.data[i]!) / 2));
  return errors;
}

function rowsPanel(input: Dataset, few: Uint32Array, own: Numbers, remade: Numbers): Panel {
  const { cols } = input.x;
  const shown = Math.min(MOST_COLUMNS, cols);
  const names = columnNames(input.columns, cols).slice(0, shown);
  const value = (of: Numbers, i: number, j: number) => of.data[i * cols + j]!;
  return {
    kind: "table",
    title: "Rows and their reconstructions",
    see: `A line for each of ${few.length} rows: the numbers of ${shown < cols ? `its first ${shown} columns` : "its columns"}, what the model gives back, and the squared error of the whole row.`,
    columns: ["row", ...names.flatMap((name) => [name, `${name}, given back`]), "squared error"],
    rows: Array.from(few, (row, i) => {
      let error = 0;
      for (let j = 0; j < cols; j++) error += (value(own, i, j) - value(remade, i, j)) ** 2 || 0;
      return [
        rowInFile(input, row),
        ...names.flatMap((_, j) =>
          [value(own, i, j), value(remade, i, j)].map((one) => (Number.isFinite(one) ? one : undefined)),
        ),
        error,
      ];
    }),
  };
}

/** Root mean squared errors of the columns, in their standard deviations: 1 is what the means would have. */
export function columnErrors(input: Dataset, given: Numbers, back: Numbers): BarsPanel {
  const { rows, cols } = given;
  const { factor } = fitScale(given, "standard");
  const values = Array.from({ length: cols }, (_, j) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < rows; i++) {
      const error = given.data[i * cols + j]! - back.data[i * cols + j]!;
      if (!Number.isFinite(error)) continue;
      sum += error ** 2;
      count++;
    }
    return count > 0 ? Math.sqrt(sum / count) / factor[j]! : Number.NaN;
  });
  return {
    kind: "bars",
    title: "Error of each column",
    see: "The root of the mean squared error of each column, in its standard deviations: 0 is given back exactly, 1 is no better than its mean.",
    valueName: "error, in standard deviations",
    names: columnNames(input.columns, cols),
    series: [{ name: "error", values }],
    ranked: true,
  };
}
