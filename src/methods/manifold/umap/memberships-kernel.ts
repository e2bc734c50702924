/**
 * @file Memberships of neighbors: how surely each belongs to the surroundings of a row, by a width of its own.
 *
 *   v_j|i = e^{−max(0, dᵢⱼ − ρᵢ) / σᵢ},   ρᵢ = the least dᵢⱼ > 0,   Σⱼ v_j|i = log₂ k
 *
 * The sum is convex in 1/σ and falls from the number of neighbors on: Newton's steps from 1/σ = 0 never go too far. Where so many
 * rows as log₂ k are within ρ there is no such σ, and σ is a thousandth of the row's mean distance, which it never falls below.
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426, algorithm 3, where k counts the row itself.
 */
import { exp, log } from "../../../elementary.js";
import type { Kernel } from "../../../parallel/kernel.js";

export interface MembershipArgs extends Record<string, Float64Array | Float32Array | number> {
  /** dᵢⱼ `[n, each]`, ascending. */
  distances: Float64Array;
  /** Neighbors of a row, itself left out: k − 1. */
  each: number;
  /** v_j|i `[n, each]`. */
  memberships: Float32Array;
}

/** Rows to a chunk. */
export const MEMBERSHIP_CHUNK = 256;

const LEAST_WIDTH = 1e-3;
const TOLERANCE = 1e-10;
const MOST_STEPS = 100;

export const membershipRows: Kernel<MembershipArgs> = {
  name: "membershipRows",
  run({ distances, each, memberships }, chunk) {
    const from = chunk * MEMBERSHIP_CHUNK * each;
    const to = Math.min(distances.length, from + MEMBERSHIP_CHUNK * each);
    const beyond = new Float64Array(each);
    for (let at = from; at < to; at += each) {
      const width = smoothWidth(distances, at, each, beyond);
      for (let j = 0; j < each; j++) memberships[at + j] = beyond[j] === 0 ? 1 : exp(-beyond[j]! / width);
    }
  },
};

/** σ of the row whose distances begin at `at`; leaves max(0, d − ρ) in `beyond`. */
export function smoothWidth(distances: Float64Array, at: number, each: number, beyond: Float64Array): number {
  const end = at + each;
  let first = at;
  while (first < end && distances[first] === 0) first++;
  const nearest = first < end ? distances[first]! : 0;
  let mean = 0;
  for (let j = 0; j < each; j++) {
    mean += distances[at + j]! / each;
    beyond[j] = Math.max(0, distances[at + j]! - nearest);
  }
  const least = LEAST_WIDTH * mean;
  const unit = beyond[each - 1]!;
  // All are equally far: any width will do.
  if (unit === 0) return 1;
  const wanted = log(each + 1) / Math.LN2;
  let inverse = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    let sum = 0;
    let slope = 0;
    for (let j = 0; j < each; j++) {
      const share = beyond[j]! / unit;
      const value = exp(-inverse * share);
      sum += value;
      slope += share * value;
    }
    const excess = sum - wanted;
    if (excess <= TOLERANCE * wanted) break;
    inverse += excess / slope;
    if (!(unit / inverse > least)) break;
  }
  return Math.max(least, unit / inverse);
}
