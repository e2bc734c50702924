/**
 * @file Codes of the rows that a dictionary is learnt from: found again and again as it changes, each time from the last.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { type Dense, dense, transpose } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { sharedFloat64 } from "../../parallel/shared.js";
import { gatherTeam, type Team } from "../../parallel/team.js";
import type { FitContext } from "../method.js";
import { activeSetRows } from "./active-set-kernel.js";
import type { CodeSums } from "./atom-updates.js";
import { CHUNK_ROWS } from "./row-kernel.js";
import { type SparsePenalty, sparseCodes } from "./sparse-codes.js";

export interface RowCoder {
  /** The objective ‖x − Bz‖² + 2α Ω(z) of every row when it was coded last `[n]`. */
  readonly losses: Float64Array;
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
  const solver = blockSolver(penalty, blockRows, k);

  async function codeBlock(rows: Uint32Array | undefined, from: number, count: number, at: Coding) {
    const rowAt = (i: number) => rows?.[from + i] ?? from + i;
    const block = dense(count, d);
    const before = dense(count, k);
    for (let i = 0; i < count; i++) {
      const row = rowAt(i);
      block.data.set(x.data.subarray(row * d, (row + 1) * d), i * d);
      before.data.set(kept.subarray(row * k, (row + 1) * k), i * k);
    }
    const correlations = await gemm(block, at.atoms, { transposeB: true });
    const codes = await solver.solve(block, correlations, before, at);
    // Rounded as they are kept, so that what is taken out of the sums is what went in.
    const after = dense(count, k, Float64Array.from(codes.data, Math.fround));
    let objective = 0;
    for (let i = 0; i < count; i++) {
      const row = rowAt(i);
      kept.set(after.data.subarray(i * k, (i + 1) * k), row * k);
      losses[row] = rowObjective(penalty, block.data, correlations.data, after.data, i, d, k);
      objective += losses[row]!;
    }
    await addCodes(at.sums, block, after, rows && before);
    return objective;
  }

  return {
    losses,
    async code(rows, atomNumbers, sums) {
      const atoms = dense(k, d, atomNumbers);
      const at: Coding = { atoms, gram: await gemm(atoms, atoms, { transposeB: true }), sums };
      const total = rows?.length ?? n;
      let objective = 0;
      for (let from = 0; from < total; from += blockRows) {
        objective += await codeBlock(rows, from, Math.min(blockRows, total - from), at);
        await breathe();
      }
      return objective;
    },
    release: () => solver.release(),
  };
}

/** What all blocks of a batch are coded with. */
interface Coding {
  /** `[k, d]` */
  readonly atoms: Dense;
  /** `[k, k]` */
  readonly gram: Dense;
  readonly sums: CodeSums;
}

interface BlockSolver {
  solve(block: Dense, correlations: Dense, before: Dense, at: Coding): Promise<{ data: ArrayLike<number> }>;
  release(): void;
}

function blockSolver(penalty: SparsePenalty, blockRows: number, k: number): BlockSolver {
  if (penalty.kind === "l1" || penalty.kind === "elasticNet") {
    const args = {
      gram: sharedFloat64(k * k),
      correlations: sharedFloat64(blockRows * k),
      codes: sharedFloat64(blockRows * k),
    };
    return fromLastCodes(penalty, args, gatherTeam(activeSetRows, args));
  }
  return {
    async solve(block, _correlations, _before, { atoms }) {
      const rows = matrix(block.rows, block.cols, Float32Array.from(block.data));
      return sparseCodes(rows, transpose(atoms), penalty);
    },
    release() {},
  };
}

function fromLastCodes(
  penalty: SparsePenalty & { kind: "l1" | "elasticNet" },
  args: { gram: Float64Array; correlations: Float64Array; codes: Float64Array },
  team: Team,
): BlockSolver {
  const { alpha, nonNegative = false } = penalty;
  const share = l1Share(penalty);
  return {
    async solve(_block, correlations, before, { gram }) {
      const k = gram.rows;
      args.gram.set(gram.data);
      for (let j = 0; j < k; j++) args.gram[j * k + j]! += alpha * (1 - share);
      args.correlations.set(correlations.data);
      args.codes.set(before.data);
      team.run(Math.ceil(before.rows / CHUNK_ROWS), before.rows, alpha * share, nonNegative ? 1 : 0);
      return { data: args.codes.subarray(0, before.data.length) };
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

/** Adds Σ zzᵀ, Σ zxᵀ and uses of the codes `after`, and takes away those of `before`. */
async function addCodes(sums: CodeSums, x: Dense, after: Dense, before: Dense | undefined): Promise<void> {
  const k = after.cols;
  add(sums.products, (await gemm(after, after, { transposeA: true })).data, 1);
  add(sums.targets, (await gemm(after, x, { transposeA: true })).data, 1);
  countUses(sums.uses, after, k, 1);
  if (!before) return;
  add(sums.products, (await gemm(before, before, { transposeA: true })).data, -1);
  add(sums.targets, (await gemm(before, x, { transposeA: true })).data, -1);
  countUses(sums.uses, before, k, -1);
}

function add(sum: Float64Array, values: Float64Array, factor: 1 | -1): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
}

function countUses(uses: Float64Array, { data }: Dense, k: number, step: 1 | -1): void {
  for (let at = 0; at < data.length; ) {
    for (let j = 0; j < k; j++, at++) if (data[at] !== 0) uses[j]! += step;
  }
}
