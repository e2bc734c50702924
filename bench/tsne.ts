/**
 * @file t-SNE in two dimensions, perplexity 30, 1000 iterations: optdigits and 10,000 rows of PCA-50 Fashion-MNIST
 * beside scikit-learn's Barnes–Hut and, by seconds of the processor, beside Rtsne's, optdigits beside `tsne-js` and `@saehrimnir/druidjs`, and all 70,000 rows alone.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFileData } from "../node/read.js";
import { digits } from "../src/data/digits.js";
import { configureRuntime, fit, type Matrix, pca, tsne } from "../src/index.js";
import { benchmarks, compare, type Peer, pythonServer } from "./harness.js";
import { runR } from "./r-script.js";
import { keepResult, machine } from "./results.js";
import { sharedFile } from "./shared-data.js";

const COMPONENTS = 50;
/** Seconds, and bytes beside the data, that 70,000 rows may take. */
const LARGE = { rows: 70_000, seconds: 120, bytes: 2e9 };

interface Measured {
  seconds: number;
  klDivergence: number;
}

/** With seconds of the processor, all threads together. */
interface MeasuredCpu extends Measured {
  cpu: number;
}

async function ours(x: Matrix, maxIter = 1000): Promise<MeasuredCpu> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const { klDivergence } = await fit(tsne({ maxIter, initialDims: "all" }), x, { seed: 0 });
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6, klDivergence };
}

export async function tsneBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const folder = mkdtempSync(join(tmpdir(), "tsne-"));
  try {
    const { x } = digits();
    await besideSklearn(folder, "tsne-digits", 3, x, 5);
    await besideJavaScript(x);
    const fashion = await fashionComponents();
    const few: Matrix = { ...fashion, rows: 10_000, data: fashion.data.slice(0, 10_000 * COMPONENTS) };
    await besideSklearn(folder, "tsne-fashion-10000", 8, few, 3);
    await besideRtsne(folder, few);
    large(folder, fashion);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function besideSklearn(
  folder: string,
  name: string,
  aim: number,
  x: Matrix,
  rounds: number,
): Promise<void> {
  const data = join(folder, `${name}.f32`);
  writeFileSync(data, x.data);
  const server = await pythonServer("sklearn_tsne.py", { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2" });
  let [mine, theirs]: (Measured | undefined)[] = [];
  await compare({
    name,
    unit: "s",
    higherIsBetter: false,
    aim,
    rounds,
    warmUp: rounds > 3,
    ours: async () => {
      mine = await ours(x);
      return mine.seconds;
    },
    peers: [
      {
        name: "scikit-learn, Barnes–Hut",
        versions: server.versions,
        measure: async () => {
          theirs = await server.ask<Measured>({ data, rows: x.rows, cols: x.cols });
          return theirs.seconds;
        },
      },
    ],
    note: "the same neighbors, perplexity and iterations, from principal components; 2 threads each",
    details: () => ({
      "klDivergence ours": mine!.klDivergence,
      "klDivergence peer": theirs!.klDivergence,
    }),
  });
  server.close();
}

async function besideRtsne(folder: string, x: Matrix): Promise<void> {
  const data = join(folder, "rtsne.f32");
  writeFileSync(data, x.data);
  const rtsne = (rows: number, iterations: number) =>
    runR<MeasuredCpu & { versions: Record<string, string> }>("Rtsne", [
      data,
      `${rows}`,
      `${x.cols}`,
      "2",
      `${iterations}`,
    ]);
  let [mine, theirs]: (MeasuredCpu | undefined)[] = [];
  await compare({
    name: "tsne-rtsne-10000",
    unit: "CPU s",
    higherIsBetter: false,
    aim: 3,
    rounds: 3,
    warmUp: false,
    ours: async () => {
      mine = await ours(x);
      return mine.cpu;
    },
    peers: [
      {
        name: "Rtsne",
        versions: rtsne(200, 10).versions,
        measure: async () => {
          theirs = rtsne(x.rows, 1000);
          return theirs.cpu;
        },
      },
    ],
    note: `${x.rows} rows of ${x.cols} components of Fashion-MNIST, perplexity 30, 1000 iterations, 2 threads each; Rtsne starts at random`,
    details: () => ({
      "klDivergence ours": mine!.klDivergence,
      "klDivergence peer": theirs!.klDivergence,
    }),
  });
}

/** As many rows and steps as each peer can do in a minute or two, and ours as many. */
async function besideJavaScript(digitRows: Matrix): Promise<void> {
  const peers = [
    { name: "tsne-tsne-js", rows: 500, steps: 100, peerOf: tsneJs },
    { name: "tsne-druidjs", rows: 1797, steps: 500, peerOf: druidJs },
  ];
  for (const { name, rows, steps, peerOf } of peers) {
    const { cols } = digitRows;
    const x: Matrix = { data: digitRows.data.slice(0, rows * cols), rows, cols };
    const nested = Array.from({ length: rows }, (_, i) => [...x.data.subarray(i * cols, (i + 1) * cols)]);
    const peer = await peerOf(nested, steps);
    if (!peer) continue;
    await compare({
      name,
      unit: "s",
      higherIsBetter: false,
      aim: 20,
      rounds: 1,
      ours: async () => (await ours(x, steps)).seconds,
      peers: [peer],
      note: `${rows} digits, ${steps} iterations; the peer sums over all pairs, on its one thread`,
    });
  }
}

interface TsneJs {
  default: new (options: object) => { init(data: object): void; run(): [number, number] };
}

async function tsneJs(data: number[][], nIter: number): Promise<Peer | undefined> {
  const module = await installed<TsneJs>("tsne-js");
  return (
    module && {
      name: "tsne-js",
      measure: async () => {
        const model = new module.default({
          ...{ dim: 2, perplexity: 30, earlyExaggeration: 12, learningRate: 200, nIter },
          metric: "euclidean",
        });
        return seconds(() => {
          model.init({ data, type: "dense" });
          model.run();
        });
      },
    }
  );
}

interface Druid {
  TSNE: new (data: number[][], options: object) => { transform(iterations: number): number[][] };
}

async function druidJs(data: number[][], steps: number): Promise<Peer | undefined> {
  const module = await installed<Druid>("@saehrimnir/druidjs");
  return (
    module && {
      name: "druidjs",
      measure: async () =>
        seconds(() => new module.TSNE(data, { perplexity: 30, epsilon: 200, d: 2 }).transform(steps)),
    }
  );
}

function seconds(work: () => unknown): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}

async function installed<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module;
  } catch {
    console.error(`tsne: ${name} is not installed (npm install --no-save ${name})`);
    return undefined;
  }
}

