/**
 * @file Netpbm images: PGM (gray) and PPM (color), plain and raw, 8 and 16 bit.
 *
 * Source: Netpbm project, format specifications "pgm" and "ppm".
 */
import { asBytes, type BytesLike } from "./bytes.js";
import { checkedSize } from "./matrix.js";

/** An image of 1 channel (gray) or 3 (red, green, blue). */
export interface Image {
  /** Pixels in a row, ≥ 1. */
  readonly width: number;
  /** Rows of pixels, ≥ 1. */
  readonly height: number;
  /** Numbers of a pixel: 1 (gray) or 3 (red, green, blue). */
  readonly channels: 1 | 3;
  /** The largest value a pixel can have, in [1, 65535]. */
  readonly maxValue: number;
  /** Row by row, channels of a pixel side by side; length width · height · channels. */
  readonly pixels: Uint8Array | Uint16Array;
}

const NEWLINE = 10;
const HASH = 35;
const ZERO = 48;

/** True if the bytes start as a PGM or PPM file does. */
export function isNetpbm(bytes: Uint8Array): boolean {
  const kind = bytes[1]! - ZERO;
  const known = kind === 2 || kind === 3 || kind === 5 || kind === 6;
  return bytes[0] === 0x50 && known && bytes.length > 2 && isSpace(bytes[2]!);
}

/**
 * Reads one PGM or PPM image (P2, P3, P5, P6).
 * @throws RangeError if the header is wrong, pixels are missing, or one exceeds the maximum in the header.
 */
export function readNetpbm(source: BytesLike, name = "image"): Image {
  const bytes = asBytes(source, name);
  if (!isNetpbm(bytes)) throw new RangeError(`${name}: no PGM or PPM image (want P2, P3, P5 or P6)`);
  const kind = bytes[1]! - ZERO;
  const raw = kind >= 5;
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  let at = 2;
  const width = next("a width");
  const height = next("a height");
  const maxValue = next("a maximum");
  if (width < 1 || height < 1)
    throw new RangeError(`${name}: an image of ${width} × ${height} has no pixels`);
  if (maxValue < 1 || maxValue > 65535) throw new RangeError(`${name}: maximum ${maxValue}, want 1 to 65535`);
  const size = checkedSize(height, width * channels, name);
  const depth = maxValue < 256 ? 1 : 2;

  // A plain pixel is a digit and a space at least; the last may go without the space.
  const least = raw ? size * depth : 2 * size - 1;
  const start = raw ? at + 1 : at;
  const present = Math.max(0, bytes.length - start);
  if (present < least || (raw && !isSpace(bytes[at]!))) {
    const promised = `${width} × ${height} × ${channels} needs ${least} bytes`;
    throw new RangeError(`${name}: ${promised}, the file has ${present} after its header`);
  }
  const pixels = depth === 1 ? new Uint8Array(size) : new Uint16Array(size);
  at = start;
  for (let i = 0; i < size; i++) {
    let value: number;
    if (raw) {
      value = depth === 1 ? bytes[at]! : bytes[at]! * 256 + bytes[at + 1]!;
      at += depth;
    } else value = next("a pixel");
    if (value > maxValue)
      throw new RangeError(`${name}: pixel ${i} is ${value}, above the maximum ${maxValue}`);
    pixels[i] = value;
  }
  // More pixels than the header says, or another image, which a raw file may hold.
  skipSpace();
  if (at < bytes.length) throw new RangeError(`${name}: byte ${at}: more follows after the last pixel`);
  return { width, height, channels, maxValue, pixels };

  /** Passes over space and comments, which run from # to the end of the line. */
  function skipSpace(): void {
    while (at < bytes.length && (isSpace(bytes[at]!) || bytes[at] === HASH)) {
      if (bytes[at] === HASH) while (at < bytes.length && bytes[at] !== NEWLINE) at++;
      else at++;
    }
  }

  /** The next number of the header, or of a plain image. */
  function next(what: string): number {
    skipSpace();
    const from = at;
    let value = 0;
    while (at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9 && at - from < 10) {
      value = value * 10 + bytes[at++]! - ZERO;
    }
    const ended = at === bytes.length || isSpace(bytes[at]!) || bytes[at] === HASH;
    if (at === from || !ended) throw new RangeError(`${name}: byte ${at}: want ${what}, a whole number`);
    return value;
  }
}

/**
 * Writes a raw PGM or PPM image.
 * @throws RangeError if there are not width · height · channels pixels.
 */
export function writeNetpbm(image: Image): Uint8Array {
  const { width, height, channels, maxValue, pixels } = image;
  if (pixels.length !== width * height * channels) {
    const size = `${width} × ${height} × ${channels}`;
    throw new RangeError(
      `writeNetpbm: ${size} pixels want ${width * height * channels} values, got ${pixels.length}`,
    );
  }
  const header = new TextEncoder().encode(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n${maxValue}\n`);
  const depth = maxValue < 256 ? 1 : 2;
  const bytes = new Uint8Array(header.length + pixels.length * depth);
  bytes.set(header);
  if (depth === 1) bytes.set(pixels, header.length);
  else {
    const view = new DataView(bytes.buffer, header.length);
    pixels.forEach((value, i) => {
      view.setUint16(2 * i, value);
    });
  }
  return bytes;
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
