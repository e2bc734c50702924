/**
 * @file One step back of a smoother, for moments with one covariance P_{t|t}:
 *
 *   J = P_{t|t} Aᵀ P_{t+1|t}⁻¹,   V_t = (I − J A) P_{t|t} (I − J A)ᵀ + J (V_{t+1} + Q) Jᵀ
 */
import type { LinearSystem } from "./linear-system.js";
import { divideBy, factorSemidefinite } from "./semidefinite.js";
import { multiply, multiplyTransposed, product, productTransposed } from "./small-products.js";

const MOST_DOUBLINGS = 60;

/** A step back, to be set to one covariance after another. */
export class SmootherGain {
  readonly #system: LinearSystem;
  readonly #forward: Float64Array;
  readonly #predicted: Float64Array;
  readonly #kept: Float64Array;
  readonly #product: Float64Array;
  readonly #rest: Float64Array;
  readonly #base: Float64Array;
  /** J `[k, k]`. */
  readonly j: Float64Array;

  constructor(system: LinearSystem) {
    const square = () => new Float64Array(system.latentDim ** 2);
    this.#system = system;
    this.#forward = square();
    this.#predicted = square();
    this.#kept = square();
    this.#product = square();
    this.#rest = new Float64Array(system.latentDim);
    this.#base = square();
    this.j = square();
  }

  /** Sets it to P_{t|t}. */
  set(filtered: Float64Array): void {
    const { latentDim: k, transition, processNoise } = this.#system;
    const square = [k, k, k] as const;
    const [forward, predicted, kept, j] = [this.#forward, this.#predicted, this.#kept, this.j];
    multiply(forward, transition, filtered, square);
    multiplyTransposed(predicted, forward, transition, square);
    for (let at = 0; at < k * k; at++) predicted[at]! += processNoise[at]!;
    factorSemidefinite(predicted, k);
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) j[a * k + b] = forward[b * k + a]!;
    divideBy(j, predicted, k, k);
    multiply(kept, j, transition, square);
    for (let at = 0; at < k * k; at++) kept[at] = -kept[at]!;
    for (let a = 0; a < k; a++) kept[a * (k + 1)]! += 1;
    // The other arrays are free again.
    multiply(forward, kept, filtered, square);
    multiplyTransposed(this.#base, forward, kept, square);
    multiply(forward, j, processNoise, square);
    multiplyTransposed(predicted, forward, j, square);
    for (let at = 0; at < k * k; at++) this.#base[at]! += predicted[at]!;
  }

  /** x̂_t of x̂_{t|t}, at `row` of means `[n, k]`, and of x̂_{t+1} after it. */
  move(means: Float64Array, row: number): void {
    const { latentDim: k, transition } = this.#system;
    const rest = this.#rest;
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
