/**
 * @file Covariances of a Kalman filter from one moment to the next.
 *
 *   P_{t|t} = P − P Cᵀ (C P Cᵀ + R)⁻¹ C P,   P_{t+1|t} = A P_{t|t} Aᵀ + Q
 *
 * The first difference loses as many digits as an observation is surer than what was known, and may end with a negative
 * variance. So a square root S, P = S Sᵀ, is updated in its place, by one number after the other of noise 1 with loadings c,
 *
 *   φ = Sᵀ c,   s = 1 + φᵀφ,   gain = S φ / s,   S ← S − S φ φᵀ / (s + √s)
 *
 * and P = S Sᵀ is symmetric and semidefinite whatever is rounded, as is the sum that leads to the next moment. It needs no inverse, and a
 * missing number is one less. Source: Potter (1963), in Bierman (1977), "Factorization methods for discrete sequential estimation",
 * chapter II; for one number after the other, Durbin & Koopman (2012), "Time series analysis by state space methods", §6.4.
 */
import { log } from "../../../elementary.js";
import type { LinearSystem } from "./linear-system.js";
import type { Observed } from "./observed-columns.js";
import { squareRoot } from "./semidefinite.js";
import { squareOf } from "./small-products.js";

/** Products of variances are kept below this, and then their logarithm is added. */
const LARGE = 1e200;

/** A covariance on its way, and what an update of the mean takes from it. */
export class CovarianceStep {
  readonly #k: number;
  readonly #transition: Float64Array;
  readonly #processNoise: Float64Array;
  readonly #root: Float64Array;
  readonly #product: Float64Array;
  readonly #phi: Float64Array;
  /** P_{t|t−1} `[k, k]`. */
  readonly predicted: Float64Array;
  /** P_{t|t} `[k, k]`. */
  readonly filtered: Float64Array;
  /** Gain of each number that is there `[d, k]`. */
  readonly gains: Float64Array;
  /** 1 / s of each of them `[d]`. */
  readonly precisions: Float64Array;
  /** Σ log s. */
  logDeterminant = 0;

  constructor({ latentDim: k, inputDim: d, transition, processNoise }: LinearSystem) {
    this.#k = k;
    this.#transition = transition;
    this.#processNoise = processNoise;
    this.#root = new Float64Array(k * k);
    this.#product = new Float64Array(k * k);
    this.#phi = new Float64Array(k);
    this.predicted = new Float64Array(k * k);
    this.filtered = new Float64Array(k * k);
    this.gains = new Float64Array(d * k);
    this.precisions = new Float64Array(d);
  }

  /** From `predicted` to `filtered`. */
  update({ columns, loadings }: Observed): void {
    const [k, root, phi, gains] = [this.#k, this.#root, this.#phi, this.gains];
    squareRoot(root, this.predicted, k);
    let [product, logs] = [1, 0];
    for (let i = 0; i < columns.length; i++) {
      const row = i * k;
      let s = 1;
      for (let b = 0; b < k; b++) {
        let sum = 0;
        for (let a = 0; a < k; a++) sum += root[a * k + b]! * loadings[row + a]!;
        phi[b] = sum;
        s += sum * sum;
      }
      const shrinkage = 1 / (s + Math.sqrt(s));
      for (let a = 0; a < k; a++) {
        let sum = 0;
        for (let b = 0; b < k; b++) sum += root[a * k + b]! * phi[b]!;
        gains[row + a] = sum / s;
        const move = sum * shrinkage;
        for (let b = 0; b < k; b++) root[a * k + b]! -= move * phi[b]!;
      }
      this.precisions[i] = 1 / s;
      product *= s;
      if (product > LARGE) {
        logs += log(product);
        product = 1;
      }
    }
    this.logDeterminant = logs + log(product);
    squareOf(this.filtered, root, [k, k]);
  }

  /** From `filtered` to the next moment's `predicted`. */
  predict(): void {
    const [k, root, out, a] = [this.#k, this.#root, this.#product, this.#transition];
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += a[i * k + l]! * root[l * k + j]!;
        out[i * k + j] = sum;
      }
    }
    squareOf(this.predicted, out, [k, k], this.#processNoise);
  }
}
