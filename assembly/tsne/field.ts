/**
 * @file Sums over all pairs of points of a slowly falling kernel, by a mesh.
 *
 *   φ(y) = Σⱼ K(‖y − yⱼ‖²),   K(s) = 1/(1 + s),   −½ ∇φ(y) = Σⱼ (y − yⱼ) K²
 *
 * K is split at a distance c, with s₀ = c² and u = (s₀ − s)/(1 + s₀):
 *
 *   1/(1 + s) = (1 + u + u²)/(1 + s₀) + u³/(1 + s)   for s < s₀
 *
 * The first term, continued by K itself beyond c, is smooth on the scale of c: points are spread over the nodes of a
 * grid by cubic B-splines, the grid is convolved with it, and φ and its gradient are read off by the same splines. The
 * second is 0 from c on: it is summed over the points of cells around, one cell to a node.
 *
 * Sources: Linderman et al. (2019), "Fast interpolation-based t-SNE", Nature Methods 16 (a grid and FFT for t-SNE);
 * Essmann et al. (1995), "A smooth particle mesh Ewald method", J. Chem. Phys. 103 (splines, gradient by their
 * derivative); Skeel et al. (2002), "Multiple grid methods for classical molecular dynamics", J. Comput. Chem. 23
 * (splitting by Taylor's series in s).
 */
import { Mesh } from "./mesh";
import { sumsOfLanes } from "./vectors";

/** Rows of nodes to a chunk of `spread`, along the last axis. */
const SPREAD_CHUNK: i32 = 8;
/** Points to a chunk of `read`. */
const READ_CHUNK: i32 = 256;
/** Nodes to the distance c. */
const NODES_PER_SPLIT: i32 = 2;

/** Nodes from node 0 to a coordinate. */
// @ts-ignore: decorator
@inline
function nodes(coordinate: f32, origin: f32, scale: f32): f32 {
  return (coordinate - origin) * scale;
}

/** Cubic B-splines of the nodes −1, 0, 1, 2 at t in [0, 1). */
// @ts-ignore: decorator
@inline
function splines(t: f32): v128 {
  const v = f32x4.splat(t);
  let w = f32x4(-1 / 6.0, 0.5, -0.5, 1 / 6.0);
  w = f32x4.add(f32x4.mul(w, v), f32x4(0.5, -1, 0.5, 0));
  w = f32x4.add(f32x4.mul(w, v), f32x4(-0.5, 0, 0.5, 0));
  return f32x4.add(f32x4.mul(w, v), f32x4(1 / 6.0, 2 / 3.0, 1 / 6.0, 0));
}

// @ts-ignore: decorator
@inline
function splineDerivatives(t: f32): v128 {
  const v = f32x4.splat(t);
  const d = f32x4.add(f32x4.mul(f32x4(-0.5, 1.5, -1.5, 0.5), v), f32x4(1, -2, 1, 0));
  return f32x4.add(f32x4.mul(d, v), f32x4(-0.5, 0, 0.5, 0));
}

/** Entry k of four, where k is no constant. */
// @ts-ignore: decorator
@inline
function entry(v: v128, k: i32): f32 {
  return k === 0
    ? f32x4.extract_lane(v, 0)
    : k === 1
      ? f32x4.extract_lane(v, 1)
      : k === 2
        ? f32x4.extract_lane(v, 2)
        : f32x4.extract_lane(v, 3);
}

