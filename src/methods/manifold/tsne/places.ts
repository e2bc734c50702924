/**
 * @file Points of 1, 2 or 3 coordinates as vectors of four numbers, with 0 for what they have not.
 */

/** @param places `[n, 4]`, filled. @param y `[n, dims]`. */
export function setPlaces(places: Float32Array, y: Float64Array | Float32Array, dims: number): void {
  for (let i = 0, at = 0; i < y.length; i += dims, at += 4) {
    for (let axis = 0; axis < dims; axis++) places[at + axis] = y[i + axis]!;
  }
}

/** `[n, dims]` of places `[n, 4]`. */
export function fromPlaces(places: Float32Array, dims: number): Float32Array {
  return Float32Array.from(
    { length: (places.length / 4) * dims },
    (_, i) => places[4 * Math.floor(i / dims) + (i % dims)]!,
  );
}

/** ‖yᵢ − yⱼ‖² of places `[n, 4]`, the fourth number left out. */
export function squaredDistance(places: Float32Array, i: number, j: number): number {
  const da = places[4 * i]! - places[4 * j]!;
  const db = places[4 * i + 1]! - places[4 * j + 1]!;
  const dc = places[4 * i + 2]! - places[4 * j + 2]!;
  return da * da + db * db + dc * dc;
}
