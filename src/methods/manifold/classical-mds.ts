/**
 * @file Classical multidimensional scaling: codes whose inner products come nearest to those of the rows, or to those
 * that given distances imply.
 *
 *   min over Z of ‖−½ J (D∘D) J − Z Zᵀ‖²,   J = I − 11ᵀ/n
 *
 * Euclidean distances have −½ J (D∘D) J = Xc Xcᵀ, so that Z is the code of principal component analysis and a new row
 * is projected, z = Vᵀ (x − μ). Of given distances a new row, its distances to the n, is placed by Gower's formula.
 * Sources: Torgerson (1952), "Multidimensional scaling: I", Psychometrika 17; Gower (1966), "Some distance properties
 * of latent root and vector methods used in multivariate analysis", Biometrika 53; stress: Kruskal (1964), "Multidimensional
 * scaling by optimizing goodness of fit to a nonmetric hypothesis", Psychometrika 29.
 */
import { columnMeans, type Matrix, takeRows } from "../../data/matrix.js";
import { float64 } from "../../engine/arrays.js";
import { square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { cast } from "../../engine/ops/select.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { PairwiseDistances } from "../../linalg/pairwise-distances.js";
import { roundingOf } from "../../linalg/rounding.js";
import { columnSigns, flipColumns } from "../../linalg/signs.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import type { Random } from "../../random.js";
import type { FitContext, Method } from "../method.js";
import type { Embedder } from "../model.js";
import { checkOptions, integer, type OptionTable, oneOf } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { classicalScaling } from "./classical-scaling.js";

/** Options of `classicalMds`. */
export interface ClassicalMdsOptions {
  /** Numbers in a code k, from 1 to min(n, d), or to n − 1 of given distances. */
  latentDim: number;
  /**
   * Data: `euclidean` (default), rows between which distances are taken; `precomputed`, the distances themselves, n
   * rows of n numbers, where a new row is its distances to these n.
   */
  metric?: "euclidean" | "precomputed" | undefined;
}

export const classicalMdsOptions: OptionTable<ClassicalMdsOptions> = {
  latentDim: integer({ min: 1, help: "numbers in a code" }),
  metric: oneOf(["euclidean", "precomputed"], {
    default: "euclidean",
    help: "distances between rows, or rows that are distances",
  }),
};

/** A fitted classical multidimensional scaling. */
export interface ClassicalMds extends Embedder {
  /** The k largest of −½ J (D∘D) J `[k]`, descending. */
  readonly eigenvalues: Float64Array;
  /**
   * √(Σ (d − d̂)² / Σ d²) over pairs of rows, d their distance and d̂ that of their codes: Kruskal's stress-1, 0 is
   * perfect. Of more than 4,096 rows, over the pairs of so many drawn at random.
   */
  readonly stress: number;
}

/** Rows whose pairs the stress is taken over. */
const STRESS_ROWS = 4096;

/**
 * Classical multidimensional scaling: codes `[n, k]` whose inner products come nearest to those of the rows `[n, d]`,
 * or to those that given distances `[n, n]` imply.
 *
 *   min over Z of ‖−½ J (D∘D) J − Z Zᵀ‖²,   J = I − 11ᵀ/n
 *
 * Source: Torgerson (1952), "Multidimensional scaling: I", Psychometrika 17; Gower (1966), Biometrika 53.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function classicalMds(options: ClassicalMdsOptions): Method<ClassicalMds> {
  const checked = checkOptions("classicalMds", classicalMdsOptions, options);
  const { latentDim: k, metric } = checked;
  const given = metric === "precomputed";
  return {
    name: "classicalMds",
    options: checked,
    shiftInvariant: !given,
    codeSize: () => k,
    checkSize: (rows, cols) => (given ? checkSquare(rows, cols, k) : checkRank(rows, cols, k)),
    ...(given && { range: "non-negative", checkValues: checkDistances }),
    fitting: {
      kind: "solved",
      async solve(x, { random, breathe }) {
        const rows = stressRows(x.rows, random);
        if (!given) {
          const { mean, axes, eigenvalues, embedding } = await principalAxes(x, k, breathe);
          return {
            mean: float64([x.cols], mean),
            projection: float64([x.cols, k], axes.data),
            ...results(
              eigenvalues,
              embedding,
              await stress(rows, embedding, await distancesWithin(x, rows, breathe), breathe),
            ),
          };
        }
        const squares = dense(
          x.rows,
          x.rows,
          Float64Array.from(x.data, (distance) => distance ** 2),
        );
        const scaling = await classicalScaling(squares, k, random.fork("eigenvectors"), breathe);
        const { eigenvalues, embedding, means, projection } = scaling;
        const among = (i: number, j: number) => squares.data[rows[i]! * x.rows + rows[j]!]!;
        return {
          mean: float64([x.cols], means),
          projection: float64([x.cols, k], projection.data),
          ...results(eigenvalues, embedding, await stress(rows, embedding, among, breathe)),
        };
      },
    },
    parts: () => ({
      encode(x, p) {
        const wide = cast(x, "float64");
        return matmul(sub(given ? square(wide) : wide, p.mean!), p.projection!);
      },
    }),
    procedureShapes: (d) => ({
      mean: [d],
      projection: [d, k],
      embedding: ["n", k],
      eigenvalues: [k],
      stress: [1],
    }),
    metrics: ["stress"],
    results: (p) => ({
      embedding: parameterMatrix(p, "embedding"),
      eigenvalues: p.eigenvalues!.data as Float64Array,
      stress: p.stress!.data[0] as number,
    }),
  };
}

/** Codes of Euclidean distances: the eigenvectors of XcᵀXc, or where that is larger, by way of those of XcXcᵀ. */
async function principalAxes(
  x: Matrix,
  k: number,
  breathe: FitContext["breathe"],
): Promise<{ mean: Float64Array; axes: Dense; eigenvalues: Float64Array; embedding: Dense }> {
  if (x.cols <= x.rows) {
    const { matrix: scatter, mean } = await scatterMatrix(x, { breathe });
    const { values, vectors } = await topEigenpairs(scatter, k, { breathe });
    const embedding = await gemm(centeredRows(x, mean), vectors);
    const signs = columnSigns(embedding);
    flipColumns(embedding, signs);
    flipColumns(vectors, signs);
    return { mean, axes: vectors, eigenvalues: values, embedding };
  }
  const mean = columnMeans(x);
  const rows = centeredRows(x, mean);
  const products = await gemm(rows, rows, { transposeB: true });
  const { values, vectors } = await topEigenpairs(products, k, { breathe });
  const whole = values[0]! + x.rows * mean.reduce((sum, value) => sum + value ** 2, 0);
  const least = roundingOf(Math.sqrt(whole), x.rows, x.cols) ** 2;
  const axes = await gemm(rows, scaledColumns(vectors, values, least, -0.5), { transposeA: true });
  return { mean, axes, eigenvalues: values, embedding: scaledColumns(vectors, values, least, 0.5) };
}

/** Column j times λⱼ^power; zeros where λⱼ is rounding, not above `least`. */
function scaledColumns(
  { data, rows, cols }: Dense,
  values: Float64Array,
  least: number,
  power: 0.5 | -0.5,
): Dense {
  const roots = values.map((value) => (value > least ? Math.sqrt(value) : 0));
  const factors = power > 0 ? roots : roots.map((root) => (root > 0 ? 1 / root : 0));
  return dense(
    rows,
    cols,
    data.map((value, at) => value * factors[at % cols]!),
  );
}

function centeredRows({ data, rows, cols }: Matrix, mean: Float64Array): Dense {
  const out = dense(rows, cols);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) out.data[at] = data[at]! - mean[j]!;
  }
  return out;
}

