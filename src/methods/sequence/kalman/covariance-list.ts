/**
 * @file Covariances of many moments, those that are the same kept once.
 */

/** Covariances `[k, k]`, and which of them each moment has. */
export class CovarianceList {
  readonly #size: number;
  #count = 0;
  #data: Float64Array;
  /** Place of each moment's covariance `[n]`. */
  readonly places: Int32Array;

  constructor(rows: number, k: number) {
    this.#size = k * k;
    this.places = new Int32Array(rows);
    this.#data = new Float64Array(16 * k * k);
  }

  /** Keeps a copy. @returns its place. */
  add(covariance: Float64Array): number {
    const at = this.#count * this.#size;
    if (at === this.#data.length) {
      const longer = new Float64Array(2 * at);
      longer.set(this.#data);
      this.#data = longer;
    }
    for (let i = 0; i < this.#size; i++) this.#data[at + i] = covariance[i]!;
    return this.#count++;
  }

  /** The covariance at a place, as a view that lasts until one is added. */
  at(place: number): Float64Array {
    return this.#data.subarray(place * this.#size, (place + 1) * this.#size);
  }

  /** That of every moment `[n, k, k]`. */
  all(): Float64Array {
    const out = new Float64Array(this.places.length * this.#size);
    this.places.forEach((place, t) => {
      out.set(this.at(place), t * this.#size);
    });
    return out;
  }
}
