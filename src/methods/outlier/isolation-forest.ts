/**
 * @file Isolation forest: an outlier is a row that random cuts soon leave alone.
 *
 *   s(x) = 2^(−E h(x) / c(ψ)),   h(x) = cuts on the way of x in a tree of ψ rows,   c(ψ) = h on average
 *
 * E is the mean over trees. Where many are together at the end of a way, c of their number is added to it.
 * Source: Liu, Ting & Zhou (2008), "Isolation forest", ICDM; with more: (2012), "Isolation-based anomaly detection", ACM
 * Transactions on Knowledge Discovery from Data 6(1).
 */
import type { RowsLike } from "../../data/dataset.js";
import { type Matrix, matrix } from "../../data/matrix.js";
import { exp } from "../../elementary.js";
import { float32, int32 } from "../../engine/arrays.js";
import type { Breathing } from "../../linalg/breathing.js";
import type { Kernel } from "../../parallel/kernel.js";
import { sharedCopy, sharedFloat32, sharedFloat64 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";
import type { FitContext, Method } from "../method.js";
import type { FittedModel } from "../model.js";
import { checkOptions, integer, type OptionTable } from "../options.js";
import type { Parameters } from "../parameters.js";
import { rowsInUnits } from "../rows-in-units.js";
import { CHUNK_ROWS, type PathArgs, sumPathLengths, sumPathParts } from "./isolation-kernel.js";
import {
  averagePathLength,
  checkTrees,
  type IsolationTrees,
  isolationTrees,
  pathLengths,
} from "./isolation-trees.js";

/** Options of `isolationForest`. */
export interface IsolationForestOptions {
  /** Trees, ≥ 1. Default 100. */
  trees?: number | undefined;
  /** Rows that a tree is grown on, drawn anew for each, ≥ 2; all rows where there are fewer. Default 256. */
  sampleSize?: number | undefined;
}

export const isolationForestOptions: OptionTable<IsolationForestOptions> = {
  trees: integer({ min: 1, default: 100, help: "trees" }),
  sampleSize: integer({ min: 2, default: 256, help: "rows that a tree is grown on" }),
};

/** A fitted isolation forest. */
export interface IsolationForest extends FittedModel {
  /** Score of a row whose paths are as long as those of the samples on average, in (0, 1): about ½. */
  readonly baselineScore: number;
  /** s(x) of every row `[n]` in [0, 1]: near 1 is abnormal, ½ and less is usual. */
  score(x: RowsLike): Promise<Float32Array>;
  /**
   * Shares `[n, d]` of the columns in a row's score: by how much the cuts of a column shorten the row's paths, in units of
   * c(ψ). Those of a row add up to log₂ of its score over `baselineScore`; a positive one makes it more abnormal.
   * @throws RangeError for rows of another length, or numbers that are not finite.
   */
  contributions(x: RowsLike): Promise<Matrix>;
}

/**
 * Isolation forest: random cuts soon leave an outlier alone, and need long for a row among many. Its score is in [0, 1]; it has no
 * codes.
 *
 *   s(x) = 2^(−E h(x) / c(ψ))
 *
 * Source: Liu, Ting & Zhou (2008), "Isolation forest", ICDM.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function isolationForest(options: IsolationForestOptions = {}): Method<IsolationForest> {
  const checked = checkOptions("isolationForest", isolationForestOptions, options);
  const { trees, sampleSize } = checked as { trees: number; sampleSize: number };
  return {
    name: "isolationForest",
    options: checked,
    shiftInvariant: true,
    codeSize: () => undefined,
    fitting: { kind: "solved", solve: (x, context) => solve(x, trees, sampleSize, context) },
    parts: () => ({}),
    procedures: (d) => ({
      async score(x, p, pauses) {
        const forest = forestOf(p, d);
        const scores = new Float32Array(x.rows);
        await passed(sumPathLengths, forest, x, 1, pauses, (sums, first) => {
          for (let i = 0; i < sums.length; i++) scores[first + i] = scoreOf(sums[i]! / trees, forest.unit);
        });
        return scores;
      },
    }),
    procedureShapes: () => ({
      roots: [trees],
      columns: ["nodes"],
      thresholds: ["nodes"],
      seconds: ["nodes"],
      sizes: ["nodes"],
    }),
    results: (p, d, fitted) => ({
      get baselineScore() {
        const { roots, lengths, unit } = forestOf(p, d);
        return scoreOf(roots.reduce((sum, root) => sum + lengths[root]!, 0) / trees, unit);
      },
      async contributions(x) {
        const rows = rowsInUnits(x, d, fitted, "isolationForest.contributions");
        const forest = forestOf(p, d);
        const out = matrix(rows.rows, d);
        await passed(sumPathParts, forest, rows, d, {}, (sums, first) => {
          for (let i = 0; i < sums.length; i++) out.data[first + i] = inUnits(sums[i]! / trees, forest.unit);
        });
        return out;
      },
    }),
  };
}

async function solve(
  x: Matrix,
  trees: number,
  sampleSize: number,
  { random, breathe }: FitContext,
): Promise<Parameters> {
  const grown = await isolationTrees(x, trees, Math.min(sampleSize, x.rows), random, breathe);
  const nodes = grown.columns.length;
  return {
    roots: int32([trees], grown.roots),
    columns: int32([nodes], grown.columns),
    thresholds: float32([nodes], grown.thresholds),
    seconds: int32([nodes], grown.seconds),
    sizes: int32([nodes], grown.sizes),
  };
}

interface Forest extends IsolationTrees {
  readonly lengths: Float64Array;
  /** c(ψ). */
  readonly unit: number;
}

