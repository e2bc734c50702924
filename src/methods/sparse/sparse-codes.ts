/**
 * @file Sparse codes of rows with a given dictionary.
 *
 *   min over z of  ½ ‖x − D z‖² + α Ω(z)      of every row x
 *
 *   l1          Ω = ‖z‖₁, the lasso; also with z ≥ 0
 *   elasticNet  Ω = ρ ‖z‖₁ + (1 − ρ)/2 ‖z‖²; also with z ≥ 0
 *   group       Ω = Σ_b ‖z_b‖ over groups of atoms
 *   l0          instead: at most so many z ≠ 0, or as few as bring ‖x − D z‖² down to a bound, by orthogonal matching
 *               pursuit
 *
 * α is that of scikit-learn's `sparse_encode`. Where the objective is written ‖x − D z‖² + λ Ω(z), as by
 * `predictiveSparseDecomposition`, λ = 2 α.
 */
import { firstNonFinite, type Matrix, matrix } from "../../data/matrix.js";
import type { Breathing } from "../../linalg/breathing.js";
import { checkFinite, type Dense, dense } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { CHUNK_ROWS, l1QuadraticRows } from "../../linalg/l1-quadratic/rows-kernel.js";
import type { Kernel } from "../../parallel/kernel.js";
import { gatherTeam } from "../../parallel/team.js";
import { float64On, wasmMemory } from "../../parallel/wasm.js";
import { groupLassoRows } from "./group-lasso-kernel.js";
import { diagonalGroups } from "./groups.js";
import { matchingPursuitRows } from "./matching-pursuit-kernel.js";
import type { CodeArgs } from "./row-kernel.js";

/** The penalty Ω, or the bound, that makes codes sparse. */
export type SparsePenalty =
  | {
      /** Ω = ‖z‖₁, the lasso. */
      readonly kind: "l1";
      /** Weight α > 0 of Ω. */
      readonly alpha: number;
      /** Ask for z ≥ 0. Default false. */
      readonly nonNegative?: boolean | undefined;
    }
  | {
      /** Ω = ρ ‖z‖₁ + (1 − ρ)/2 ‖z‖². */
      readonly kind: "elasticNet";
      /** Weight α > 0 of Ω. */
      readonly alpha: number;
      /** ρ in [0, 1], the share of ‖z‖₁. */
      readonly l1Ratio: number;
      /** Ask for z ≥ 0. Default false. */
      readonly nonNegative?: boolean | undefined;
    }
  | {
      /** Ω = Σ_b ‖z_b‖ over groups of atoms. */
      readonly kind: "group";
      /** Weight α > 0 of Ω. */
      readonly alpha: number;
      /** The number of each atom's group, `[k]`, or the size of groups of atoms that stand together. All of one size. */
      readonly groups: number | readonly number[] | Int32Array;
    }
  | {
      /** A bound in place of Ω: few z ≠ 0, by orthogonal matching pursuit. */
      readonly kind: "l0";
      /** The most z ≠ 0 of a row, ≥ 1. Default k. */
      readonly nonZeros?: number | undefined;
      /** A row is done when ‖x − D z‖² is at most this, ≥ 0. Default 0. */
      readonly squaredError?: number | undefined;
    };

/** Numbers of a block of rows in float64: few enough to stay in cache. */
const BLOCK_NUMBERS = 2 ** 18;

/** A problem as its solver wants it: perhaps with atoms scaled or turned. */
interface Problem {
  readonly dictionary: Dense;
  readonly kernel: Kernel<CodeArgs>;
  /** The kernel's own scalars. */
  readonly scalars: readonly number[];
  /** β of ½ β ‖z‖², which is added to the diagonal of the Gram matrix. Default 0. */
  readonly ridge?: number;
  /** Codes with the dictionary given from those with this one. Default: the same. */
  restore?(codes: Dense): Promise<Dense> | Dense;
}

/**
 * The codes z `[n, k]` of rows x `[n, d]`, optimal to rounding; those of `l0` as orthogonal matching pursuit finds them.
 * @param dictionary D `[d, k]`, an atom a column, of any length.
 * @throws RangeError for numbers that are not finite, sizes that do not fit, or a penalty that is not as described.
 */
