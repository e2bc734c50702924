/**
 * @file The child's side of a second reader of Parquet: DuckDB reads bytes, or a path, or runs a statement that writes a file.
 *
 * It is C++ and may end on damaged bytes; so it has a process of its own.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBListValue, type DuckDBValue } from "@duckdb/node-api";
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
  return result.columnNames().flatMap((name, j) => columnsOf(name, types[j]!, values[j] ?? []));
}

/** A list of one length is a column for each entry; of others, nothing is told. */
function columnsOf(name: string, type: string, values: readonly DuckDBValue[]): ReadColumn[] {
  const ofEntry = /^(.*)\[\d*\]$/.exec(type)?.[1];
  if (ofEntry === undefined) return [columnOf(name, type, values)];
  const lists = values.map((value) => (value === null ? undefined : (value as DuckDBListValue).items));
  const lengths = new Set(lists.flatMap((list) => (list ? [list.length] : [])));
  if (lengths.size !== 1) return [{ name }];
  return Array.from({ length: [...lengths][0]! }, (_, k) =>
    columnOf(
      `${name}_${k}`,
      ofEntry,
      lists.map((list) => list?.[k] ?? null),
    ),
  );
}

function columnOf(name: string, type: string, values: readonly DuckDBValue[]): ReadColumn {
  if (/^(?:BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)) {
    return {
      name,
      numbers: Float64Array.from(values, (value) => (value === null ? Number.NaN : numberOf(value))),
      texts: values.map((value) => (value === null ? "" : String(value))),
    };
  }
  if (type === "VARCHAR" || type === "UUID") {
    return { name, texts: values.map((value) => (value === null ? "" : String(value))) };
  }
  if (type === "DATE" || /^TIMESTAMP(?:_S|_MS|_NS)?$|^TIMESTAMP WITH TIME ZONE$/.test(type)) {
    const isLocal = !type.endsWith("TIME ZONE");
    return { name, texts: values.map((value) => (value === null ? "" : timeOf(value, isLocal))) };
  }
  return { name };
}

function numberOf(value: DuckDBValue): number {
  return typeof value === "object" ? Number(String(value)) : Number(value);
}

/** As the reader under test tells times: to the last digit that is not zero, in groups of three from the milliseconds on. */
function timeOf(value: DuckDBValue, isLocal: boolean): string {
  const { days, seconds, millis, micros, nanos } = value as {
    readonly [unit in "days" | "seconds" | "millis" | "micros" | "nanos"]?: bigint | number;
  };
  if (days !== undefined) return isoOf(BigInt(days) * 86_400_000n)?.slice(0, -14) ?? BEYOND;
  const [ticks, perSecond] =
    seconds !== undefined
      ? [BigInt(seconds), 1n]
      : millis !== undefined
        ? [BigInt(millis), 1000n]
        : micros !== undefined
          ? [BigInt(micros), 1_000_000n]
          : [BigInt(nanos!), 1_000_000_000n];
  const inNanoseconds = ticks * (1_000_000_000n / perSecond);
  const behind = ((inNanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const iso = isoOf((inNanoseconds - behind) / 1_000_000n);
  const digits = String(behind)
    .padStart(9, "0")
    .replace(/(?:000){1,2}$/, "");
  return iso ? `${iso.slice(0, -4)}${digits}${isLocal ? "" : "Z"}` : BEYOND;
}

const BEYOND = "a time beyond those of JavaScript";

function isoOf(milliseconds: bigint): string | undefined {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
