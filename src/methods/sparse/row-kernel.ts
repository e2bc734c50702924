/**
 * @file Common ground of the solvers of sparse codes: each does some rows of a block from the Gram matrix alone, and is
 * dealt to threads in chunks of `CHUNK_ROWS`.
 */
import type { L1QuadraticArgs } from "../../linalg/l1-quadratic/rows-kernel.js";

/** The arrays of a solver, of which G is Dᵀ D and c is Dᵀ x. Its scalars are the number of rows, and then its own. */
export interface CodeArgs extends L1QuadraticArgs {
  /** ‖x‖² of every row `[n]`. */
  readonly squares: Float64Array;
}
