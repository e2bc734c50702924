/**
 * @file Sums over all pairs of points of a slowly falling kernel, by a mesh: the work that threads share.
 *
 *   φ(y) = Σⱼ K(‖y − yⱼ‖²),   K(s) = 1/(1 + s),   −½ ∇φ(y) = Σⱼ (y − yⱼ) K²
 *
 * K is split at a distance c, with s₀ = c² and u = (s₀ − s)/(1 + s₀):
 *
 *   1/(1 + s) = (1 + u + u²)/(1 + s₀) + u³/(1 + s)   for s < s₀
 *
 * The first term, continued by K itself beyond c, is smooth on the scale of c: points are spread over the nodes of a grid
 * by cubic B-splines, the grid is convolved with it, and φ and its gradient are read off by the same splines. The
 * second is 0 from c on: it is summed over the points of cells around, one cell to a node.
 *
 * Sources: Linderman et al. (2019), "Fast interpolation-based t-SNE", Nature Methods 16 (a grid and FFT for t-SNE);
 * Essmann et al. (1995), "A smooth particle mesh Ewald method", J. Chem. Phys. 103 (splines, gradient by their
 * derivative); Skeel et al. (2002), "Multiple grid methods for classical molecular dynamics", J. Comput. Chem. 23
 * (splitting by Taylor's series in s).
 */
import type { Kernel } from "../../../parallel/kernel.js";
import {
  alongAxis,
  forwardRows,
  type GridSize,
  inverseRows,
  lastAxis,
  middleAxis,
} from "./mesh-transform.js";

export interface MeshArgs extends Record<string, Float64Array | Int32Array> {
  /** Coordinates of the points, in order of their cells. */
  px: Float64Array;
  py: Float64Array;
  pz: Float64Array;
  /** Where the points of each cell start, those between a node and the next: `[nz · ny · nx + 1]`. */
  cellStart: Int32Array;
  /** The nodes `[nz, ny, nx]`. */
  grid: Float64Array;
  re: Float64Array;
  im: Float64Array;
  transfer: Float64Array;
  /** φ less the point's own 1, and Σⱼ (y − yⱼ) K², in order of cells. */
  sums: Float64Array;
  fx: Float64Array;
  fy: Float64Array;
  fz: Float64Array;
}

/** What there is to do, in this order; the `middle` ones in three dimensions alone. */
export const STAGE = {
  spread: 0,
  forwardRows: 1,
  forwardMiddle: 2,
  convolve: 3,
  inverseMiddle: 4,
  inverseRows: 5,
  read: 6,
} as const;

/** Where things are among the scalars of a run. */
const SCALAR = {
  stage: 0,
  nx: 1,
  mx: 4,
  origin: 7,
  scale: 10,
  splitting: 11,
  points: 12,
} as const;

/** A grid, where it lies, and how the kernel is split. */
export interface Mesh extends GridSize {
  /** Node 0 of every axis. */
  readonly origin: readonly [number, number, number];
  /** Nodes per unit of length. */
  readonly scale: number;
  /** s₀; 0 if all is left to the grid. */
  readonly splitting: number;
  readonly points: number;
}

/** As scalars of a run. */
export function meshScalars(stage: number, mesh: Mesh): number[] {
  const { nx, ny, nz, mx, my, mz, origin, scale, splitting, points } = mesh;
  return [stage, nx, ny, nz, mx, my, mz, ...origin, scale, splitting, points];
}

/** Points to a chunk of `read`. */
export const READ_CHUNK = 256;

/** Nodes along the last axis to a chunk of `spread`. */
export const SPREAD_CHUNK = 8;

/** Nodes to the distance c at which the kernel is split. */
export const NODES_PER_SPLIT = 2;

export const mesh: Kernel<MeshArgs> = {
  module: import.meta.url,
  name: "mesh",
  run(args, chunk, scalars) {
    const size = {
      nx: scalars[SCALAR.nx]!,
      ny: scalars[SCALAR.nx + 1]!,
      nz: scalars[SCALAR.nx + 2]!,
      mx: scalars[SCALAR.mx]!,
      my: scalars[SCALAR.mx + 1]!,
      mz: scalars[SCALAR.mx + 2]!,
    };
    switch (scalars[SCALAR.stage]) {
      case STAGE.spread:
        return spread(args, size, scalars, chunk);
      case STAGE.forwardRows:
        return forwardRows(args.grid, args.re, args.im, size, chunk);
      case STAGE.forwardMiddle:
        return alongAxis(args.re, args.im, middleAxis(size, false), "forward", chunk);
      case STAGE.convolve:
        return alongAxis(args.re, args.im, lastAxis(size), args.transfer, chunk);
      case STAGE.inverseMiddle:
        return alongAxis(args.re, args.im, middleAxis(size, true), "inverse", chunk);
      case STAGE.inverseRows:
        return inverseRows(args.re, args.im, args.grid, size, chunk);
      default:
        return read(args, size, scalars, chunk);
    }
  },
};

