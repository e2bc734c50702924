/**
 * @file Progress of a study's measurements, counted in trainings.
 */
import type { Measuring } from "./study.js";

export class Progress {
  readonly #measuring: Pick<Measuring, "signal" | "onProgress">;
  readonly #count: number;
  #done = 0;

  /** @param count of the parts that there will be. */
  constructor(measuring: Pick<Measuring, "signal" | "onProgress">, count: number) {
    this.#measuring = measuring;
    this.#count = count;
  }

  /** Counts a part. @throws the reason of a signal that asks to stop. */
  done(): void {
    this.#measuring.signal?.throwIfAborted();
    this.#done++;
    this.#measuring.onProgress?.(Math.min(1, this.#done / this.#count));
  }
}
