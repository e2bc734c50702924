/**
 * @file The field of an embedding's points, Σⱼ K(‖y − yⱼ‖²) and its gradient, by a mesh that follows the points.
 */

import { sharedFloat64, sharedInt32 } from "../../../parallel/shared.js";
import { gatherTeam, type Team } from "../../../parallel/team.js";
import { chooseMesh, cornerOffset, fillTransfer } from "./mesh-geometry.js";
import {
  type Mesh,
  type MeshArgs,
  mesh as meshKernel,
  meshScalars,
  READ_CHUNK,
  SPREAD_CHUNK,
  STAGE,
} from "./mesh-kernel.js";
import { axisChunks, halfSpectrum, lastAxis, middleAxis, rowChunks } from "./mesh-transform.js";

/** A mesh is made for a box so much wider than the points', and again once they leave it or fill less than this share. */
const SLACK = 1.06;
const LEAST_FILLED = 0.85;

/** The field as another kernel may read it with `fieldAt`. */
export interface Field {
  readonly args: MeshArgs;
  readonly mesh: Mesh;
}

export class MeshField {
  readonly #n: number;
  readonly #dims: number;
  readonly #args: MeshArgs;
  #team: Team | undefined;
  #mesh: Mesh | undefined;
  /** The box that the mesh was made for. */
  #sides: number[] = [];
  /** Cell of every point, then its place in the order of cells. */
  readonly #place: Int32Array;

