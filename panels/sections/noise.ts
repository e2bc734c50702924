/**
 * @file Rows before and after noise was taken off them.
 */
import { columnNames, type Dataset } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Matrix, matrix, type Numbers, rounded, takeRows } from "../../src/data/matrix.js";
import { applyScale } from "../../src/data/scale.js";
import type { Denoised } from "../../src/tasks/denoise/denoise.js";
import { reconstructionSheet, viewSheet } from "../image-sheet.js";
import type { BarsPanel, ImagePanel, Section } from "../report.js";
import { shownNumber } from "../text-table.js";
import { nameOf } from "./map.js";
import { fewRows } from "./rows.js";

/** Images that are shown, and the sides of what is shown of a large one. */
const MOST_IMAGES = 12;
const MOST_SIDE = 192;
/** Images that are side by side, what they are to be under them; of larger ones each has a line. */
const SMALL_SIDE = 40;

/** Rows before and after in one picture. @param clean the same rows without noise, where they are known. */
export function noisePanel(
  input: Dataset,
  found: Denoised,
  clean: Dataset | undefined,
): Promise<ImagePanel> | BarsPanel {
  return isImage(input.rowShape)
    ? imagesPanel(input, found, clean, input.rowShape)
    : changesPanel(input, found);
}

async function imagesPanel(
  input: Dataset,
  { x }: Denoised,
  clean: Dataset | undefined,
  shape: readonly number[],
): Promise<ImagePanel> {
  const [height, width] = shape.slice(-2) as [number, number];
  const sides: [number, number] = [Math.min(MOST_SIDE, height), Math.min(MOST_SIDE, width)];
  const few = fewRows(input, MOST_IMAGES);
  const part = (rows: Numbers) => middle(rounded(takeRows(rows, few), input.name), shape, sides);
  const cut = sides[0] < height || sides[1] < width;
  const small = Math.max(...sides) <= SMALL_SIDE;
  const sheet = small ? reconstructionSheet : viewSheet;
  return {
    kind: "image",
    title: `${nameOf(input)}: without noise`,
    see: small
      ? `In the first line images, in the second what they are without noise${clean ? ", in the third what they are to be" : ""}.`
      : `In each line an image, what it is without noise${clean ? ", and what it is to be" : ""}.`,
    png: await sheet(
      part(input.x),
      [part(x), ...(clean ? [part(clean.x)] : [])],
      [...shape.slice(0, -2), ...sides],
    ),
    ...(cut && {
      caption: `the middle ${sides[1]} × ${sides[0]} pixels of ${width} × ${height}`,
    }),
  };
}

function middle(x: Matrix, shape: readonly number[], [down, across]: readonly [number, number]): Matrix {
  const [height, width] = shape.slice(-2) as [number, number];
  const planes = (x.rows * x.cols) / (height * width);
  const out = matrix(x.rows, (x.cols / (height * width)) * down * across);
  const [top, left] = [Math.floor((height - down) / 2), Math.floor((width - across) / 2)];
  for (let plane = 0, to = 0; plane < planes; plane++)
    for (let i = 0; i < down; i++, to += across) {
      const from = (plane * height + top + i) * width + left;
      out.data.set(x.data.subarray(from, from + across), to);
    }
  return out;
}

/** Noise that was taken off each column. */
function changesPanel({ x, columns }: Dataset, { x: after, scaling }: Denoised): BarsPanel {
  const [before, left] = [applyScale(x, scaling), applyScale(after, scaling)];
  const squares = new Float64Array(x.cols);
  before.data.forEach((value, at) => {
    squares[at % x.cols]! += (value - left.data[at]!) ** 2;
  });
  const inUnits = scaling.kind === "standard";
  return {
    kind: "bars",
    title: "Noise of each column",
    see: `The root of the mean square of what was taken off each column${inUnits ? ", in its standard deviations" : ""}.`,
    valueName: inUnits ? "taken off, in standard deviations" : "taken off",
    names: columnNames(columns, x.cols),
    series: [{ name: "taken off", values: Array.from(squares, (sum) => Math.sqrt(sum / x.rows)) }],
    ranked: true,
  };
}

/** @param count rows whose content may be shown. */
export async function noiseSections(
  input: Dataset,
  found: Denoised,
  clean: Dataset | undefined,
  count: number,
): Promise<Section[]> {
  const { way, noise, rank } = found;
  const said = {
    patches: "Images are estimated from groups of their patches that look alike, in two passes.",
    "low-rank": `Rows are estimated by the ${rank} directions that they have in common.`,
    model: "Rows are what the model gives back.",
  }[way];
  const level = noise === undefined ? "" : ` The standard deviation of the noise is ${shownNumber(noise)}.`;
  const shown = count > 0 || !isImage(input.rowShape);
  return [
    {
      heading: "Noise",
      text: `${said}${level}`,
      panels: shown ? [await noisePanel(input, found, clean)] : [],
    },
  ];
}
