/**
 * @file Rows as a network sees them in training: with the noise or the holes that its method's options ask for.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { columnMeans, type Matrix, matrix, type Numbers, rounded, takeRows } from "../../src/data/matrix.js";
import type { ScaleKind } from "../../src/data/scale.js";
import type { Json } from "../../src/methods/options.js";
import { random } from "../../src/random.js";
import { drawViews } from "../../src/tasks/views.js";

/** Rows, and how they are to be seen. */
export interface Corrupted {
  /** Rows as the model is to be given them: NaN where a number is hidden. */
  readonly given: Matrix;
  /** The same with means of columns where numbers are hidden. */
  readonly seen: Matrix;
}

export interface CorruptionSetting {
  /** Options of the method. */
  readonly options: Readonly<Record<string, Json>>;
  readonly scale: ScaleKind;
  /** Numbers of the loss as they stand: the noise may have been changed on the way. */
  readonly scalars: Readonly<Record<string, number>>;
  readonly seed: number;
}

/** Nothing for a method that has no noise or mask, or rows with missing numbers. @param rows of the data, few. */
export async function corruptedRows(
  rows: Uint32Array,
  data: Dataset,
  { options, scale, scalars, seed }: CorruptionSetting,
): Promise<Corrupted | undefined> {
  const x = takeRows(data.x, rows);
  const noise = wordsOf(options.noise, scalars.noise);
  const maskRatio = Number(options.maskRatio ?? 0);
  if ((noise === undefined && !(maskRatio > 0)) || x.data.some(Number.isNaN)) return undefined;
  const views = { augmentations: [noise!], count: 1, scale, scaleHints: { range: data.range }, seed };
  const [noisy] =
    noise === undefined ? [rounded(x, "corrupted rows")] : await drawViews(data.x, { ...views, rows });
  const shown = maskOf(x, maskRatio, Number(options.patchSize ?? 1), data.rowShape, seed);
  const means = columnMeans(data.x);
  const put = (hidden: (column: number) => number) =>
    matrix(
      x.rows,
      x.cols,
      noisy!.data.map((value, at) => (shown[at] === 1 ? value : hidden(at % x.cols))),
    );
  return { given: put(() => Number.NaN), seen: put((column) => means[column]!) };
}

/** Noise in words, with its level as it stands; none of one's own, which has no words. */
function wordsOf(noise: Json | undefined, level: number | undefined): string | undefined {
  if (noise === undefined || noise === null) return undefined;
  const [name, first] =
    typeof noise === "string"
      ? (noise.split(":") as [string, string?])
      : (Object.entries(noise as object)[0] as [string, unknown]);
  return name === "custom" ? undefined : `${name}:${level ?? first}`;
}

/** 1 for numbers that are shown, hidden by themselves or in square patches of an image. */
function maskOf(
  { rows, cols }: Numbers,
  maskRatio: number,
  patch: number,
  rowShape: readonly number[] | undefined,
  seed: number,
): Uint8Array {
  const [height, width] = (rowShape?.slice(-2) ?? [1, cols]) as [number, number];
  const across = Math.ceil(width / patch);
  const patches = across * Math.ceil(height / patch);
  const size = height * width;
  // Single numbers of a color image are hidden by themselves, patches in all channels.
  const count = patch > 1 ? patches : cols;
  const drawn = random(seed)
    .fork("mask")
    .fillBernoulli(new Float32Array(rows * count), 1 - maskRatio);
  // A model is given no row of which nothing is shown.
  for (let from = 0; from < drawn.length; from += count)
    if (!drawn.subarray(from, from + count).includes(1)) drawn[from] = 1;
  return Uint8Array.from({ length: rows * cols }, (_, at) => {
    const [row, column] = [Math.floor(at / cols), at % cols];
    const pixel = column % size;
    const place =
      patch > 1
        ? Math.floor(Math.floor(pixel / width) / patch) * across + Math.floor((pixel % width) / patch)
        : column;
    return drawn[row * count + place]!;
  });
}
