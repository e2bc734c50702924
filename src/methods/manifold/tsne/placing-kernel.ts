/**
 * @file Places for new rows beside an embedding that stays as it is, each found by itself.
 *
 *   C(y) = Σⱼ p_j ln(p_j / q_j),   q_j = w_j / Σₖ w_k,   w_j = 1/(1 + ‖y − yⱼ‖²)
 *   ½ ∇C = Σⱼ p_j w_j (y − yⱼ) − Σⱼ w_j² (y − yⱼ) / Σⱼ w_j
 *
 * y starts at Σⱼ p_j yⱼ. A step divides by Σⱼ p_j w_j, the curvature of a parabola above the first sum's part of C; it
 * is halved until C falls. Source: Poličar, Stražar & Zupan (2023), "Embedding to reference t-SNE space addresses
 * batch effects in single-cell classification", Machine Learning 112.
 */
import { log } from "../../../elementary.js";
import type { Kernel } from "../../../parallel/kernel.js";
import { ownRoom } from "../../../parallel/wasm.js";
import { codeOn } from "./code.js";

export interface PlacingArgs
  extends Record<string, WebAssembly.Memory | Float64Array | Int32Array | Uint32Array | number> {
  /** The fixed points `[n, dims]`. */
  fixed: Float64Array;
  dims: number;
  k: number;
  /** Nearest rows `[m, k]`, and how probable each is. */
  neighbors: Uint32Array;
  probabilities: Float64Array;
  /** Bounds of every place: low and high of every axis `[dims, 2]`. */
  box: Float64Array;
  /** Memory of the mesh that has the field of the fixed points, and the words that tell of it. */
  memory: WebAssembly.Memory;
  words: Int32Array;
  /** The places `[m, dims]`. */
  placed: Float64Array;
}

/** Rows to a chunk. */
export const PLACING_CHUNK = 16;
const MOST_STEPS = 200;
const MOST_HALVINGS = 12;
/** A place is found when a step is shorter. */
const SHORT = 1e-5;

export const placeRows: Kernel<PlacingArgs> = {
  name: "placeRows",
  run(args, chunk) {
    const m = args.placed.length / args.dims;
    const to = Math.min(m, (chunk + 1) * PLACING_CHUNK);
    const { memory, words } = args;
    const code = codeOn(memory);
    const field = ownRoom(memory, 4);
    const fieldOf = (y: Float64Array) => {
      code.fieldTo(words.byteOffset, y[0]!, y[1]!, y[2]!, field.byteOffset);
      return field;
    };
    for (let i = chunk * PLACING_CHUNK; i < to; i++) place(args, i, fieldOf);
  },
};

/** −½ ∇φ and φ at a place, until it is asked again. */
type FieldOf = (y: Float64Array) => Float32Array;

const [here, there, gradient] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];

function place(args: PlacingArgs, i: number, fieldOf: FieldOf): void {
  const { fixed, dims, k, neighbors, probabilities, placed } = args;
  here.fill(0);
  for (let at = i * k; at < (i + 1) * k; at++) {
    const j = neighbors[at]! * dims;
    for (let axis = 0; axis < dims; axis++) here[axis]! += probabilities[at]! * fixed[j + axis]!;
  }
  let field = fieldOf(here);
  let cost = costAt(args, i, here, field[3]!);
  for (let step = 0; step < MOST_STEPS; step++) {
    const curvature = gradientAt(args, i, here, field);
    let length = 1;
    let moved = 0;
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      moved = stepTo(args, length / curvature);
      field = fieldOf(there);
      const next = costAt(args, i, there, field[3]!);
      if (next < cost) {
        cost = next;
        break;
      }
      moved = 0;
    }
    if (moved === 0) break;
    here.set(there);
    if (moved < SHORT) break;
  }
  for (let axis = 0; axis < dims; axis++) placed[i * dims + axis] = here[axis]!;
}

/** C less the entropy of p. @param sum Σⱼ w_j. */
function costAt(
  { fixed, dims, k, neighbors, probabilities }: PlacingArgs,
  i: number,
  y: Float64Array,
  sum: number,
): number {
  let cost = 0;
  for (let at = i * k; at < (i + 1) * k; at++) {
    cost += probabilities[at]! * log(1 + squaredDistance(y, fixed, neighbors[at]! * dims, dims));
  }
  // The mesh's sum may round to nothing far from all points: no cost is below that.
  return sum > 0 ? cost + log(sum) : Number.POSITIVE_INFINITY;
}

/** Σⱼ p_j w_j; leaves ½ ∇C in `gradient`. @param field that of y. */
function gradientAt(
  { fixed, dims, k, neighbors, probabilities }: PlacingArgs,
  i: number,
  y: Float64Array,
  field: Float32Array,
): number {
  let curvature = 0;
  const share = field[3]! > 0 ? 1 / field[3]! : 0;
  for (let axis = 0; axis < dims; axis++) gradient[axis] = -field[axis]! * share;
  for (let at = i * k; at < (i + 1) * k; at++) {
    const j = neighbors[at]! * dims;
    const pull = probabilities[at]! / (1 + squaredDistance(y, fixed, j, dims));
    curvature += pull;
    for (let axis = 0; axis < dims; axis++) gradient[axis]! += pull * (y[axis]! - fixed[j + axis]!);
  }
  return curvature;
}

/** Goes from `here` to `there`, and not out of the box; returns how far. */
function stepTo({ dims, box }: PlacingArgs, length: number): number {
  let squared = 0;
  for (let axis = 0; axis < dims; axis++) {
    const wanted = here[axis]! - length * gradient[axis]!;
    there[axis] = Math.min(box[2 * axis + 1]!, Math.max(box[2 * axis]!, wanted));
    squared += (there[axis]! - here[axis]!) ** 2;
  }
  return Math.sqrt(squared);
}

function squaredDistance(y: Float64Array, fixed: Float64Array, at: number, dims: number): number {
  let s = 0;
  for (let axis = 0; axis < dims; axis++) {
    const difference = y[axis]! - fixed[at + axis]!;
    s += difference * difference;
  }
  return s;
}
