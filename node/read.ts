/**
 * @file A path to `Dataset`: a data file, compressed or not, a folder of images, or `-` for standard input.
 *
 * CSV is read in pieces of a megabyte and never held whole; other files are, and Parquet column by column. What is no plain
 * file (a named pipe, `/dev/stdin`, the `<(…)` of a shell) is read once, from its start to its end, and kept.
 */
import { type FileHandle, open, stat } from "node:fs/promises";
import type { DataFormat, Dataset } from "../src/data/dataset.js";
import { readContent, readLabels, readSource } from "../src/data/format.js";
import type { ReadOptions } from "../src/data/formats/format.js";
import { keptSource, type Source } from "../src/data/source.js";
import { joinTables, mixedColumns } from "../src/data/table/join.js";
import type { Table } from "../src/data/table/table.js";
import { tableDataset } from "../src/data/table-dataset.js";
import { inBytes, MAX_BYTES, MemoryError } from "../src/parallel/memory.js";
import { readImageFolder } from "./images.js";
import { folderParts, isPattern, type Parts, patternParts } from "./parts.js";
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
  const source = await sourceOf(options.labelFile, streams);
  if (source === "folder") throw new RangeError(`${options.labelFile}: a folder holds no labels`);
  const labels = await readLabels(source);
  if (labels.length !== data.x.rows)
    throw new RangeError(`${options.labelFile}: want ${data.x.rows} labels, got ${labels.length}`);
  return { ...data, labels, labelName: "label" };
}

async function readPath(
  path: string,
  options: ReadFileOptions,
  streams: Pick<StandardStreams, "stdin">,
): Promise<Dataset> {
  const parts = await partsOf(path);
  if (parts) return partsDataset(path, parts, options);
  const source = await sourceOf(path, streams);
  return source === "folder" ? readImageFolder(path, options.color === true) : readSource(source, options);
}

/** The files of a table in parts; `undefined` if the path is none. A file may have `*` in its own name. */
async function partsOf(path: string): Promise<Parts | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return folderParts(path);
  return !found && isPattern(path) ? patternParts(path) : undefined;
}

async function partsDataset(path: string, parts: Parts, options: ReadOptions): Promise<Dataset> {
  const { table, format } = await readPartsTable(path, parts, options);
  return tableDataset(table, format, options);
}

/** The parts under one another; a column that is text in one of them is text in all. */
async function readPartsTable(path: string, { files, leftOut }: Parts, options: ReadOptions) {
  const known = new Map(options.known);
  for (;;) {
    const tables: Table[] = [];
    let format: DataFormat = "csv";
    for (const file of files) {
      const { size } = await stat(file);
      const read = await readContent(fileSource(file, size), { ...options, known });
      if (!("table" in read.content)) throw new RangeError(`${file}: is no table`);
      format = read.format;
      tables.push(read.content.table);
    }
    const mixed = format === "csv" ? mixedColumns(tables) : [];
    if (mixed.length === 0) {
      const table = joinTables(tables, path);
      const said = `${path}: ${files.length} files as one table${leftOut > 0 ? `, ${leftOut} other entries left out` : ""}`;
      return { table: { ...table, notes: [said, ...table.notes] }, format };
    }
    for (const name of mixed) known.set(name, "text");
  }
}

/**
 * The table at a path, before any of its columns is chosen; `undefined` for arrays and images.
 * @throws as `readFileData`.
 */
export async function readFileTable(
  path: string,
  options: ReadFileOptions = {},
  streams: Pick<StandardStreams, "stdin"> = process,
): Promise<Table | undefined> {
  const parts = await partsOf(path);
  if (parts) return (await readPartsTable(path, parts, options)).table;
  const source = await sourceOf(path, streams);
  if (source === "folder") return undefined;
  const { content } = await readContent(source, options);
  return "table" in content ? content.table : undefined;
}

/** The bytes at a path; nothing of a pipe is read before it is asked for. */
async function sourceOf(path: string, streams: Pick<StandardStreams, "stdin">): Promise<Source | "folder"> {
  if (path === "-") return keptSource(standardInput(streams, "stdin"), "stdin");
  // Not opened: it may be a socket, which cannot be, and what was taken from it before is gone for a second reader.
  if (STANDARD_INPUT.includes(path)) return keptSource(standardInput(streams, path), path);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new RangeError(`${path}: no such file or folder`);
    throw unreadable(path, error);
  });
  if (found.isDirectory()) return "folder";
  // A pipe has no size and cannot be read twice.
  return found.isFile() ? fileSource(path, found.size) : keptSource(onePass(path), path);
}

async function* onePass(path: string): AsyncGenerator<Uint8Array> {
  const file = await opened(path);
  try {
    yield* pieces(file, path);
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  return open(path).catch((error) => {
    throw unreadable(path, error);
  });
}

/** A plain file, opened anew whenever it is read. */
export function fileSource(path: string, size: number): Source {
  const fill = async (buffer: ArrayBuffer, start: number) => {
    const file = await opened(path);
    try {
      await readInto(file, buffer, start, path);
    } finally {
      await file.close();
    }
  };
  const slice = async (start: number, end: number) => {
    const bytes = allocate(end - start, path);
    await fill(bytes.buffer, start);
    return bytes;
  };
  return {
    name: path,
    size,
    slice,
    fill,
    bytes: () => slice(0, size),
    async *pieces() {
      const file = await opened(path);
      try {
        yield* pieces(file, path, 0);
      } finally {
        await file.close();
      }
    },
  };
}

function allocate(size: number, path: string): Uint8Array<ArrayBuffer> {
  if (size > MAX_BYTES)
    throw new MemoryError(
      `${path}: such a file is read at once, and ${inBytes(size)} are more than one array holds (want CSV, JSON lines, Parquet or .npy)`,
    );
  try {
    return new Uint8Array(size);
  } catch (error) {
    throw new MemoryError(`${path}: ${inBytes(size)} do not fit memory`, { cause: error });
  }
}

/** The file in pieces that share one buffer: each is valid until the next is asked for. */
async function* pieces(
  file: FileHandle,
  path: string,
  start?: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
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

/**
 * Fills memory through two pieces that are used again and again, one of which is read while the other is copied: fresh memory
 * that the system fills is entered into the tables of pages twice, and where a machine is virtual that takes longer than
 * reading.
 */
async function readInto(file: FileHandle, buffer: ArrayBuffer, start: number, path: string): Promise<void> {
  const size = Math.min(PIECE_BYTES, buffer.byteLength);
  const rooms = [new Uint8Array(size), new Uint8Array(size)] as const;
  const next = (at: number, room: Uint8Array) =>
    readSome(file, room.subarray(0, Math.min(size, buffer.byteLength - at)), start + at, path);
  let coming = next(0, rooms[0]);
  for (let at = 0, turn = 0; at < buffer.byteLength; turn ^= 1) {
    const bytesRead = await coming;
    if (bytesRead === 0)
      throw new RangeError(`${path}: ends at byte ${start + at}, sooner than its size says`);
    const to = at + bytesRead;
    if (to < buffer.byteLength) coming = next(to, rooms[turn === 0 ? 1 : 0]);
    new Uint8Array(buffer, at, bytesRead).set(rooms[turn as 0 | 1].subarray(0, bytesRead));
    at = to;
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
