/**
 * @file One step back of a smoother, for moments with one covariance P_{t|t}:
 *
 *   J = P_{t|t} Aᵀ P_{t+1|t}⁻¹,   V_t = (I − J A) P_{t|t} (I − J A)ᵀ + J (V_{t+1} + Q) Jᵀ
 */
import type { LinearSystem } from "./linear-system.js";
import { divideBy, factorSemidefinite } from "./semidefinite.js";
import { multiply, product, productTransposed, scaledIdentity, transposed } from "./small-products.js";

const MOST_DOUBLINGS = 60;

export class SmootherGain {
  readonly #system: LinearSystem;
  readonly #product: Float64Array;
  readonly #next: Float64Array;
  readonly #base: Float64Array;
  /** J `[k, k]`. */
  readonly j: Float64Array;

  /** @param filtered P_{t|t}. */
  constructor(system: LinearSystem, filtered: Float64Array) {
    const { latentDim: k, transition, processNoise } = system;
    const square = [k, k, k] as const;
    const forward = product(transition, filtered, square);
    const predicted = productTransposed(forward, transition, square);
    for (let at = 0; at < k * k; at++) predicted[at]! += processNoise[at]!;
    factorSemidefinite(predicted, k);
    this.j = transposed(forward, k, k);
    divideBy(this.j, predicted, k, k);
    const kept = product(this.j, transition, square);
    const identity = scaledIdentity(k);
    for (let at = 0; at < k * k; at++) kept[at] = identity[at]! - kept[at]!;
    this.#base = productTransposed(product(kept, filtered, square), kept, square);
    const noise = productTransposed(product(this.j, processNoise, square), this.j, square);
    for (let at = 0; at < k * k; at++) this.#base[at]! += noise[at]!;
    this.#system = system;
    this.#product = new Float64Array(k * k);
    this.#next = new Float64Array(k * k);
  }

  /** x̂_t of x̂_{t|t}, at `row` of means `[n, k]`, and of x̂_{t+1} after it. */
  move(means: Float64Array, row: number): void {
    const { latentDim: k, transition } = this.#system;
    const rest = this.#next;
    for (let a = 0; a < k; a++) {
      let expected = 0;
      for (let b = 0; b < k; b++) expected += transition[a * k + b]! * means[row + b]!;
      rest[a] = means[row + k + a]! - expected;
    }
    for (let a = 0; a < k; a++) {
      let sum = means[row + a]!;
      for (let b = 0; b < k; b++) sum += this.j[a * k + b]! * rest[b]!;
      means[row + a] = sum;
    }
  }

  /** V_t in place of V_{t+1}. */
  back(covariance: Float64Array): void {
    const k = this.#system.latentDim;
    multiply(this.#product, this.j, covariance, [k, k, k]);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = this.#base[a * k + b]!;
        for (let l = 0; l < k; l++) sum += this.#product[a * k + l]! * this.j[b * k + l]!;
        covariance[a * k + b] = sum;
        covariance[b * k + a] = sum;
      }
    }
  }

  /** V that stays: V ← V + J V Jᵀ, J ← J J, from the V of no further moment. */
  limit(): Float64Array {
    const k = this.#system.latentDim;
    const square = [k, k, k] as const;
    let [sum, power] = [this.#base.slice(), this.j];
    for (let doubling = 0; doubling < MOST_DOUBLINGS; doubling++) {
      const more = productTransposed(product(power, sum, square), power, square);
      const before = sum;
      sum = sum.map((value, at) => value + more[at]!);
      if (sum.every((value, at) => value === before[at])) break;
      power = product(power, power, square);
    }
    for (let t = 0; t < 3; t++) this.back(sum);
    return sum;
  }
}
