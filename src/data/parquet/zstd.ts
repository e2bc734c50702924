/**
 * @file Zstandard, unpacked to a size that is known before.
 *
 * fzstd, which hyparquet-compressors unpacks with, runs on without end on some damaged streams, reads bits that are not
 * there as zeros, and looks at no checksum. Here whatever the format forbids is refused.
 * Source: RFC 8878, "Zstandard Compression and the 'application/zstd' Media Type", sections 3 and 4.
 */
import { xxhash64 } from "hyparquet/src/xxhash.js";
import { Damage, want } from "./damage.js";
import {
  BackwardBits,
  constantTable,
  type HuffmanTable,
  readStateTable,
  type StateTable,
  stateTable,
} from "./zstd-entropy.js";
import { CUT, MOST_BLOCK, readLiterals } from "./zstd-literals.js";

const MAGIC = 0xfd2fb528;

/** Lengths by code: each begins where the one before ends, which has as many further bits as its run says. */
function lengths(first: number, ...runs: readonly (readonly [bits: number, codes: number])[]) {
  const bits = runs.flatMap(([width, count]) => new Array<number>(count).fill(width));
  let base = first;
  const bases = bits.map((width) => {
    base += 2 ** width;
    return base - 2 ** width;
  });
  return { bases, bits };
}

const LONG = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map((bits) => [bits, 1] as const);
const LITERAL_LENGTHS = {
  ...lengths(0, [0, 16], [1, 4], [2, 2], [3, 2], [4, 1], [6, 1], ...LONG),
  accuracy: 9,
  symbol: 35,
  predefined: stateTable(
    [
      4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
      -1, -1,
    ],
    6,
  ),
};
const MATCH_LENGTHS = {
  ...lengths(3, [0, 32], [1, 4], [2, 2], [3, 2], [4, 2], [5, 1], ...LONG),
  accuracy: 9,
  symbol: 52,
  predefined: stateTable(
    [1, 4, 3, 2, 2, 2, 2, 2, 2, ...new Array<number>(37).fill(1), ...new Array<number>(7).fill(-1)],
    6,
  ),
};
const OFFSETS = {
  accuracy: 8,
  symbol: 31,
  predefined: stateTable(
    [1, 1, 1, 1, 1, 1, 2, 2, 2, ...new Array<number>(15).fill(1), -1, -1, -1, -1, -1],
    5,
  ),
};

/**
 * Unpacks one frame after the other.
 * @throws Damage if they do not unpack to `size` bytes.
 */
export function unpackZstd(stream: Uint8Array, size: number): Uint8Array {
  const page = new Uint8Array(size);
  let at = 0;
  let filled = 0;
  do {
    const frame = new Frame(stream, at, page, filled);
    at = frame.at;
    filled = frame.filled;
  } while (at < stream.length);
  want(filled === size, `unpacks to ${filled} bytes, promises ${size}`);
  return page;
}

class Frame {
  /** Offset in the stream, and after all of the frame, its end. */
  at: number;
  filled: number;
  readonly #stream: Uint8Array;
  readonly #page: Uint8Array;
  readonly #start: number;
  #huffman: HuffmanTable | undefined;
  #literalLengths: StateTable | undefined;
  #offsets: StateTable | undefined;
  #matchLengths: StateTable | undefined;
  readonly #recent = [1, 4, 8];

