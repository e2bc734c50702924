/**
 * @file Compressed pages, unpacked to exactly as many bytes as they promise, or refused.
 *
 * The decompressors of hyparquet-compressors leave off what does not fit, fill up with zeros what is missing, and look
 * at no checksum. Here streams of Snappy, LZ4 and Zstandard are walked before they are unpacked, so that every length
 * and distance in them is sound, and gzip is the platform's.
 * Sources: Snappy, "format_description.txt"; LZ4, "Block Format Description"; RFC 8878 (Zstandard).
 */
import type { CompressionCodec } from "hyparquet";
import { xxhash64 } from "hyparquet/src/xxhash.js";
import { compressors, decompressZstd } from "hyparquet-compressors";
import { gunzip } from "../gzip.js";
import { Damage, decoded, want } from "./damage.js";

/**
 * @param size bytes that the page promises.
 * @throws Damage if it holds any other number of bytes, or does not match its checksum.
 */
export async function unpack(
  packed: Uint8Array,
  codec: CompressionCodec | undefined,
  size: number,
): Promise<Uint8Array> {
  const page = await unpackAny(packed, codec, size);
  want(page.length === size, `unpacks to ${page.length} bytes, promises ${size}`);
  return page;
}

async function unpackAny(packed: Uint8Array, codec: CompressionCodec | undefined, size: number) {
  const by = (name: CompressionCodec) =>
    decoded(`does not unpack as ${name}`, () => compressors[name]!(packed, size));
  switch (codec) {
    case "UNCOMPRESSED":
      return packed;
    case "SNAPPY":
      wantSize(snappySize(packed), size);
      return by(codec);
    case "LZ4_RAW":
      wantSize(lz4Size(packed), size);
      return by(codec);
    case "LZ4":
      wantSize(framedLz4Size(packed, size), size);
      return by(codec);
    case "GZIP":
      return gunzip(packed, "", size).catch((error: unknown) => {
        throw new Damage("does not match the length or the checksum of its gzip stream", { cause: error });
      });
    case "ZSTD":
      return unpackZstd(packed, size);
    case "BROTLI":
      return unpackBrotli(packed, size);
    default:
      throw new Damage(`is packed by ${codec ?? "an unknown codec"}, which is not read`);
  }
}

function wantSize(found: number, size: number): void {
  want(found === size, `unpacks to ${found} bytes, promises ${size}`);
}

function snappySize(stream: Uint8Array): number {
  let at = 0;
  const next = () => {
    if (at >= stream.length) throw new Damage("a Snappy stream is cut off");
    return stream[at++]!;
  };
  const number = (bytes: number) => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += next() * 2 ** (8 * i);
    return value;
  };
  let promised = 0;
  for (let i = 0; ; i++) {
    want(i < 5, "a Snappy stream has no length");
    const byte = next();
    promised += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) break;
  }
  let size = 0;
  while (at < stream.length) {
    const tag = next();
    const kind = tag & 3;
    if (kind === 0) {
      const length = (tag >> 2 < 60 ? tag >> 2 : number((tag >> 2) - 59)) + 1;
      want(length <= stream.length - at, "a Snappy stream is cut off");
      at += length;
      size += length;
    } else {
      const distance = kind === 1 ? (tag >> 5) * 256 + next() : number(kind === 2 ? 2 : 4);
      want(distance > 0 && distance <= size, "a Snappy stream copies from before its start");
      size += kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    }
  }
  want(promised === size, `a Snappy stream promises ${promised} bytes and has ${size}`);
  return size;
}

function lz4Size(stream: Uint8Array): number {
  let at = 0;
  const next = () => {
    if (at >= stream.length) throw new Damage("an LZ4 stream is cut off");
    return stream[at++]!;
  };
  const length = (nibble: number) => {
    let value = nibble;
    if (nibble === 15) {
      let byte = 255;
      while (byte === 255) {
        byte = next();
        value += byte;
      }
    }
    return value;
  };
  let size = 0;
  while (at < stream.length) {
    const token = next();
    const literals = length(token >> 4);
    want(literals <= stream.length - at, "an LZ4 stream is cut off");
    at += literals;
    size += literals;
    if (at === stream.length) break;
    const distance = next() + 256 * next();
    want(distance > 0 && distance <= size, "an LZ4 stream copies from before its start");
    size += length(token & 15) + 4;
    want(at < stream.length, "an LZ4 stream ends in a copy");
  }
  return size;
}

