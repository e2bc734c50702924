/**
 * @file The length of cuts of a training, so that pictures follow it and messages come in between.
 */

/** Milliseconds of a cut: with what is told after it, five are a second. */
const CUT = 100;
/** The first cuts are short, since nothing is known of the time of a step. */
const MOST_GROWTH = 4;

export class Pace {
  #steps = 1;
  #rate: number | undefined;

  /** Steps of the next cut. */
  get steps(): number {
    return this.#steps;
  }

  /** Steps in a second so far, or none. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** Takes note of a cut of so many steps in so many milliseconds. */
  took(steps: number, milliseconds: number): void {
    const rate = (1000 * steps) / Math.max(milliseconds, 0.1);
    this.#rate = this.#rate === undefined ? rate : 0.7 * this.#rate + 0.3 * rate;
    const wanted = Math.floor((this.#rate * CUT) / 1000);
    this.#steps = Math.max(1, Math.min(wanted, MOST_GROWTH * this.#steps));
  }
}

/** Lets messages and timers in. */
export const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));
