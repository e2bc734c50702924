/**
 * @file Linear state-space models as networks over time: h ← h A + x B + b, with A any matrix, or one of complex numbers on its
 * diagonal.
 *
 * The diagonal a_j = exp(−exp(ν_j) + i θ_j) lies within the unit circle whatever ν and θ are. Two numbers of a state are the real
 * and the imaginary part of one; of an odd size the last is real. It runs as a product with a matrix of blocks of 2 × 2: of 64
 * and of 128 numbers, and windows of 32 and 64 moments, that takes half the time of the convolution with its powers.
 *
 * Sources: Gupta, Gu & Berant (2022), "Diagonal state spaces are as effective as structured state spaces", NeurIPS; stable complex
 * exponents and their first values: Orvieto et al. (2023), "Resurrecting recurrent neural networks for long sequences", ICML.
 */
import { log as logarithmOf } from "../../elementary.js";
import { add, cos, div, exp, log, mul, neg, sin, sqrt, square } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { linearRecurrence } from "../../engine/ops/recurrence.js";
import { sum } from "../../engine/ops/reduce.js";
import { maximum } from "../../engine/ops/select.js";
import { expand, reshape, slice } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { array, arrayOf, glorot, orthonormal } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { affineOverTime, type SequenceNetwork, type SequenceNetworkSizes } from "./sequence-network.js";

/** Size of A's eigenvalues before training, of any matrix: what is older than some ten moments is mostly forgotten. */
const DENSE_RADIUS = 0.9;
/** Least and largest |a| before training, of the diagonal. */
const RADII = [0.3, 0.99] as const;

function stateSpace(
  { name, inputs, size }: SequenceNetworkSizes,
  transition: { initial(random: Random): Parameters; of(p: Symbols): Tensor },
): SequenceNetwork {
  return {
    size,
    carrySize: size,
    initial: (random) => ({
      ...transition.initial(random),
      [`${name}.inputWeight`]: glorot([inputs, size], random.fork(name, "inputWeight")),
      [`${name}.inputBias`]: array([size]),
    }),
    run(x, carry, p) {
      const given = affineOverTime(x, p[`${name}.inputWeight`]!, p[`${name}.inputBias`]!);
      const states = linearRecurrence(given, carry, transition.of(p));
      return { states, carries: (from, to) => slice(states, 0, from, to) };
    },
  };
}

/** With any A `[k, k]`; before training it is orthogonal but for a factor. */
export function linearStateSpace(sizes: SequenceNetworkSizes): SequenceNetwork {
  const { name, size } = sizes;
  return stateSpace(sizes, {
    initial(random) {
      const turned = orthonormal([size, size], random.fork(name, "transition"));
      const shrunk = () => Float32Array.from(turned.data as Float32Array, (v) => DENSE_RADIUS * v);
      return { [`${name}.transition`]: arrayOf([size, size], shrunk) };
    },
    of: (p) => contraction(p[`${name}.transition`]!),
  });
}

/** A product of vectors with a contraction makes none longer than this. */
const LONGEST = 0.9999;
/** Squarings of MᵀM, after which its trace tells its largest eigenvalue to k^(1/512). */
const SQUARINGS = 8;

/**
 * M by as much as makes it a contraction, if it is none. Every stable matrix is one in some basis of its states, so that nothing is
 * lost, and no state grows without bound, however long the sequence.
 */
function contraction(m: Tensor): Tensor {
  let power = matmul(m, m, { transposeA: true });
  // λ ≤ (Σ λᵢⁿ²)^(1/n²), with the sizes of squares divided off so that none overflows.
  let logarithm: Tensor | undefined;
  for (let i = 0; i <= SQUARINGS; i++) {
    const length = sqrt(add(sum(square(power)), 1e-30));
    const term = mul(log(length), 2 ** -i);
    logarithm = logarithm ? add(logarithm, term) : term;
    power = div(power, length);
    if (i < SQUARINGS) power = matmul(power, power);
  }
  return div(m, maximum(1, mul(exp(mul(logarithm!, 0.5)), 1 / LONGEST)));
}

/** With a of complex numbers, |a| < 1; before training |a|² is uniform from .3² to .99², and θ from 0 to π. */
export function diagonalStateSpace(sizes: SequenceNetworkSizes): SequenceNetwork {
  const { name, size } = sizes;
  const pairs = Math.ceil(size / 2);
  return stateSpace(sizes, {
    initial(random) {
      const stream = random.fork(name, "transition");
      const [low, high] = RADII;
      const drawn = Array.from({ length: pairs }, () => [stream.uniform(), stream.uniform()] as const);
      return {
        [`${name}.decay`]: array([pairs], (i) => {
          // |a| = exp(−exp(ν)), of which the square is drawn.
          const square = low ** 2 + drawn[i]![0] * (high ** 2 - low ** 2);
          return logarithmOf(-logarithmOf(square) / 2);
        }),
        [`${name}.angle`]: array([pairs], (i) => Math.PI * drawn[i]![1]),
      };
    },
    of(p) {
      const [decay, angle] = [p[`${name}.decay`]!, p[`${name}.angle`]!];
      const radius = exp(neg(exp(decay)));
      return add(
        mul(diagonal(size), ofPairs(mul(radius, cos(angle)), size)),
        mul(turns(size), ofPairs(mul(radius, sin(angle)), size)),
      );
    },
  });
}

/** One of a pair for each of both its columns `[size]`. */
function ofPairs(values: Tensor, size: number): Tensor {
  const pairs = values.shape[0] as number;
  const twice = reshape(expand(reshape(values, [pairs, 1]), [pairs, 2]), [2 * pairs]);
  return slice(twice, 0, 0, size);
}

const matrixOf = (size: number, value: (i: number, j: number) => number): Tensor =>
  constant({
    dtype: "float32",
    shape: [size, size],
    data: Float32Array.from({ length: size * size }, (_, at) => value(Math.floor(at / size), at % size)),
  });

const diagonal = (size: number): Tensor => matrixOf(size, (i, j) => (i === j ? 1 : 0));

/** 1 from the real part of a pair to the imaginary one, −1 back. */
const turns = (size: number): Tensor =>
  matrixOf(size, (i, j) => (i % 2 === 0 && j === i + 1 ? 1 : j % 2 === 0 && i === j + 1 ? -1 : 0));
