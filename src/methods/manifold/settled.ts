/**
 * @file Places in one of the many positions that a map may have.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { columnSigns, flipColumns } from "../../linalg/signs.js";

/** Places `[n, k]` about the origin, the entry of largest absolute value of every column positive. */
export function settled({ data: places, rows, cols }: Matrix): Matrix {
  const data = Float64Array.from(places);
  for (let axis = 0; axis < cols; axis++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += data[i * cols + axis]! / rows;
    for (let i = 0; i < rows; i++) data[i * cols + axis]! -= mean;
  }
  const dense = { data, rows, cols };
  flipColumns(dense, columnSigns(dense));
  return matrix(rows, cols, Float32Array.from(data));
}
