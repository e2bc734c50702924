/**
 * @file State with a slice for every row of the data: a run of steps is given the slices of its own rows alone, so that its
 * cost does not grow with the data.
 */
import { int64Array, type NdArray, sizeOf } from "./tensor.js";

/** The rows of the training data that a run meets, each once. */
export class TouchedRows {
  /** For every row of the run's steps, its place among them. */
  readonly slices: BigInt64Array;
  readonly #rows: number[] = [];

  constructor(rows: BigInt64Array) {
    const places = new Map<number, number>();
    const found = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = Number(rows[i]);
      let place = places.get(row);
      if (place === undefined) {
        place = this.#rows.push(row) - 1;
        places.set(row, place);
      }
      found[i] = place;
    }
    this.slices = int64Array(found);
  }

  /** The slices of these rows. */
  take({ data, shape: [, ...rest] }: NdArray): NdArray {
    const size = sizeOf(rest);
    const taken = new Float32Array(this.#rows.length * size);
    // Slices are short: a call to copy each would cost more than its numbers.
    for (let i = 0, at = 0; i < this.#rows.length; i++) {
      const from = this.#rows[i]! * size;
      for (let j = 0; j < size; j++, at++) taken[at] = data[from + j] as number;
    }
    return { dtype: "float32", shape: [this.#rows.length, ...rest], data: taken };
  }

  /** The whole array with the slices of these rows in place of its own. */
  put(whole: NdArray, taken: NdArray): NdArray {
    const size = sizeOf(whole.shape.slice(1));
    const data = (whole.data as Float32Array).slice();
    for (let i = 0, at = 0; i < this.#rows.length; i++) {
      const to = this.#rows[i]! * size;
      for (let j = 0; j < size; j++, at++) data[to + j] = taken.data[at] as number;
    }
    return { ...whole, data };
  }
}
