/**
 * @file How fine a mesh, where the kernel is split, and the transform of its smooth part.
 *
 * Interpolation by cubic B-splines wants their values at the nodes divided out, (2 + cos θ)/3 an axis, once for the
 * spreading and once for the reading: what is left interpolates the kernel between all nodes.
 * Source: Unser (1999), "Splines: a perfect fit for signal and image processing", IEEE Signal Process. Mag. 16(6).
 */
import { cos } from "../../../elementary.js";
import { fftSize } from "./fft.js";
import { type Mesh, NODES_PER_SPLIT } from "./mesh-kernel.js";
import { alongAxis, axisChunks, forwardRows, halfSpectrum, rowChunks } from "./mesh-transform.js";

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
/** Nanoseconds for a number of a series and each halving of its length, and for a pair of neighbouring cells' points. */
const COST = { transform: 2.5, pair: 3.5 };

/**
 * The mesh that costs least for points in a box, node 0 at the origin.
 * @param y the points `[n, dims]`. @param low corner of the box. @param sides its lengths, 1 to 3 of them.
 */
export function chooseMesh(y: Float64Array, low: readonly number[], sides: readonly number[]): Mesh {
  const longest = Math.max(...sides);
  const points = y.length / sides.length;
  const plain = Math.min(FINEST.most, Math.max(FINEST.fewest, 16 / longest));
  let best = meshOf(sides, points, plain, 0);
  let least = transformCost(best);
  for (const c of SPLITS) {
    if (c > longest) break;
    const mesh = meshOf(sides, points, NODES_PER_SPLIT / c, c * c);
    const transform = transformCost(mesh);
    if (transform >= least) continue;
    const cost = transform + COST.pair * pairsOfNeighbouringCells(y, low, sides, c);
    if (cost < least) [best, least] = [mesh, cost];
  }
  if (!Number.isFinite(least)) {
    throw new RangeError(
      `tsne: the embedding has grown to ${longest} and fits no mesh: choose a smaller learningRate`,
    );
  }
  return best;
}

/** Places beside the box's low corner at which a mesh's node 0 lies. */
export const cornerOffset = (scale: number): number => -(MARGIN - 0.5) / scale;

function meshOf(sides: readonly number[], points: number, scale: number, splitting: number): Mesh {
  const nodes = (axis: number) => (axis < sides.length ? Math.ceil(sides[axis]! * scale) + 2 * MARGIN : 1);
  const padded = (count: number) => (count === 1 ? 1 : fftSize(Math.max(SHORTEST, 2 * count)));
  const [nx, ny, nz] = [nodes(0), nodes(1), nodes(2)];
  return {
    ...{ nx, ny, nz, mx: padded(nx), my: padded(ny), mz: padded(nz) },
    ...{ origin: [0, 0, 0], scale, splitting, points },
  };
}

function transformCost({ ny, nz, mx, my, mz }: Mesh): number {
  if (!(mx * my * mz <= MOST_NODES)) return Number.POSITIVE_INFINITY;
  const kept = halfSpectrum(mx);
  const rows = ny * nz * mx * Math.log2(mx);
  const middle = nz > 1 ? 2 * nz * kept * my * Math.log2(my) : 0;
  const last = nz > 1 ? my * kept * mz * Math.log2(mz) : kept * my * Math.log2(2 * my);
  return COST.transform * (rows + middle + 2 * last);
}

/** About how many, were each cell's neighbours as full as itself; more than there are, if anything. */
function pairsOfNeighbouringCells(
  y: Float64Array,
  low: readonly number[],
  sides: readonly number[],
  cellSide: number,
): number {
  const dims = sides.length;
  const along = sides.map((side) => Math.floor(side / cellSide) + 1);
  const counts = new Int32Array(along.reduce((product, count) => product * count, 1));
  let squares = 0;
  for (let at = 0; at < y.length; at += dims) {
    let cell = 0;
    for (let axis = dims - 1; axis >= 0; axis--) {
      cell = cell * along[axis]! + Math.floor((y[at + axis]! - low[axis]!) / cellSide);
    }
    squares += 2 * counts[cell]!++ + 1;
  }
  return CELLS_AROUND ** dims * squares;
}

/**
 * The transform of the smooth part of K on the padded grid, with all constant factors in it.
 * @param transfer filled `[mz, my, halfSpectrum(mx)]`. @param work real and imaginary parts, as long, overwritten.
 */
export function fillTransfer(
  mesh: Mesh,
  transfer: Float64Array,
  work: readonly [Float64Array, Float64Array],
): void {
  const { mx, my, mz, scale, splitting } = mesh;
  const kernel = new Float64Array(mx * my * mz);
  const squares = (length: number) =>
    Float64Array.from({ length }, (_, i) => (Math.min(i, length - i) / scale) ** 2);
  const [x2, y2, z2] = [squares(mx), squares(my), squares(mz)];
  for (let k = 0, at = 0; k < mz; k++) {
    for (let j = 0; j < my; j++) {
      const rest = y2[j]! + z2[k]!;
      for (let i = 0; i < mx; i++, at++) kernel[at] = smoothPart(x2[i]! + rest, splitting);
    }
  }
  const kept = halfSpectrum(mx);
  const [re, im] = work;
  const whole = { nx: mx, ny: my, nz: mz, mx, my, mz };
  for (let chunk = 0; chunk < rowChunks(whole); chunk++) forwardRows(kernel, re, im, whole, chunk);
  const alongY = {
    groups: mz,
    outerStride: my * kept,
    series: kept,
    stride: kept,
    filled: my,
    wanted: my,
    length: my,
  };
  const alongZ = {
    groups: 1,
    outerStride: 0,
    series: my * kept,
    stride: my * kept,
    filled: mz,
    wanted: mz,
    length: mz,
  };
  for (const axis of [alongY, alongZ]) {
    if (axis.length === 1) continue;
    for (let chunk = 0; chunk < axisChunks(axis); chunk++) alongAxis(re, im, axis, "forward", chunk);
  }
  const [bx, by, bz] = [splineFilter(mx), splineFilter(my), splineFilter(mz)];
  const share = 1 / (mx * my * mz);
  for (let k = 0, at = 0; k < mz; k++) {
    for (let j = 0; j < my; j++) {
      const factor = share * by[j]! * bz[k]!;
      for (let i = 0; i < kept; i++, at++) transfer[at] = re[at]! * bx[i]! * factor;
    }
  }
}

/** (1 + u + u²)/(1 + s₀) below s₀, K itself above. */
function smoothPart(s: number, splitting: number): number {
  if (s >= splitting) return 1 / (1 + s);
  const u = (splitting - s) / (1 + splitting);
  return (1 + u + u * u) / (1 + splitting);
}

/** 1 / (the transform of a cubic B-spline's values at the nodes)², for all frequencies; 1 for no axis. */
function splineFilter(length: number): Float64Array {
  if (length === 1) return Float64Array.of(1);
  return Float64Array.from({ length }, (_, i) => {
    const turn = Math.min(i, length - i) / length;
    const c = turn > 0.25 ? -cos(2 * Math.PI * (0.5 - turn)) : cos(2 * Math.PI * turn);
    return (3 / (2 + c)) ** 2;
  });
}
