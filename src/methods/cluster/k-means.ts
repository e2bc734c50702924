/**
 * @file k-means: k centers, and every row belongs to the nearest.
 *
 *   min over c₁ … c_k of  Σᵢ min_j ‖xᵢ − c_j‖²
 *
 * The sum is called inertia. It has many local minima, so the best of several starts is kept. As a code, a row's distances
 * z_j = ‖x − c_j‖, or the triangle features max(0, mean(z) − z_j), of which about half are 0.
 * Sources: Lloyd (1982), IEEE Transactions on Information Theory; triangle features: Coates, Ng & Lee (2011), "An analysis
 * of single-layer networks in unsupervised feature learning", AISTATS, section 3.2.
 */
import type { RowsLike } from "../../data/dataset.js";
import { firstNonFinite, type Matrix, type MatrixLike, type Numbers, toNumbers } from "../../data/matrix.js";
import { float64, int32 } from "../../engine/arrays.js";
import { relu } from "../../engine/ops/activations.js";
import { add, mul, neg, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { max, mean, sum } from "../../engine/ops/reduce.js";
import { cast, equal, greater, where } from "../../engine/ops/select.js";
import { reshape } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import type { FitContext, Method } from "../method.js";
import type { Encoder } from "../model.js";
import { checkOptions, custom, integer, number, type OptionTable, oneOf, optional } from "../options.js";
import { type Parameters, parameterMatrix, type Symbols } from "../parameters.js";
import { lessOffset, withOffset } from "../places.js";
import { rowsInUnits } from "../rows-in-units.js";
import {
  type CenteredRows,
  centeredRows,
  movedCenters,
  restoredCenters,
  suitableOffset,
} from "./centered-rows.js";
import { kMeansPlusPlus, randomRows } from "./k-means-plus-plus.js";
import { type Clustering, type LloydAlgorithm, lloyd, nearestCenters } from "./lloyd.js";
import { miniBatchKMeans } from "./mini-batch.js";
import { swapCenters } from "./swap-centers.js";

/** Options of `kMeans`. */
export interface KMeansOptions {
  /** Number of clusters k, from 1 to the number of rows. */
  clusters: number;
  /**
   * Sets of first centers to start from; the clustering of lowest inertia is kept. Default: 10 for up to ten million
   * numbers (rows × columns), else 1; and 1 where the first centers are given.
   */
  starts?: number | undefined;
  /**
   * Attempts in a row without gain that end the improvement of a start, ≥ 0: each puts a row in the place of a center
   * and goes on from there. Default: 20 where `starts` is 10 by default; else 0, as for mini-batches.
   */
  swaps?: number | undefined;
  /** First centers: `k-means++` (greedy; default), `random` rows, or centers `[k, d]`, in the units of fitting. */
  init?: "k-means++" | "random" | MatrixLike | undefined;
  /** The most iterations of a start; with `batchSize`, passes over the rows. Default 300. */
  maxIter?: number | undefined;
  /** Stop once an iteration moves the centers by Σ ‖c_new − c_old‖² ≤ tol · (mean variance of the columns). Default 1e-4. */
  tol?: number | undefined;
  /**
   * Bounds that save distances; the result is the same. `lloyd` keeps none, `hamerly` two numbers a row, `elkan` one
   * for every row and center. Default `auto`: `elkan` while those are at most as many as the data has or 100 million,
   * else `hamerly`.
   */
  algorithm?: "auto" | "lloyd" | "hamerly" | "elkan" | undefined;
  /** Mini-batch k-means with so many rows a step: much faster for many rows, with a somewhat higher inertia. */
  batchSize?: number | undefined;
  /** The code of a row: its `distances` to the centers (default), or `triangle` features. */
  code?: "distances" | "triangle" | undefined;
}

/** First centers that were given in code; a model file does not keep them. */
const GIVEN = "given";
const INITS = ["k-means++", "random"] as const;
type Init = (typeof INITS)[number] | typeof GIVEN | MatrixLike;

export const kMeansOptions: OptionTable<KMeansOptions> = {
  clusters: integer({ min: 1, help: "number of clusters" }),
  starts: optional(integer({ min: 1, help: "first centers to try" }), "10 up to ten million numbers, else 1"),
  swaps: optional(
    integer({ min: 0, help: "exchanges of a center without gain to end with" }),
    "20 up to ten million numbers, else 0",
  ),
  init: custom<Init>({
    want: `one of ${INITS.join(", ")}, or centers [clusters, d]`,
    default: "k-means++",
    help: "first centers: k-means++ or random",
    accept: (value) =>
      (typeof value === "object" && value !== null) || [...INITS, GIVEN].includes(value as never)
        ? (value as Init)
        : undefined,
  }) as OptionTable<KMeansOptions>["init"],
  maxIter: integer({ min: 1, default: 300, help: "most iterations of a start" }),
  tol: number({
    want: "a number ≥ 0",
    test: (value) => value >= 0,
    default: 1e-4,
    help: "stop when centers move less than this share of the variance",
  }),
  algorithm: oneOf(["auto", "lloyd", "hamerly", "elkan"], {
    default: "auto",
    help: "bounds that save distances",
  }),
  batchSize: optional(integer({ min: 1, help: "mini-batch k-means with so many rows a step" }), "all rows"),
  code: oneOf(["distances", "triangle"], { default: "distances", help: "codes that encode gives" }),
};

/** A fitted k-means. */
export interface KMeans extends Encoder {
  /** Centers `[k, d]`, in the units of fitting. */
  readonly centers: Matrix;
  /** The cluster of every row it was fitted to `[n]`, from 0. */
  readonly labels: Int32Array;
  /** Σ ‖x − c‖² over the rows it was fitted to, in the units of fitting. */
  readonly inertia: number;
  /** Iterations of the start that was kept; with `batchSize`, passes begun. */
  readonly iterations: number;
  /** The cluster of every row of `[n, d]`, from 0: that of the nearest center, the first of equally near ones. */
  predict(x: RowsLike): Promise<Int32Array>;
  /** The nearest center of every row `[n, d]`. */
  reconstruct(x: RowsLike): Promise<Matrix>;
  /** Distance to the nearest center `[n]`, in the units of fitting. */
  score(x: RowsLike): Promise<Float32Array>;
}

const MANY_STARTS = 10;
const MANY_SWAPS = 20;
/** Numbers of data up to which many starts are the default. */
const MANY_STARTS_SIZE = 1e7;
/** Bounds that are kept in any case. */
const BOUNDS_SIZE = 1e8;

/**
 * k-means: k centers, and every row of `[n, d]` belongs to the nearest. The code of a row, `[k]`, is its distances to
 * the centers, or triangle features made of them.
 *
 *   min over c₁ … c_k of  Σᵢ min_j ‖xᵢ − c_j‖²
 *
 * Source: Lloyd (1982), IEEE Transactions on Information Theory; triangle features: Coates, Ng & Lee (2011), AISTATS,
 * section 3.2.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function kMeans(options: KMeansOptions): Method<KMeans> {
  const checked = checkOptions("kMeans", kMeansOptions, options);
  const { clusters: k, code } = checked;
  const init = checked.init as Init;
  const given = typeof init === "object" ? toNumbers(init, "kMeans: init") : undefined;
  if (given && given.rows !== k)
    throw new RangeError(`kMeans: init has ${given.rows} centers, clusters is ${k}`);
  const bad = given && firstNonFinite(given);
  if (bad) throw new RangeError(`kMeans: init row ${bad.row} column ${bad.column} is ${bad.value}`);

  return {
    name: "kMeans",
    options: { ...checked, init: given ? GIVEN : (init as string) },
    shiftInvariant: true,
    codeSize: () => k,
    checkSize(rows, cols) {
      if (rows < k) throw new RangeError(`kMeans: clusters ${k} wants at least ${k} rows, got ${rows}`);
      if (given && given.cols !== cols)
        throw new RangeError(`kMeans: centers of init have ${given.cols} numbers, rows have ${cols}`);
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked as Checked, given, context) },
    parts: (d) => ({
      encode: (x, p) => {
        const z = distances(x, p, k);
        return code === "distances" ? z : relu(sub(mean(z, 1, { keepDims: true }), z));
      },
      reconstruct: (x, p) => matmul(firstNearest(squares(x, p), k), reshape(p.centers!, [k, d])),
      score: (x, p) => sqrt(reshape(ownSquares(x, p, firstNearest(squares(x, p), k)), ["rows"])),
    }),
    procedureShapes: (d) => ({
      centers: [k, d],
      offset: [d],
      labels: ["rows"],
      inertia: [1],
      iterations: [1],
    }),
    metrics: ["inertia"],
    notes: ({ parameters }) => emptyClusters(k, parameters.labels!.data as Int32Array),
    results: (parameters, d, fitted) => ({
      centers: withOffset(parameterMatrix(parameters, "centers"), fitted.scaling),
      labels: parameters.labels!.data as Int32Array,
      inertia: parameters.inertia!.data[0] as number,
      iterations: parameters.iterations!.data[0] as number,
      predict: async (x) => predict(rowsInUnits(x, d, fitted, "kMeans.predict"), parameters),
    }),
  };
}

/** ‖x − c‖ of every row and center `[rows, k]`, in float64. */
function distances(x: Tensor, p: Symbols, k: number): Tensor {
  const all = squares(x, p);
  const nearest = firstNearest(all, k);
  return sqrt(where(greater(nearest, 0), ownSquares(x, p, nearest), all));
}

/** ‖x − c‖² `[rows, k]`: the difference of sums that may be far larger, so that the shortest have lost most digits. */
function squares(x: Tensor, p: Symbols): Tensor {
  const rows = aboutOffset(cast(x, "float64"), p);
  const centers = aboutOffset(p.centers!, p);
  const norms = add(sum(square(rows), 1, { keepDims: true }), sum(square(centers), 1));
  return relu(sub(norms, mul(2, matmul(rows, centers, { transposeB: true }))));
}

/** ‖x − c‖² of every row and its nearest center `[rows, 1]`, with all its digits. */
function ownSquares(x: Tensor, p: Symbols, nearest: Tensor): Tensor {
  const own = matmul(nearest, aboutOffset(p.centers!, p));
  return sum(square(sub(aboutOffset(cast(x, "float64"), p), own)), 1, { keepDims: true });
}

const aboutOffset = (a: Tensor, p: Symbols): Tensor => sub(a, p.offset!);

/** 1 at the first of the least numbers of every row `[rows, k]`, 0 elsewhere. */
function firstNearest(z: Tensor, k: number): Tensor {
  const nearest = cast(equal(z, neg(max(neg(z), 1, { keepDims: true }))), "float64");
  const earlier = constant(
    Array.from({ length: k }, (_, j) => k - j),
    "float64",
  );
  const ranked = mul(nearest, earlier);
  return cast(equal(ranked, max(ranked, 1, { keepDims: true })), "float64");
}

/** Options with defaults; those that may be left out stay so. */
type Checked = Required<Omit<KMeansOptions, "starts" | "swaps" | "batchSize">> &
  Pick<KMeansOptions, "starts" | "swaps" | "batchSize">;

async function solve(
  x: Matrix,
  options: Checked,
  given: Numbers | undefined,
  context: FitContext,
): Promise<Parameters> {
  const { clusters: k, maxIter } = options;
  if (options.init === (GIVEN as string))
    throw new RangeError("kMeans: the first centers were given in code, and a model file does not keep them");
  const many = !given && x.data.length <= MANY_STARTS_SIZE;
  const starts = options.starts ?? (many ? MANY_STARTS : 1);
  const swaps = options.batchSize === undefined ? (options.swaps ?? (many ? MANY_SWAPS : 0)) : 0;
  // The exchanges count as one start more.
  const stages = starts + Math.sign(swaps);
  const rows = centeredRows(x, suitableOffset(x));
  let best: Clustering | undefined;
  for (let start = 0; start < starts; start++) {
    const random = context.random.fork("start", start);
    const initial = given
      ? movedCenters(lessOffset(given, context.scaling), rows.offset, rows.factor)
      : options.init === "random"
        ? randomRows(rows, k, random)
        : await kMeansPlusPlus(rows, k, random, context.breathe);
    const onIteration = (iteration: number, objective: number) =>
      context.onIteration?.({
        iteration,
        iterations: maxIter,
        objective: objective / rows.factor ** 2,
        fraction: (start + iteration / maxIter) / stages,
      });
    const found = await clustered(rows, initial, options, random, { ...context, onIteration });
    if (!best || found.inertia < best.inertia) best = found;
  }
  if (swaps > 0) {
    let share = 0;
    best = await swapCenters(rows, best!, {
      attempts: swaps,
      algorithm: boundsFor(rows, options),
      maxIter,
      tol: options.tol,
      random: context.random.fork("swaps"),
      breathe: context.breathe,
      onAttempt: (failures, objective) => {
        share = Math.max(share, failures / swaps);
        context.onIteration?.({
          iteration: failures,
          iterations: swaps,
          objective: objective / rows.factor ** 2,
          fraction: (starts + share) / stages,
        });
      },
    });
  }
  const { centers, labels, inertia, iterations } = best!;
  return {
    centers: float64([k, x.cols], restoredCenters(centers, rows)),
    offset: float64([x.cols], rows.offset),
    labels: int32([x.rows], labels),
    inertia: float64([1], [inertia / rows.factor ** 2]),
    iterations: int32([1], [iterations]),
  };
}

interface Watched {
  breathe(): Promise<void>;
  onIteration(iteration: number, objective: number): void;
}

/** One start. */
async function clustered(
  rows: CenteredRows,
  initial: Float64Array,
  options: Checked,
  random: Random,
  { breathe, onIteration }: Watched,
): Promise<Clustering> {
  const { batchSize, maxIter, tol } = options;
  const common = { algorithm: boundsFor(rows, options), tol, breathe } as const;
  if (batchSize === undefined) return lloyd(rows, initial, { ...common, maxIter, onIteration });
  const { centers, iterations } = await miniBatchKMeans(rows, initial, {
    batchSize,
    maxIter,
    random: random.fork("batches"),
    breathe,
    onIteration: (pass, mean) => onIteration(pass, mean * rows.rows),
  });
  // No iteration, but the labels and inertia of all rows.
  const settled = await lloyd(rows, centers, { ...common, algorithm: "lloyd", maxIter: 0 });
  return { ...settled, iterations };
}

function boundsFor(rows: CenteredRows, { algorithm, clusters }: Checked): LloydAlgorithm {
  if (algorithm !== "auto") return algorithm;
  return rows.rows * clusters <= Math.max(rows.data.length, BOUNDS_SIZE) ? "elkan" : "hamerly";
}

/** Labels of rows in the units of fitting. */
async function predict(x: Matrix, parameters: Parameters): Promise<Int32Array> {
  const centers = parameters.centers!.data as Float64Array;
  const rows = centeredRows(x, parameters.offset!.data as Float64Array, centers);
  return nearestCenters(rows, movedCenters(centers, rows.offset, rows.factor));
}

function emptyClusters(k: number, labels: Int32Array): string[] {
  const filled = new Set(labels).size;
  if (filled === k) return [];
  return [
    `kMeans: ${k - filled} of ${k} clusters have no rows, as where fewer rows differ than there are clusters; take clusters ${filled}`,
  ];
}
