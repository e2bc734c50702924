/**
 * @file Texts of a column: equal ones are kept once, as UTF-8, and every row names its own by a number.
 *
 * Columns of categories then take four bytes a row and are counted for nothing. Where most texts are different, looking
 * for equal ones does not pay: from then on every row gets a place of its own, and equal texts may have several.
 */

import { isoDaysOf } from "./dates.js";

/** Texts that are alike are looked for until there are so many, and more than half of the rows. */
const MANY_LEVELS = 2 ** 16;
const FIRST_SLOTS = 2 ** 8;

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes that are no UTF-8, at `at` of those given. */
export class NotUtf8 extends RangeError {
  readonly at: number;
  constructor(at: number) {
    super("not UTF-8");
    this.at = at;
  }
}

/** Texts of a column, one a row; the empty one is a missing value. */
export class Texts implements Iterable<string> {
  /** Index of each row's text among the levels `[n]`; 0 is the empty text. */
  readonly codes: Uint32Array;
  /** True if different levels are different texts. */
  readonly distinct: boolean;
  readonly #bytes: Uint8Array;
  /** End of every level in `#bytes`. */
  readonly #ends: Uint32Array;
  #levels: string[] | undefined;

  constructor(codes: Uint32Array, bytes: Uint8Array, ends: Uint32Array, distinct: boolean) {
    this.codes = codes;
    this.#bytes = bytes;
    this.#ends = ends;
    this.distinct = distinct;
  }

  /** Those of a list; `""` is a missing value. */
  static from(values: Iterable<string>): Texts {
    const builder = new TextsBuilder();
    for (const value of values) builder.addText(value);
    return builder.finish();
  }

  /** Number of rows. */
  get length(): number {
    return this.codes.length;
  }

  /** Number of levels, the empty one with them. */
  get levelCount(): number {
    return this.#ends.length;
  }

