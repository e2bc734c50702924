/**
 * @file Codes of the rows that a dictionary is learned from: found again and again as it changes, each time from the last.
 */
import type { Matrix } from "../../data/matrix.js";
import { type Dense, dense, toFloat32, transpose } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { CHUNK_ROWS, l1QuadraticArgs, l1QuadraticRows } from "../../linalg/l1-quadratic/rows-kernel.js";
import { gatherTeam } from "../../parallel/team.js";
import type { FitContext } from "../method.js";
import type { CodeSums } from "./atom-updates.js";
import { type SparsePenalty, sparseCodes } from "./sparse-codes.js";

export interface RowCoder {
  /** The objective ‖x − Bz‖² + 2α Ω(z) of every row when it was coded last `[n]`. */
  readonly losses: Float64Array;
  /** Weight of the last codes of every row in the sums, other than 1 if the sums were scaled `[n]`. */
  readonly weights: Float64Array;
  /**
   * Finds the codes of some rows, and lets them stand in the sums in place of what they were before.
   * @param rows their numbers; `undefined` is all, with sums that are 0.
   * @param atoms `[k, d]`.
   * @returns the sum of their objectives.
   */
  code(rows: Uint32Array | undefined, atoms: Float64Array, sums: CodeSums): Promise<number>;
  release(): void;
}

/** Numbers of a block of codes in float64: few enough to stay in cache. */
const BLOCK_NUMBERS = 2 ** 18;

/** @param x `[n, d]`; codes of all rows are kept, n · k numbers in float32. */
export function rowCoder(x: Matrix, k: number, penalty: SparsePenalty, { breathe }: FitContext): RowCoder {
  const { rows: n, cols: d } = x;
  const blockRows = Math.min(n, Math.max(CHUNK_ROWS, Math.floor(BLOCK_NUMBERS / k)));
  const kept = new Float32Array(n * k);
  const losses = new Float64Array(n);
  const weights = new Float64Array(n).fill(1);
  const solver = blockSolver(penalty, blockRows, k, breathe);

  /** Rows `from` to `to` of those to be coded. */
  async function codeBlock(rows: Uint32Array | undefined, from: number, to: number, at: Coding) {
    const { sums } = at;
    const numbers = rows?.subarray(from, to) ?? Uint32Array.from({ length: to - from }, (_, i) => from + i);
    const block = rowsOf(x.data, numbers, d);
    const codes = rowsOf(kept, numbers, k);
    const correlations = await gemm(block, at.atoms, { transposeB: true });
    if (rows) {
      const roots = Float64Array.from(numbers, (row) => Math.sqrt(weights[row]!));
      await addCodes(sums, scaledRows(block, roots), scaledRows(codes, roots), -1);
    }
    await solver.solve(block, correlations, codes, at);
    let objective = 0;
    for (let i = 0; i < numbers.length; i++) {
      // Rounded as they are kept, so that what is taken out of the sums is what went in.
      for (let p = i * k, to = numbers[i]! * k; p < (i + 1) * k; p++, to++) {
        kept[to] = codes.data[p]!;
        codes.data[p] = kept[to]!;
      }
      const loss = rowObjective(penalty, block.data, correlations.data, codes.data, i, d, k);
      losses[numbers[i]!] = loss;
      weights[numbers[i]!] = 1;
      objective += loss;
    }
    await addCodes(sums, block, codes, 1);
    return objective;
  }

  return {
    losses,
    weights,
    async code(rows, atomNumbers, sums) {
      const atoms = dense(k, d, atomNumbers);
      const at: Coding = { atoms, gram: await gemm(atoms, atoms, { transposeB: true }), sums };
      const total = rows?.length ?? n;
      let objective = 0;
      for (let from = 0; from < total; from += blockRows) {
        objective += await codeBlock(rows, from, Math.min(from + blockRows, total), at);
        await breathe();
      }
      return objective;
    },
    release: () => solver.release(),
  };
}

/** Arrays that all blocks of a batch are coded with. */
interface Coding {
  /** `[k, d]` */
  readonly atoms: Dense;
  /** `[k, k]` */
  readonly gram: Dense;
  readonly sums: CodeSums;
}

interface BlockSolver {
  /** @param codes where to start, if it can; what is found. */
  solve(block: Dense, correlations: Dense, codes: Dense, at: Coding): Promise<void>;
  release(): void;
}