/** Puts the points in order of their cells. */
export function sort(mesh: Mesh): void {
  const cells = mesh.nx * mesh.ny * mesh.nz;
  const cellStart = mesh.cellStart;
  memory.fill(cellStart, 0, <usize>(cells + 1) << 2);
  const order = mesh.order;
  const flat = mesh.ny > 1;
  const solid = mesh.nz > 1;
  const points = <usize>mesh.points;
  for (let i: usize = 0; i < points; i++) {
    const place = mesh.places + (i << 4);
    let cell = <i32>nodes(load<f32>(place), mesh.ox, mesh.scale);
    if (flat) cell += mesh.nx * <i32>nodes(load<f32>(place, 4), mesh.oy, mesh.scale);
    if (solid) cell += mesh.nx * mesh.ny * <i32>nodes(load<f32>(place, 8), mesh.oz, mesh.scale);
    store<i32>(mesh.cells + (i << 2), cell);
    const count = cellStart + (<usize>cell << 2);
    store<i32>(count, load<i32>(count, 4) + 1, 4);
  }
  let start = 0;
  for (let at = cellStart, end = at + (<usize>cells << 2); at < end; at += 4) {
    start += load<i32>(at, 4);
    store<i32>(at, start, 4);
  }
  // Each cell's start walks to its end, which is the next one's start; then all move back by one.
  for (let i: usize = 0; i < points; i++) {
    const next = cellStart + (<usize>load<i32>(mesh.cells + (i << 2)) << 2);
    const p = load<i32>(next);
    store<i32>(next, p + 1);
    const at = <usize>p << 2;
    const place = mesh.places + (i << 4);
    store<i32>(order + at, <i32>i);
    store<f32>(mesh.px + at, load<f32>(place));
    store<f32>(mesh.py + at, load<f32>(place, 4));
    store<f32>(mesh.pz + at, load<f32>(place, 8));
  }
  memory.copy(cellStart + 4, cellStart, <usize>cells << 2);
  store<i32>(cellStart, 0);
}

