/**
 * @file A table as people have it, a million rows of 10 numbers, 5 categories, 2 dates and a text: reading it beside pandas, and
 * making numbers of new rows for a fitted model beside scikit-learn's ColumnTransformer.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFileData, readFileTable } from "../node/read.js";
import { writeFileAtomic } from "../node/write.js";
import { scaledRows } from "../src/data/table/encoding.js";
import { guessColumns } from "../src/data/table/guess.js";
import type { Table } from "../src/data/table/table.js";
import { configureRuntime } from "../src/engine/session.js";
import { pca } from "../src/methods/linear/pca.js";
import type { FittedModel } from "../src/methods/model.js";
import { random } from "../src/random.js";
import { fit } from "../src/training/fit.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServer } from "./python-server.js";

const ROWS = 1_000_000;
const HEAD_ROWS = 100_000;
const LEVELS = [2, 5, 12, 30, 200];
const MEMORY_FLAG = "--memory-of";
const BLOCK_ROWS = 4096;
/** Neither side makes numbers of the dates. */
const TYPES = { types: { day: "text", at: "text" } };

interface Reading {
  readonly seconds: number;
  readonly rows: number;
  readonly sum: number;
  readonly peakMB: number;
}

/** Runs the benchmarks. */
export async function tableBenchmarks(): Promise<void> {
  const [data, head] = [await tableFile(ROWS), await tableFile(HEAD_ROWS)];
  const peer = await pythonServer("pandas_tables.py", {}, "pandas");
  const megabytes = statSync(data).size / 1e6;
  const expected = await peer.ask<Reading>({ do: "read", data });
  const table = (await readFileTable(data))!;
  if (table.rows !== expected.rows || Math.abs(sumOf(table) - expected.sum) > 1e-6 * table.rows)
    throw new Error("tables: ours and pandas read different numbers");
  const guessing: number[] = [];
  const reading: number[] = [];
  await compare({
    name: "table-read",
    unit: "MB/s",
    higherIsBetter: true,
    aim: 0.7,
    ours: async () => {
      const start = performance.now();
      const read = (await readFileTable(data))!;
      const middle = performance.now();
      guessColumns(read);
      const end = performance.now();
      reading.push(end - start);
      guessing.push(end - middle);
      return megabytes / ((end - start) / 1000);
    },
    peers: [
      {
        name: "pandas",
        versions: peer.versions,
        measure: async () => megabytes / (await peer.ask<Reading>({ do: "read", data })).seconds,
      },
    ],
    note: "pandas is told the types, ours guesses them, and its time has the guessing in it; memory is peak resident size less that before reading, aim ≤ 1.5 × pandas'; guessing ≤ 20 % of reading",
    details: () => ({
      megabytes: Math.round(megabytes),
      guessingShare: Number((median(guessing) / median(reading)).toFixed(3)),
      peakMB: Math.round(memoryOf(data)),
      pandasPeakMB: Math.round(expected.peakMB),
    }),
  });

  configureRuntime({ backend: "native", threads: 2 });
  const model = await fit(pca({ latentDim: 8 }), await readFileData(head, TYPES), { seed: 0 });
  const { columns } = await peer.ask<{ columns: number }>({ do: "fit", data: head, new: data });
  const timed = (what: string) => async () => (await peer.ask<{ seconds: number }>({ do: what })).seconds;
  const seconds = async (work: () => unknown) => {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
  };
  await compare({
    name: "table-encode",
    unit: "s",
    higherIsBetter: false,
    aim: 5,
    ours: () => seconds(() => allRows(table, model)),
    peers: [
      { name: "ColumnTransformer, dense", versions: peer.versions, measure: timed("transform") },
      { name: "ColumnTransformer, sparse", versions: peer.versions, measure: timed("sparse") },
    ],
    note: `numbers of ${ROWS} new rows, scaled, float32 a block of rows at a time as models take them (${model.inputDim} columns, the peer's ${columns}); both hold the table in memory, categories coded`,
  });
  await compare({
    name: "table-encode-pca",
    unit: "s",
    higherIsBetter: false,
    aim: 1,
    ours: () => seconds(() => model.encode(table)),
    peers: [{ name: "ColumnTransformer and PCA", versions: peer.versions, measure: timed("encode") }],
    note: `codes of 8 numbers of ${ROWS} new rows, the table in memory`,
  });
}

function allRows(table: Table, { encoding, scaling }: FittedModel): void {
  const rows = scaledRows(table, encoding!, scaling);
  for (let from = 0; from < rows.rows; from += BLOCK_ROWS)
    rows.block(from, Math.min(rows.rows, from + BLOCK_ROWS));
}

function sumOf({ columns }: Table): number {
  let sum = 0;
  for (const column of columns) if (column.kind === "number") for (const value of column.values) sum += value;
  return sum;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Peak of a fresh process, in MB. */
function memoryOf(path: string): number {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), MEMORY_FLAG, path]);
  return Number(output.toString());
}

async function reportMemory(path: string): Promise<void> {
  const before = process.memoryUsage().rss;
  guessColumns((await readFileTable(path))!);
  // Linux hands a process's maxRSS on to its children; the peak in /proc is that of this process alone.
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  console.log((Number(kilobytes) * 1024 - before) / 2 ** 20);
}

/** The table in the system's folder for temporary files, made once. */
async function tableFile(rows: number): Promise<string> {
  const path = join(tmpdir(), "unlabeled-bench", `table-${rows}.csv`);
  if (existsSync(path)) return path;
  const stream = random(0).fork("table");
  const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
  const below = (n: number) => Math.floor(n * stream.uniform());
  const line = () =>
    [
      ...Array.from({ length: 10 }, () => stream.normal().toFixed(6)),
      ...LEVELS.map((levels) => `level-${below(levels)}`),
      new Date(Date.UTC(2020, 0, 1 + below(1500))).toISOString().slice(0, 10),
      new Date(Date.UTC(2020, 0, 1) + 1000 * below(1e8)).toISOString().slice(0, 19).replace("T", " "),
      `${words[below(8)]} ${words[below(8)]} ${below(1e9)}`,
    ].join(",");
  function* lines() {
    const names = [
      ...Array.from({ length: 10 }, (_, j) => `x${j}`),
      ...LEVELS.map((_, j) => `c${j}`),
      "day",
      "at",
      "note",
    ];
    yield `${names.join(",")}\n`;
    for (let i = 0; i < rows; i += 1000) yield `${Array.from({ length: 1000 }, line).join("\n")}\n`;
  }
  await writeFileAtomic(path, lines(), { makeFolder: true });
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [flag, path] = process.argv.slice(2);
  if (flag === MEMORY_FLAG && path) await reportMemory(path);
  else await benchmarks(tableBenchmarks);
}
