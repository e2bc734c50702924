/**
 * @file A point in the midst of rows, which a few of them that are far from all others do not move.
 *
 * Products tell distances well only of rows that are near the point they are taken about. The mean is such a point until
 * one row is so far out that it draws the mean away from all others.
 */
import { columnMeans, type Matrix } from "../data/matrix.js";

const SAMPLE_ROWS = 1000;

/** A median of every column, over up to 1000 rows from all over the data: a number that is there, `[d]`. */
export function columnMedians(x: Matrix): Float64Array {
  const { data, cols } = x;
  const rows = sampledRows(x);
  const column = new Float32Array(rows.length);
  return Float64Array.from({ length: cols }, (_, j) => {
    for (let i = 0; i < rows.length; i++) column[i] = data[rows[i]! * cols + j]!;
    return column.sort()[(rows.length - 1) >> 1] ?? 0;
  });
}

/** The mean of the columns, or their medians if most rows are nearer to these, `[d]`. */
export function midst(x: Matrix): Float64Array {
  const [mean, medians] = [columnMeans(x), columnMedians(x)];
  return typicalSquare(x, medians) < typicalSquare(x, mean) ? medians : mean;
}

/** The median of ‖x − point‖² over up to 1000 rows from all over the data. */
export function typicalSquare(x: Matrix, point: Float64Array): number {
  const { data, cols } = x;
  const squares = Float64Array.from(sampledRows(x), (i) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += (data[i * cols + j]! - point[j]!) ** 2;
    return sum;
  });
  return squares.sort()[squares.length >> 1] ?? 0;
}

function sampledRows({ rows }: Matrix): Int32Array {
  const count = Math.min(rows, SAMPLE_ROWS);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}
