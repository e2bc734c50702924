/**
 * @file All squared Euclidean distances of a set, a block of rows at a time, by products in float64:
 *
 *   ‖xᵢ − xⱼ‖² = ‖xᵢ‖² + ‖xⱼ‖² − 2 xᵢ·xⱼ
 */
import { firstNonFinite, type Matrix } from "../data/matrix.js";
import { type Dense, dense, rowsView } from "../linalg/dense.js";
import { gemm } from "../linalg/gemm.js";

/** Distances held at a time, 32 MiB. */
const BLOCK_ELEMENTS = 2 ** 22;

/**
 * Calls `use` with the squared distances of rows `first` … `first + count − 1` to all n, row-major `[count, n]`, ≥ 0.
 * Whole numbers, such as pixels, have exact distances; so have ties of them.
 */
export async function squaredDistances(
  x: Matrix,
  use: (block: Float64Array, first: number, count: number) => void,
): Promise<void> {
  const n = x.rows;
  const rows = fromFirstRow(x);
  const norms = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < x.cols; j++, at++) norms[i]! += rows.data[at]! ** 2;
  const blockRows = Math.max(1, Math.min(1024, Math.floor(BLOCK_ELEMENTS / n)));
  for (let first = 0; first < n; first += blockRows) {
    const block = rowsView(rows, first, Math.min(n, first + blockRows));
    const { data } = await gemm(block, rows, { transposeB: true });
    for (let i = 0, at = 0; i < block.rows; i++) {
      const norm = norms[first + i]!;
      for (let j = 0; j < n; j++, at++) {
        const square = norm + norms[j]! - 2 * data[at]!;
        data[at] = Math.max(0, square);
      }
      data[at - n + first + i] = 0;
    }
    use(data, first, block.rows);
  }
}

/** Without the offset that all rows share; in float64, differences of float32 numbers lose next to nothing. */
function fromFirstRow({ data, rows, cols }: Matrix): Dense {
  const out = dense(rows, cols);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) out.data[at] = data[at]! - data[j]!;
  return out;
}

/** @throws RangeError for fewer rows than `least`, no columns, or a number that is not finite. */
export function checkPoints(x: Matrix, least: number, where: string): void {
  if (x.rows < least) throw new RangeError(`${where}: want at least ${least} rows, got ${x.rows}`);
  if (x.cols === 0) throw new RangeError(`${where}: want at least 1 column, got 0`);
  const bad = firstNonFinite(x);
  if (bad)
    throw new RangeError(
      `${where}: row ${bad.row} column ${bad.column} is ${bad.value}, want finite numbers`,
    );
}
