/**
 * @file Points whose codes are nearest to that of a point.
 */

export interface Near {
  /** Points, nearest first. */
  readonly points: Uint32Array;
  /** Euclidean distances. */
  readonly distances: Float64Array;
}

/** @param codes `[n, size]`. @param count of points, the point itself left out; of equally near ones the earlier come first. */
export function nearCodes(codes: Float32Array, size: number, point: number, count: number): Near {
  const n = codes.length / size;
  const points: number[] = [];
  const squares: number[] = [];
  for (let i = 0; i < n; i++) {
    if (i === point) continue;
    let sum = 0;
    for (let j = 0; j < size; j++) sum += (codes[i * size + j]! - codes[point * size + j]!) ** 2;
    if (points.length === count && !(sum < squares[count - 1]!)) continue;
    let at = points.length;
    while (at > 0 && squares[at - 1]! > sum) at--;
    points.splice(at, 0, i);
    squares.splice(at, 0, sum);
    if (points.length > count) [points.length, squares.length] = [count, count];
  }
  return { points: Uint32Array.from(points), distances: Float64Array.from(squares, Math.sqrt) };
}
