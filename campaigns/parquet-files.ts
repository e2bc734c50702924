/**
 * @file Small Parquet files to damage: every codec, both kinds of pages, with dictionaries and without, by three writers.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { repositoryRoot } from "../bench/repository.js";
import type { Random } from "../src/random.js";
import type { CaseProcess } from "./case-process.js";
import type { DuckDBCase } from "./duckdb-cases.js";
import type { ReadColumn } from "./parquet-values.js";

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type DuckDB = CaseProcess<DuckDBCase, ReadColumn[] | Uint8Array>;

const CODECS = ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli"];
// Its version 2 has other encodings, in data pages of version 1.
const VERSIONS = ["V1", "V2"];

/**
 * Files of every codec, with pages of version 1 by DuckDB, with dictionaries or the encodings that take their place, and
 * with pages of version 2 by Arrow, and what other writers do.
 */
export async function smallFiles(duckdb: DuckDB): Promise<NamedFile[]> {
  const query = `SELECT sin(i)::FLOAT AS a, (i % 4)::INTEGER AS b, CASE WHEN i % 5 <> 0 THEN i * 1.5 END::DOUBLE AS c,
    CASE WHEN i % 7 <> 0 THEN 't' || (i % 3) END AS s FROM range(40) t(i)`;
  const files: NamedFile[] = [];
  for (const codec of CODECS) {
    for (const [kind, options] of [
      ["dictionary", "PARQUET_VERSION V1, DICTIONARY_SIZE_LIMIT 1000"],
      ["plain", "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 0"],
    ] as const) {
      const bytes = await written(duckdb, query, `CODEC ${codec}, ${options}`);
      files.push({ name: `duckdb-${codec}-${kind}`, bytes });
    }
  }
  return [...files, ...goldenFiles()];
}

/** Files of other writers, made by test/golden/parquet.py. */
export function goldenFiles(): NamedFile[] {
  const folder = join(repositoryRoot, "test", "golden", "parquet");
  return readdirSync(folder).map((name) => ({
    name,
    bytes: new Uint8Array(readFileSync(join(folder, name))),
  }));
}

/** Columns of table `t(i)`, of every type that both readers read; `seed` stands for a number. */
const EXPRESSIONS = [
  "sin(i * seed)::FLOAT",
  "cos(i + seed)::DOUBLE",
  "(hash(i + seed) % 7)::INTEGER",
  "(hash(i + seed) % 100000)::INTEGER - 50000",
  "hash(i * seed)::UBIGINT",
  "(hash(i * seed) >> 1)::BIGINT",
  "(hash(i + seed) % 4294967296)::UINTEGER",
  "(hash(i + seed) % 256)::UTINYINT",
  "((hash(i + seed) % 256)::INTEGER - 128)::TINYINT",
  "((hash(i + seed) % 65536)::INTEGER - 32768)::SMALLINT",
  "(hash(i + seed) % 65536)::USMALLINT",
  "hash(i + seed) % 2 = 0",
  "i % 97 < seed % 90",
  "((hash(i + seed) % 100000)::INTEGER / 100)::DECIMAL(9, 2)",
  "((hash(i + seed) % 100000)::INTEGER / 100)::DECIMAL(18, 4)",
  "((hash(i + seed) % 100000)::INTEGER / 100)::DECIMAL(30, 6)",
  "'t' || (hash(i + seed) % 9)",
  "'text ' || i || ' of ' || seed",
  "repeat('é', (hash(i + seed) % 20)::INTEGER)",
  "DATE '2020-01-01' + (hash(i + seed) % 9999)::INTEGER",
  "TIMESTAMP '2020-01-01' + to_milliseconds((hash(i + seed) % 999999999)::BIGINT)",
  "(TIMESTAMP '2020-01-01' + to_seconds((hash(i + seed) % 99999)::BIGINT))::TIMESTAMP_NS",
  "(i * seed)::INTEGER",
  "7::INTEGER",
  "NULL::DOUBLE",
  "((hash(i + seed) % 1000000000)::BIGINT * 1000003 - 7)::DECIMAL(38, 9)",
  "hash(i * seed)::DECIMAL(38, 0)",
  "(hash(i + seed) % 10000)::DECIMAL(4, 0)",
  "TIMESTAMPTZ '1960-01-01' + to_microseconds((hash(i + seed) % 999999999)::BIGINT)",
  "(TIMESTAMP '1960-01-01 00:00:00' + to_seconds((hash(i + seed) % 99999)::BIGINT))::TIMESTAMP_S",
  "[sin(i), NULL, cos(i * seed)]::FLOAT[]",
  "[i, seed]",
  "[(hash(i) >> 20)::UBIGINT, NULL, 4294967295, i]",
  "[i % 2 = 0, i % 3 = 0]",
  "range((hash(i + seed) % 4)::BIGINT)",
];