/** Weights of four nodes in a row, and their derivatives. */
const [wx, wy, wz] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)];
const [dx, dy, dz] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)];

/** Cubic B-splines of the nodes −1, 0, 1, 2 at t in [0, 1). */
function splines(t: number, w: Float64Array): void {
  const r = 1 - t;
  w[0] = (r * r * r) / 6;
  w[1] = (t * t * (3 * t - 6) + 4) / 6;
  w[2] = (r * r * (3 * r - 6) + 4) / 6;
  w[3] = (t * t * t) / 6;
}

function splineDerivatives(t: number, d: Float64Array): void {
  const r = 1 - t;
  d[0] = -0.5 * r * r;
  d[1] = t * (1.5 * t - 2);
  d[2] = -r * (1.5 * r - 2);
  d[3] = 0.5 * t * t;
}

/** Along an axis that there is not, one node with weight 1. */
function noAxis(w: Float64Array, d: Float64Array): void {
  w[0] = 1;
  d[0] = 0;
}

/** Adds up the points on the nodes of some rows of cells: every node belongs to one chunk. */
function spread(args: MeshArgs, size: GridSize, scalars: Float64Array, chunk: number): void {
  const { px, py, pz, cellStart, grid } = args;
  const { nx, ny, nz } = size;
  const scale = scalars[SCALAR.scale]!;
  const ox = scalars[SCALAR.origin]!;
  const oy = scalars[SCALAR.origin + 1]!;
  const oz = scalars[SCALAR.origin + 2]!;
  const solid = nz > 1;
  const flat = ny > 1;
  const slabs = solid ? nz : ny;
  const slabNodes = solid ? nx * ny : nx;
  const low = chunk * SPREAD_CHUNK;
  const high = Math.min(slabs, low + SPREAD_CHUNK);
  grid.fill(0, low * slabNodes, high * slabNodes);

  if (!flat) noAxis(wy, dy);
  if (!solid) noAxis(wz, dz);
  const rows = flat ? 4 : 1;
  const planes = solid ? 4 : 1;
  // A point's splines reach from one node before its own to two after.
  const end = cellStart[Math.min(slabs, high + 1) * slabNodes]!;
  for (let p = cellStart[Math.max(0, low - 2) * slabNodes]!; p < end; p++) {
    const u = (px[p]! - ox) * scale;
    const gx = Math.floor(u);
    splines(u - gx, wx);
    const w0 = wx[0]!;
    const w1 = wx[1]!;
    const w2 = wx[2]!;
    const w3 = wx[3]!;
    let y0 = 0;
    let z0 = 0;
    if (flat) {
      const v = (py[p]! - oy) * scale;
      y0 = Math.floor(v) - 1;
      splines(v - y0 - 1, wy);
    }
    if (solid) {
      const w = (pz[p]! - oz) * scale;
      z0 = Math.floor(w) - 1;
      splines(w - z0 - 1, wz);
    }
    for (let k = 0; k < planes; k++) {
      for (let j = 0; j < rows; j++) {
        const slab = solid ? z0 + k : y0 + j;
        if (slab < low || slab >= high) continue;
        const w = wy[j]! * wz[k]!;
        const at = ((z0 + k) * ny + y0 + j) * nx + gx - 1;
        grid[at]! += w * w0;
        grid[at + 1]! += w * w1;
        grid[at + 2]! += w * w2;
        grid[at + 3]! += w * w3;
      }
    }
  }
}

/** φ and −½ ∇φ at some of the points, their own share of φ taken off. */
function read(args: MeshArgs, size: GridSize, scalars: Float64Array, chunk: number): void {
  const { px, py, pz, sums, fx, fy, fz } = args;
  const from = chunk * READ_CHUNK;
  const to = Math.min(scalars[SCALAR.points]!, from + READ_CHUNK);
  for (let p = from; p < to; p++) {
    fieldAt(args, size, scalars, px[p]!, py[p]!, pz[p]!);
    sums[p] = field[0]! - 1;
    fx[p] = field[1]!;
    fy[p] = field[2]!;
    fz[p] = field[3]!;
  }
}

/** φ and the three numbers of −½ ∇φ, where `fieldAt` leaves them. */
export const field = new Float64Array(4);