  /** For n points of 1, 2 or 3 coordinates. */
  constructor(n: number, dims: number) {
    this.#n = n;
    this.#dims = dims;
    this.#place = new Int32Array(n);
    const perPoint = () => sharedFloat64(n);
    const none = sharedFloat64(1);
    this.#args = {
      px: perPoint(),
      py: perPoint(),
      pz: perPoint(),
      cellStart: sharedInt32(1),
      grid: none,
      re: none,
      im: none,
      transfer: none,
      sums: perPoint(),
      fx: perPoint(),
      fy: perPoint(),
      fz: perPoint(),
    };
  }

  /**
   * Σⱼ≠ᵢ (yᵢ − yⱼ) wᵢⱼ² into `forces`, with w = 1/(1 + ‖yᵢ − yⱼ‖²); both `[n, dims]`.
   * @returns Σᵢ Σⱼ≠ᵢ wᵢⱼ.
   */
  repulsion(y: Float64Array, forces: Float64Array): number {
    const mesh = this.#spread(y, 0);
    this.#team!.run(Math.ceil(this.#n / READ_CHUNK), ...meshScalars(STAGE.read, mesh));
    const { sums, fx, fy, fz } = this.#args;
    const place = this.#place;
    const [n, dims] = [this.#n, this.#dims];
    let total = 0;
    for (let i = 0; i < n; i++) total += sums[i]!;
    for (let i = 0, at = 0; i < n; i++, at += dims) {
      const p = place[i]!;
      forces[at] = fx[p]!;
      if (dims > 1) forces[at + 1] = fy[p]!;
      if (dims > 2) forces[at + 2] = fz[p]!;
    }
    return total;
  }

  /** The field of these points, to be read up to `margin` beside them. */
  prepare(y: Float64Array, margin: number): Field {
    const mesh = this.#spread(y, margin);
    return { args: this.#args, mesh };
  }

  release(): void {
    this.#team?.release();
    this.#team = undefined;
  }

  #spread(y: Float64Array, margin: number): Mesh {
    const mesh = this.#fit(y, margin);
    this.#sort(y, mesh);
    const team = this.#team!;
    const middle = mesh.nz > 1;
    const slabs = middle ? mesh.nz : mesh.ny;
    team.run(Math.ceil(slabs / SPREAD_CHUNK), ...meshScalars(STAGE.spread, mesh));
    team.run(rowChunks(mesh), ...meshScalars(STAGE.forwardRows, mesh));
    if (middle) team.run(axisChunks(middleAxis(mesh, false)), ...meshScalars(STAGE.forwardMiddle, mesh));
    team.run(axisChunks(lastAxis(mesh)), ...meshScalars(STAGE.convolve, mesh));
    if (middle) team.run(axisChunks(middleAxis(mesh, true)), ...meshScalars(STAGE.inverseMiddle, mesh));
    team.run(rowChunks(mesh), ...meshScalars(STAGE.inverseRows, mesh));
    return mesh;
  }

  /** The mesh as it was, moved, or another one if the points want it. */
  #fit(y: Float64Array, margin: number): Mesh {
    const dims = this.#dims;
    const low = new Array<number>(dims).fill(Number.POSITIVE_INFINITY);
    const high = new Array<number>(dims).fill(Number.NEGATIVE_INFINITY);
    for (let axis = 0; axis < dims; axis++) {
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let at = axis; at < y.length; at += dims) {
        const value = y[at]!;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      low[axis] = least - margin;
      high[axis] = most + margin;
    }
    const extents = high.map((most, axis) => most - low[axis]!);
    const fits = (extent: number, axis: number) =>
      extent <= this.#sides[axis]! && extent >= LEAST_FILLED * this.#sides[axis]!;
    if (!this.#mesh || !extents.every(fits)) {
      // A box of no width would have no nodes.
      this.#sides = extents.map((extent) => Math.max(1e-6, extent * SLACK));
      const mesh = chooseMesh(y, low, this.#sides);
      if (!sameGrid(mesh, this.#mesh)) {
        this.#makeRoom(mesh);
        const { re, im, transfer } = this.#args;
        fillTransfer(mesh, transfer, [re, im]);
      }
      this.#mesh = mesh;
    }
    const [x = 0, yy = 0, z = 0] = low.map((edge) => edge + cornerOffset(this.#mesh!.scale));
    this.#mesh = { ...this.#mesh, origin: [x, yy, z] };
    return this.#mesh;
  }

  #makeRoom({ nx, ny, nz, mx, my, mz }: Mesh): void {
    const args = this.#args;
    const spectrum = mz * my * halfSpectrum(mx);
    const cells = nx * ny * nz;
    if (
      this.#team &&
      nx * ny * nz <= args.grid.length &&
      spectrum <= args.re.length &&
      cells < args.cellStart.length
    )
      return;
    // Twice as much as is wanted now: an embedding grows, and each time threads have to be told.
    const room = (wanted: number, had: number) => Math.max(had, 2 * wanted);
    args.grid = sharedFloat64(room(nx * ny * nz, args.grid.length));
    for (const name of ["re", "im", "transfer"] as const) {
      args[name] = sharedFloat64(room(spectrum, args.re.length));
    }
    args.cellStart = sharedInt32(room(cells + 1, args.cellStart.length));
    this.#team?.release();
    this.#team = gatherTeam(meshKernel, args);
  }

  /** Puts the points in order of their cells. */
  #sort(y: Float64Array, { nx, ny, nz, origin, scale }: Mesh): void {
    const [n, dims, place] = [this.#n, this.#dims, this.#place];
    const { px, py, pz, cellStart } = this.#args;
    const cells = nx * ny * nz;
    const [ox, oy, oz] = origin;
    cellStart.fill(0, 0, cells + 1);
    for (let i = 0, at = 0; i < n; i++, at += dims) {
      let cell = Math.floor((y[at]! - ox) * scale);
      if (dims > 1) cell += nx * Math.floor((y[at + 1]! - oy) * scale);
      if (dims > 2) cell += nx * ny * Math.floor((y[at + 2]! - oz) * scale);
      place[i] = cell;
      cellStart[cell + 1]!++;
    }
    for (let cell = 0; cell < cells; cell++) cellStart[cell + 1]! += cellStart[cell]!;
    // Each cell's start walks to its end, which is the next one's start; then all move back by one.
    for (let i = 0, at = 0; i < n; i++, at += dims) {
      const p = cellStart[place[i]!]!++;
      place[i] = p;
      px[p] = y[at]!;
      if (dims > 1) py[p] = y[at + 1]!;
      if (dims > 2) pz[p] = y[at + 2]!;
    }
    cellStart.copyWithin(1, 0, cells);
    cellStart[0] = 0;
  }
}

function sameGrid(a: Mesh, b: Mesh | undefined): boolean {
  return (
    b !== undefined &&
    (["nx", "ny", "nz", "scale", "splitting"] as const).every((name) => a[name] === b[name])
  );
}