  /** The text that a code stands for. */
  level(code: number): string {
    if (this.#levels) return this.#levels[code]!;
    return decoded(this.#bytes, code === 0 ? 0 : this.#ends[code - 1]!, this.#ends[code]!);
  }

  /** Days of the ISO date that a code stands for, without making a text of it; `undefined` if it is none, see `isoDaysOf`. */
  isoDays(code: number, format: string): number | undefined {
    return isoDaysOf(this.#bytes, code === 0 ? 0 : this.#ends[code - 1]!, this.#ends[code]!, format);
  }

  /** Texts by code; the first is empty. */
  get levels(): readonly string[] {
    this.#levels ??= Array.from({ length: this.levelCount }, (_, code) => this.level(code));
    return this.#levels;
  }

  /** Text of row `i`. */
  at(i: number): string {
    return this.level(this.codes[i]!);
  }

  /** The texts in the order of the rows. */
  *[Symbol.iterator](): Generator<string> {
    // Levels that stand for many rows are made once.
    const { codes } = this;
    const levels = this.distinct ? this.levels : undefined;
    for (let i = 0; i < codes.length; i++) yield levels ? levels[codes[i]!]! : this.level(codes[i]!);
  }

  /** A list of them `[n]`. */
  toArray(): string[] {
    return [...this];
  }

  /** The texts of rows `from` to `to`, which is not among them. */
  part(from: number, to: number): Texts {
    return new Texts(this.codes.subarray(from, to), this.#bytes, this.#ends, this.distinct);
  }

  /** The texts of some rows, in the order named. */
  take(rows: ArrayLike<number>): Texts {
    const codes = Uint32Array.from(rows, (row) => this.codes[row]!);
    return new Texts(codes, this.#bytes, this.#ends, this.distinct);
  }
}

/** Collects texts, one a row. */
export class TextsBuilder {
  #codes = new Uint32Array(64);
  #count = 0;
  #bytes = new Uint8Array(256);
  #used = 0;
  #ends = new Uint32Array(16);
  #levels = 1;
  /** Levels by hash, plus one, as 0 is an empty slot; `undefined` once equal ones are no longer looked for. */
  #slots: Uint32Array | undefined = new Uint32Array(FIRST_SLOTS);

  get length(): number {
    return this.#count;
  }

  /** Adds a missing value. */
  addMissing(): void {
    if (this.#count === this.#codes.length) this.#codes = grown(this.#codes);
    this.#codes[this.#count++] = 0;
  }

  addText(text: string): void {
    const bytes = encoder.encode(text);
    this.add(bytes, 0, bytes.length);
  }

  /**
   * Adds the text in `[start, end)` of `bytes`.
   * @throws NotUtf8
   */
  add(bytes: Uint8Array, start: number, end: number): void {
    let code = 0;
    if (start < end) code = this.#slots ? this.#find(bytes, start, end) : this.#append(bytes, start, end);
    if (this.#count === this.#codes.length) this.#codes = grown(this.#codes);
    this.#codes[this.#count++] = code;
  }

  /** Forgets the rows from `count` on. */
  cut(count: number): void {
    this.#count = count;
  }

  finish(): Texts {
    const codes = this.#codes.slice(0, this.#count);
    const distinct = this.#slots !== undefined;
    return new Texts(codes, this.#bytes.slice(0, this.#used), this.#ends.slice(0, this.#levels), distinct);
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots!;
    const mask = slots.length - 1;
    for (let slot = hash(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const level = slots[slot]!;
      if (level === 0) {
        const added = this.#append(bytes, start, end);
        slots[slot] = added + 1;
        if (2 * this.#levels > slots.length) this.#rehash();
        return added;
      }
      if (this.#isLevel(level - 1, bytes, start, end)) return level - 1;
    }
  }

  #isLevel(level: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#ends[level - 1]!;
    if (this.#ends[level]! - from !== end - start) return false;
    const own = this.#bytes;
    for (let at = from, i = start; i < end; at++, i++) if (own[at] !== bytes[i]) return false;
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number): number {
    const size = end - start;
    if (this.#used + size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#used + size, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    const own = this.#bytes;
    let all = 0;
    for (let at = this.#used, i = start; i < end; at++, i++) {
      const byte = bytes[i]!;
      own[at] = byte;
      all |= byte;
    }
    if (all >= 128) strictly(bytes.subarray(start, end));
    this.#used += size;
    if (this.#levels === this.#ends.length) this.#ends = grown(this.#ends);
    this.#ends[this.#levels] = this.#used;
    return this.#levels++;
  }

  #rehash(): void {
    if (this.#levels > MANY_LEVELS && 2 * this.#levels > this.#count) {
      this.#slots = undefined;
      return;
    }
    const slots = new Uint32Array(4 * this.#slots!.length);
    const mask = slots.length - 1;
    for (let level = 1; level < this.#levels; level++) {
      let slot = hash(this.#bytes, this.#ends[level - 1]!, this.#ends[level]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = level + 1;
    }
    this.#slots = slots;
  }
}

/** @throws NotUtf8 with the place of the first byte that is none. */
function strictly(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let good = 0;
    // The longest beginning that is UTF-8, by halving; a sequence that is cut off counts as good.
    for (let bad = bytes.length; good + 1 < bad; ) {
      const middle = (good + bad) >> 1;
      if (startsWell(bytes.subarray(0, middle))) good = middle;
      else bad = middle;
    }
    while (good > 0 && !isWhole(bytes.subarray(0, good))) good--;
    throw new NotUtf8(good);
  }
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function startsWell(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** FNV-1a over the bytes, its high bits mixed down. Source: Fowler, Noll & Vo, the 32-bit variant. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i]!, 0x01000193);
  return value ^ (value >>> 15);
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/**
 * The text of `bytes` in `[start, end)`.
 * @throws NotUtf8
 */
export function decoded(bytes: Uint8Array, start: number, end: number): string {
  // A decoder call costs more than the characters of a short field.
  if (end - start > 32) return strictly(bytes.subarray(start, end));
  let text = "";
  for (let pos = start; pos < end; pos++) {
    const byte = bytes[pos]!;
    if (byte >= 128) return strictly(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
