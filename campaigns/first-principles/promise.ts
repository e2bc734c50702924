/**
 * @file Form of a check of the campaign `first-principles`, and the arithmetic that all share: plain loops in float64.
 */
import type { Matrix } from "../../src/data/matrix.js";
import type { Random } from "../../src/random.js";

export interface Check {
  readonly name: string;
  /** Rows that it wants at least. */
  readonly leastRows: number;
  /** Throws RangeError for data that the method refuses. */
  run(x: Matrix, promise: Hold, random: Random): Promise<void>;
}

/** Says what must hold: `error` is at most `most`, and a number. */
export type Hold = (what: string, error: number, most: number) => void;

/** ‖a − b‖² of rows of two matrices. */
export function square(a: Rows, i: number, b: Rows, j: number): number {
  let sum = 0;
  for (let c = 0; c < a.cols; c++) sum += (a.data[i * a.cols + c]! - b.data[j * b.cols + c]!) ** 2;
  return sum;
}

export interface Rows {
  readonly data: ArrayLike<number>;
  readonly rows: number;
  readonly cols: number;
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
export const largest = (values: Iterable<number>): number => {
  let most = 0;
  for (const value of values) if (!(value <= most)) most = value;
  return most;
};

/** Rows less the means of their columns, the sum of their squares, and the largest absolute entry before. */
export function centered({ data, rows, cols }: Matrix): { rows: Rows; squares: number; size: number } {
  const means = range(cols).map((c) => range(rows).reduce((sum, i) => sum + data[i * cols + c]! / rows, 0));
  const out = Float64Array.from(data, (value, at) => value - means[at % cols]!);
  return {
    rows: { data: out, rows, cols },
    squares: out.reduce((sum, value) => sum + value * value, 0),
    size: largest(data.map(Math.abs)),
  };
}

/** max |AᵀA − I| of columns, or of rows where `byRows`. */
export function orthonormality({ data, rows, cols }: Rows, byRows: boolean): number {
  const [count, length] = byRows ? [rows, cols] : [cols, rows];
  const at = (v: number, i: number) => data[byRows ? v * cols + i : i * cols + v]!;
  return largest(
    range(count).flatMap((p) =>
      range(p + 1).map((q) =>
        Math.abs(range(length).reduce((sum, i) => sum + at(p, i) * at(q, i), 0) - (p === q ? 1 : 0)),
      ),
    ),
  );
}
