/**
 * @file UMAP with its defaults beside uwot's: optdigits by the clock, all 70,000 rows of Fashion-MNIST by seconds of the processor
 * with what both maps keep, and a million rows of 50 columns alone.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFileData } from "../node/read.js";
import { digits } from "../src/data/digits.js";
import { configureRuntime, fit, type Matrix, pca, random, umap } from "../src/index.js";
import { nearestNeighbors } from "../src/linalg/index.js";
import { benchmarks, compare } from "./harness.js";
import { runR } from "./r-script.js";
import { keepResult, machine } from "./results.js";
import { sharedFile } from "./shared-data.js";

const COMPONENTS = 50;
const THREADS = 2;
/** Seconds, and bytes of the whole process, that a million rows may take. */
const LARGE = { rows: 1_000_000, cols: 50, seconds: 360, bytes: 8e9 };
/** Rows whose neighbors on a map are looked at. */
const SAMPLE = 1000;
const NEIGHBORS = 15;

/** A fit in a process of its own. */
interface Measured {
  seconds: number;
  cpu: number;
  /** Bytes of the largest resident set. */
  peak?: number;
  versions?: Record<string, string>;
}

interface Files {
  data: string;
  rows: number;
  cols: number;
  map: string;
}

export async function umapBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: THREADS });
  const folder = mkdtempSync(join(tmpdir(), "umap-"));
  try {
    const { x } = digits();
    await besideUwot(folder, { name: "umap-digits", unit: "s", aim: 2, rounds: 5 }, x);
    const { x: fashion, labels } = await fashionComponents();
    await besideUwot(
      folder,
      { name: "umap-fashion-70000", unit: "CPU s", aim: 2.5, rounds: 5 },
      fashion,
      labels,
    );
    million(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Figure {
  name: string;
  unit: "s" | "CPU s";
  aim: number;
  rounds: number;
}

async function besideUwot(
  folder: string,
  { unit, ...figure }: Figure,
  x: Matrix,
  labels?: Uint8Array,
): Promise<void> {
  const files = (who: string) => ({
    ...x,
    data: join(folder, `${figure.name}.f32`),
    map: join(folder, `${who}.f32`),
  });
  const [mine, theirs] = [files("ours"), files("uwot")];
  writeFileSync(mine.data, x.data);
  const taken = (measured: Measured) => (unit === "s" ? measured.seconds : measured.cpu);
  const { versions } = uwot({ ...theirs, rows: 100 });
  await compare({
    ...figure,
    unit,
    higherIsBetter: false,
    warmUp: false,
    ours: async () => taken(ours(mine)),
    peers: [{ name: "uwot", versions: versions!, measure: async () => taken(uwot(theirs)) }],
    note: `${x.rows} × ${x.cols}, the defaults of both, 15 neighbors and 200 epochs (digits 500); ${THREADS} threads each, a process a fit, which reads its data before the clock starts`,
  });
  if (!labels) return;
  for (const [who, { map }] of Object.entries({ ours: mine, uwot: theirs })) {
    const kept = await quality(x, readMatrix(map, x.rows, 2), labels);
    console.log(
      `${figure.name}  ${who.padEnd(5)} trustworthiness@${NEIGHBORS} ${kept.trustworthiness.toFixed(4)}, most of ${NEIGHBORS} nearest have the label ${kept.accuracy.toFixed(4)}`,
    );
    keepResult(`${figure.name}-${who}`, { ...kept, sample: SAMPLE, date: new Date().toISOString() });
  }
}

/** Trustworthiness of some rows among all, and the share of them of whose nearest places most have their label. */
async function quality(
  x: Matrix,
  map: Matrix,
  labels: Uint8Array,
): Promise<{ trustworthiness: number; accuracy: number }> {
  const rows = random(0).permutation(x.rows).subarray(0, SAMPLE);
  const take = ({ data, cols }: Matrix): Matrix => {
    const out = new Float32Array(SAMPLE * cols);
    rows.forEach((row, i) => {
      out.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
    });
    return { data: out, rows: SAMPLE, cols };
  };
  const { indices } = await nearestNeighbors(map, take(map), NEIGHBORS + 1);
  let [beyond, hits] = [0, 0];
  rows.forEach((row, i) => {
    const near = [...indices.subarray(i * (NEIGHBORS + 1), (i + 1) * (NEIGHBORS + 1))]
      .filter((other) => other !== row)
      .slice(0, NEIGHBORS);
    const squares = squaredDistances(x, row);
    for (const other of near) {
      let rank = 0;
      for (let j = 0; j < x.rows; j++) if (j !== row && squares[j]! < squares[other]!) rank++;
      beyond += Math.max(0, rank + 1 - NEIGHBORS);
    }
    const votes = new Int32Array(256);
    for (const other of near) votes[labels[other]!]!++;
    if (votes.indexOf(Math.max(...votes)) === labels[row]) hits++;
  });
  const most = (SAMPLE * NEIGHBORS * (2 * x.rows - 3 * NEIGHBORS - 1)) / 2;
  return { trustworthiness: 1 - beyond / most, accuracy: hits / SAMPLE };
}

function squaredDistances({ data, rows, cols }: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += (data[i * cols + j]! - data[row * cols + j]!) ** 2;
    return sum;
  });
}