function forestOf(p: Parameters, d: number): Forest {
  const trees: IsolationTrees = {
    roots: p.roots!.data as Int32Array,
    columns: p.columns!.data as Int32Array,
    thresholds: p.thresholds!.data as Float32Array,
    seconds: p.seconds!.data as Int32Array,
    sizes: p.sizes!.data as Int32Array,
  };
  checkTrees(trees, d);
  return { ...trees, lengths: pathLengths(trees), unit: averagePathLength(trees.sizes[0]!) };
}

/** A tree of one row, whose c is 0, says nothing: all are as usual as any. */
const inUnits = (length: number, unit: number) => (unit > 0 ? length / unit : 0);
const scoreOf = (length: number, unit: number) => (unit > 0 ? exp((-Math.LN2 * length) / unit) : 0.5);

/** Rows that stand in shared memory at a time have at most so many numbers. */
const BLOCK_NUMBERS = 2 ** 20;

/** Sends rows down all trees, a block at a time. @param each numbers of a row that come out. */
async function passed(
  kernel: Kernel<PathArgs>,
  { roots, columns, thresholds, seconds, lengths }: Forest,
  { data, rows, cols: d }: Matrix,
  each: number,
  { breathe }: Breathing,
  take: (sums: Float64Array, first: number) => void,
): Promise<void> {
  const block = Math.min(rows, Math.max(CHUNK_ROWS, Math.floor(BLOCK_NUMBERS / d)));
  const [x, out] = [sharedFloat32(block * d), sharedFloat64(block * each)];
  const team = gatherTeam(kernel, {
    ...{ roots: sharedCopy(roots), columns: sharedCopy(columns), seconds: sharedCopy(seconds) },
    ...{ thresholds: sharedCopy(thresholds), lengths: sharedCopy(lengths), x, d, out },
  });
  try {
    for (let first = 0; first < rows; first += block) {
      const count = Math.min(block, rows - first);
      x.set(data.subarray(first * d, (first + count) * d));
      await team.runInPieces(breathe, Math.ceil(count / CHUNK_ROWS), count);
      take(out.subarray(0, count * each), first * each);
    }
  } finally {
    team.release();
  }
}
