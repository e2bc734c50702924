/**
 * @file Attraction and repulsion of an embedding's points, and with them its Kullback–Leibler divergence and gradient.
 *
 *   q_ij = w_ij / Z,   w_ij = 1/(1 + ‖yᵢ − yⱼ‖²),   Z = Σ_{k≠l} w_kl
 *   C = Σ p_ij ln(p_ij / q_ij),   ¼ ∂C/∂yᵢ = Σⱼ p_ij w_ij (yᵢ − yⱼ) − 1/Z Σⱼ w_ij² (yᵢ − yⱼ)
 *
 * Source: van der Maaten & Hinton (2008), equations 4 to 6; van der Maaten (2014), equation 5.
 */
import { gatherTeam } from "../../../parallel/team.js";
import { float32On, float64On, int32On, wasmMemory } from "../../../parallel/wasm.js";
import { ATTRACTION_CHUNK, attraction } from "./attraction-kernel.js";
import { EXACT_CHUNK, exactPairs } from "./exact-kernel.js";
import type { SparseProbabilities } from "./joint-probabilities.js";
import { MeshField } from "./mesh-field.js";

/** Forces at places, which their owner moves; all `[n, 4]`, of which the last number does not count. */
export interface Forces {
  /** Memory of the places and the forces. */
  readonly memory: WebAssembly.Memory;
  /** yᵢ, and 0 for the coordinates that it has not. */
  readonly places: Float32Array;
  /** Σⱼ p_ij w_ij (yᵢ − yⱼ), as of the last `update`. */
  readonly attraction: Float32Array;
  /** Σⱼ w_ij² (yᵢ − yⱼ), as of the last `update`. */
  readonly repulsion: Float32Array;
  /** @returns Z. */
  update(): number;
  /** C at the places, given its Z. */
  divergence(normalization: number): number;
  release(): void;
}

/** Forces of all pairs. @param joint p_ij `[n, n]`. */
export function exactForces(joint: Float64Array, n: number): Forces {
  const memory = wasmMemory();
  const args = {
    joint,
    places: float32On(memory, 4 * n),
    attraction: float32On(memory, 4 * n),
    repulsion: float32On(memory, 4 * n),
    sums: float64On(memory, n),
    divergences: float64On(memory, n),
  };
  const team = gatherTeam(exactPairs, args);
  const chunks = Math.ceil(n / EXACT_CHUNK);
  return {
    memory,
    places: args.places,
    attraction: args.attraction,
    repulsion: args.repulsion,
    update() {
      team.run(chunks, 0);
      return sum(args.sums);
    },
    divergence(normalization) {
      team.run(chunks, 1);
      return sum(args.divergences) + sum(joint) * Math.log(normalization);
    },
    release: () => team.release(),
  };
}

/** Attraction of the pairs with a probability, repulsion of all by a mesh. */
export function meshForces(joint: SparseProbabilities, dims: number): Forces {
  const n = joint.rowStart.length - 1;
  const memory = wasmMemory();
  const field = new MeshField(memory, n, dims);
  const pairs = joint.values.length;
  const args = {
    memory,
    rowStart: int32On(memory, n + 1),
    columns: int32On(memory, pairs),
    values: float32On(memory, pairs),
    dims,
    places: field.places,
    forces: float32On(memory, 4 * n),
    divergences: float64On(memory, n),
  };
  args.rowStart.set(joint.rowStart);
  args.columns.set(joint.columns);
  args.values.set(joint.values);
  const team = gatherTeam(attraction, args);
  const chunks = Math.ceil(n / ATTRACTION_CHUNK);
  return {
    memory,
    places: field.places,
    attraction: args.forces,
    repulsion: field.forces,
    update() {
      team.run(chunks, 0);
      return field.update();
    },
    divergence(normalization) {
      team.run(chunks, 1);
      return sum(args.divergences) + sum(args.values) * Math.log(normalization);
    },
    release() {
      team.release();
      field.release();
    },
  };
}

function sum(terms: Float64Array | Float32Array): number {
  let total = 0;
  for (let i = 0; i < terms.length; i++) total += terms[i]!;
  return total;
}
