/**
 * @file A path to `Dataset`: a data file, compressed or not, a folder of images, or `-` for standard input.
 *
 * CSV is read in pieces of a megabyte and never held whole; other files are, and Parquet column by column. What is no plain
 * file (a named pipe, `/dev/stdin`, the `<(…)` of a shell) is read once, from its start to its end.
 */
import { type FileHandle, open, stat } from "node:fs/promises";
import { type Dataset, tableDataset } from "../src/data/dataset.js";
import {
  detectFormat,
  HEAD_BYTES,
  type ReadOptions,
  readData,
  readDataStream,
  tableOptions,
} from "../src/data/format.js";
import { isGzip } from "../src/data/gzip.js";
import { readParquet } from "../src/data/parquet.js";
import { formatNumber } from "../src/data/table.js";
import { readImageFolder } from "./images.js";
import type { StandardStreams } from "./standard-streams.js";

/** Options of reading a path: those of `readData`, labels from a file of their own, and color. */
export interface ReadFileOptions extends ReadOptions {
  /** An IDX or .npy file with one label a row, or a path to any data of one column. */
  readonly labelFile?: string | undefined;
  /** Folder of images: keep red, green and blue. Default: one gray channel. */
  readonly color?: boolean | undefined;
}

const PIECE_BYTES = 2 ** 20;
const STANDARD_INPUT = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
// One call of the system reads less than 2 GiB.
const LARGEST_READ = 2 ** 30;

/**
 * Reads data from a path.
 * @param streams standard input that `-` and `/dev/stdin` stand for. Default: the process's.
 * @throws RangeError or TypeError in one line: no such file, or what is wrong in it and where.
 */
export async function readFileData(
  path: string,
  options: ReadFileOptions = {},
  streams: Pick<StandardStreams, "stdin"> = process,
): Promise<Dataset> {
  const data = await readPath(path, options, streams);
  if (options.labelFile === undefined) return data;
  if (data.labels) throw new RangeError(`${path}: labels come from a column or from a file, not both`);
  const labels = await readPath(options.labelFile, {}, streams);
  if (labels.x.cols !== 1 || labels.x.rows !== data.x.rows) {
    const got = `${labels.x.rows} × ${labels.x.cols}`;
    throw new RangeError(`${options.labelFile}: want ${data.x.rows} × 1 labels, got ${got}`);
  }
  return { ...data, labels: Array.from(labels.x.data, formatNumber) };
}

async function readPath(
  path: string,
  options: ReadFileOptions,
  streams: Pick<StandardStreams, "stdin">,
): Promise<Dataset> {
  if (path === "-") return readDataStream(standardInput(streams, "stdin"), "stdin", options);
  // Not opened: it may be a socket, which cannot be, and what was taken from it before is gone for a second reader.
  if (STANDARD_INPUT.includes(path)) return readDataStream(standardInput(streams, path), path, options);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new RangeError(`${path}: no such file or folder`);
    throw unreadable(path, error);
  });
  if (found.isDirectory()) return readImageFolder(path, options.color === true);
  const file = await open(path).catch((error) => {
    throw unreadable(path, error);
  });
  try {
    // A pipe has no size and cannot be read twice.
    if (!found.isFile()) return await readDataStream(pieces(file, path), path, options);
    const head = new Uint8Array(Math.min(HEAD_BYTES, found.size));
    await readInto(file, head, 0, path);
    const format = isGzip(head) ? "gzip" : detectFormat(head, path);
    if (format === "gzip" || format === "csv")
      return await readDataStream(pieces(file, path, 0), path, options);
    if (format === "parquet") {
      const source = {
        byteLength: found.size,
        async slice(start: number, end = found.size) {
          const bytes = new Uint8Array(end - start);
          await readInto(file, bytes, start, path);
          return bytes.buffer;
        },
      };
      const table = await readParquet(source, tableOptions(path, options));
      return tableDataset(table, path, format, options);
    }
    const bytes = allocate(found.size, path);
    await readInto(file, bytes, 0, path);
    return await readData(bytes, path, options);
  } finally {
    await file.close();
  }
}

function allocate(size: number, path: string): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (error) {
    throw new RangeError(`${path}: ${size} bytes do not fit memory`, { cause: error });
  }
}

/** The file in pieces that share one buffer: each is valid until the next is asked for. */
async function* pieces(file: FileHandle, path: string, start?: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE_BYTES);
  let at = start;
  for (;;) {
    const bytesRead = await readSome(file, buffer, at ?? null, path);
    if (bytesRead === 0) return;
    if (at !== undefined) at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* standardInput(
  streams: Pick<StandardStreams, "stdin">,
  name: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* streams.stdin;
  } catch (error) {
    throw unreadable(name, error as NodeJS.ErrnoException);
  }
}

async function readInto(file: FileHandle, bytes: Uint8Array, start: number, path: string): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const bytesRead = await readSome(file, bytes.subarray(at, at + LARGEST_READ), start + at, path);
    if (bytesRead === 0)
      throw new RangeError(`${path}: ends at byte ${start + at}, sooner than its size says`);
    at += bytesRead;
  }
}

/** @param position `null` reads on from where the last read ended. */
async function readSome(
  file: FileHandle,
  bytes: Uint8Array,
  position: number | null,
  path: string,
): Promise<number> {
  try {
    return (await file.read(bytes, 0, bytes.length, position)).bytesRead;
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): RangeError {
  return new RangeError(`${path}: cannot be read (${error.code})`, { cause: error });
}
