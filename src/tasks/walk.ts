/**
 * @file Sampling and walking: new rows from codes drawn at random, on a line between two rows, or on a plane of two codes.
 *
 *   interpolate  g((1 − t) f(a) + t f(b)),        t from 0 to 1
 *   codeGrid     g(z + s eᵢ + t eⱼ),              zᵢ = zⱼ = 0, s and t over a grid
 *
 * with f the encoder and g the decoder of any fitted model.
 */
import { columnMeans, type Matrix, type MatrixLike, matrix, row } from "../data/matrix.js";
import type { Coder } from "../methods/model.js";
import { checkedElements } from "../parallel/memory.js";

/** A fitted model that new rows can be drawn from. */
export interface Generative {
  /** n rows `[n, d]` in the units of the training data; same seed, same rows. */
  sample(n: number, options?: { seed?: number | undefined }): Promise<Matrix>;
}

/** Codes and the rows they decode to. */
export interface Walk {
  /** `[steps, latentDim]` */
  readonly codes: Matrix;
  /** `[steps, d]`, in the units of the training data. */
  readonly rows: Matrix;
}

type Range = readonly [number, number];

/** Options of `codeGrid`. */
export interface GridOptions {
  /** The two codes that change, from 0, different ones. Default `[0, 1]`. */
  dims?: readonly [number, number] | undefined;
  /** Values each of them takes, ≥ 2; the grid has steps² codes. Default 10. */
  steps?: number | undefined;
  /** Range of both, or one for each, from and to. Default: told by `data`, else −2 to 2. */
  range?:
    | readonly [number, number]
    | readonly [readonly [number, number], readonly [number, number]]
    | undefined;
  /** Rows `[n, d]` whose codes say the range, from their 5 % to their 95 % quantile, and by their means `at`. */
  data?: MatrixLike | undefined;
  /** The other codes, `[latentDim]`. Default: told by `data`, else 0. */
  at?: ArrayLike<number> | undefined;
}

/** True for a fitted model that new rows can be drawn from. */
export function isGenerative(model: object): model is Generative {
  return typeof (model as Partial<Generative>).sample === "function";
}

/**
 * n new rows of any generative model, such as one that was loaded.
 * @throws RangeError if the model is none.
 */
export async function sample(
  model: Coder,
  n: number,
  options: { seed?: number | undefined } = {},
): Promise<Matrix> {
  checkedElements([n, Math.max(model.latentDim, model.inputDim)], 4, "sample: rows");
  if (isGenerative(model)) return model.sample(n, options);
  throw new RangeError(`sample: ${model.method} is no model to draw rows from; a variationalAutoencoder is`);
}

/**
 * From a row to another in equal steps of the code: decode(encode(a)) first, decode(encode(b)) last.
 * @param a and b: rows `[d]` in the units of the training data.
 * @param options steps: rows on the way, both ends counted, ≥ 2. Default 10.
 * @throws RangeError for steps that are no integer ≥ 2.
 */
export async function interpolate(
  model: Coder,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { steps = 10 }: { steps?: number | undefined } = {},
): Promise<Walk> {
  checkSteps("interpolate", steps);
  checkedElements([steps, Math.max(model.latentDim, model.inputDim)], 4, "interpolate: steps");
  const rows = [Float64Array.from(a), Float64Array.from(b)];
  // Each by itself: moments of sequences have no others before them here.
  const ends = await model.encode(model.sequential ? { x: rows, sequences: [1, 1] } : rows);
  const codes = matrix(steps, model.latentDim);
  for (let s = 0; s < steps; s++) {
    const t = s / (steps - 1);
    for (let j = 0; j < codes.cols; j++)
      codes.data[s * codes.cols + j] = (1 - t) * row(ends, 0)[j]! + t * row(ends, 1)[j]!;
  }
  return { codes, rows: await model.decode(codes) };
}

/**
 * Rows of a grid over two codes, line by line: in a line the first of the two rises, and from line to line the second
 * falls, as on the axes of a plot.
 * @throws RangeError for options that are not as described.
 */
export async function codeGrid(model: Coder, options: GridOptions = {}): Promise<Walk> {
  const k = model.latentDim;
  const { dims = [0, 1], steps = 10, data } = options;
  checkSteps("codeGrid", steps);
  checkedElements([steps, steps, Math.max(k, model.inputDim)], 4, "codeGrid: steps");
  const [i, j] = dims;
  if (dims.length !== 2 || i === j || !dims.every((dim) => Number.isInteger(dim) && dim >= 0 && dim < k))
    throw new RangeError(
      `codeGrid: dims must be two different integers from 0 to ${k - 1}, got [${dims.join(", ")}]`,
    );
  const known = data === undefined ? undefined : await model.encode(data);
  const at = options.at ?? (known ? columnMeans(known) : new Float64Array(k));
  if (at.length !== k) throw new RangeError(`codeGrid: at must have ${k} numbers, got ${at.length}`);
  const [across, down] = rangesOf(options.range, (dim) => (known ? middle(known, dim) : [-2, 2]), dims);
  const codes = matrix(steps * steps, k);
  for (let line = 0; line < steps; line++) {
    for (let column = 0; column < steps; column++) {
      const code = row(codes, line * steps + column);
      code.set(Array.from(at));
      code[i] = between(across, column / (steps - 1));
      code[j] = between(down, 1 - line / (steps - 1));
    }
  }
  return { codes, rows: await model.decode(codes) };
}

function rangesOf(
  given: GridOptions["range"],
  fallback: (dim: number) => Range,
  dims: readonly [number, number],
): readonly [Range, Range] {
  const ranges = !given
    ? dims.map(fallback)
    : typeof given[0] === "number"
      ? [given, given]
      : (given as readonly Range[]);
  for (const range of ranges as readonly Range[]) {
    const [low, high] = range;
    // Codes that are all the same make a grid of one value.
    const ordered = given ? low < high : low <= high;
    if (range.length !== 2 || !ordered || !Number.isFinite(high - low))
      throw new RangeError(`codeGrid: a range must be two finite numbers, the lower first, got [${range}]`);
  }
  return ranges as unknown as readonly [Range, Range];
}

/** The 5 % and 95 % quantiles of a column, each the value of a row. */
function middle(codes: Matrix, column: number): Range {
  const values = Float32Array.from({ length: codes.rows }, (_, i) => row(codes, i)[column]!).sort();
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? Number.NaN;
  return [at(0.05), at(0.95)];
}

const between = ([low, high]: Range, t: number) => (1 - t) * low + t * high;

function checkSteps(where: string, steps: number): void {
  if (!(Number.isSafeInteger(steps) && steps >= 2))
    throw new RangeError(`${where}: steps must be an integer ≥ 2, got ${steps}`);
}
