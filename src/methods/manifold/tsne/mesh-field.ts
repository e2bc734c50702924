/**
 * @file The field of an embedding's points, Σⱼ K(‖y − yⱼ‖²) and its gradient, by a mesh that follows the points.
 */
import { gatherTeam, type Team } from "../../../parallel/team.js";
import { float32On, float64On, int32On, ownRoom } from "../../../parallel/wasm.js";
import { codeOn } from "./code.js";
import { chunksOf, MESH_WORDS, type Mesh, spectrumSize, tellOfMesh } from "./mesh.js";
import { chooseMesh, cornerOffset } from "./mesh-geometry.js";
import { mesh as meshKernel, STAGE } from "./mesh-kernel.js";
import { fillKernel, fillTransfer, padded } from "./mesh-transfer.js";
import { twiddles } from "./twiddles.js";

/** A mesh is made for a box so much wider than the points', and again once they leave it or fill less than this share. */
const SLACK = 1.06;
const LEAST_FILLED = 0.85;

export class MeshField {
  /** Coordinates of the points `[n, 4]`, 0 for those they have not; their owner moves them. */
  readonly places: Float32Array;
  /** Σⱼ≠ᵢ (yᵢ − yⱼ) wᵢⱼ² and a number that does not count `[n, 4]`, as of the last update. */
  readonly forces: Float32Array;
  /** Words that tell of the mesh. */
  readonly words: Int32Array;
  readonly #memory: WebAssembly.Memory;
  readonly #n: number;
  readonly #dims: number;
  readonly #team: Team;
  readonly #perPoint: Readonly<
    Record<"px" | "py" | "pz", Float32Array> & Record<"cells" | "order", Int32Array>
  >;
  /** Sums of each chunk of reading. */
  readonly #sums: Float64Array;
  #grid: Float32Array;
  #cellStart: Int32Array;
  #re: Float32Array;
  #im: Float32Array;
  #transfer: Float32Array;
  /** The kernel on the padded grid, and words that tell of that as a mesh. */
  #kernel: Float32Array;
  readonly #paddedWords: Int32Array;
  readonly #twiddles = new Map<number, Float32Array>();
  #mesh: Mesh | undefined;
  /** The box that the mesh was made for. */
  #sides: number[] = [];

  /** For n points of 1, 2 or 3 coordinates. */
  constructor(memory: WebAssembly.Memory, n: number, dims: number) {
    this.#memory = memory;
    this.#n = n;
    this.#dims = dims;
    this.places = float32On(memory, 4 * n);
    this.forces = float32On(memory, 4 * n);
    this.words = int32On(memory, MESH_WORDS);
    this.#paddedWords = int32On(memory, MESH_WORDS);
    this.#perPoint = {
      px: float32On(memory, n),
      py: float32On(memory, n),
      pz: float32On(memory, n),
      cells: int32On(memory, n),
      order: int32On(memory, n),
    };
    this.#sums = float64On(memory, chunksOf.read(n));
    const none = new Float32Array(0);
    [this.#grid, this.#re, this.#im, this.#transfer, this.#kernel] = [none, none, none, none, none];
    this.#cellStart = new Int32Array(0);
    this.#team = gatherTeam(meshKernel, { memory, words: this.words });
  }

  /**
   * Fills `forces`, with w = 1/(1 + ‖yᵢ − yⱼ‖²).
   * @returns Σᵢ Σⱼ≠ᵢ wᵢⱼ.
   */
  update(): number {
    this.prepare(0);
    this.#team.run(chunksOf.read(this.#n), STAGE.read);
    return this.#sums.reduce((total, sum) => total + sum, 0);
  }

  release(): void {
    this.#team.release();
  }

