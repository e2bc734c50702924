/**
 * @file Conditional probabilities of neighbors: a Gaussian about each row, as wide as gives the perplexity wanted.
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
/** Halving the bracket alone would take fewer: one step of two halves it, or the excess. */
const MOST_STEPS = 128;
/** In units of the least difference from the nearest: so wide a β that rows beyond the nearest have no weight left. */
const ALL_ON_NEAREST = 200;

let differences = new Float64Array(0);
let weights = new Float64Array(0);

/**
 * Fills `probabilities` from `at` to `at + k`. Where so many rows as the perplexity or more are nearest, equally far, no β
 * reaches it, and they share the probability, which is the limit; a perplexity of k or more is shared by all.
 */
export function conditionalProbabilities(
  squaredDistances: Float64Array,
  at: number,
  k: number,
  perplexities: Float64Array,
  probabilities: Float64Array,
): void {
  if (weights.length < k) {
    differences = new Float64Array(k);
    weights = new Float64Array(k);
  }
  let nearest = Number.POSITIVE_INFINITY;
  for (let j = at; j < at + k; j++) nearest = Math.min(nearest, squaredDistances[j]!);
  let ties = 0;
  let least = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let j = 0; j < k; j++) {
    const difference = squaredDistances[at + j]! - nearest;
    differences[j] = difference;
    probabilities[at + j] = 0;
    if (difference === 0) ties++;
    else if (difference < least) least = difference;
    if (difference > largest) largest = difference;
  }
  for (let which = 0; which < perplexities.length; which++) {
    const perplexity = perplexities[which]!;
    let total = k;
    if (ties >= perplexity) total = shareOfNearest(k);
    else if (perplexity >= k) weights.fill(1, 0, k);
    else total = search(k, perplexity, least, largest);
    const share = 1 / (total * perplexities.length);
    for (let j = 0; j < k; j++) probabilities[at + j]! += weights[j]! * share;
  }
}

/** Leaves 1 in `weights` for the nearest, 0 for others; returns how many there are. */
function shareOfNearest(k: number): number {
  let total = 0;
  for (let j = 0; j < k; j++) total += weights[j] = differences[j] === 0 ? 1 : 0;
  return total;
}

/**
 * Leaves e^{−βδ} in `weights`, δ = d² − nearest; returns their sum. Steps are Newton's in ln β, of which H is nearly
 * linear for rows spread evenly in some dimensions. Between clusters far apart H stays level over decades of β, where
 * such steps are of no use: then the bracket is halved, in ln β too.
 * @param least δ > 0. @param largest δ.
 */
function search(k: number, perplexity: number, least: number, largest: number): number {
  const wanted = log(perplexity);
  // H ≥ ln k − β · largest.
  let low = log(k / perplexity) / largest;
  let high = ALL_ON_NEAREST / least;
  let beta = Math.min(high, Math.max(low, START / quantile(k, Math.min(k - 1, Math.ceil(perplexity)))));
  let total = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step++) {
    total = 0;
    let first = 0;
    let second = 0;
    for (let j = 0; j < k; j++) {
      const exponent = beta * differences[j]!;
      const weight = exp(-exponent);
      weights[j] = weight;
      total += weight;
      const part = weight * exponent;
      first += part;
      second += part * exponent;
    }
    const mean = first / total;
    const excess = mean + log(total) - wanted;
    if (Math.abs(excess) <= TOLERANCE * wanted) break;
    if (excess > 0) low = beta;
    else high = beta;
    const newton = beta * growth(excess / (second / total - mean * mean));
    const useful = newton > low && newton < high && Math.abs(excess) <= 0.5 * before;
    beta = useful ? newton : Math.sqrt(low * high);
    before = Math.abs(excess);
  }
  return total;
}

/** eˣ */
function growth(x: number): number {
  return x <= 0 ? exp(x) : 1 / exp(-x);
}

/** βδ at which a search begins, for the δ of the row that the perplexity counts last. */
const START = 4;

/** The one of the k differences that would stand at `rank`, counted from 0, were they sorted: Hoare (1961), Algorithm 65. */
function quantile(k: number, rank: number): number {
  weights.set(differences.subarray(0, k));
  let [low, high] = [0, k - 1];
  while (low < high) {
    const pivot = weights[rank]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (weights[left]! < pivot) left++;
      while (weights[right]! > pivot) right--;
      if (left > right) break;
      const value = weights[left]!;
      weights[left++] = weights[right]!;
      weights[right--] = value;
    }
    if (right < rank) low = left;
    if (left > rank) high = right;
  }
  return weights[rank]!;
}
