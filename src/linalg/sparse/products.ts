/**
 * @file Products of a sparse matrix with a block of vectors.
 */
import { type Dense, dense } from "../dense.js";
import type { SparseMatrix } from "./csr.js";
import { multiplyRows } from "./products-kernel.js";

/** Rows of the matrix to a chunk of work. */
export const CHUNK_ROWS = 1024;

/** A X for columns X of shape `[a.cols, m]`. @throws RangeError if the shapes do not fit. */
export function multiplySparse(a: SparseMatrix, x: Dense): Dense {
  if (x.rows !== a.cols)
    throw new RangeError(
      `multiplySparse: inner sizes differ in [${a.rows}, ${a.cols}] · [${x.rows}, ${x.cols}]`,
    );
  const out = dense(a.rows, x.cols);
  const { rowStarts, columns, values } = a;
  const args = { rowStarts, columns, values, x: x.data, out: out.data, width: x.cols, chunkRows: CHUNK_ROWS };
  for (let chunk = 0; chunk * CHUNK_ROWS < a.rows; chunk++) multiplyRows.run(args, chunk, NO_SCALARS);
  return out;
}

const NO_SCALARS = new Float64Array(0);
