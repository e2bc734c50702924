/**
 * @file All squared Euclidean distances of a set, a block of rows at a time.
 */
import { firstNonFinite, type Matrix } from "../data/matrix.js";
import { PairwiseDistances } from "../linalg/pairwise-distances.js";

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
  const distances = new PairwiseDistances(x);
  const blockRows = Math.max(1, Math.min(1024, Math.floor(BLOCK_ELEMENTS / n)));
  for (let first = 0; first < n; first += blockRows) {
    const end = Math.min(n, first + blockRows);
    use(await distances.between(first, end, 0, n), first, end - first);
  }
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
