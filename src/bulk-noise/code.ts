/**
 * @file Whole blocks of random numbers by assembly/noise: the bits of the plain loops, in a quarter of the time.
 */
import { instanceOn } from "../parallel/wasm.js";
import { BLOCK, QUANTILES, quantileTable, type State, tail } from "./blocks.js";
import { code } from "./code.wasm.js";

/** Functions of assembly/noise. Addresses are in bytes. */
interface Exports {
  prepareJumps(jumps: number, room: number): void;
  drawBlock(state: number, jumps: number, out: number): void;
  toUniform(words: number): void;
  toBernoulli(words: number, out: number, limit: number): void;
  toNormal(words: number, out: number, quantiles: number): void;
  firstBeyond(from: number, end: number, last: number): number;
}

const STATE = 16;
const JUMPS = 64;
const WORDS = JUMPS + 32 * 16 * 16;
const OUT = WORDS + 4 * BLOCK;
const TABLE = OUT + 2 * 4 * BLOCK;
const PAGES = Math.ceil((TABLE + 4 * QUANTILES) / 65536);

/** This thread's own. */
export class NoiseCode {
  readonly #code: Exports;
  readonly #state: Int32Array;
  readonly #words: Float32Array;
  readonly #out: Float32Array;
  readonly #table: Float32Array;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    this.#code = instanceOn(memory, code) as unknown as Exports;
    this.#state = new Int32Array(memory.buffer, STATE, 4);
    this.#words = new Float32Array(memory.buffer, WORDS, BLOCK);
    this.#out = new Float32Array(memory.buffer, OUT, 2 * BLOCK);
    this.#table = new Float32Array(memory.buffer, TABLE, QUANTILES);
    this.#code.prepareJumps(JUMPS, WORDS);
  }

  /** Fills the whole blocks of an array. @returns how many numbers they are; so do the others. */
  uniform(out: Float32Array, state: State): number {
    return this.#blocks(out, state, this.#words, () => this.#code.toUniform(WORDS));
  }

  bernoulli(out: Float32Array, limit: number, state: State): number {
    return this.#blocks(out, state, this.#out, () => this.#code.toBernoulli(WORDS, OUT, limit));
  }

  normal(out: Float32Array, state: State): number {
    const table = quantileTable();
    const last = table[QUANTILES - 1]!;
    if (this.#table[QUANTILES - 1] !== last) this.#table.set(table);
    const numbers = this.#out;
    const end = OUT + numbers.byteLength;
    return this.#blocks(out, state, numbers, () => {
      this.#code.toNormal(WORDS, OUT, TABLE);
      for (let at = OUT; ; at += 4) {
        at = this.#code.firstBeyond(at, end, last);
        if (at === end) return;
        const i = (at - OUT) / 4;
        numbers[i] = tail(numbers[i]!, this.#state);
      }
    });
  }

  /** @param make makes the numbers of a block from its words. */
  #blocks(out: Float32Array, state: State, numbers: Float32Array, make: () => void): number {
    this.#state.set(state);
    let from = 0;
    for (; from + numbers.length <= out.length; from += numbers.length) {
      this.#code.drawBlock(STATE, JUMPS, WORDS);
      make();
      out.set(numbers, from);
    }
    state.set(this.#state);
    return from;
  }
}

let kept: NoiseCode | undefined;

export function noiseCode(): NoiseCode {
  kept ??= new NoiseCode();
  return kept;
}
