/**
 * @file What the solvers of sparse codes have in common: each does some rows of a block from the Gram matrix alone, and is
 * dealt to threads in chunks.
 */

/** Rows of a chunk: few enough that threads end together and pauses are not far apart, enough to be worth a solver's own arrays. */
export const CHUNK_ROWS = 32;

/** The arrays of a solver. Its scalars are the number of rows, and then its own. */
export interface CodeArgs {
  /** Where the arrays are. */
  readonly memory: WebAssembly.Memory;
  /** G = Dᵀ D `[k, k]`. */
  readonly gram: Float64Array;
  /** c = Dᵀ x of every row `[n, k]`. */
  readonly correlations: Float64Array;
  /** ‖x‖² of every row `[n]`. */
  readonly squares: Float64Array;
  /** z of every row `[n, k]`, which it writes. */
  readonly codes: Float64Array;
  readonly [name: string]: Float64Array | WebAssembly.Memory;
}
