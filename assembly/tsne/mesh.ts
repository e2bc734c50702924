/**
 * @file A mesh over the points of an embedding: sizes, where it lies, and addresses of its arrays.
 *
 * Written from outside, word by word in the order below: `meshWords` in src/methods/manifold/tsne/mesh.ts.
 */

@unmanaged
export class Mesh {
  /** Nodes of the grid along each axis, 1 for an axis there is not. */
  nx: i32;
  ny: i32;
  nz: i32;
  /** Lengths of the padded transforms. */
  mx: i32;
  my: i32;
  mz: i32;
  points: i32;
  /** Node 0. */
  ox: f32;
  oy: f32;
  oz: f32;
  /** Nodes per unit of length. */
  scale: f32;
  /** s₀, the square of the distance at which the kernel is split; 0 if all is left to the grid. */
  splitting: f32;

  /** Places of the points, in their own order: x, y, z and a number that does not count `[points, 4]`. */
  places: usize;
  /** Coordinates in order of cells, one vector longer than there are points. */
  px: usize;
  py: usize;
  pz: usize;
  /** The cell of every point: int32 `[points]`. */
  cells: usize;
  /** Which point stands there: int32 `[points]`. */
  order: usize;
  /** int32 `[nz · ny · nx + 1]`: where the points of each cell start, those between a node and the next. */
  cellStart: usize;
  /** `[nz, ny, nx]`. */
  grid: usize;
  /** `[mz, my, spectrumLength(mx)]`. */
  re: usize;
  im: usize;
  transfer: usize;
  /** Twiddle factors of transforms of lengths mx, my, mz. */
  twiddlesX: usize;
  twiddlesY: usize;
  twiddlesZ: usize;
  /** Σᵢ Σⱼ≠ᵢ K over the points of each chunk of `read`: float64. */
  sums: usize;
  /** Σⱼ (yᵢ − yⱼ) K², as places are. */
  forces: usize;
}

/** Numbers kept of a row's spectrum, mx/2 + 1, made up to a multiple of eight. */
// @ts-ignore: decorator
@inline
export function spectrumLength(mx: i32): i32 {
  return ((mx >> 1) + 8) & ~7;
}
