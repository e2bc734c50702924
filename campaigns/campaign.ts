/**
 * @file A campaign looks for faults that a handful of examples would not find, for as long as it is given.
 *
 * All of them run on the build, and all cases follow from the seed. A short form of each is among the tests; the long ones
 * are `npm run campaign`.
 */
import { type Random, random } from "../src/random.js";

export interface Campaign {
  readonly name: string;
  /** One line: the promise that it tries to break. */
  readonly summary: string;
  /** Tries cases while `hunt.more()`; throws only if it cannot run at all. */
  run(hunt: Hunt): Promise<void>;
}

export interface Limits {
  readonly seed: number;
  readonly seconds?: number;
  /** Cases at most. */
  readonly cases?: number;
  /** Told of faults and figures as they come. */
  readonly say?: (line: string) => void;
}

/** Thrown by `run` where a campaign wants something that this machine has not. */
export class CannotRun extends Error {}

/** One run of a campaign: what is left of its time, and what it has found. */
export class Hunt {
  readonly faults: string[] = [];
  readonly figures: Record<string, number | string> = {};
  readonly random: Random;
  cases = 0;
  readonly #end: number;
  readonly #most: number;
  readonly #say: (line: string) => void;

  constructor({ seed, seconds, cases, say }: Limits) {
    this.random = random(seed);
    this.#end = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1000 * seconds;
    this.#most = cases ?? Number.POSITIVE_INFINITY;
    this.#say = say ?? (() => {});
  }

  /** True if there is to be another case, which is counted. */
  more(): boolean {
    if (this.cases >= this.#most || performance.now() >= this.#end) return false;
    this.cases++;
    return true;
  }

  /** A broken promise, in one line that says how to see it again. */
  fault(line: string): void {
    this.faults.push(line);
    this.#say(`fault: ${line}`);
  }

  /** Something measured on the way. */
  figure(name: string, value: number | string): void {
    this.figures[name] = value;
  }
}
