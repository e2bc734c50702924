/**
 * @file Entropy coding in Zstandard: bits read backwards, finite state entropy and Huffman codes.
 *
 * Source: RFC 8878, section 4.
 */
import { Damage, want } from "./damage.js";

/** Bits from the last byte to the first, from the highest to the lowest; the highest bit that is set marks the start. */
export class BackwardBits {
  /** Bits that are left; below 0 where more were read than there are, which come as zeros. */
  left: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    const last = bytes.at(-1);
    if (!last) throw new Damage("a Zstandard bit stream has no start");
    this.#bytes = bytes;
    this.left = 8 * bytes.length - 1 - Math.clz32(last << 24);
  }

  /** The next `count` bits, at most 31. */
  read(count: number): number {
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  peek(count: number): number {
    const from = this.left - count;
    if (count > 24)
      return this.#window(from + count - 16, 16) * 2 ** (count - 16) + this.#window(from, count - 16);
    return this.#window(from, count);
  }

  /** At most 24 bits from bit `from` upwards; those below the first byte are zeros. */
  #window(from: number, count: number): number {
    if (from < 0) return from + count > 0 ? this.#window(0, from + count) << -from : 0;
    const at = from >> 3;
    const bytes = this.#bytes;
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    return (word >>> (from & 7)) & ((1 << count) - 1);
  }
}

/** A table of states: the symbol of each, and how the next state follows from bits. */
export interface StateTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** @param counts how many of the 2 ** accuracy states a symbol has; −1 for one at the end of the table. */
export function stateTable(counts: readonly number[], accuracy: number): StateTable {
  const size = 2 ** accuracy;
  const symbols = new Uint8Array(size);
  let high = size - 1;
  const next = counts.map((count, symbol) => {
    if (count === -1) symbols[high--] = symbol;
    return Math.abs(count);
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at > high);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const number = next[symbols[state]!]!++;
    bits[state] = accuracy - (31 - Math.clz32(number));
    bases[state] = (number << bits[state]!) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** A table in which one symbol takes no bits. */
export function constantTable(symbol: number): StateTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/** Reads the counts of a table, and gives the table and the offset of the byte after them. */
export function readStateTable(
  bytes: Uint8Array,
  start: number,
  most: { readonly accuracy: number; readonly symbol: number },
): { table: StateTable; end: number } {
  let bit = 8 * start;
  const read = (count: number) => {
    const at = bit >> 3;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    const value = (word >> (bit & 7)) & ((1 << count) - 1);
    bit += count;
    return value;
  };
  const accuracy = read(4) + 5;
  want(accuracy <= most.accuracy, "a Zstandard table is too large");
  const counts: number[] = [];
  let left = 2 ** accuracy;
  while (left > 0) {
    want(counts.length <= most.symbol && bit <= 8 * bytes.length, "a Zstandard table has too many symbols");
    const width = 32 - Math.clz32(left + 1);
    // Values that the shorter code has room for take a bit less.
    const few = 2 ** width - 2 - left;
    let value = read(width);
    const low = value & (2 ** (width - 1) - 1);
    if (low < few) {
      bit--;
      value = low;
    } else if (value > low) value -= few;
    const count = value - 1;
    counts.push(count);
    left -= Math.abs(count);
    if (count === 0) {
      for (let zeros = 3; zeros === 3; ) {
        zeros = read(2);
        for (let i = 0; i < zeros; i++) counts.push(0);
        want(counts.length <= most.symbol + 1, "a Zstandard table has too many symbols");
      }
    }
  }
  const end = (bit + 7) >> 3;
  want(left === 0 && end <= bytes.length, "a Zstandard table is cut off");
  return { table: stateTable(counts, accuracy), end };
}

/** A Huffman code: of the next `width` bits, the symbol and how many bits of them it has. */
export interface HuffmanTable {
  readonly width: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const WIDEST_HUFFMAN = 11;
const MOST_WEIGHTS = 255;

/** Reads the weights of a Huffman code, and gives its table and the offset of the byte after them. */
export function readHuffmanTable(bytes: Uint8Array, start: number): { table: HuffmanTable; end: number } {
  want(start < bytes.length, "a Zstandard block is cut off");
  const head = bytes[start]!;
  const packed = head >= 128;
  const end = start + 1 + (packed ? (head - 127 + 1) >> 1 : head);
  want(end <= bytes.length, "a Zstandard block is cut off");
  const weights = packed
    ? Array.from({ length: head - 127 }, (_, i) => {
        const byte = bytes[start + 1 + (i >> 1)]!;
        return i % 2 === 0 ? byte >> 4 : byte & 15;
      })
    : readWeights(bytes.subarray(start + 1, end));
  // The last weight is what makes the sum a power of two.
  const sum = weights.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  const width = 32 - Math.clz32(sum);
  const rest = 2 ** width - sum;
  want(sum > 0 && width <= WIDEST_HUFFMAN && (rest & (rest - 1)) === 0, "a Zstandard code has wrong weights");
  weights.push(32 - Math.clz32(rest));
  const ones = weights.filter((weight) => weight === 1).length;
  want(ones >= 2 && ones % 2 === 0, "a Zstandard code has wrong weights");
  const symbols = new Uint8Array(2 ** width);
  const bits = new Uint8Array(2 ** width);
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    for (const [symbol, its] of weights.entries()) {
      if (its !== weight) continue;
      symbols.fill(symbol, at, at + 2 ** (weight - 1));
      bits.fill(width + 1 - weight, at, at + 2 ** (weight - 1));
      at += 2 ** (weight - 1);
    }
  }
  return { table: { width, symbols, bits }, end };
}

/** Weights by two states that take turns, until the bits of one run out and the other has the last word. */
function readWeights(bytes: Uint8Array): number[] {
  const { table, end } = readStateTable(bytes, 0, { accuracy: 6, symbol: WIDEST_HUFFMAN + 1 });
  const stream = new BackwardBits(bytes.subarray(end));
  const states = [stream.read(table.accuracy), stream.read(table.accuracy)];
  want(stream.left >= 0, "a Zstandard code is cut off");
  const weights: number[] = [];
  for (let turn = 0; ; turn = 1 - turn) {
    want(weights.length < MOST_WEIGHTS - 1, "a Zstandard code has too many weights");
    const state = states[turn]!;
    weights.push(table.symbols[state]!);
    states[turn] = table.bases[state]! + stream.read(table.bits[state]!);
    if (stream.left < 0) {
      weights.push(table.symbols[states[1 - turn]!]!);
      return weights;
    }
  }
}

/** Fills `out` with the symbols of one stream, which must end with the last of them. */
export function readHuffmanStream(
  bytes: Uint8Array,
  { width, symbols, bits }: HuffmanTable,
  out: Uint8Array,
): void {
  const stream = new BackwardBits(bytes);
  for (let i = 0; i < out.length; i++) {
    const code = stream.peek(width);
    out[i] = symbols[code]!;
    stream.left -= bits[code]!;
    if (stream.left < 0) throw new Damage("a Zstandard literal is cut off");
  }
  want(stream.left === 0, "a Zstandard stream of literals has bits left over");
}