  /** Makes the field one that can be read up to `margin` beside the points. */
  prepare(margin: number): void {
    const mesh = this.#fit(margin);
    codeOn(this.#memory).sort(this.words.byteOffset);
    const team = this.#team;
    const solid = mesh.nz > 1;
    team.run(chunksOf.spread(mesh), STAGE.spread);
    team.run(chunksOf.rows(mesh), STAGE.forwardRows);
    if (solid) team.run(chunksOf.middle(mesh), STAGE.forwardMiddle);
    team.run(chunksOf.last(mesh), STAGE.convolve);
    if (solid) team.run(chunksOf.middle(mesh), STAGE.inverseMiddle);
    team.run(chunksOf.rows(mesh), STAGE.inverseRows);
  }

  /** The mesh as it was, moved, or another one if the points want it. */
  #fit(margin: number): Mesh {
    const box = ownRoom(this.#memory, 8);
    codeOn(this.#memory).bounds(this.places.byteOffset, this.#n, box.byteOffset);
    const low = Array.from(box.subarray(0, this.#dims), (least) => least - margin);
    const high = Array.from(box.subarray(4, 4 + this.#dims), (most) => most + margin);
    const extents = high.map((most, axis) => most - low[axis]!);
    const fits = (extent: number, axis: number) =>
      extent <= this.#sides[axis]! && extent >= LEAST_FILLED * this.#sides[axis]!;
    if (!this.#mesh || !extents.every(fits)) {
      // A box of no width would have no nodes.
      this.#sides = extents.map((extent) => Math.max(1e-6, extent * SLACK));
      const mesh = chooseMesh(this.places, low, this.#sides);
      if (!mesh) {
        throw new RangeError(
          `tsne: the embedding has grown to ${Math.max(...extents)} and fits no mesh: choose a smaller learningRate`,
        );
      }
      if (!sameGrid(mesh, this.#mesh)) this.#make(mesh);
      this.#mesh = mesh;
    }
    const mesh = this.#mesh;
    const [x = 0, yy = 0, z = 0] = low.map((edge) => edge + cornerOffset(mesh.scale));
    tellOfMesh(this.words, mesh, this.#n, [x, yy, z], this.#arrays(mesh));
    return mesh;
  }

  #make(mesh: Mesh): void {
    const memory = this.#memory;
    // Twice as much as is wanted now: an embedding grows, and memory is not given back.
    const enough = (had: Float32Array, wanted: number) =>
      had.length >= wanted ? had : float32On(memory, 2 * wanted);
    const cells = mesh.nx * mesh.ny * mesh.nz;
    const spectrum = spectrumSize(mesh);
    if (this.#cellStart.length <= cells) this.#cellStart = int32On(memory, 2 * cells + 1);
    this.#grid = enough(this.#grid, cells);
    this.#re = enough(this.#re, spectrum);
    this.#im = enough(this.#im, spectrum);
    this.#transfer = enough(this.#transfer, spectrum);
    this.#kernel = enough(this.#kernel, mesh.mx * mesh.my * mesh.mz);
    fillKernel(mesh, this.#kernel);
    const arrays = { ...this.#arrays(mesh), grid: this.#kernel };
    tellOfMesh(this.#paddedWords, padded(mesh), 0, [0, 0, 0], arrays);
    fillTransfer(memory, this.#paddedWords, mesh, this.#re, this.#transfer);
  }

  #arrays({ mx, my, mz }: Mesh) {
    return {
      places: this.places,
      ...this.#perPoint,
      cellStart: this.#cellStart,
      grid: this.#grid,
      re: this.#re,
      im: this.#im,
      transfer: this.#transfer,
      twiddlesX: this.#twiddlesOf(mx),
      twiddlesY: this.#twiddlesOf(my),
      twiddlesZ: this.#twiddlesOf(mz),
      sums: this.#sums,
      forces: this.forces,
    };
  }

  #twiddlesOf(length: number): Float32Array {
    let table = this.#twiddles.get(length);
    if (!table) {
      const values = twiddles(length);
      table = float32On(this.#memory, values.length);
      table.set(values);
      this.#twiddles.set(length, table);
    }
    return table;
  }
}

function sameGrid(a: Mesh, b: Mesh | undefined): boolean {
  return (
    b !== undefined &&
    (["nx", "ny", "nz", "scale", "splitting"] as const).every((name) => a[name] === b[name])
  );
}
