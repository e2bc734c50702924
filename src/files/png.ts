/**
 * @file PNG from raw pixels, 8 bits a channel, and many small images on one sheet.
 *
 * Source: W3C, "Portable Network Graphics (PNG) Specification", third edition. Every row has filter 0 (none);
 * what is drawn here is small, and a better filter would be code for a few per cent.
 */
import { crc32 } from "../data/crc32.js";
import { checkedSize, type Matrix } from "../data/matrix.js";

/** Raw pixels, row by row, channels of a pixel side by side: 1 channel is gray, 3 are red, green, blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Length width · height · channels. */
  readonly data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Writes a PNG file.
 * @throws RangeError if there are no pixels, or not as many as the size says.
 */
export async function writePng({ width, height, channels, data }: Pixels): Promise<Uint8Array> {
  if (!(width >= 1 && height >= 1) || data.length !== checkedSize(height, width * channels, "writePng")) {
    throw new RangeError(`writePng: ${width} × ${height} × ${channels} pixels, got ${data.length} values`);
  }
  const stride = width * channels;
  const filtered = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    filtered.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8);
  const parts = [
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", await deflate(filtered)),
    chunk("IEND", new Uint8Array(0)),
  ];
  return concat(parts);
}

/** Length, type, data, and the CRC of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const GAP = 1;

/**
 * Puts the rows of a matrix on one sheet as images, left to right and top to bottom, one pixel apart.
 * @param shape `[height, width]`, or `[3, height, width]` for color.
 * @param columns images side by side.
 * @param range values drawn black and white; default: the least and greatest of all. Beyond it they are cut off;
 * missing values are black.
 */
export function tileImages(
  images: Matrix,
  shape: readonly number[],
  columns: number,
  range: readonly [number, number] = valueRange(images),
): Pixels {
  const [channels, height, width] = shape.length === 2 ? [1, ...shape] : shape;
  if ((channels !== 1 && channels !== 3) || !height || !width || channels * height * width !== images.cols) {
    throw new RangeError(`tileImages: rows of ${images.cols} are no images of shape [${shape.join(", ")}]`);
  }
  if (!Number.isSafeInteger(columns) || columns < 1 || images.rows < 1) {
    throw new RangeError(
      `tileImages: want images and at least one column, got ${images.rows} and ${columns}`,
    );
  }
  const across = Math.min(columns, images.rows);
  const down = Math.ceil(images.rows / across);
  const sheetWidth = across * (width + GAP) - GAP;
  const sheetHeight = down * (height + GAP) - GAP;
  const data = new Uint8Array(checkedSize(sheetHeight, sheetWidth * channels, "tileImages")).fill(255);
  const [low, high] = range;
  const scale = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < images.rows; i++) {
    const left = (i % across) * (width + GAP);
    const top = Math.floor(i / across) * (height + GAP);
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const value = images.data[i * images.cols + (c * height + y) * width + x]!;
          const level = Math.round((value - low) * scale);
          data[((top + y) * sheetWidth + left + x) * channels + c] = Math.min(255, Math.max(0, level || 0));
        }
      }
    }
  }
  return { width: sheetWidth, height: sheetHeight, channels, data };
}

function valueRange({ data }: Matrix): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
