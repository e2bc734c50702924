/**
 * @file Views of rows, as a method that is given augmentations sees them in training.
 */
import { type Matrix, type MatrixLike, matrix, takeRows, toNumbers } from "../data/matrix.js";
import { applyScale, fitScale, type ScaleHints, type ScaleKind, undoScale } from "../data/scale.js";
import { float32 } from "../engine/arrays.js";
import { runtime } from "../engine/session.js";
import { constant, input, int64Array, type NdArray, sizeOf } from "../engine/tensor.js";
import { drawing, fillDraw, ownScalars } from "../engine/training-step.js";
import {
  type Augmenting,
  augmentationOfAll,
  augmentationsOption,
} from "../methods/augmentations/augmentations-option.js";
import { defaultAugmentations } from "../methods/augmentations/default-augmentations.js";
import { asConstants } from "../methods/evaluate.js";
import { checkedElements } from "../parallel/memory.js";
import { random } from "../random.js";
import { refuseNonFinite } from "../training/finite.js";
import { checkRowShape } from "../training/given-data.js";

/** Options of `drawViews`. */
export interface ViewsOptions {
  /**
   * Shape of a row: `[channels, height, width]` of images, `[steps, features]` of sequences. Default: `[d]`, a list of numbers.
   */
  rowShape?: readonly number[] | undefined;
  /**
   * Augmentations in their order, in words or of one's own. Default: those that the shape suggests, as
   * `augmentations.defaultAugmentations` says.
   */
  augmentations?: readonly Augmenting[] | undefined;
  /** Views of every row, ≥ 1. Default 2. */
  count?: number | undefined;
  /** Rows to be seen, by their numbers from 0. Default: all. */
  rows?: ArrayLike<number> | undefined;
  /** Scaling of the columns before the augmentations, which is undone in the views. Default `none`. */
  scale?: ScaleKind | undefined;
  /** For `scale`: the limits of the numbers, and which columns are the indicators of one category. */
  scaleHints?: ScaleHints | undefined;
  /** Whole number in [0, 2⁵³): same seed, same views. Default 0. */
  seed?: number | undefined;
}

/** Rows in the batch of a view: those to be seen, and others as far as there are, to swap numbers with. */
const BATCH = 256;

const OPTION = augmentationsOption({ default: [], help: "" });

/**
 * Views `[rows, d]` of rows of data `[n, d]`, in the units of the data, `count` of them one after the other.
 * @throws RangeError for missing or infinite numbers, and for options that do not fit the rows.
 */
export async function drawViews(data: MatrixLike, options: ViewsOptions = {}): Promise<Matrix[]> {
  const where = "drawViews";
  const { rowShape, count = 2, scale = "none", scaleHints, seed = 0 } = options;
  const given = toNumbers(data, where);
  refuseNonFinite(given, where, { missing: false });
  if (given.rows === 0) throw new RangeError(`${where}: no rows`);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`${where}: count must be an integer ≥ 1, got ${count}`);
  checkRowShape(rowShape, given.cols, where);
  const shape = rowShape ?? [given.cols];
  const wanted = OPTION.accept(options.augmentations ?? defaultAugmentations(shape));
  if (!wanted) throw new RangeError(`${where}: augmentations must be ${OPTION.want}`);
  const all = augmentationOfAll(wanted);
  all.check?.(where, shape);
  const seen = options.rows
    ? Uint32Array.from(options.rows, (row) => checkedRow(row, given.rows))
    : Uint32Array.from({ length: given.rows }, (_, i) => i);
  const scaling = fitScale(given, scale, scaleHints);
  const x = applyScale(given, scaling, where);
  const batchRows = withOthers(seen, given.rows);
  checkedElements([count, batchRows.length, given.cols], 4, `${where}: views`);

  const rows = input("x", [batchRows.length, given.cols]);
  const { draws, noise } = drawing((name, sizes) => input(name, sizes));
  const view = all.view(rows, {
    batch: {
      data: { x: rows },
      rows: () => constant({ dtype: "int64", shape: [batchRows.length], data: int64Array(batchRows) }),
      training: true,
      hasMissing: false,
      scalar: ownScalars,
      ...noise,
    },
    shape,
    parameters: asConstants(all.measure?.(x) ?? {}),
  });
  const program = await (await runtime()).program({ view });
  const batch = takeRows(x, batchRows);
  const stream = random(seed);
  const views: Matrix[] = [];
  for (let v = 0; v < count; v++) {
    const feeds: Record<string, NdArray> = { x: float32([batch.rows, batch.cols], batch.data) };
    draws.forEach((draw, i) => {
      const numbers = new Float32Array(sizeOf(draw.shape));
      fillDraw(draw, numbers, stream, i, v + 1);
      feeds[`draw${i}`] = float32(draw.shape, numbers);
    });
    const result = (await program.run(feeds)).view!.data as Float32Array;
    const part = result.slice(0, seen.length * given.cols);
    views.push(undoScale(matrix(seen.length, given.cols, part), scaling));
  }
  await program.release();
  return views;
}

function checkedRow(row: number, rows: number): number {
  if (Number.isSafeInteger(row) && row >= 0 && row < rows) return row;
  throw new RangeError(`drawViews: rows must be integers from 0 to ${rows - 1}, got ${row}`);
}

/** Rows, and behind them the first others. */
function withOthers(seen: Uint32Array, rows: number): Uint32Array {
  const there = new Set(seen);
  const order = [...seen];
  for (let i = 0; i < rows && order.length < BATCH; i++) if (!there.has(i)) order.push(i);
  return Uint32Array.from(order);
}
