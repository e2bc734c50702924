/**
 * @file Short forms of the campaigns on Parquet, and that they find what is planted.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { CannotRun, Hunt } from "../../campaigns/campaign.js";
import { CaseProcess } from "../../campaigns/case-process.js";
import { foreignFiles } from "../../campaigns/foreign-files.js";
import { parquet } from "../../campaigns/parquet.js";
import { parquetBits } from "../../campaigns/parquet-bits.js";
import { TwoReaders } from "../../campaigns/parquet-damage.js";
import type { DuckDB } from "../../campaigns/parquet-files.js";
import { difference } from "../../campaigns/parquet-values.js";

const golden = fileURLToPath(new URL("../golden/parquet", import.meta.url));
afterEach(() => {
  delete process.env.UNLABELED_FOREIGN_FILES;
});

test("damaged files", async () => {
  const hunt = new Hunt({ seed: 1, cases: 250 });
  await parquet.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(250);
  expect(hunt.figures["read by both"]).toBeGreaterThan(30);
});

test("flipped bits", async () => {
  const hunt = new Hunt({ seed: 1, cases: 150 });
  await parquetBits.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(150);
});

test("files from elsewhere", async () => {
  const none = new Hunt({ seed: 1 });
  await expect(foreignFiles.run(none)).rejects.toThrow(CannotRun);
  process.env.UNLABELED_FOREIGN_FILES = golden;
  const hunt = new Hunt({ seed: 1 });
  await foreignFiles.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.figures["read by both"]).toBeGreaterThan(10);
});

test("a whole file that is refused, and a number that differs, are found", async () => {
  const hunt = new Hunt({ seed: 1 });
  const duckdb: DuckDB = new CaseProcess("duckdb-cases.js");
  const readers = new TwoReaders(duckdb, hunt);
  try {
    const bytes = new Uint8Array(readFileSync(join(golden, "polars-gzip.parquet")));
    bytes[320]! ^= 16;
    await readers.whole([{ name: "planted", bytes }]);
  } finally {
    readers.close();
  }
  expect(hunt.faults[0]).toMatch(/^planted: is whole, but not read: p\.parquet: damaged Parquet: column "c"/);
  const numbers = Float64Array.of(1, Number.NaN, 3);
  const other = [{ name: "v", numbers: Float64Array.of(1, Number.NaN, 2) }];
  expect(difference([{ name: "v", numbers }], other)).toBe('column "v" row 3: 3, DuckDB 2');
  expect(difference([{ name: "v", numbers }], [{ name: "v", numbers }])).toBeUndefined();
  expect(difference([{ name: "v", texts: ["a"] }], [{ name: "v", texts: ["b"] }])).toContain("row 1");
});

test("unsigned integers whose differences are of more than 32 bits", async () => {
  const duckdb: DuckDB = new CaseProcess("duckdb-cases.js");
  const ours = new CaseProcess<Uint8Array, { numbers: Float64Array }[]>("parquet-cases.js");
  try {
    const query = "SELECT (4294967295 - i)::UINTEGER AS u FROM range(20) t(i)";
    const options = "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 0";
    const [file] = await duckdb.run([{ query, options }]);
    if (file?.kind !== "value") throw new Error(JSON.stringify(file));
    const [outcome] = await ours.run([file.value as Uint8Array]);
    if (outcome?.kind !== "value") throw new Error(JSON.stringify(outcome));
    expect([...outcome.value[0]!.numbers]).toEqual(Array.from({ length: 20 }, (_, i) => 4294967295 - i));
  } finally {
    duckdb.close();
    ours.close();
  }
});