/** A file of any columns and any settings. */
export async function randomFile(duckdb: DuckDB, random: Random): Promise<NamedFile> {
  const seed = 1 + random.integer(1000);
  const rows = random.integer(8) === 0 ? 2048 + random.integer(3000) : 1 + random.integer(200);
  const columns = Array.from({ length: 1 + random.integer(6) }, (_, j) => {
    const value = oneOf(EXPRESSIONS, random).replaceAll("seed", String(seed));
    const kept = random.integer(2) === 0 ? value : `CASE WHEN hash(i + ${j}) % 4 <> 0 THEN ${value} END`;
    return `${kept} AS c${j}`;
  });
  const query = `SELECT ${columns.join(", ")} FROM range(${rows}) t(i)`;
  if (random.integer(5) === 0) return hyparquetFile(random, rows);
  const limit = oneOf([0, 20, 100000], random);
  const options = `CODEC ${oneOf(CODECS, random)}, PARQUET_VERSION ${oneOf(VERSIONS, random)}, DICTIONARY_SIZE_LIMIT ${limit}, ROW_GROUP_SIZE 2048`;
  return { name: `${query} (${options})`, bytes: await written(duckdb, query, options) };
}

/** Pages of version 2 and row groups of few values, with the delta encodings and split byte streams. */
function hyparquetFile(random: Random, rows: number): NamedFile {
  const some = random.integer(2) === 0;
  const column = (
    name: string,
    type: string,
    encoding: string | undefined,
    value: (i: number) => unknown,
  ) => ({
    name,
    type,
    nullable: some,
    ...(encoding && { encoding }),
    data: Array.from({ length: rows }, (_, i) => (some && i % 4 === 1 ? null : value(i))),
  });
  const columnData = [
    column("d", "DOUBLE", oneOf([undefined, "PLAIN", "BYTE_STREAM_SPLIT"], random), (i) => Math.sin(i)),
    column(
      "i",
      "INT32",
      oneOf([undefined, "PLAIN", "DELTA_BINARY_PACKED"], random),
      (i) => (i * 7919) % 1000,
    ),
    column("l", "INT64", oneOf(["PLAIN", "DELTA_BINARY_PACKED"], random), (i) =>
      BigInt.asIntN(64, BigInt(i) ** 7n),
    ),
    column("b", "BOOLEAN", oneOf(["PLAIN", "RLE"], random), (i) => i % 3 === 0),
    column(
      "s",
      "STRING",
      oneOf([undefined, "PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"], random),
      (i) => `text ${i % 17}`,
    ),
  ] as ColumnSource[];
  const codec = oneOf(["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI"] as const, random);
  const [rowGroupSize, pageSize] = [50 + random.integer(2000), 500 + random.integer(2000)];
  const name = `hyparquet-writer, ${rows} rows, ${codec}, groups of ${rowGroupSize}, pages of ${pageSize}`;
  const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync };
  const buffer = parquetWriteBuffer({ columnData, codec, compressors, rowGroupSize, pageSize });
  return { name, bytes: new Uint8Array(buffer) };
}

async function written(duckdb: DuckDB, query: string, options: string): Promise<Uint8Array> {
  const [outcome] = await duckdb.run([{ query, options }]);
  if (outcome?.kind === "value" && outcome.value instanceof Uint8Array) return outcome.value;
  throw new Error(`DuckDB does not write ${query} (${options}): ${JSON.stringify(outcome)}`);
}

export function oneOf<T>(things: readonly T[], random: Random): T {
  return things[random.integer(things.length)]!;
}
