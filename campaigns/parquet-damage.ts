/**
 * @file Ways to damage a Parquet file, and how two readers are asked about what is left of it.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Random } from "../src/random.js";
import type { Hunt } from "./campaign.js";
import { CaseProcess, type Outcome } from "./case-process.js";
import { type DuckDB, type NamedFile, oneOf } from "./parquet-files.js";
import { difference, type ReadColumn } from "./parquet-values.js";

/** Flips one bit, counted from the first byte's lowest. */
export function flipped({ name, bytes }: NamedFile, bit: number): NamedFile {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return { name: `${name}, byte ${bit >> 3} bit ${bit & 7} flipped`, bytes: copy };
}

/** @param other a file that pieces may be taken from. */
export function damaged(file: NamedFile, other: NamedFile, random: Random): NamedFile {
  const { name, bytes } = file;
  const place = placeIn(bytes, random);
  const ways = [
    () => flipped(file, 8 * place + random.integer(8)),
    () => changed(file, place, random),
    () => changed(changed(file, place, random), placeIn(bytes, random), random),
    () => ({ name: `${name}, cut to ${place} bytes`, bytes: bytes.slice(0, place) }),
    () => spliced(file, place, other, random),
    () => lengthened(file, random),
  ];
  return oneOf(ways, random)();
}

/** Anywhere, but one time in three among the metadata, and one in six where the first pages begin. */
function placeIn(bytes: Uint8Array, random: Random): number {
  const [start, end] = metadataOf(bytes);
  const kind = random.integer(6);
  if (kind < 2 && end > start) return start + random.integer(end - start);
  if (kind === 2) return Math.min(bytes.length - 1, 4 + random.integer(40));
  return random.integer(bytes.length);
}

function metadataOf(bytes: Uint8Array): [start: number, end: number] {
  const end = bytes.length - 8;
  return [end - new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true), end];
}

/** Another byte: any, or one that numbers of seven bits a byte are sensitive to. */
function changed({ name, bytes }: NamedFile, at: number, random: Random): NamedFile {
  const copy = bytes.slice();
  const old = copy[at]!;
  copy[at] = oneOf(
    [random.integer(256), 0, 1, 127, 128, 255, old + 1, old + 2, old - 1, old - 2, old ^ 128],
    random,
  );
  return { name: `${name}, byte ${at} from ${old} to ${copy[at]}`, bytes: copy };
}

/** A piece of a file over another, as long as it is. */
function spliced({ name, bytes }: NamedFile, at: number, other: NamedFile, random: Random): NamedFile {
  const copy = bytes.slice();
  const from = random.integer(other.bytes.length);
  const piece = other.bytes.subarray(from, from + 1 + random.integer(200)).subarray(0, bytes.length - at);
  copy.set(piece, at);
  return { name: `${name}, ${piece.length} bytes of ${other.name} from ${from} at ${at}`, bytes: copy };
}

/** Bytes put in or left out of the metadata, with its length as it is then. */
function lengthened({ name, bytes }: NamedFile, random: Random): NamedFile {
  const [start, end] = metadataOf(bytes);
  const at = start + random.integer(Math.max(1, end - start));
  const out = random.integer(3);
  const put = Uint8Array.from({ length: random.integer(3) }, () =>
    oneOf([0, 1, 128, 255, random.integer(256)], random),
  );
  const metadata = [...bytes.subarray(start, at), ...put, ...bytes.subarray(Math.min(end, at + out), end)];
  const copy = new Uint8Array(start + metadata.length + 8);
  copy.set(bytes.subarray(0, start));
  copy.set(metadata, start);
  new DataView(copy.buffer).setUint32(start + metadata.length, metadata.length, true);
  copy.set(bytes.subarray(-4), start + metadata.length + 4);
  return { name: `${name}, ${out} bytes at ${at} replaced by [${put}]`, bytes: copy };
}

/** Words of JavaScript engines and of libraries: a refusal should be in ours. */
const FOREIGN =
  /outside the bounds|Cannot (?:read|mix|convert)|undefined|is not (?:a function|iterable|defined)|Invalid (?:array|typed|time|count)|call stack|allocation|BigInt|thrift|parquet (?!file)|zstd data|snappy error|EOF|out of range|NaN/i;