/** Training and test rows of Fashion-MNIST, in [0, 1], by their leading principal components. */
async function fashionComponents(): Promise<Matrix> {
  const parts = await Promise.all(
    ["train", "t10k"].map((part) =>
      readFileData(sharedFile(`data/fashion-mnist/${part}-images-idx3-ubyte.gz`)),
    ),
  );
  const rows = parts.reduce((sum, { x }) => sum + x.rows, 0);
  const data = new Float32Array(rows * 784);
  let at = 0;
  for (const { x } of parts) {
    data.set(
      x.data.map((value) => value / 255),
      at,
    );
    at += x.data.length;
  }
  const x: Matrix = { data, rows, cols: 784 };
  return (await fit(pca({ latentDim: COMPONENTS }), x, { seed: 0 })).encode(x);
}

/** All rows in a fresh process, whose largest resident set is its memory. */
function large(folder: string, x: Matrix): void {
  const data = join(folder, "all.f32");
  writeFileSync(data, x.data);
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "large", data], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`tsne: the process of ${x.rows} rows ended with ${status}`);
  const measured = JSON.parse(stdout) as Measured & { peak: number };
  const bytes = 4 * x.data.byteLength + LARGE.bytes;
  const met = measured.seconds < LARGE.seconds && measured.peak < bytes;
  console.log(
    `tsne-fashion-70000  ${measured.seconds.toFixed(1)} s (aim < ${LARGE.seconds}), ${Math.round(measured.peak / 1e6)} MB (aim < ${Math.round(bytes / 1e6)}), ${met ? "met" : "MISSED"}`,
  );
  const result = { ...measured, rows: x.rows, aim: { seconds: LARGE.seconds, bytes }, met };
  keepResult("tsne-fashion-70000", { ...result, date: new Date().toISOString(), machine: machine() });
}

async function largeHere(path: string): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const bytes = readFileSync(path);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const measured = await ours({ data, rows: LARGE.rows, cols: COMPONENTS });
  console.log(JSON.stringify({ ...measured, peak: process.resourceUsage().maxRSS * 1024 }));
}

if (process.argv[1]?.endsWith("tsne.js")) {
  if (process.argv[2] === "large") await largeHere(process.argv[3]!);
  else benchmarks(tsneBenchmarks);
}