function stressRows(n: number, random: Random): Uint32Array {
  if (n <= STRESS_ROWS) return Uint32Array.from({ length: n }, (_, i) => i);
  return random.fork("stress").permutation(n).subarray(0, STRESS_ROWS);
}

/** Squared distances of pairs, by their places in `rows`. */
type Squares = (i: number, j: number) => number;

/** Rows to a product. */
const STRESS_BLOCK = 256;

async function distancesWithin(
  x: Matrix,
  rows: Uint32Array,
  breathe: FitContext["breathe"],
): Promise<Squares> {
  const m = rows.length;
  const distances = new PairwiseDistances(takeRows(x, rows));
  const squares = new Float64Array(m * m);
  for (let from = 0; from < m; from += STRESS_BLOCK) {
    await breathe();
    const to = Math.min(m, from + STRESS_BLOCK);
    squares.set(await distances.between(from, to, 0, m), from * m);
  }
  return (i, j) => squares[i * m + j]!;
}

async function stress(
  rows: Uint32Array,
  embedding: Dense,
  squares: Squares,
  breathe: FitContext["breathe"],
): Promise<number> {
  const { data, cols: k } = embedding;
  let missed = 0;
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    await breathe();
    for (let j = 0; j < i; j++) {
      const wanted = squares(i, j);
      let placed = 0;
      for (let c = 0; c < k; c++) placed += (data[rows[i]! * k + c]! - data[rows[j]! * k + c]!) ** 2;
      missed += (Math.sqrt(wanted) - Math.sqrt(placed)) ** 2;
      total += wanted;
    }
  }
  return total > 0 ? Math.sqrt(missed / total) : 0;
}

function results(eigenvalues: Float64Array, embedding: Dense, stressOne: number): Parameters {
  const { cols } = embedding;
  return {
    embedding: matrixParameter(embedding),
    eigenvalues: float64([cols], eigenvalues),
    stress: float64([1], [stressOne]),
  };
}

function checkRank(rows: number, cols: number, k: number): void {
  if (k > Math.min(rows, cols)) {
    throw new RangeError(
      `classicalMds: latentDim ${k} exceeds min(rows, columns) of the data, ${Math.min(rows, cols)}`,
    );
  }
}

function checkSquare(rows: number, cols: number, k: number): void {
  if (rows !== cols)
    throw new RangeError(
      `classicalMds: metric precomputed wants n rows of n distances, got ${rows} × ${cols}`,
    );
  if (k >= rows)
    throw new RangeError(`classicalMds: latentDim ${k} wants at least ${k + 1} rows, got ${rows}`);
}

/** Distances that should be equal may differ by rounding to float32. */
const ASYMMETRY = 1e-5;

function checkDistances({ data, rows: n }: Matrix): void {
  const wants = "classicalMds: metric precomputed wants";
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [lower, upper] = [data[i * n + j]!, data[j * n + i]!];
      if (lower < 0 || (i === j && lower !== 0)) {
        const range = i === j ? "zeros on the diagonal" : "distances ≥ 0";
        throw new RangeError(`${wants} ${range}, row ${i} column ${j} is ${lower} (are the columns scaled?)`);
      }
      if (Math.abs(lower - upper) > ASYMMETRY * Math.max(lower, upper)) {
        throw new RangeError(
          `${wants} symmetric distances, row ${i} column ${j} is ${lower} but row ${j} column ${i} is ${upper}`,
        );
      }
    }
  }
}
