/**
 * @file A point in the midst of rows, which a few of them that are far from all others do not move.
 *
 * Products tell distances well only of rows that are near the point they are taken about. The mean is such a point until
 * one row is so far out that it draws the mean away from all others.
 */
import { columnMeans, type Matrix, takeRows } from "../data/matrix.js";

/** Odd, so that a median is a number that is there. More rows tell where the midst is no better, and take longer to sort. */
const SAMPLE_ROWS = 255;

/** A median of every column, over up to 255 rows from all over the data: a number that is there, `[d]`. */
export function columnMedians(x: Matrix): Float64Array {
  return mediansOf(sample(x));
}

/** The mean of the columns over up to 255 rows from all over the data, or their medians if most rows are nearer to these, `[d]`. */
export function midst(x: Matrix): Float64Array {
  const rows = sample(x);
  const [mean, medians] = [columnMeans(rows), mediansOf(rows)];
  return medianSquare(rows, medians) < medianSquare(rows, mean) ? medians : mean;
}

/** The median of ‖x − point‖² over up to 255 rows from all over the data. */
export function typicalSquare(x: Matrix, point: Float64Array): number {
  return medianSquare(sample(x), point);
}

function sample(x: Matrix): Matrix {
  const count = Math.min(x.rows, SAMPLE_ROWS);
  return takeRows(
    x,
    Int32Array.from({ length: count }, (_, i) => Math.floor((i * x.rows) / count)),
  );
}

function mediansOf({ data, rows, cols }: Matrix): Float64Array {
  const column = new Float32Array(rows);
  return Float64Array.from({ length: cols }, (_, j) => {
    for (let i = 0; i < rows; i++) column[i] = data[i * cols + j]!;
    return column.sort()[(rows - 1) >> 1] ?? 0;
  });
}

function medianSquare({ data, rows, cols }: Matrix, point: Float64Array): number {
  const squares = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) squares[i]! += (data[at]! - point[j]!) ** 2;
  return squares.sort()[rows >> 1] ?? 0;
}