export async function sparseCodes(
  x: Matrix,
  dictionary: Dense | Matrix,
  penalty: SparsePenalty,
  { breathe }: Breathing = {},
): Promise<Matrix> {
  const [n, d, k] = [x.rows, x.cols, dictionary.cols];
  if (dictionary.rows !== d || k === 0)
    throw new RangeError(`sparseCodes: want a dictionary ${d} × k, k ≥ 1, got ${dictionary.rows} × ${k}`);
  const columns = dense(d, k, new Float64Array(dictionary.data));
  checkFinite(columns, "sparseCodes: dictionary");
  const missing = firstNonFinite(x);
  if (missing)
    throw new RangeError(
      `sparseCodes: row ${missing.row} column ${missing.column} is ${missing.value}, want finite numbers`,
    );
  const problem = await problemOf(columns, penalty);
  const codes = matrix(n, k);
  const blockRows = Math.min(n, Math.max(CHUNK_ROWS, Math.floor(BLOCK_NUMBERS / k)));
  const memory = wasmMemory();
  const gram = float64On(memory, k * k);
  gram.set((await gemm(problem.dictionary, problem.dictionary, { transposeA: true })).data);
  for (let j = 0; j < k; j++) gram[j * k + j]! += problem.ridge ?? 0;
  const args = {
    memory,
    gram,
    correlations: float64On(memory, blockRows * k),
    squares: float64On(memory, blockRows),
    codes: float64On(memory, blockRows * k),
  };
  const team = gatherTeam(problem.kernel, args);
  try {
    for (let from = 0; from < n; from += blockRows) {
      const rows = Math.min(blockRows, n - from);
      const block = dense(rows, d, new Float64Array(x.data.subarray(from * d, (from + rows) * d)));
      args.correlations.set((await gemm(block, problem.dictionary)).data);
      setSquares(args.squares, block);
      args.codes.fill(0);
      await team.runInPieces(breathe, Math.ceil(rows / CHUNK_ROWS), rows, ...problem.scalars);
      const found = args.codes.subarray(0, rows * k);
      // A copy, since the engine takes no shared memory.
      const restored = await problem.restore?.(dense(rows, k, new Float64Array(found)));
      codes.data.set(restored?.data ?? found, from * k);
    }
  } finally {
    team.release();
  }
  return codes;
}

async function problemOf(dictionary: Dense, penalty: SparsePenalty): Promise<Problem> {
  const k = dictionary.cols;
  switch (penalty.kind) {
    case "l1":
    case "elasticNet": {
      const { alpha, nonNegative = false } = penalty;
      const ratio = penalty.kind === "l1" ? 1 : penalty.l1Ratio;
      checkAlpha(alpha);
      if (!(ratio >= 0 && ratio <= 1))
        throw new RangeError(`sparseCodes: l1Ratio must be a number in [0, 1], got ${ratio}`);
      const scalars = [alpha * ratio, nonNegative ? 1 : 0];
      return { dictionary, kernel: l1QuadraticRows, scalars, ridge: alpha * (1 - ratio) };
    }
    case "group": {
      checkAlpha(penalty.alpha);
      const { size, ...turned } = await diagonalGroups(dictionary, penalty.groups);
      return { ...turned, kernel: groupLassoRows, scalars: [penalty.alpha, size] };
    }
    case "l0": {
      const { nonZeros, squaredError } = penalty;
      if (nonZeros === undefined && squaredError === undefined)
        throw new RangeError("sparseCodes: l0 wants nonZeros, squaredError or both");
      if (nonZeros !== undefined && !(Number.isSafeInteger(nonZeros) && nonZeros >= 1))
        throw new RangeError(`sparseCodes: nonZeros must be an integer ≥ 1, got ${nonZeros}`);
      if (squaredError !== undefined && !(squaredError >= 0))
        throw new RangeError(`sparseCodes: squaredError must be a number ≥ 0, got ${squaredError}`);
      const scalars = [Math.min(k, nonZeros ?? k), squaredError ?? 0];
      return { ...unitAtoms(dictionary), kernel: matchingPursuitRows, scalars };
    }
    default:
      throw new TypeError(
        `sparseCodes: want a penalty l1, elasticNet, group or l0, got ${(penalty as { kind: unknown }).kind}`,
      );
  }
}

function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < Number.POSITIVE_INFINITY))
    throw new RangeError(`sparseCodes: alpha must be a number > 0, got ${alpha}`);
}

/** Atoms of unit norm; an atom of zeros stays. */
function unitAtoms(dictionary: Dense): Pick<Problem, "dictionary" | "restore"> {
  const k = dictionary.cols;
  const norms = new Float64Array(k);
  dictionary.data.forEach((value, i) => {
    norms[i % k]! += value * value;
  });
  for (let j = 0; j < k; j++) norms[j] = Math.sqrt(norms[j]!) || 1;
  const overNorms = (a: Dense) =>
    dense(
      a.rows,
      k,
      a.data.map((value, i) => value / norms[i % k]!),
    );
  return { dictionary: overNorms(dictionary), restore: overNorms };
}

function setSquares(squares: Float64Array, { data, rows, cols }: Dense): void {
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++, at++) sum += data[at]! * data[at]!;
    squares[i] = sum;
  }
}
