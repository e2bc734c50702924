/**
 * @file Compressed pages, unpacked to exactly as many bytes as they promise, or refused.
 *
 * The decompressors of hyparquet-compressors leave off what does not fit, fill up with zeros what is missing, and look
 * at no checksum. Here streams of Snappy and LZ4 are walked before they are unpacked, so that every length and distance in
 * them is sound, gzip is the platform's, and Zstandard our own.
 * Sources: Snappy, "format_description.txt"; LZ4, "Block Format Description".
 */
import type { CompressionCodec } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { gunzipStream } from "../gzip.js";
import { collect } from "../pieces.js";
import { Damage, decoded, want } from "./damage.js";
import { unpackZstd } from "./zstd.js";

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
      return collect(gunzipStream([packed], "", size)).catch((error: unknown) => {
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
