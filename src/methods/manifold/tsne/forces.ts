/**
 * @file Attraction and repulsion of an embedding's points, and with them its Kullback–Leibler divergence and gradient.
 *
 *   q_ij = w_ij / Z,   w_ij = 1/(1 + ‖yᵢ − yⱼ‖²),   Z = Σ_{k≠l} w_kl
 *   C = Σ p_ij ln(p_ij / q_ij),   ¼ ∂C/∂yᵢ = Σⱼ p_ij w_ij (yᵢ − yⱼ) − 1/Z Σⱼ w_ij² (yᵢ − yⱼ)
 *
 * Source: van der Maaten & Hinton (2008), equations 4 to 6; van der Maaten (2014), equation 5.
 */
import { sharedFloat64 } from "../../../parallel/shared.js";
import { gatherTeam } from "../../../parallel/team.js";
import { ATTRACTION_CHUNK, attraction } from "./attraction-kernel.js";
import { EXACT_CHUNK, exactPairs } from "./exact-kernel.js";
import type { SparseProbabilities } from "./joint-probabilities.js";
import { MeshField } from "./mesh-field.js";

/** Forces at `y`, which its owner moves. */
export interface Forces {
  /** `[n, dims]`, in shared memory. */
  readonly y: Float64Array;
  /** Σⱼ p_ij w_ij (yᵢ − yⱼ) `[n, dims]`, as of the last `update`. */
  readonly attraction: Float64Array;
  /** Σⱼ w_ij² (yᵢ − yⱼ) `[n, dims]`, as of the last `update`. */
  readonly repulsion: Float64Array;
  /** @returns Z. */
  update(): number;
  /** C at y, given its Z. */
  divergence(normalization: number): number;
  release(): void;
}

/** Of all pairs. @param joint p_ij `[n, n]`. */
export function exactForces(joint: Float64Array, n: number, dims: number): Forces {
  const args = {
    joint,
    y: sharedFloat64(n * dims),
    attraction: sharedFloat64(n * dims),
    repulsion: sharedFloat64(n * dims),
    sums: sharedFloat64(n),
    divergences: sharedFloat64(n),
  };
  const team = gatherTeam(exactPairs, args);
  const chunks = Math.ceil(n / EXACT_CHUNK);
  return {
    y: args.y,
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
  const args = {
    ...joint,
    y: sharedFloat64(n * dims),
    forces: sharedFloat64(n * dims),
    divergences: sharedFloat64(n),
  };
  const team = gatherTeam(attraction, args);
  const chunks = Math.ceil(n / ATTRACTION_CHUNK);
  const field = new MeshField(n, dims);
  const repulsion = new Float64Array(n * dims);
  return {
    y: args.y,
    attraction: args.forces,
    repulsion,
    update() {
      team.run(chunks, 0);
      return field.repulsion(args.y, repulsion);
    },
    divergence(normalization) {
      team.run(chunks, 1);
      return sum(args.divergences) + sum(joint.values) * Math.log(normalization);
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
