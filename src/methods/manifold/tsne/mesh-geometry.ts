/**
 * @file Fineness of a mesh, and the split of the kernel.
 */
import { type Mesh, spectrumLength } from "./mesh.js";
import { transformLength } from "./twiddles.js";

/** Nodes to the distance c at which the kernel is split. */
const NODES_PER_SPLIT = 2;

/** Nodes of the spline before the first and after the last point's own. */
const MARGIN = 2;
/** The shortest padded axis: the kernel has a corner half way along, which the splines' values, divided out, blur. */
const SHORTEST = 32;
/** Nodes to a unit of length where nothing is split off: forces are right to 1 or 2 % then, taken together. */
const FINEST = { fewest: 3, most: 12 };
/** Distances c at which it may be split. With `NODES_PER_SPLIT` nodes to c, forces are as right. */
const SPLITS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];
/** The most numbers of a padded grid. */
const MOST_NODES = 2 ** 25;
/** Lengths c of the cells around a point, along each axis. */
const CELLS_AROUND = (2 * NODES_PER_SPLIT + 1) / NODES_PER_SPLIT;
/** Nanoseconds for a number of a series and each halving of its length, and for a pair of neighboring cells' points. */
const COST = { transform: 0.45, pair: 1.5 };

/**
 * The mesh that costs least for points in a box, or `undefined` if the box is too large for any.
 * @param places the points `[n, 4]`. @param low corner of the box. @param sides its lengths, 1 to 3 of them.
 */
export function chooseMesh(
  places: Float32Array,
  low: readonly number[],
  sides: readonly number[],
): Mesh | undefined {
  const longest = Math.max(...sides);
  const plain = Math.min(FINEST.most, Math.max(FINEST.fewest, 16 / longest));
  let best = meshOf(sides, plain, 0);
  let least = best ? transformCost(best) : Number.POSITIVE_INFINITY;
  for (const c of SPLITS) {
    if (c > longest) break;
    const mesh = meshOf(sides, NODES_PER_SPLIT / c, c * c);
    if (!mesh) continue;
    const transform = transformCost(mesh);
    if (transform >= least) continue;
    const cost = transform + COST.pair * pairsOfNeighboringCells(places, low, sides, c);
    if (cost < least) [best, least] = [mesh, cost];
  }
  return best;
}

/** True if there is a mesh for such a box. */
export function fitsMesh(sides: readonly number[]): boolean {
  return meshOf(sides, NODES_PER_SPLIT / SPLITS.at(-1)!, 1) !== undefined;
}

/** Places beside the box's low corner at which a mesh's node 0 lies. */
export const cornerOffset = (scale: number): number => -(MARGIN - 0.5) / scale;

/** @returns `undefined` for more nodes than `MOST_NODES`. */
function meshOf(sides: readonly number[], scale: number, splitting: number): Mesh | undefined {
  const nodes = (axis: number) => (axis < sides.length ? Math.ceil(sides[axis]! * scale) + 2 * MARGIN : 1);
  const padded = (count: number) => (count === 1 ? 1 : transformLength(Math.max(SHORTEST, 2 * count)));
  const [nx, ny, nz] = [nodes(0), nodes(1), nodes(2)];
  // Before lengths are looked for: there are none near numbers beyond all bounds, nor near none.
  if (!(nx * ny * nz <= MOST_NODES)) return undefined;
  const [mx, my, mz] = [padded(nx), padded(ny), padded(nz)];
  return mx * my * mz <= MOST_NODES ? { nx, ny, nz, mx, my, mz, scale, splitting } : undefined;
}

function transformCost({ ny, nz, mx, my, mz }: Mesh): number {
  const kept = spectrumLength(mx);
  const rows = ny * nz * mx * Math.log2(mx);
  const middle = nz > 1 ? 2 * nz * kept * my * Math.log2(my) : 0;
  const last = nz > 1 ? my * kept * mz * Math.log2(mz) : kept * my * Math.log2(2 * my);
  return COST.transform * (rows + middle + 2 * last);
}

/** About how many, were each cell's neighbors as full as itself; more than there are, if anything. */
function pairsOfNeighboringCells(
  places: Float32Array,
  low: readonly number[],
  sides: readonly number[],
  cellSide: number,
): number {
  const dims = sides.length;
  const along = sides.map((side) => Math.floor(side / cellSide) + 1);
  const counts = new Int32Array(along.reduce((product, count) => product * count, 1));
  let squares = 0;
  for (let at = 0; at < places.length; at += 4) {
    let cell = 0;
    for (let axis = dims - 1; axis >= 0; axis--) {
      cell = cell * along[axis]! + Math.floor((places[at + axis]! - low[axis]!) / cellSide);
    }
    squares += 2 * counts[cell]!++ + 1;
  }
  return CELLS_AROUND ** dims * squares;
}