  constructor(stream: Uint8Array, at: number, page: Uint8Array, filled: number) {
    this.#stream = stream;
    this.#page = page;
    this.#start = filled;
    this.filled = filled;
    this.at = at;
    want(this.#number(4) === MAGIC, "is no Zstandard stream");
    const flags = this.#number(1);
    want((flags & 0b1000) === 0, "a Zstandard frame of an unknown kind");
    want((flags & 0b11) === 0, "a Zstandard frame wants a dictionary");
    const single = (flags >> 5) & 1;
    if (!single) this.#number(1);
    const sizeBytes = [single, 2, 4, 8][flags >> 6]!;
    const promised = this.#number(sizeBytes) + (sizeBytes === 2 ? 256 : 0);
    while (!this.#readBlock());
    const size = this.filled - this.#start;
    want(sizeBytes === 0 || size === promised, `a Zstandard frame has ${size} bytes, promises ${promised}`);
    if (flags & 0b100) {
      const checksum = Number(xxhash64(page.subarray(this.#start, this.filled)) & 0xffffffffn);
      want(this.#number(4) === checksum, "does not match the checksum of its Zstandard frame");
    }
  }

  #number(bytes: number): number {
    want(this.at + bytes <= this.#stream.length, CUT);
    let value = 0;
    for (let i = 0; i < bytes; i++) value += this.#stream[this.at++]! * 2 ** (8 * i);
    return value;
  }

  /** Reads a block. @returns true if it was the last. */
  #readBlock(): boolean {
    const head = this.#number(3);
    const size = head >> 3;
    const kind = (head >> 1) & 3;
    want(kind !== 3 && size <= MOST_BLOCK, "a Zstandard block of an unknown kind or size");
    if (kind === 1) {
      const byte = this.#number(1);
      this.#page.fill(byte, this.filled, this.#grown(size));
    } else {
      want(this.at + size <= this.#stream.length, CUT);
      const block = this.#stream.subarray(this.at, this.at + size);
      this.at += size;
      if (kind === 0) {
        const start = this.filled;
        this.#grown(size);
        this.#page.set(block, start);
      } else this.#readCompressed(block);
    }
    return (head & 1) === 1;
  }

  /** The end of so many more bytes, which must fit the page. */
  #grown(bytes: number): number {
    this.filled += bytes;
    if (this.filled > this.#page.length) throw new Damage(`unpacks to more than ${this.#page.length} bytes`);
    return this.filled;
  }

  #readCompressed(block: Uint8Array): void {
    want(block.length > 1, CUT);
    const { literals, end, huffman } = readLiterals(block, this.#huffman);
    this.#huffman = huffman;
    const start = this.filled;
    this.#readSequences(block, end, literals);
    want(this.filled - start <= MOST_BLOCK, "a Zstandard block is too large");
  }

  #readSequences(block: Uint8Array, start: number, literals: Uint8Array): void {
    let at = start;
    const next = () => {
      if (at >= block.length) throw new Damage(CUT);
      return block[at++]!;
    };
    let count = next();
    if (count === 255) count = next() + 256 * next() + 0x7f00;
    else if (count > 127) count = (count - 128) * 256 + next();
    let used = 0;
    if (count > 0) {
      const modes = next();
      want((modes & 3) === 0, "a Zstandard block of an unknown kind");
      const table = (
        mode: number,
        kind: { accuracy: number; symbol: number; predefined: StateTable },
        before: StateTable | undefined,
      ) => {
        if (mode === 0) return kind.predefined;
        if (mode === 1) {
          const symbol = next();
          want(symbol <= kind.symbol, "a Zstandard table has an unknown symbol");
          return constantTable(symbol);
        }
        if (mode === 2) {
          const { table, end } = readStateTable(block, at, kind);
          at = end;
          return table;
        }
        want(before !== undefined, "a Zstandard block repeats a table that was never given");
        return before;
      };
      this.#literalLengths = table(modes >> 6, LITERAL_LENGTHS, this.#literalLengths);
      this.#offsets = table((modes >> 4) & 3, OFFSETS, this.#offsets);
      this.#matchLengths = table((modes >> 2) & 3, MATCH_LENGTHS, this.#matchLengths);
      used = this.#runSequences(new BackwardBits(block.subarray(at)), count, literals);
    } else want(at === block.length, "a Zstandard block has bytes left over");
    const rest = literals.subarray(used);
    const from = this.filled;
    this.#grown(rest.length);
    this.#page.set(rest, from);
  }

  /** Copies literals and what was there before in turns; gives how many literals it used. */
  #runSequences(stream: BackwardBits, count: number, literals: Uint8Array): number {
    const [ofLengths, ofOffsets, ofMatches] = [this.#literalLengths!, this.#offsets!, this.#matchLengths!];
    const page = this.#page;
    let lengthState = stream.read(ofLengths.accuracy);
    let offsetState = stream.read(ofOffsets.accuracy);
    let matchState = stream.read(ofMatches.accuracy);
    let used = 0;
    for (let i = 0; i < count; i++) {
      const offsetCode = ofOffsets.symbols[offsetState]!;
      const matchCode = ofMatches.symbols[matchState]!;
      const lengthCode = ofLengths.symbols[lengthState]!;
      const offsetValue = 2 ** offsetCode + stream.read(offsetCode);
      const match = MATCH_LENGTHS.bases[matchCode]! + stream.read(MATCH_LENGTHS.bits[matchCode]!);
      const length = LITERAL_LENGTHS.bases[lengthCode]! + stream.read(LITERAL_LENGTHS.bits[lengthCode]!);
      if (i < count - 1) {
        lengthState = ofLengths.bases[lengthState]! + stream.read(ofLengths.bits[lengthState]!);
        matchState = ofMatches.bases[matchState]! + stream.read(ofMatches.bits[matchState]!);
        offsetState = ofOffsets.bases[offsetState]! + stream.read(ofOffsets.bits[offsetState]!);
      }
      if (stream.left < 0) throw new Damage("a Zstandard sequence is cut off");
      const distance = this.#distance(offsetValue, length);
      if (length > literals.length - used)
        throw new Damage("a Zstandard sequence wants more literals than there are");
      let at = this.filled;
      const end = this.#grown(length + match);
      for (const to = at + length; at < to; at++) page[at] = literals[used++]!;
      if (!(distance > 0 && distance <= at - this.#start)) {
        throw new Damage("a Zstandard sequence copies from before its start");
      }
      for (; at < end; at++) page[at] = page[at - distance]!;
    }
    want(stream.left === 0, "a Zstandard block has bits left over");
    return used;
  }

  /** A distance, or one of the last three by its number; without literals the numbers begin at the second. */
  #distance(value: number, literals: number): number {
    const recent = this.#recent;
    let distance: number;
    if (value > 3) distance = value - 3;
    else {
      const index = value - 1 + (literals === 0 ? 1 : 0);
      if (index === 0) return recent[0]!;
      distance = index === 3 ? recent[0]! - 1 : recent[index]!;
      if (index === 1) {
        recent[1] = recent[0]!;
        recent[0] = distance;
        return distance;
      }
    }
    recent[2] = recent[1]!;
    recent[1] = recent[0]!;
    recent[0] = distance;
    return distance;
  }
}