/** Adds up the points on some rows of nodes: every node belongs to one chunk. */
export function spread(mesh: Mesh, chunk: i32): void {
  const flat = mesh.ny > 1;
  const solid = mesh.nz > 1;
  const slabs = solid ? mesh.nz : mesh.ny;
  const slabNodes = solid ? mesh.nx * mesh.ny : mesh.nx;
  const low = chunk * SPREAD_CHUNK;
  const high = min(slabs, low + SPREAD_CHUNK);
  memory.fill(mesh.grid + (<usize>(low * slabNodes) << 2), 0, <usize>((high - low) * slabNodes) << 2);
  // A point's splines reach from one node before its own to two after.
  const from = load<i32>(mesh.cellStart + (<usize>(max(0, low - 2) * slabNodes) << 2));
  const to = load<i32>(mesh.cellStart + (<usize>(min(slabs, high + 1) * slabNodes) << 2));
  const scale = mesh.scale;
  for (let p: usize = <usize>from << 2, end: usize = <usize>to << 2; p < end; p += 4) {
    const u = nodes(load<f32>(mesh.px + p), mesh.ox, scale);
    const gx = <i32>u;
    const wx = splines(u - <f32>gx);
    let first = gx - 1;
    let gy = 0;
    let wy = f32x4(0, 1, 0, 0);
    if (flat) {
      const v = nodes(load<f32>(mesh.py + p), mesh.oy, scale);
      gy = <i32>v;
      wy = splines(v - <f32>gy);
      first += (gy - 1) * mesh.nx;
    }
    if (!solid) {
      const at = mesh.grid + (<usize>first << 2);
      const pitch = <usize>mesh.nx << 2;
      if (!flat) {
        addTo(at, wx, 1);
        continue;
      }
      const j = gy - 1;
      if (j >= low && j < high) addTo(at, wx, f32x4.extract_lane(wy, 0));
      if (j + 1 >= low && j + 1 < high) addTo(at + pitch, wx, f32x4.extract_lane(wy, 1));
      if (j + 2 >= low && j + 2 < high) addTo(at + 2 * pitch, wx, f32x4.extract_lane(wy, 2));
      if (j + 3 >= low && j + 3 < high) addTo(at + 3 * pitch, wx, f32x4.extract_lane(wy, 3));
      continue;
    }
    const w = nodes(load<f32>(mesh.pz + p), mesh.oz, scale);
    const gz = <i32>w;
    const wz = splines(w - <f32>gz);
    for (let k = 0; k < 4; k++) {
      const slab = gz - 1 + k;
      if (slab < low || slab >= high) continue;
      for (let j = 0; j < 4; j++) {
        const at = mesh.grid + (<usize>(slab * slabNodes + first + j * mesh.nx) << 2);
        addTo(at, wx, entry(wy, j) * entry(wz, k));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addTo(nodes: usize, weights: v128, share: f32): void {
  v128.store(nodes, f32x4.add(v128.load(nodes), f32x4.mul(weights, f32x4.splat(share))));
}

/** φ and −½ ∇φ at some of the points, their own share of φ taken off. */
export function read(mesh: Mesh, chunk: i32): void {
  const from = chunk * READ_CHUNK;
  const to = min(mesh.points, from + READ_CHUNK);
  let sum: f64 = 0;
  for (let p: usize = <usize>from << 2, end: usize = <usize>to << 2; p < end; p += 4) {
    const field = fieldAt(mesh, load<f32>(mesh.px + p), load<f32>(mesh.py + p), load<f32>(mesh.pz + p));
    sum += <f64>f32x4.extract_lane(field, 3) - 1;
    v128.store(mesh.forces + (<usize>load<i32>(mesh.order + p) << 4), field);
  }
  store<f64>(mesh.sums + (<usize>chunk << 3), sum);
}

/** −½ ∇φ and φ at a place inside of the grid, two nodes from its edge: four numbers at `out`. */
export function fieldTo(mesh: Mesh, x: f32, y: f32, z: f32, out: usize): void {
  v128.store(out, fieldAt(mesh, x, y, z));
}

function fieldAt(mesh: Mesh, x: f32, y: f32, z: f32): v128 {
  const scale = mesh.scale;
  const flat = mesh.ny > 1;
  const solid = mesh.nz > 1;
  const pitch = <usize>mesh.nx << 2;
  const u = nodes(x, mesh.ox, scale);
  const gx = <i32>u;
  const wx = splines(u - <f32>gx);
  const dx = splineDerivatives(u - <f32>gx);
  let gy = 0;
  let gz = 0;
  // Sums for each of four neighboring nodes along x: weighted over the others, and by their derivatives.
  let value = f32x4.splat(0);
  let alongY = f32x4.splat(0);
  let alongZ = f32x4.splat(0);
  if (!flat) {
    value = v128.load(mesh.grid + (<usize>(gx - 1) << 2));
  } else {
    const v = nodes(y, mesh.oy, scale);
    gy = <i32>v;
    const wy = splines(v - <f32>gy);
    const dy = splineDerivatives(v - <f32>gy);
    let at = mesh.grid + (<usize>((gy - 1) * mesh.nx + gx - 1) << 2);
    if (!solid) {
      const a = v128.load(at);
      const b = v128.load(at + pitch);
      const c = v128.load(at + 2 * pitch);
      const d = v128.load(at + 3 * pitch);
      value = weighted(wy, a, b, c, d);
      alongY = weighted(dy, a, b, c, d);
    } else {
      const w = nodes(z, mesh.oz, scale);
      gz = <i32>w;
      const wz = splines(w - <f32>gz);
      const dz = splineDerivatives(w - <f32>gz);
      const plane = <usize>mesh.ny * pitch;
      at += <usize>(gz - 1) * plane;
      for (let k = 0; k < 4; k++, at += plane) {
        const a = v128.load(at);
        const b = v128.load(at + pitch);
        const c = v128.load(at + 2 * pitch);
        const d = v128.load(at + 3 * pitch);
        const here = weighted(wy, a, b, c, d);
        const w = f32x4.splat(entry(wz, k));
        value = f32x4.add(value, f32x4.mul(w, here));
        alongY = f32x4.add(alongY, f32x4.mul(w, weighted(dy, a, b, c, d)));
        alongZ = f32x4.add(alongZ, f32x4.mul(f32x4.splat(entry(dz, k)), here));
      }
    }
  }
  const sums = sumsOfLanes(
    f32x4.mul(dx, value),
    f32x4.mul(wx, alongY),
    f32x4.mul(wx, alongZ),
    f32x4.mul(wx, value),
  );
  const smooth = f32x4.mul(sums, f32x4.replace_lane(f32x4.splat(-0.5 * scale), 3, 1));
  if (mesh.splitting === 0) return smooth;
  const near = solid ? nearAt(true, mesh, gx, gy, gz, x, y, z) : nearAt(false, mesh, gx, gy, gz, x, y, z);
  return f32x4.add(smooth, near);
}

// @ts-ignore: decorator
@inline
function weighted(weights: v128, a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(
    f32x4.mul(v128.shuffle<f32>(weights, weights, 0, 0, 0, 0), a),
    f32x4.mul(v128.shuffle<f32>(weights, weights, 1, 1, 1, 1), b),
  );
  const cd = f32x4.add(
    f32x4.mul(v128.shuffle<f32>(weights, weights, 2, 2, 2, 2), c),
    f32x4.mul(v128.shuffle<f32>(weights, weights, 3, 3, 3, 3), d),
  );
  return f32x4.add(ab, cd);
}

/** u³/(1 + s) and −½ its gradient, over the points of the cells around. */
// @ts-ignore: decorator
@inline
function nearAt(solid: bool, mesh: Mesh, gx: i32, gy: i32, gz: i32, x: f32, y: f32, z: f32): v128 {
  const splitting = f32x4.splat(mesh.splitting);
  const perUnit = f32x4.splat(1 / (1 + mesh.splitting));
  const slopeShare = f32x4.splat(3 / (1 + mesh.splitting));
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const px = mesh.px;
  const py = mesh.py;
  const pz = mesh.pz;
  const hereX = f32x4.splat(x);
  const hereY = f32x4.splat(y);
  const hereZ = f32x4.splat(z);
  let sum = zero;
  let fx = zero;
  let fy = zero;
  let fz = zero;
  const left = max(0, gx - NODES_PER_SPLIT);
  const right = min(mesh.nx, gx + NODES_PER_SPLIT + 1);
  const near = max(0, gy - NODES_PER_SPLIT);
  const far = min(mesh.ny - 1, gy + NODES_PER_SPLIT);
  const top = solid ? min(mesh.nz - 1, gz + NODES_PER_SPLIT) : 0;
  for (let k = solid ? max(0, gz - NODES_PER_SPLIT) : 0; k <= top; k++) {
    for (let j = near; j <= far; j++) {
      const row = mesh.cellStart + (<usize>((k * mesh.ny + j) * mesh.nx) << 2);
      const end = load<i32>(row + (<usize>right << 2));
      for (let q = load<i32>(row + (<usize>left << 2)); q < end; q += 4) {
        const at = <usize>q << 2;
        const dx = f32x4.sub(hereX, v128.load(px + at));
        const dy = f32x4.sub(hereY, v128.load(py + at));
        let s = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
        let dz = zero;
        if (solid) {
          dz = f32x4.sub(hereZ, v128.load(pz + at));
          s = f32x4.add(s, f32x4.mul(dz, dz));
        }
        // 0 from the splitting on, and for what stands beyond the end of the row of cells.
        const within = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(end - q));
        const u = v128.and(within, f32x4.pmax(zero, f32x4.mul(f32x4.sub(splitting, s), perUnit)));
        const w = f32x4.div(one, f32x4.add(one, s));
        const uuw = f32x4.mul(f32x4.mul(u, u), w);
        const slope = f32x4.mul(uuw, f32x4.add(slopeShare, f32x4.mul(u, w)));
        sum = f32x4.add(sum, f32x4.mul(u, uuw));
        fx = f32x4.add(fx, f32x4.mul(slope, dx));
        fy = f32x4.add(fy, f32x4.mul(slope, dy));
        if (solid) fz = f32x4.add(fz, f32x4.mul(slope, dz));
      }
    }
  }
  return sumsOfLanes(fx, fy, fz, sum);
}