function ours({ data, rows, cols, map }: Files): Measured {
  const args = [fileURLToPath(import.meta.url), data, `${rows}`, `${cols}`, map];
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`umap: ${args.join(" ")} ended with ${status}`);
  return JSON.parse(stdout) as Measured;
}

const uwot = ({ data, rows, cols, map }: Files): Measured =>
  runR("uwot", [data, `${rows}`, `${cols}`, `${THREADS}`, map]);

function readMatrix(path: string, rows: number, cols: number): Matrix {
  const bytes = readFileSync(path);
  const data = new Float32Array(rows * cols);
  new Uint8Array(data.buffer).set(bytes);
  return { data, rows, cols };
}

async function fitHere([path, rows, cols, map]: string[]): Promise<void> {
  configureRuntime({ backend: "native", threads: THREADS });
  const x = readMatrix(path!, Number(rows), Number(cols));
  const begun = performance.now();
  const before = process.cpuUsage();
  const { embedding } = await fit(umap(), x, { seed: 0, scale: "none" });
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begun) / 1000;
  writeFileSync(map!, embedding.data);
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, peak }));
}

/** Training and test rows of Fashion-MNIST, in [0, 1], by their leading principal components. */
async function fashionComponents(): Promise<{ x: Matrix; labels: Uint8Array }> {
  const read = (part: string) => readFileData(sharedFile(`data/fashion-mnist/${part}-idx3-ubyte.gz`));
  const images = await Promise.all(["train-images", "t10k-images"].map(read));
  const rows = images.reduce((sum, { x }) => sum + x.rows, 0);
  const data = new Float32Array(rows * 784);
  let at = 0;
  for (const { x } of images) for (const value of x.data) data[at++] = value / 255;
  const x: Matrix = { data, rows, cols: 784 };
  const names = ["train", "t10k"].map((part) =>
    sharedFile(`data/fashion-mnist/${part}-labels-idx1-ubyte.gz`),
  );
  const labels = await Promise.all(names.map((name) => readFileData(name)));
  return {
    x: await (await fit(pca({ latentDim: COMPONENTS }), x, { seed: 0, scale: "none" })).encode(x),
    labels: Uint8Array.from(labels.flatMap((part) => [...part.x.data])),
  };
}

/** A mixture of 100 Gaussian clouds in a process of its own, whose largest resident set is its memory. */
function million(folder: string): void {
  const { rows, cols } = LARGE;
  const stream = random(1);
  const centers = Float32Array.from({ length: 100 * cols }, () => 3 * stream.normal());
  const x = new Float32Array(rows * cols);
  stream.fillNormal(x);
  for (let at = 0; at < x.length; at++)
    x[at]! += centers[(Math.floor(at / cols) % 100) * cols + (at % cols)]!;
  const files = { data: join(folder, "million.f32"), rows, cols, map: join(folder, "million-map.f32") };
  writeFileSync(files.data, x);
  const measured = ours(files);
  const met = measured.seconds < LARGE.seconds && measured.peak! < LARGE.bytes;
  console.log(
    `umap-million  ${measured.seconds.toFixed(0)} s (aim < ${LARGE.seconds}), ${measured.cpu.toFixed(0)} CPU s, ${Math.round(measured.peak! / 1e6)} MB (aim < ${LARGE.bytes / 1e6}), ${met ? "met" : "MISSED"}`,
  );
  const aim = { seconds: LARGE.seconds, bytes: LARGE.bytes };
  keepResult("umap-million", {
    ...measured,
    rows,
    cols,
    aim,
    met,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

if (process.argv[1]?.endsWith("umap.js")) {
  if (process.argv.length > 2) await fitHere(process.argv.slice(2));
  else benchmarks(umapBenchmarks);
}
