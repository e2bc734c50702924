/**
 * @file The child's side of a second reader of Parquet: DuckDB reads bytes, or a path, or runs a statement that writes a file.
 *
 * It is C++ and may end on damaged bytes; so it has a process of its own.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { serveCases } from "./case-process.js";
import type { ReadColumn } from "./parquet-values.js";

/** Bytes or a path to read, or a query whose result is written with these options of `COPY … TO`. */
export type DuckDBCase = Uint8Array | string | { readonly query: string; readonly options: string };

const instance = await DuckDBInstance.create(":memory:", {
  threads: "1",
  enable_external_file_cache: "false",
});
const connection = await instance.connect();
await connection.run("SET TimeZone = 'UTC'");
let count = 0;

serveCases(async (one: DuckDBCase): Promise<ReadColumn[] | Uint8Array> => {
  if (typeof one === "string") return read(one);
  const path = join(tmpdir(), `${count++}.parquet`);
  try {
    if (one instanceof Uint8Array) {
      writeFileSync(path, one);
      return await read(path);
    }
    await connection.run(`COPY (${one.query}) TO '${path}' (FORMAT parquet, ${one.options})`);
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(path, { force: true });
  }
});

async function read(path: string): Promise<ReadColumn[]> {
  const result = await connection.runAndReadAll(
    `SELECT * FROM read_parquet('${path.replaceAll("'", "''")}', hive_partitioning = false)`,
  );
  const types = result.columnTypes().map(String);
  const values = result.getColumns();
  return result.columnNames().map((name, j) => columnOf(name, types[j]!, values[j] ?? []));
}

function columnOf(name: string, type: string, values: readonly DuckDBValue[]): ReadColumn {
  if (/^(?:BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)) {
    return {
      name,
      numbers: Float64Array.from(values, (value) => (value === null ? Number.NaN : numberOf(value))),
    };
  }
  if (type === "VARCHAR" || type === "UUID") {
    return { name, texts: values.map((value) => (value === null ? "" : String(value))) };
  }
  if (type === "DATE" || /^TIMESTAMP(?:_S|_MS|_NS)?$|^TIMESTAMP WITH TIME ZONE$/.test(type)) {
    return { name, texts: values.map((value) => (value === null ? "" : timeOf(value))) };
  }
  return { name };
}

function numberOf(value: DuckDBValue): number {
  return typeof value === "object" ? Number(String(value)) : Number(value);
}

/** To the millisecond, towards zero, as the reader under test tells times. */
function timeOf(value: DuckDBValue): string {
  const { days, seconds, millis, micros, nanos } = value as {
    readonly [unit in "days" | "seconds" | "millis" | "micros" | "nanos"]?: bigint | number;
  };
  const milliseconds =
    days !== undefined
      ? Number(days) * 86_400_000
      : seconds !== undefined
        ? Number(seconds) * 1000
        : Number(millis ?? (micros !== undefined ? BigInt(micros) / 1000n : BigInt(nanos!) / 1_000_000n));
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "a time beyond those of JavaScript" : date.toISOString();
}
