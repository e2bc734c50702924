/**
 * @file Weights by which its neighbors come nearest to a row:
 *
 *   min over w, Σⱼ wⱼ = 1, of  ‖x − Σⱼ wⱼ tⱼ‖² + r ‖w‖²,   r = reg · tr C,  Cⱼₗ = (tⱼ − x)·(tₗ − x)
 *
 * that is (C + r I) w = 1, scaled to sum 1; r = reg where all neighbors are equal to x.
 * Source: Saul & Roweis (2003), "Think globally, fit locally", JMLR 4, equations (4) and (6).
 */
import { factorSmall, solveLower, solveUpper } from "../../linalg/small-cholesky.js";
import type { Kernel } from "../../parallel/kernel.js";

interface BarycenterArgs extends Record<string, Float32Array | Float64Array | Uint32Array | number> {
  /** `[n, d]` */
  rows: Float32Array;
  /** `[m, d]` */
  queries: Float32Array;
  /** `[m, k]` */
  neighbors: Uint32Array;
  m: number;
  d: number;
  k: number;
  reg: number;
  /** `[m, k]`, written. */
  weights: Float64Array;
}

/** Queries a chunk. */
export const CHUNK_ROWS = 64;

export const barycenterWeights: Kernel<BarycenterArgs> = {
  name: "barycenterWeights",
  run({ rows, queries, neighbors, m, d, k, reg, weights }, chunk) {
    const first = chunk * CHUNK_ROWS;
    const end = Math.min(m, first + CHUNK_ROWS);
    const differences = new Float64Array(k * d);
    const gram = new Float64Array(k * k);
    for (let i = first; i < end; i++) {
      for (let j = 0, at = 0; j < k; j++) {
        const row = neighbors[i * k + j]! * d;
        for (let c = 0; c < d; c++, at++) differences[at] = rows[row + c]! - queries[i * d + c]!;
      }
      let trace = 0;
      for (let p = 0; p < k; p++) {
        for (let q = 0; q <= p; q++) {
          let total = 0;
          for (let c = 0, a = p * d, b = q * d; c < d; c++, a++, b++)
            total += differences[a]! * differences[b]!;
          gram[p * k + q] = total;
        }
        trace += gram[p * k + p]!;
      }
      const ridge = trace > 0 ? reg * trace : reg;
      for (let p = 0; p < k; p++) gram[p * k + p]! += ridge;
      solveOnes(gram, k, weights, i * k);
    }
  },
};

/** A w = 1, of which the lower triangle is overwritten, and w scaled to sum 1; NaN where A is singular. */
function solveOnes(a: Float64Array, k: number, w: Float64Array, at: number): void {
  w.fill(factorSmall(a, k, k) ? 1 : Number.NaN, at, at + k);
  solveLower(a, k, 0, k, w, at);
  solveUpper(a, k, k, w, at);
  let sum = 0;
  for (let p = k - 1; p >= 0; p--) sum += w[at + p]!;
  for (let p = 0; p < k; p++) w[at + p]! /= sum;
}
