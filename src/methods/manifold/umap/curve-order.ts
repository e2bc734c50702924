/**
 * @file An order of places in which near ones stand near: by the cells of a grid along Morton's curve. What neighbors read of each other
 * is then mostly in the processor's cache.
 *
 * Source: Morton (1966), "A computer oriented geodetic data base and a new technique in file sequencing", IBM.
 */

/** Cells along a side are 2 to this power at most. */
const MOST_BITS = 10;

/** @param places `[n, dims]`, of which the first two coordinates count. @returns the places in order, `[n]`. */
export function curveOrder(places: Float64Array, dims: number): Int32Array {
  const n = places.length / dims;
  const bits = Math.min(MOST_BITS, Math.ceil(Math.log2(n + 1) / 2));
  const [x, y] = [0, Math.min(1, dims - 1)].map((axis) => alongSide(places, dims, axis, 2 ** bits));
  const starts = new Int32Array(4 ** bits + 1);
  const cells = Int32Array.from(x!, (column, i) => spaced(column) | (spaced(y![i]!) << 1));
  for (const cell of cells) starts[cell + 1]!++;
  for (let cell = 0; cell < 4 ** bits; cell++) starts[cell + 1]! += starts[cell]!;
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[starts[cells[i]!]!++] = i;
  return order;
}

/** The cell of every place along one axis. */
function alongSide(places: Float64Array, dims: number, axis: number, cells: number): Int32Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = axis; at < places.length; at += dims) {
    low = Math.min(low, places[at]!);
    high = Math.max(high, places[at]!);
  }
  const scale = high > low ? cells / (high - low) : 0;
  return Int32Array.from({ length: places.length / dims }, (_, i) =>
    Math.min(cells - 1, Math.floor((places[i * dims + axis]! - low) * scale)),
  );
}

/** Bits of a number below 2¹⁶ with a zero before each. */
function spaced(bits: number): number {
  let out = (bits | (bits << 8)) & 0x00ff00ff;
  out = (out | (out << 4)) & 0x0f0f0f0f;
  out = (out | (out << 2)) & 0x33333333;
  return (out | (out << 1)) & 0x55555555;
}
