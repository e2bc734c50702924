/**
 * @file Locally linear embedding: codes that the weights of every row's neighbors reconstruct as they do the row.
 *
 *   min over W of  Σᵢ ‖xᵢ − Σⱼ Wᵢⱼ xⱼ‖²,   then   min over YᵀY = I, Yᵀ1 = 0, of  tr Yᵀ M Y,   M = (I − W)ᵀ(I − W)
 *
 * by the eigenvectors of the smallest eigenvalues of M but the first, which is constant. The other variants put in
 * place of M a sum over neighborhoods that a folded sheet does not fool, see `local-alignment-kernel.ts`.
 * A new row gets the barycenter of its neighbors' codes, by the weights that reconstruct it.
 * Sources: Roweis & Saul (2000), "Nonlinear dimensionality reduction by locally linear embedding", Science 290; Saul &
 * Roweis (2003), "Think globally, fit locally", JMLR 4, for new rows.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float64 } from "../../engine/arrays.js";
import type { Breathing } from "../../linalg/breathing.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { kNearestWithin, nearestNeighbors } from "../../linalg/neighbors/nearest-neighbors.js";
import { bottomEigenpairs } from "../../linalg/sparse/bottom-eigenpairs.js";
import { connectedComponents } from "../../linalg/sparse/connected-components.js";
import { type SparseMatrix, sparseFromTriplets, sparseGram } from "../../linalg/sparse/csr.js";
import type { Kernel, KernelArgs } from "../../parallel/kernel.js";
import { sharedFloat32, sharedFloat64 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";
import type { FitContext, Method } from "../method.js";
import type { Embedder } from "../model.js";
import { checkOptions, integer, number, type OptionTable, oneOf } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { CHUNK_ROWS as BARYCENTER_ROWS, barycenterWeights } from "./barycenter-kernel.js";
import {
  CHUNK_ROWS as ALIGNMENT_ROWS,
  localHessians,
  localSpreads,
  localTangents,
  multipleWeights,
} from "./local-alignment-kernel.js";

/** Options of `locallyLinearEmbedding`. */
export interface LocallyLinearEmbeddingOptions {
  /** Numbers in a code q, from 1 to n − 1; at most d for all variants but `standard`. */
  latentDim: number;
  /**
   * Neighbors of a row k, from 1 to n − 1; at least q for `modified`, more than q for `ltsa` and more than
   * q (q + 3) / 2 for `hessian`. Default 5.
   */
  nNeighbors?: number | undefined;
  /**
   * Variant: `standard`; `modified`, of several weights a row; `hessian`, of second derivatives; or `ltsa`, local
   * tangent space alignment. Default `standard`.
   */
  variant?: "standard" | "modified" | "hessian" | "ltsa" | undefined;
  /**
   * Regularization that keeps the weights of neighbors alike, as a share of their squared distances, > 0. Default 1e-3.
   */
  reg?: number | undefined;
}

export const locallyLinearEmbeddingOptions: OptionTable<LocallyLinearEmbeddingOptions> = {
  latentDim: integer({ min: 1, help: "numbers in a code" }),
  nNeighbors: integer({ min: 1, default: 5, help: "neighbors of a row" }),
  variant: oneOf(["standard", "modified", "hessian", "ltsa"], {
    default: "standard",
    help: "property that a neighborhood keeps",
  }),
  reg: number({
    want: "a number > 0",
    test: (value) => value > 0,
    default: 1e-3,
    help: "regularization: weights of neighbors are kept alike",
  }),
};

/** A fitted locally linear embedding. */
export interface LocallyLinearEmbedding extends Embedder {
  /** Eigenvalues of M that belong to the columns of the embedding `[q]`, ascending. */
  readonly eigenvalues: Float64Array;
  /** Their sum, tr YᵀMY. */
  readonly reconstructionError: number;
}

const NAME = "locallyLinearEmbedding";

type Settings = Required<LocallyLinearEmbeddingOptions>;

