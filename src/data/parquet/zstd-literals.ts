/**
 * @file The bytes of a Zstandard block that are no copies: as they are, one over and over, or in a Huffman code.
 *
 * Source: RFC 8878, section 3.1.1.3.1.
 */
import { want } from "./damage.js";
import { type HuffmanTable, readHuffmanStream, readHuffmanTable } from "./zstd-entropy.js";

export const MOST_BLOCK = 2 ** 17;
export const CUT = "a Zstandard stream is cut off";

/**
 * @param before the code of the blocks before, which this one may take over.
 * @returns the literals, the offset of the byte after them, and the code for the blocks to come.
 */
export function readLiterals(
  block: Uint8Array,
  before: HuffmanTable | undefined,
): { literals: Uint8Array; end: number; huffman: HuffmanTable | undefined } {
  const kind = block[0]! & 3;
  const format = (block[0]! >> 2) & 3;
  const numberAt = (bytes: number) => {
    want(bytes <= block.length, CUT);
    let value = 0;
    for (let i = 0; i < bytes; i++) value += block[i]! * 2 ** (8 * i);
    return value;
  };
  if (kind < 2) {
    const head = format % 2 === 0 ? 1 : format === 1 ? 2 : 3;
    const size = Math.floor(numberAt(head) / (head === 1 ? 8 : 16));
    const end = head + (kind === 0 ? size : 1);
    want(size <= MOST_BLOCK && end <= block.length, CUT);
    const literals = kind === 0 ? block.subarray(head, end) : new Uint8Array(size).fill(block[head]!);
    return { literals, end, huffman: before };
  }
  const width = [10, 10, 14, 18][format]!;
  const head = [3, 3, 4, 5][format]!;
  const sizes = Math.floor(numberAt(head) / 16);
  const size = sizes % 2 ** width;
  const end = head + Math.floor(sizes / 2 ** width);
  want(size <= MOST_BLOCK && end <= block.length, CUT);
  let at = head;
  let table = before;
  if (kind === 2) ({ table, end: at } = readHuffmanTable(block, at));
  want(table !== undefined, "a Zstandard block repeats a code that was never given");
  want(at <= end, CUT);
  const literals = new Uint8Array(size);
  const streams = block.subarray(at, end);
  if (format === 0) readHuffmanStream(streams, table, literals);
  else {
    want(streams.length >= 6, CUT);
    const each = (size + 3) >> 2;
    want(3 * each <= size, "a Zstandard block has too few literals for its streams");
    let from = 6;
    for (let i = 0; i < 4; i++) {
      const to = i < 3 ? from + streams[2 * i]! + 256 * streams[2 * i + 1]! : streams.length;
      want(from <= to && to <= streams.length, CUT);
      readHuffmanStream(
        streams.subarray(from, to),
        table,
        literals.subarray(i * each, i < 3 ? (i + 1) * each : size),
      );
      from = to;
    }
  }
  return { literals, end, huffman: table };
}
