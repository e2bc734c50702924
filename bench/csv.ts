/**
 * @file Reading a CSV file of 100 MB: speed beside pandas' C parser, with papaparse and `Number` for comparison, and the
 * memory it takes beside the matrix it gives.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Papa from "papaparse";
import { readFileData } from "../node/read.js";
import { writeFileAtomic } from "../node/write.js";
import { random } from "../src/random.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServer } from "./python-server.js";

const COLUMNS = 20;
const MEMORY_FLAG = "--memory-of";

interface Reading {
  seconds: number;
  rows: number;
  columns: number;
  sum: number;
}

/** Runs the benchmark: seven digits a number, as measurements have, and seventeen, as programs print them. */
export async function csvBenchmarks(): Promise<void> {
  const pandas = await pythonServer("pandas_csv.py", {}, "pandas");
  for (const { name, digits, rows } of [
    { name: "csv", digits: 7, rows: 500_000 },
    { name: "csv-17-digits", digits: 17, rows: 250_000 },
  ]) {
    const path = await numbersFile(digits, rows);
    const megabytes = statSync(path).size / 1e6;
    const expected = await pandas.ask<Reading>({ data: path });
    const got = await readOurs(path);
    // Sums in the same order but for pandas' pairwise summation.
    if (got.rows !== expected.rows || Math.abs(got.sum - expected.sum) > 1e-6 * expected.rows) {
      throw new Error(`csv: ours and pandas read different numbers from ${path}`);
    }
    const memory = memoryOf(path);
    await compare({
      name,
      unit: "MB/s",
      higherIsBetter: true,
      aim: 0.5,
      ours: async () => megabytes / (await readOurs(path)).seconds,
      peers: [
        {
          name: "pandas",
          versions: pandas.versions,
          measure: async () => megabytes / (await pandas.ask<Reading>({ data: path })).seconds,
        },
        {
          name: "papaparse and Number",
          measure: async () => megabytes / (await secondsOfPapaparse(path)),
        },
      ],
      note: `${rows} × ${COLUMNS} numbers of ${digits} digits; memory is peak resident size less that before reading, in a fresh process, aim ≤ 3 × the matrix as float32`,
      details: () => ({ megabytes: Math.round(megabytes), ...memory }),
    });
  }
}

async function readOurs(path: string): Promise<Reading> {
  const start = performance.now();
  const { x } = await readFileData(path);
  const seconds = (performance.now() - start) / 1000;
  let sum = 0;
  for (let at = 0; at < x.data.length; at++) sum += x.data[at]!;
  return { seconds, rows: x.rows, columns: x.cols, sum };
}

/** The plain way with papaparse: the whole text in memory, each row made numbers and let go at once. */
async function secondsOfPapaparse(path: string): Promise<number> {
  const start = performance.now();
  const text = await readFile(path, "utf8");
  const blocks: Float32Array[] = [];
  Papa.parse<string[]>(text, { step: ({ data }) => blocks.push(Float32Array.from(data, Number)) });
  const data = new Float32Array(blocks.length * COLUMNS);
  blocks.forEach((row, i) => {
    if (row.length === COLUMNS) data.set(row, i * COLUMNS);
  });
  return (performance.now() - start) / 1000;
}

function memoryOf(path: string): Record<string, number> {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), MEMORY_FLAG, path]);
  return JSON.parse(output.toString()) as Record<string, number>;
}

async function reportMemory(path: string): Promise<void> {
  const before = process.memoryUsage().rss;
  const { seconds, rows, columns } = await readOurs(path);
  const peak = peakResidentBytes();
  const matrixBytes = rows * columns * 4;
  console.log(
    JSON.stringify({
      matrixMB: Math.round(matrixBytes / 1e6),
      peakLessBaselineMB: Math.round((peak - before) / 1e6),
      memoryRatio: Number(((peak - before) / matrixBytes).toFixed(2)),
      firstReadSeconds: Number(seconds.toFixed(3)),
    }),
  );
}

function peakResidentBytes(): number {
  // Linux hands a process's maxRSS on to its children; the peak in /proc is that of this process alone.
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}

/** A file of standard normal numbers in the system's folder for temporary files, made once. */
async function numbersFile(digits: number, rows: number): Promise<string> {
  const path = join(tmpdir(), "unlabeled-bench", `numbers-${rows}-${COLUMNS}-${digits}.csv`);
  if (existsSync(path)) return path;
  const numbers = random(0);
  function* lines() {
    yield `${Array.from({ length: COLUMNS }, (_, j) => `x${j + 1}`).join(",")}\n`;
    for (let i = 0; i < rows; ) {
      let text = "";
      for (const end = Math.min(rows, i + 1000); i < end; i++) {
        const row = Array.from({ length: COLUMNS }, () => numbers.normal().toPrecision(digits));
        text += `${row.join(",")}\n`;
      }
      yield text;
    }
  }
  await writeFileAtomic(path, lines(), { makeFolder: true });
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [flag, path] = process.argv.slice(2);
  if (flag === MEMORY_FLAG && path) await reportMemory(path);
  else await benchmarks(csvBenchmarks);
}