/** The field of all points at a place inside of the grid, two nodes from its edge. */
export function fieldAt(
  args: Pick<MeshArgs, "px" | "py" | "pz" | "cellStart" | "grid">,
  { nx, ny, nz }: GridSize,
  scalars: Float64Array,
  x: number,
  y: number,
  z: number,
): void {
  const { grid } = args;
  const scale = scalars[SCALAR.scale]!;
  const solid = nz > 1;
  const flat = ny > 1;
  const u = (x - scalars[SCALAR.origin]!) * scale;
  const gx = Math.floor(u);
  splines(u - gx, wx);
  splineDerivatives(u - gx, dx);
  const w0 = wx[0]!;
  const w1 = wx[1]!;
  const w2 = wx[2]!;
  const w3 = wx[3]!;
  const d0 = dx[0]!;
  const d1 = dx[1]!;
  const d2 = dx[2]!;
  const d3 = dx[3]!;
  let gy = 0;
  let gz = 0;
  if (flat) {
    const v = (y - scalars[SCALAR.origin + 1]!) * scale;
    gy = Math.floor(v);
    splines(v - gy, wy);
    splineDerivatives(v - gy, dy);
  } else noAxis(wy, dy);
  if (solid) {
    const w = (z - scalars[SCALAR.origin + 2]!) * scale;
    gz = Math.floor(w);
    splines(w - gz, wz);
    splineDerivatives(w - gz, dz);
  } else noAxis(wz, dz);
  const rows = flat ? 4 : 1;
  const planes = solid ? 4 : 1;
  const y0 = flat ? gy - 1 : 0;
  const z0 = solid ? gz - 1 : 0;

  let sum = 0;
  let sx = 0;
  let sy = 0;
  let sz = 0;
  for (let k = 0; k < planes; k++) {
    for (let j = 0; j < rows; j++) {
      const at = ((z0 + k) * ny + y0 + j) * nx + gx - 1;
      const a = grid[at]!;
      const b = grid[at + 1]!;
      const c = grid[at + 2]!;
      const d = grid[at + 3]!;
      const value = w0 * a + w1 * b + w2 * c + w3 * d;
      const w = wy[j]! * wz[k]!;
      sum += w * value;
      sx += w * (d0 * a + d1 * b + d2 * c + d3 * d);
      sy += dy[j]! * wz[k]! * value;
      sz += wy[j]! * dz[k]! * value;
    }
  }
  const half = -0.5 * scale;
  field[0] = sum;
  field[1] = half * sx;
  field[2] = half * sy;
  field[3] = half * sz;

  const splitting = scalars[SCALAR.splitting]!;
  if (splitting === 0) return;
  addNear(args, splitting, nx, ny, nz, gx, gy, gz, x, y, z);
}

/** Adds u³/(1 + s) and its gradient over the points of the cells around. */
function addNear(
  { px, py, pz, cellStart }: Pick<MeshArgs, "px" | "py" | "pz" | "cellStart">,
  splitting: number,
  nx: number,
  ny: number,
  nz: number,
  gx: number,
  gy: number,
  gz: number,
  x: number,
  y: number,
  z: number,
): void {
  const solid = nz > 1;
  const perUnit = 1 / (1 + splitting);
  const slopeShare = 3 * perUnit;
  let sum = 0;
  let sx = 0;
  let sy = 0;
  let sz = 0;
  const reach = NODES_PER_SPLIT;
  const left = Math.max(0, gx - reach);
  const right = Math.min(nx, gx + reach + 1);
  for (let k = Math.max(0, gz - reach); k <= gz + reach && k < nz; k++) {
    for (let j = Math.max(0, gy - reach); j <= gy + reach && j < ny; j++) {
      const row = (k * ny + j) * nx;
      const end = cellStart[row + right]!;
      for (let q = cellStart[row + left]!; q < end; q++) {
        const ax = x - px[q]!;
        const ay = y - py[q]!;
        const az = solid ? z - pz[q]! : 0;
        const s = solid ? ax * ax + ay * ay + az * az : ax * ax + ay * ay;
        // 0 from the splitting on, without a branch that would be guessed wrong every third time.
        const t = (splitting - s) * perUnit;
        const u = 0.5 * (t + Math.abs(t));
        const w = 1 / (1 + s);
        const uuw = u * u * w;
        const slope = uuw * (slopeShare + u * w);
        sum += u * uuw;
        sx += slope * ax;
        sy += slope * ay;
        if (solid) sz += slope * az;
      }
    }
  }
  field[0]! += sum;
  field[1]! += sx;
  field[2]! += sy;
  field[3]! += sz;
}