/**
 * Locally linear embedding: codes `[n, q]` that the weights of every row's neighbors reconstruct as they do the row.
 *
 *   min over W of  Σᵢ ‖xᵢ − Σⱼ Wᵢⱼ xⱼ‖²,   then   min over YᵀY = I, Yᵀ1 = 0, of  tr Yᵀ M Y,   M = (I − W)ᵀ(I − W)
 *
 * Source: Roweis & Saul (2000), Science 290; Saul & Roweis (2003), "Think globally, fit locally", JMLR 4, for new rows.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function locallyLinearEmbedding(
  options: LocallyLinearEmbeddingOptions,
): Method<LocallyLinearEmbedding> {
  const checked = checkOptions(NAME, locallyLinearEmbeddingOptions, options);
  const { latentDim: q, nNeighbors: k, variant } = checked;
  const least = { standard: 1, modified: q, ltsa: q + 1, hessian: (q * (q + 3)) / 2 + 1 }[variant];
  if (k < least) {
    throw new RangeError(
      `${NAME}: variant ${variant} of latentDim ${q} wants nNeighbors ≥ ${least}, got ${k}`,
    );
  }
  return {
    name: NAME,
    options: checked,
    shiftInvariant: true,
    codeSize: () => q,
    checkSize(rows, cols) {
      if (rows <= k)
        throw new RangeError(`${NAME}: nNeighbors ${k} wants at least ${k + 1} rows, got ${rows}`);
      if (rows <= q)
        throw new RangeError(`${NAME}: latentDim ${q} wants at least ${q + 1} rows, got ${rows}`);
      if (variant !== "standard" && q > cols)
        throw new RangeError(`${NAME}: variant ${variant} of latentDim ${q} wants ${q} columns, got ${cols}`);
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({}),
    procedures: () => ({ encode: (x, p, pauses) => barycenters(x, p, checked, pauses) }),
    procedureShapes: (d) => ({
      rows: ["n", d],
      embedding: ["n", q],
      eigenvalues: [q],
    }),
    metrics: ["reconstructionError"],
    results: (p) => {
      const eigenvalues = p.eigenvalues!.data as Float64Array;
      return {
        embedding: parameterMatrix(p, "embedding"),
        eigenvalues,
        reconstructionError: eigenvalues.reduce((sum, value) => sum + value, 0),
      };
    },
  };
}

async function solve(x: Matrix, settings: Settings, { breathe }: FitContext): Promise<Parameters> {
  const { latentDim: q, nNeighbors: k, variant } = settings;
  const { indices } = await kNearestWithin(x, k, { breathe });
  const rows = sharedFloat32(x.data.length);
  rows.set(x.data);
  const m = await (variant === "standard" ? standard : aligned)(x, rows, indices, settings, breathe);
  const { count } = connectedComponents(m);
  if (count > 1) {
    throw new RangeError(
      `${NAME}: the graph of ${k} nearest neighbors falls into ${count} parts, want one; raise nNeighbors`,
    );
  }
  const { values, vectors } = await bottomEigenpairs(m, q + 1, { breathe });
  const embedding = withoutFirst(vectors);
  return {
    rows: matrixParameter(x),
    embedding: matrixParameter(embedding),
    eigenvalues: float64([q], values.slice(1)),
  };
}

/** (I − W)ᵀ(I − W). */
async function standard(
  x: Matrix,
  rows: Float32Array,
  neighbors: Uint32Array,
  { nNeighbors: k, reg }: Settings,
  breathe: () => Promise<void>,
): Promise<SparseMatrix> {
  const weights = sharedFloat64(x.rows * k);
  const args = { rows, queries: rows, neighbors, m: x.rows, d: x.cols, k, reg, weights };
  await inBlocks(barycenterWeights, args, x.rows, BARYCENTER_ROWS, breathe);

  const each = k + 1;
  const rowStarts = Int32Array.from({ length: x.rows + 1 }, (_, i) => i * each);
  const columns = new Int32Array(x.rows * each);
  const values = new Float64Array(x.rows * each);
  for (let i = 0; i < x.rows; i++) {
    columns[i * each] = i;
    values[i * each] = 1;
    for (let j = 0; j < k; j++) {
      // Among those before it, in order of columns.
      const column = neighbors[i * k + j]!;
      let at = i * each + j + 1;
      for (; at > i * each && columns[at - 1]! > column; at--) {
        columns[at] = columns[at - 1]!;
        values[at] = values[at - 1]!;
      }
      columns[at] = column;
      values[at] = -weights[i * k + j]!;
    }
  }
  return sparseGram({ rows: x.rows, cols: x.rows, rowStarts, columns, values });
}

