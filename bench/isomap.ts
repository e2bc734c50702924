/**
 * @file Isomap of 5,000 points beside scikit-learn, on a swiss roll and on digits; how its time grows with the points; and
 * its landmark form on 20,000.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileData } from "../node/read.js";
import { takeRows, toMatrix } from "../src/data/matrix.js";
import { writeNpy } from "../src/data/npy.js";
import { swissRoll } from "../src/data/synthetic.js";
import { configureRuntime, fit, isomap, type Matrix } from "../src/index.js";
import { random } from "../src/random.js";
import { benchmarks, compare, median, seconds } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { repositoryRoot } from "./repository.js";
import { keepResult, machine } from "./results.js";

const POINTS = 5000;
const THREADS = 2;
/** Points, to tell how time grows, and rounds of each. */
const SIZES = [1250, 2500, 5000, 10_000];
const ROUNDS = 3;
const DIGITS = join(repositoryRoot, "..", "shared", "data", "anomaly", "optdigits-odds.csv.gz");

interface SklearnReply {
  seconds: number;
  reconstructionError: number;
  eigenvalues: number[];
}

export async function isomapBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: THREADS });
  await besidePeer("isomap-swiss-roll", swissRoll({ rows: POINTS, seed: 0 }).x, 12);
  if (existsSync(DIGITS)) await besidePeer("isomap-digits", await digitRows(), 10);
  else console.error("isomap-digits: skipped, ../shared/data/anomaly is not there");
  await growth();
}

async function besidePeer(name: string, x: Matrix, nNeighbors: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unlabeled-isomap-"));
  const data = join(folder, "x.npy");
  writeFileSync(data, writeNpy(x));
  const method = isomap({ latentDim: 2, nNeighbors });
  const servers = await pythonServers("sklearn_isomap.py", THREADS);
  const model = await fit(method, x, { seed: 0 });
  let theirs: SklearnReply | undefined;
  await compare({
    name,
    unit: "s",
    higherIsBetter: false,
    aim: 2,
    rounds: ROUNDS,
    warmUp: false,
    ours: () => seconds(() => fit(method, x, { seed: 0 })),
    peers: servers.map((server) => ({
      name: `scikit-learn, ${server.name}`,
      versions: server.versions,
      measure: async () => {
        const request = { data, nNeighbors, latentDim: 2, threads: THREADS };
        theirs = await server.ask<SklearnReply>(request);
        return theirs.seconds;
      },
    })),
    note: `${x.rows} rows of ${x.cols} numbers, ${nNeighbors} neighbors, ${THREADS} threads, float64`,
    details: () => ({
      "reconstructionError ours": model.reconstructionError,
      "reconstructionError peer": theirs!.reconstructionError,
      "eigenvalue ours": model.eigenvalues[0]!,
      "eigenvalue peer": theirs!.eigenvalues[0]!,
    }),
  });
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
}

/** Pixels of handwritten digits with numbers in [0, 1) added, so that no distances tie and both sides have one graph. */
async function digitRows(): Promise<Matrix> {
  const x = toMatrix((await readFileData(DIGITS, { label: "label" })).x);
  const rows = takeRows(x, random(0).permutation(x.rows).subarray(0, POINTS));
  const jitter = random(1).fillUniform(new Float32Array(rows.data.length));
  return { ...rows, data: rows.data.map((value, at) => value + jitter[at]!) };
}

/** Seconds by number of points, the exponent of a power through them, and the landmark form. */
async function growth(): Promise<void> {
  const whole: { rows: number; seconds: number }[] = [];
  for (const rows of SIZES) {
    const { x } = swissRoll({ rows, seed: 0 });
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      taken.push(await seconds(() => fit(isomap({ latentDim: 2, nNeighbors: 12 }), x, { seed: 0 })));
    }
    whole.push({ rows, seconds: median(taken) });
  }
  const { x } = swissRoll({ rows: 20_000, seed: 0 });
  const landmarks = [];
  for (const count of [200, 1000]) {
    const method = isomap({ latentDim: 2, nNeighbors: 12, landmarks: count });
    landmarks.push({
      rows: x.rows,
      landmarks: count,
      seconds: await seconds(() => fit(method, x, { seed: 0 })),
    });
  }
  const [last, before] = [whole.at(-1)!, whole.at(-2)!];
  const exponent = Math.log(last.seconds / before.seconds) / Math.log(last.rows / before.rows);
  for (const { rows, seconds: taken } of whole) console.log(`isomap  ${rows} points  ${taken.toFixed(2)} s`);
  console.log(`isomap  time grows as n^${exponent.toFixed(2)} from ${before.rows} to ${last.rows} points`);
  for (const { rows, landmarks: count, seconds: taken } of landmarks)
    console.log(`isomap  ${rows} points by ${count} landmarks  ${taken.toFixed(2)} s`);
  const date = new Date().toISOString();
  keepResult("isomap-growth", {
    name: "isomap-growth",
    unit: "s",
    whole,
    exponent,
    landmarks,
    date,
    machine: machine(),
  });
}

if (process.argv[1]?.endsWith("isomap.js")) benchmarks(isomapBenchmarks);
