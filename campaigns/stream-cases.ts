/**
 * @file The child's side of the campaign for streams: one file, held and handed over in every way there is.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repositoryRoot } from "../bench/repository.js";
import { readFileData } from "../node/read.js";
import type { BytesLike } from "../src/data/bytes.js";
import type { Dataset } from "../src/data/dataset.js";
import { readData, readDataStream } from "../src/data/format.js";
import type { ReadOptions } from "../src/data/formats/format.js";
import { serveCases } from "./case-process.js";

export interface StreamCase {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly options: ReadOptions;
  /** Bytes of a piece. */
  readonly size: number;
  /** Also through a named pipe, or through the standard input of a process of its own. */
  readonly through?: "pipe" | "standard input";
}

/** Bytes in everything that holds bytes, copied there. */
const HOLDERS: Readonly<Record<string, (bytes: Uint8Array) => BytesLike>> = {
  "a Buffer": (bytes) => Buffer.from(bytes),
  "a window of a Buffer": (bytes) =>
    Buffer.concat([Buffer.of(34, 44, 10), bytes, Buffer.of(49, 34)]).subarray(3, -2),
  "a view with an offset": (bytes) => within(new Uint8Array(bytes.length + 8), bytes),
  "an ArrayBuffer": (bytes) => bytes.slice().buffer as ArrayBuffer,
  "a DataView": (bytes) => {
    const view = within(new Uint8Array(bytes.length + 8), bytes);
    return new DataView(view.buffer, view.byteOffset, view.length);
  },
  "shared memory": (bytes) => {
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  },
  "a view of shared memory": (bytes) =>
    within(new Uint8Array(new SharedArrayBuffer(bytes.length + 8)), bytes),
};

function within<Bytes extends Uint8Array>(larger: Bytes, bytes: Uint8Array): Bytes {
  larger.fill(0x22).set(bytes, 5);
  return larger.subarray(5, 5 + bytes.length) as Bytes;
}

/** The file in pieces, in every way a source may give them. */
const SOURCES: Readonly<
  Record<string, (bytes: Uint8Array, size: number) => AsyncIterable<BytesLike> | Iterable<BytesLike>>
> = {
  ...Object.fromEntries(
    Object.entries(HOLDERS).map(([name, hold]) => [
      `pieces in ${name}`,
      (bytes: Uint8Array, size: number) => cut(bytes, size).map((piece) => hold(piece)),
    ]),
  ),
  *"one buffer, written over"(bytes, size) {
    yield* writtenOver(bytes, size, new Uint8Array(size));
  },
  async *"one Buffer, written over"(bytes, size) {
    yield* writtenOver(bytes, size, Buffer.alloc(size));
  },
  async *"one shared buffer, written over"(bytes, size) {
    yield* writtenOver(bytes, size, new Uint8Array(new SharedArrayBuffer(size)));
  },
  *"with empty pieces"(bytes, size) {
    for (const piece of cut(bytes, size)) yield* [new Uint8Array(0), piece, new Uint8Array(0)];
  },
  // Not `Readable.toWeb`: Node 20 throws out of it, where nobody can catch it, once a reader has refused the rest.
  "a ReadableStream": (bytes, size) => {
    const pieces = cut(bytes, size).values();
    return new ReadableStream<BytesLike>({
      pull(controller) {
        const { done, value } = pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    }) as unknown as AsyncIterable<BytesLike>;
  },
};

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.slice(i * size, (i + 1) * size),
  );
}

function* writtenOver(bytes: Uint8Array, size: number, buffer: Uint8Array): Generator<Uint8Array> {
  for (const piece of cut(bytes, size)) {
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    // A digit: a number that was kept would change and still be one.
    buffer.fill(0x37);
  }
}

/** All that was read, or why it was not, in a few characters. */
async function digest(read: () => Promise<Dataset>): Promise<string> {
  try {
    const { name, x, notes, table, ...rest } = await read();
    const hash = createHash("sha256").update(numbersIn(x.data));
    // Notes begin with the name, which may be the path of a pipe.
    const said = notes.map((note) => note.replaceAll(name, ""));
    hash.update(JSON.stringify([rest, said, table?.columns.map((column) => column.name)]));
    for (const { kind, values } of table?.columns ?? [])
      hash.update(kind === "text" ? JSON.stringify(values.toArray()) : numbersIn(values.toArray()));
    // The characters of the file, which are given back with results.
    for await (const { bytes, start, end } of table?.origin?.records() ?? [])
      hash.update(bytes.subarray(start, end)).update("\n");
    return `${x.rows} × ${x.cols} ${hash.digest("hex").slice(0, 16)}`;
  } catch (error) {
    return String(error);
  }
}

/** Bytes of numbers; any two NaN are one: compiled code gives them other bits than interpreted code. */
function numbersIn(data: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(data.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer);
}

async function throughPipe({ bytes, name, options, size }: StreamCase): Promise<string> {
  const path = join(tmpdir(), name);
  execFileSync("mkfifo", [path]);
  try {
    const reading = digest(() => readFileData(path, options));
    const file = await open(path, "w");
    try {
      for (const [i, piece] of cut(bytes, size).entries()) {
        await file.write(piece);
        // Long enough for the reader to take the first pieces one by one.
        if (i < 3) await sleep(2);
      }
    } catch (error) {
      // A reader that refuses does not read on.
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    } finally {
      await file.close();
    }
    return (await reading).replaceAll(path, name);
  } finally {
    rmSync(path);
  }
}

async function throughStandardInput({ bytes, name, options, size }: StreamCase): Promise<string> {
  const script = join(repositoryRoot, "dist", "campaigns", "stream-cases.js");
  const child = spawn(process.execPath, [script, STANDARD_INPUT, JSON.stringify(options)], { stdio: "pipe" });
  let answer = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  child.stdin.on("error", () => {});
  const ended = new Promise((resolve) => child.once("close", resolve));
  for (const [i, piece] of cut(bytes, size).entries()) {
    child.stdin.write(piece);
    if (i < 3) await sleep(2);
  }
  child.stdin.end();
  await ended;
  return answer.replaceAll("stdin", name);
}

const STANDARD_INPUT = "--standard-input";

if (process.argv[2] === STANDARD_INPUT) {
  const options = JSON.parse(process.argv[3]!) as ReadOptions;
  process.stdout.write(await digest(() => readFileData("-", options)));
} else {
  serveCases(async (one: StreamCase): Promise<string[]> => {
    const { bytes, name, options, size, through } = one;
    const wanted = await digest(() => readData(bytes, name, options));
    const faults: string[] = [];
    const compare = (way: string, got: string) => {
      if (got !== wanted) faults.push(`${way} gives ${got}, not ${wanted}`);
    };
    for (const [way, hold] of Object.entries(HOLDERS)) {
      compare(way, await digest(() => readData(hold(bytes), name, options)));
    }
    for (const [way, pieces] of Object.entries(SOURCES)) {
      compare(way, await digest(() => readDataStream(pieces(bytes, size), name, options)));
    }
    if (through === "pipe") compare("a named pipe", await throughPipe(one));
    if (through === "standard input") compare("standard input", await throughStandardInput(one));
    return faults;
  });
}