/** The sum of what the neighborhoods add. */
async function aligned(
  x: Matrix,
  rows: Float32Array,
  neighbors: Uint32Array,
  { nNeighbors: k, latentDim, variant, reg }: Settings,
  breathe: () => Promise<void>,
): Promise<SparseMatrix> {
  const n = x.rows;
  const b = k + 1;
  const blocks = sharedFloat64(n * b * b);
  const spreads = sharedFloat64(n);
  const args = { rows, neighbors, n, d: x.cols, k, latentDim, reg, blocks, spreads };
  if (variant === "modified") {
    await inBlocks(localSpreads, args, n, ALIGNMENT_ROWS, breathe);
    await inBlocks(multipleWeights, args, n, ALIGNMENT_ROWS, breathe, median(spreads));
  } else {
    const kernel = variant === "ltsa" ? localTangents : localHessians;
    await inBlocks(kernel, args, n, ALIGNMENT_ROWS, breathe);
  }

  const rowIndices = new Int32Array(n * b * b);
  const columnIndices = new Int32Array(n * b * b);
  for (let i = 0, at = 0; i < n; i++) {
    for (let p = 0; p < b; p++) {
      const row = p < k ? neighbors[i * k + p]! : i;
      for (let q = 0; q < b; q++, at++) {
        rowIndices[at] = row;
        columnIndices[at] = q < k ? neighbors[i * k + q]! : i;
      }
    }
  }
  return sparseFromTriplets(n, n, { rowIndices, columnIndices, values: blocks });
}

/** Codes of new rows. */
async function barycenters(
  x: Matrix,
  p: Parameters,
  { nNeighbors: k, latentDim: q, reg }: Settings,
  { breathe }: Breathing,
): Promise<Matrix> {
  const rows = parameterMatrix(p, "rows");
  const embedding = parameterMatrix(p, "embedding");
  const { indices } = await nearestNeighbors(rows, x, k, { breathe });
  const weights = sharedFloat64(x.rows * k);
  const args = {
    ...{ rows: rows.data, queries: x.data, neighbors: indices },
    ...{ m: x.rows, d: x.cols, k, reg, weights },
  };
  const none = new Float64Array(0);
  for (let chunk = 0; chunk * BARYCENTER_ROWS < x.rows; chunk++) {
    barycenterWeights.run(args, chunk, none);
    await breathe?.();
  }
  const codes = matrix(x.rows, q);
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < q; c++) {
      let code = 0;
      for (let j = i * k; j < (i + 1) * k; j++) code += weights[j]! * embedding.data[indices[j]! * q + c]!;
      codes.data[i * q + c] = code;
    }
  }
  return codes;
}

/** All rows through a kernel, on all threads. */
async function inBlocks<A extends KernelArgs>(
  kernel: Kernel<A>,
  args: A,
  n: number,
  chunkRows: number,
  breathe: () => Promise<void>,
  ...scalars: number[]
): Promise<void> {
  const team = gatherTeam(kernel, args);
  try {
    await team.runInPieces(breathe, Math.ceil(n / chunkRows), ...scalars);
  } finally {
    team.release();
  }
}

function withoutFirst({ data, rows, cols }: Dense): Dense {
  const out = dense(rows, cols - 1);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 1; j < cols; j++, at++) out.data[at] = data[i * cols + j]!;
  return out;
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
