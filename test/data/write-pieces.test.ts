/**
 * @file Results that are written in pieces: no piece is large, and NumPy, pandas and DuckDB read what all of them make.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, test } from "vitest";
import { resultPieces } from "../../src/data/format.js";
import type { Written } from "../../src/data/formats/format.js";
import { joinBytes } from "../../src/data/pieces.js";
import { NumberValues, numberColumns } from "../../src/data/table/table.js";
import { Texts } from "../../src/data/table/texts.js";
import { pythonWith } from "./python.js";

const folder = mkdtempSync(join(tmpdir(), "unlabeled-pieces-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MOST = 2 ** 25;

async function written(results: Written, name: string): Promise<{ path: string; pieces: number }> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of resultPieces(results, name)) pieces.push(piece);
  for (const { length } of pieces) expect(length).toBeLessThanOrEqual(MOST);
  const path = join(folder, name);
  const count = pieces.length;
  writeFileSync(path, joinBytes(pieces));
  return { path, pieces: count };
}

const ROWS = 110_000;

/** Row i: i / 4 in float32, i but for one row near the end, i mod 7 as text, and i > 100 as a truth. */
function table(): Written {
  const data = Float32Array.from({ length: 2 * ROWS }, (_, at) => (at >> 1) / (at % 2 === 0 ? 4 : 8));
  const count = Float64Array.from({ length: ROWS }, (_, i) => i);
  const gap = count.slice();
  gap[ROWS - 5] = Number.NaN;
  const half = count.slice();
  half[ROWS - 3] = 0.5;
  const numbers = { data, rows: ROWS, cols: 2 };
  return {
    numbers,
    added: [
      ...numberColumns(numbers, ["z1", "z2"]),
      { name: "i", kind: "number", values: new NumberValues(count) },
      { name: "gap", kind: "number", values: new NumberValues(gap) },
      { name: "half", kind: "number", values: new NumberValues(half) },
      { name: "t", kind: "text", values: Texts.from(Array.from(count, (i) => (i % 7 ? `t${i % 7}` : ""))) },
      { name: "b", kind: "number", values: new NumberValues(count.map((i) => Number(i > 100))), truth: true },
    ],
  };
}

const [i0, i1] = [0, ROWS - 1];
const SUM = ((i0 + i1) * ROWS) / 2;

test("DuckDB reads groups of rows, whose types are those of the whole column", async () => {
  const { path, pieces } = await written(table(), "a.parquet");
  expect(pieces).toBe(4);
  const duckdb = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  const rowsOf = async (query: string) => (await duckdb.runAndReadAll(query)).getRows();
  const types = await rowsOf(`DESCRIBE SELECT * FROM '${path}'`);
  expect(types.map((row) => `${row[0]} ${row[1]}`)).toEqual([
    ..."z1 FLOAT,z2 FLOAT,i BIGINT,gap BIGINT,half DOUBLE,t VARCHAR,b BOOLEAN".split(","),
  ]);
  const groups = `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${path}') ORDER BY row_group_id`;
  expect((await rowsOf(groups)).map((row) => Number(row[1]))).toEqual([1000, 100_000, 9000]);
  const wrong = `SELECT count(*) FROM '${path}' WHERE z1 <> i / 4 OR z2 <> i / 8 OR b <> (i > 100)
    OR coalesce(t, '') <> CASE WHEN i % 7 = 0 THEN '' ELSE 't' || (i % 7) END
    OR (gap IS NULL) <> (i = ${ROWS - 5}) OR gap <> i OR half <> CASE WHEN i = ${ROWS - 3} THEN 0.5 ELSE i END`;
  expect((await rowsOf(wrong)).map(String)).toEqual(["0"]);
  expect(String(await rowsOf(`SELECT count(*), sum(i) FROM '${path}'`))).toBe(`${ROWS},${SUM}`);
  duckdb.closeSync();
});

test("wide rows of JSON lines are a piece each", async () => {
  const [rows, cols] = [3, 70_000];
  const numbers = { data: new Float32Array(rows * cols).fill(0.5), rows, cols };
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  const results = { numbers, added: numberColumns(numbers, names) };
  let pieces = 0;
  for await (const piece of resultPieces(results, "w.jsonl")) {
    expect(piece.length).toBeLessThan(cols * 20);
    pieces++;
  }
  expect(pieces).toBe(rows + 2);
});

const python = pythonWith("pandas");

test.skipIf(python === undefined && process.env.CI === undefined)(
  "NumPy and pandas read what is written (skipped without Python)",
  async () => {
    const results = table();
    const { path: csv, pieces: ofCsv } = await written(results, "a.csv");
    const { path: lines, pieces: ofLines } = await written(results, "a.jsonl");
    const { path: packed } = await written(results, "a.csv.gz");
    const long = {
      data: Float32Array.from({ length: 5_000_000 }, (_, i) => i % 251),
      rows: 5000,
      cols: 1000,
    };
    const { path: npy, pieces: ofNpy } = await written({ numbers: long, added: [] }, "a.npy");
    expect([ofCsv > 3, ofLines > 3, ofNpy]).toEqual([true, true, 3]);
    const program = `
import numpy as np, pandas as pd
x = np.load(${JSON.stringify(npy)})
print(x.shape, x.dtype, (x.ravel() == np.arange(x.size) % 251).all())
for d in (pd.read_csv(${JSON.stringify(csv)}), pd.read_csv(${JSON.stringify(packed)}), pd.read_json(${JSON.stringify(lines)}, lines=True)):
    i = np.arange(${ROWS})
    print(len(d), (d.i == i).all(), (d.z1 == i / 4).all(), (d.z2 == i / 8).all(), d.gap.isna().sum(),
        (d.t.fillna("") == np.where(i % 7 == 0, "", "t" + pd.Series(i % 7).astype(str))).all())`;
    const said = execFileSync(python ?? "python3", ["-c", program], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(said).toEqual(["(5000, 1000) float32 True", ...Array(3).fill(`${ROWS} True True True 1 True`)]);
  },
);

test("an .npy file is written from the numbers themselves, not from a copy", async () => {
  const data = new Float32Array(1000);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of resultPieces({ numbers: { data, rows: 10, cols: 100 }, added: [] }, "a.npy"))
    pieces.push(piece);
  expect(pieces[1]!.buffer).toBe(data.buffer);
});