/** Asks both readers about files, and tells the hunt where they break a promise. */
export class TwoReaders {
  readonly ours = new CaseProcess<Uint8Array | string, ReadColumn[]>("parquet-cases.js");
  readonly #duckdb: DuckDB;
  readonly #hunt: Hunt;
  #folder: string | undefined;
  readonly #counts = {
    read: 0,
    refused: 0,
    "read by both": 0,
    "numbers compared": 0,
    "read, refused by DuckDB": 0,
    "DuckDB ended or hung": 0,
  };

  constructor(duckdb: DuckDB, hunt: Hunt) {
    this.#duckdb = duckdb;
    this.#hunt = hunt;
  }

  close(): void {
    this.ours.close();
    this.#duckdb.close();
    for (const [name, count] of Object.entries(this.#counts)) this.#hunt.figure(name, count);
  }

  /** Files as they were written: both readers must read them, and alike. */
  async whole(files: readonly NamedFile[]): Promise<void> {
    const before = this.#counts["read by both"];
    const outcomes = await this.damaged(files);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.kind !== "value") this.#fault(files[i]!, `is whole, but not read: ${told(outcome)}`);
    }
    if (this.#counts["read by both"] - before < outcomes.length) {
      this.#hunt.fault(`DuckDB does not read all of ${files.map(({ name }) => name).join("; ")}`);
    }
  }

  /** Damaged files: each is refused in one line of ours, or read as DuckDB reads it or refused by DuckDB. */
  async damaged(files: readonly NamedFile[]): Promise<Outcome<ReadColumn[]>[]> {
    const outcomes = await this.ours.run(files.map(({ bytes }) => bytes));
    const read: [file: NamedFile, columns: ReadColumn[]][] = [];
    for (const [i, outcome] of outcomes.entries()) {
      const file = files[i]!;
      if (outcome.kind === "value") read.push([file, outcome.value]);
      else if (outcome.kind !== "error") this.#fault(file, told(outcome));
      else {
        this.#counts.refused++;
        const wrong = wrongWords(outcome);
        if (wrong) this.#fault(file, `${wrong}: ${outcome.message}`);
      }
    }
    this.#counts.read += read.length;
    const theirs = await this.#duckdb.run(read.map(([{ bytes }]) => bytes));
    for (const [i, outcome] of theirs.entries()) {
      const [file, columns] = read[i]!;
      if (outcome.kind === "error") this.#counts["read, refused by DuckDB"]++;
      else if (outcome.kind !== "value") this.#counts["DuckDB ended or hung"]++;
      else {
        this.#counts["read by both"]++;
        for (const { numbers } of columns) this.#counts["numbers compared"] += numbers?.length ?? 0;
        const found = difference(columns, outcome.value as ReadColumn[]);
        if (found) this.#fault(file, found);
      }
    }
    return outcomes;
  }

  /** Keeps the file, so that the fault can be seen again. */
  #fault({ name, bytes }: NamedFile, what: string): void {
    this.#folder ??= mkdtempSync(join(tmpdir(), "parquet-faults-"));
    const path = join(this.#folder, `${this.#hunt.faults.length}.parquet`);
    writeFileSync(path, bytes);
    this.#hunt.fault(`${name}: ${what} (kept as ${path})`);
  }
}

function told(outcome: Outcome<unknown>): string {
  if (outcome.kind === "error") return outcome.message;
  if (outcome.kind === "hung") return `no answer in ${outcome.seconds} s`;
  if (outcome.kind === "died") return `the process ended: ${outcome.reason}`;
  return outcome.kind === "grew" ? `took ${outcome.resident} bytes` : "was read";
}

function wrongWords({
  name,
  message,
}: {
  readonly name: string;
  readonly message: string;
}): string | undefined {
  if (name !== "RangeError" && name !== "TypeError") return `throws ${name}`;
  if (message.includes("\n")) return "takes more than one line";
  if (!message.startsWith("p.parquet: ")) return "does not name the file";
  const found = FOREIGN.exec(message.replace("damaged Parquet:", ""));
  return found ? `says "${found[0]}"` : undefined;
}