/** Hadoop writes blocks with their lengths in front, others the bare stream; both are called LZ4. */
function framedLz4Size(stream: Uint8Array, size: number): number {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const blocks: { at: number; packed: number; unpacked: number }[] = [];
  let at = 0;
  let total = 0;
  while (at + 8 <= stream.length) {
    const unpacked = view.getUint32(at);
    const packed = view.getUint32(at + 4);
    at += 8;
    if (packed > stream.length - at) break;
    blocks.push({ at, packed, unpacked });
    at += packed;
    total += unpacked;
  }
  if (blocks.length === 0 || at !== stream.length || total !== size) return lz4Size(stream);
  for (const block of blocks) {
    wantSize(lz4Size(stream.subarray(block.at, block.at + block.packed)), block.unpacked);
  }
  return total;
}

const ZSTD_MAGIC = 0xfd2fb528;
const MOST_ZSTD_BLOCK = 2 ** 17;

/**
 * One frame after the other. Where a frame tells its size, fzstd fills up what is missing; so it is given frames that do
 * not, with a window no larger than what they unpack to.
 */
function unpackZstd(stream: Uint8Array, size: number): Uint8Array {
  const page = new Uint8Array(size);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const cut = "a Zstandard stream is cut off";
  let at = 0;
  let filled = 0;
  do {
    const start = at;
    want(at + 6 <= stream.length && view.getUint32(at, true) === ZSTD_MAGIC, "is no Zstandard stream");
    const flags = stream[at + 4]!;
    want((flags & 0b1000) === 0 && (flags & 0b11) === 0, "a Zstandard frame wants a dictionary");
    const single = (flags >> 5) & 1;
    const sizeBytes = [single, 2, 4, 8][flags >> 6]!;
    const sizeAt = at + 6 - single;
    at = sizeAt + sizeBytes;
    want(at <= stream.length, cut);
    let promised = sizeBytes === 2 ? 256 : 0;
    for (let i = 0; i < sizeBytes; i++) promised += stream[sizeAt + i]! * 2 ** (8 * i);
    const blocksAt = at;
    for (let last = false; !last; ) {
      want(at + 3 <= stream.length, cut);
      const head = stream[at]! | (stream[at + 1]! << 8) | (stream[at + 2]! << 16);
      last = (head & 1) === 1;
      const kind = (head >> 1) & 3;
      const length = head >> 3;
      want(kind !== 3 && length <= MOST_ZSTD_BLOCK, "a Zstandard block has an unknown kind or length");
      at += 3 + (kind === 1 ? 1 : length);
      want(at <= stream.length, cut);
    }
    const hasChecksum = (flags & 0b100) !== 0;
    const frame = new Uint8Array(6 + at - blocksAt);
    new DataView(frame.buffer).setUint32(0, ZSTD_MAGIC, true);
    // A window's size is 2 to the power of ten and the upper five bits, and eighths of it.
    const whole = Math.max(0, Math.ceil(Math.log2(Math.max(size, MOST_ZSTD_BLOCK))) - 10) << 3;
    frame[5] = single ? whole : Math.min(whole, stream[start + 5]!);
    frame.set(stream.subarray(blocksAt, at), 6);
    const part = decoded("does not unpack as ZSTD", () => decompressZstd(frame));
    want(
      sizeBytes === 0 || part.length === promised,
      `unpacks to ${part.length} bytes, promises ${promised}`,
    );
    want(part.length <= size - filled, `unpacks to more than ${size} bytes`);
    if (hasChecksum) {
      want(at + 4 <= stream.length, cut);
      const checksum = Number(xxhash64(part) & 0xffffffffn);
      want(checksum === view.getUint32(at, true), "does not match the checksum of its Zstandard frame");
      at += 4;
    }
    page.set(part, filled);
    filled += part.length;
  } while (at < stream.length);
  return page.subarray(0, filled);
}

/**
 * The decompressor leaves what is missing as it finds it: the buffer is filled with one byte, and if that is how the page
 * ends, with another, to tell them apart.
 */
function unpackBrotli(stream: Uint8Array, size: number): Uint8Array {
  const filledWith = (byte: number) => {
    const buffer = new Uint8Array(size).fill(byte).buffer;
    // It makes a new Uint8Array of what it takes for a length, and of a buffer that is a view.
    const unpackInto = compressors.BROTLI as unknown as (input: Uint8Array, into: ArrayBuffer) => Uint8Array;
    return decoded("does not unpack as BROTLI", () => unpackInto(stream, buffer));
  };
  const page = filledWith(0xa5);
  if (page.at(-1) === 0xa5) {
    want(filledWith(0x5a).at(-1) === 0xa5, `does not unpack to the ${size} bytes it promises`);
  }
  return page;
}
