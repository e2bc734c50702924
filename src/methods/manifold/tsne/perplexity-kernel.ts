/**
 * @file Conditional probabilities of neighbours: a Gaussian about each row, as wide as gives the perplexity wanted.
 *
 *   p_j|i = e^{−βᵢ dᵢⱼ²} / Σₖ e^{−βᵢ dᵢₖ²},   H(pᵢ) = −Σⱼ p_j|i ln p_j|i = ln perplexity
 *
 * H falls in β, by β times the variance of d² under pᵢ: Newton's steps in β, kept inside of a bracket. Of several perplexities the
 * probabilities are averaged. Sources: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9;
 * Kobak & Berens (2019), "The art of using t-SNE for single-cell transcriptomics", Nature Communications 10.
 */
import { exp, log } from "../../../elementary.js";
import type { Kernel } from "../../../parallel/kernel.js";

export interface PerplexityArgs extends Record<string, Float64Array | number> {
  /** dᵢⱼ² `[n, k]`. */
  squaredDistances: Float64Array;
  perplexities: Float64Array;
  k: number;
  /** p_j|i `[n, k]`. */
  probabilities: Float64Array;
}

/** Rows to a chunk. */
export const PERPLEXITY_CHUNK = 128;

export const perplexityRows: Kernel<PerplexityArgs> = {
  name: "perplexityRows",
  run({ squaredDistances, perplexities, k, probabilities }, chunk) {
    const from = chunk * PERPLEXITY_CHUNK * k;
    const to = Math.min(squaredDistances.length, from + PERPLEXITY_CHUNK * k);
    for (let at = from; at < to; at += k) {
      conditionalProbabilities(squaredDistances, at, k, perplexities, probabilities);
    }
  },
};

/** Relative to ln perplexity; scikit-learn stops at 1e-5. */
const TOLERANCE = 1e-10;
const MOST_STEPS = 100;

let weights = new Float64Array(0);

/**
 * Fills `probabilities` from `at` to `at + k`. Where k rows or fewer are equally far, no β reaches a perplexity below
 * their number, and they share the probability.
 */
export function conditionalProbabilities(
  squaredDistances: Float64Array,
  at: number,
  k: number,
  perplexities: Float64Array,
  probabilities: Float64Array,
): void {
  if (weights.length < k) weights = new Float64Array(k);
  let nearest = Number.POSITIVE_INFINITY;
  let mean = 0;
  for (let j = at; j < at + k; j++) {
    nearest = Math.min(nearest, squaredDistances[j]!);
    mean += squaredDistances[j]! / k;
    probabilities[j] = 0;
  }
  const spread = mean - nearest;
  for (let which = 0; which < perplexities.length; which++) {
    const total =
      spread > 0 ? search(squaredDistances, at, k, nearest, spread, perplexities[which]!) : equal(k);
    const share = 1 / (total * perplexities.length);
    for (let j = 0; j < k; j++) probabilities[at + j]! += weights[j]! * share;
  }
}

function equal(k: number): number {
  weights.fill(1, 0, k);
  return k;
}

/** Leaves e^{−β(d² − nearest)} in `weights`; returns their sum. */
function search(
  squaredDistances: Float64Array,
  at: number,
  k: number,
  nearest: number,
  spread: number,
  perplexity: number,
): number {
  const wanted = -log(1 / perplexity);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let beta = 1 / spread;
  let total = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    total = 0;
    let first = 0;
    let second = 0;
    for (let j = 0; j < k; j++) {
      const difference = squaredDistances[at + j]! - nearest;
      const weight = exp(-beta * difference);
      weights[j] = weight;
      total += weight;
      first += weight * difference;
      second += weight * difference * difference;
    }
    const mean = first / total;
    const variance = second / total - mean * mean;
    const excess = beta * mean - log(1 / total) - wanted;
    if (Math.abs(excess) <= TOLERANCE * wanted) break;
    if (excess > 0) low = beta;
    else high = beta;
    const slope = beta * variance;
    const newton = beta + excess / slope;
    const inside = slope > 0 && newton > low && newton < high;
    beta = inside ? newton : high === Number.POSITIVE_INFINITY ? 2 * beta : 0.5 * (low + high);
    // Beyond this all but the nearest have no weight left.
    if (beta * spread > 1e6) break;
  }
  return total;
}