function blockSolver(
  penalty: SparsePenalty,
  blockRows: number,
  k: number,
  breathe: FitContext["breathe"],
): BlockSolver {
  if (penalty.kind === "l1" || penalty.kind === "elasticNet")
    return activeSetSolver(penalty, blockRows, k, breathe);
  return {
    async solve(block, _correlations, codes, { atoms }) {
      const found = await sparseCodes(toFloat32(block), transpose(atoms), penalty, { breathe });
      codes.data.set(found.data);
    },
    release() {},
  };
}

function activeSetSolver(
  penalty: SparsePenalty & { kind: "l1" | "elasticNet" },
  blockRows: number,
  k: number,
  breathe: FitContext["breathe"],
): BlockSolver {
  const { alpha, nonNegative = false } = penalty;
  const share = l1Share(penalty);
  const args = l1QuadraticArgs(blockRows, k);
  const team = gatherTeam(l1QuadraticRows, args);
  return {
    async solve(_block, correlations, codes, { gram }) {
      args.gram.set(gram.data);
      for (let j = 0; j < k; j++) args.gram[j * k + j]! += alpha * (1 - share);
      args.correlations.set(correlations.data);
      args.codes.set(codes.data);
      const chunks = Math.ceil(codes.rows / CHUNK_ROWS);
      await team.runInPieces(breathe, chunks, codes.rows, alpha * share, nonNegative ? 1 : 0);
      codes.data.set(args.codes.subarray(0, codes.data.length));
    },
    release: () => team.release(),
  };
}

/** The share of ‖z‖₁ in Ω. */
function l1Share(penalty: SparsePenalty): number {
  return penalty.kind === "elasticNet" ? penalty.l1Ratio : 1;
}

/**
 * ‖x − Bz‖² + 2α Ω(z) of row i. Where z is optimal, zᵀBᵀBz + α (what of Ω grows with the square of z, doubled) is
 * cᵀz − α Ω₁(z), c = Bᵀx, with Ω₁ what of Ω grows with z: so it is ‖x‖² − cᵀz + α Ω₁(z).
 */
function rowObjective(
  penalty: SparsePenalty,
  x: Float64Array,
  c: Float64Array,
  z: Float64Array,
  i: number,
  d: number,
  k: number,
): number {
  let objective = 0;
  for (let at = i * d; at < (i + 1) * d; at++) objective += x[at]! * x[at]!;
  for (let at = i * k; at < (i + 1) * k; at++) if (z[at] !== 0) objective -= c[at]! * z[at]!;
  if (penalty.kind === "l0") return objective;
  let size = 0;
  if (penalty.kind === "group") {
    const group = penalty.groups as number;
    for (let from = i * k; from < (i + 1) * k; from += group) {
      let squares = 0;
      for (let at = from; at < from + group; at++) squares += z[at]! * z[at]!;
      size += Math.sqrt(squares);
    }
  } else {
    for (let at = i * k; at < (i + 1) * k; at++) size += Math.abs(z[at]!);
    size *= l1Share(penalty);
  }
  return objective + penalty.alpha * size;
}

/** Adds Σ zzᵀ, Σ zxᵀ and the uses of codes z to the sums, or takes them away. */
async function addCodes(sums: CodeSums, x: Dense, z: Dense, sign: 1 | -1): Promise<void> {
  const { uses } = sums;
  const k = z.cols;
  let any = false;
  for (let at = 0; at < z.data.length; at += k) {
    for (let j = 0; j < k; j++) {
      if (z.data[at + j] === 0) continue;
      uses[j]! += sign;
      any = true;
    }
  }
  if (!any) return;
  add(sums.products, (await gemm(z, z, { transposeA: true })).data, sign);
  add(sums.targets, (await gemm(z, x, { transposeA: true })).data, sign);
}

function add(sum: Float64Array, values: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += sign * values[i]!;
}

/** Rows of a matrix with so many columns, in float64. */
function rowsOf(data: Float32Array, numbers: Uint32Array, cols: number): Dense {
  const out = dense(numbers.length, cols);
  for (let i = 0, to = 0; i < numbers.length; i++) {
    for (let from = numbers[i]! * cols, end = from + cols; from < end; from++) out.data[to++] = data[from]!;
  }
  return out;
}

/** Each row times its number; the same where all are 1. */
function scaledRows(rows: Dense, factors: Float64Array): Dense {
  if (factors.every((factor) => factor === 1)) return rows;
  const scaled = dense(rows.rows, rows.cols);
  for (let i = 0, at = 0; i < rows.rows; i++) {
    for (const end = at + rows.cols; at < end; at++) scaled.data[at] = factors[i]! * rows.data[at]!;
  }
  return scaled;
}
