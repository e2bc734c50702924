/**
 * @file Results of a method that are places among the rows, such as a mean or centers, in the units that users know.
 */
import type { Matrix, Numbers } from "../data/matrix.js";
import { type Scaling, undoScale, undoScaleWide } from "../data/scale.js";

/**
 * Places `[k · d]` in the units of fitting with the offset that `none` has taken off. Under other scalings they stay in the
 * units of fitting.
 */
export function withOffset(places: Float64Array, scaling: Scaling): Float64Array;
export function withOffset(places: Matrix, scaling: Scaling): Matrix;
export function withOffset(places: Float64Array | Matrix, scaling: Scaling): Float64Array | Matrix {
  if (scaling.kind !== "none") return places;
  if (!(places instanceof Float64Array)) return undoScale(places, scaling);
  const cols = scaling.offset.length || places.length;
  return undoScaleWide({ data: places, rows: places.length / cols, cols }, scaling).data;
}

/** A single place `[d]` of float32. */
export function pointWithOffset(point: Float32Array, scaling: Scaling): Float32Array {
  return withOffset({ data: point, rows: 1, cols: point.length }, scaling).data;
}

/** Places `[k · d]` that users give in the units of fitting, in those that the method sees. */
export function lessOffset({ data, cols }: Numbers, { kind, offset }: Scaling): Float64Array {
  const known = kind === "none" && offset.length > 0;
  return Float64Array.from(data, (value, at) => (known ? value - offset[at % cols]! : value));
}
