/**
 * @file The Kalman filter of 100,000 moments with four states and four columns beside a plain loop in NumPy, nothing missing; and how
 * long it takes with numbers missing, and to learn.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matrix } from "../src/data/matrix.js";
import { writeNpy } from "../src/data/npy.js";
import { configureRuntime, fit, kalmanFilter, type Matrix } from "../src/index.js";
import { random } from "../src/random.js";
import { benchmarks, compare, median, seconds } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { keepResult, machine } from "./results.js";

const MOMENTS = 100_000;
const STATES = 4;
const ROUNDS = 5;
/** Moments and rounds of expectation maximization. */
const LEARNED = 10_000;
const ITERATIONS = 20;

interface NumpyReply {
  seconds: number;
  last: number[];
  logLikelihood: number;
}

const stream = random(1);
const square = (value: (i: number, j: number) => number) =>
  Array.from({ length: STATES }, (_, i) => Array.from({ length: STATES }, (_, j) => value(i, j)));
const diagonal = (value: number) => square((i, j) => (i === j ? value : 0));
const system = {
  A: square((i, j) => (i === j ? 0.5 : 0) + 0.1 * stream.normal()),
  C: square(() => stream.normal()),
  Q: diagonal(0.3),
  R: diagonal(0.5),
  m: Array.from({ length: STATES }, () => 0),
  P: diagonal(1),
};

/** Rows of the system. */
function series(rows: number): Matrix {
  const x = matrix(rows, STATES);
  let state = system.m;
  for (let t = 0; t < rows; t++) {
    system.C.forEach((row, j) => {
      const noise = Math.sqrt(0.5) * stream.normal();
      x.data[t * STATES + j] = row.reduce((sum, c, a) => sum + c * state[a]!, noise);
    });
    const from = state;
    state = system.A.map((row) =>
      row.reduce((sum, a, b) => sum + a * from[b]!, Math.sqrt(0.3) * stream.normal()),
    );
  }
  return x;
}

export async function kalmanFilterBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 1 });
  const x = series(MOMENTS);
  const folder = mkdtempSync(join(tmpdir(), "unlabeled-kalman-"));
  const data = join(folder, "x.npy");
  writeFileSync(data, writeNpy(x));
  const method = kalmanFilter({
    latentDim: STATES,
    transition: system.A,
    observation: system.C,
    processNoise: system.Q,
    observationNoise: system.R,
    initialMean: system.m,
    initialCovariance: system.P,
  });
  const model = await fit(method, x, { seed: 0 });
  const servers = await pythonServers("numpy_kalman_filter.py", 1);
  let theirs: NumpyReply | undefined;
  const ours = { likelihood: 0, last: 0 };
  await compare({
    name: "kalman-filter",
    unit: "s",
    higherIsBetter: false,
    aim: 20,
    rounds: ROUNDS,
    ours: () =>
      seconds(async () => {
        const { means, logLikelihoods } = await model.filter(x);
        ours.likelihood = logLikelihoods.reduce((sum, value) => sum + value, 0);
        ours.last = means.data.at(-1)!;
      }),
    peers: servers.map((server) => ({
      name: `NumPy, ${server.name}`,
      versions: server.versions,
      measure: async () => {
        theirs = await server.ask<NumpyReply>({ data, system });
        return theirs.seconds;
      },
    })),
    note: `${MOMENTS} moments, ${STATES} states, ${STATES} columns, one thread, float64; ours gives every covariance too`,
    details: () => ({
      "logLikelihood ours": ours.likelihood,
      "logLikelihood peer": theirs!.logLikelihood,
      "last state ours": ours.last,
      "last state peer": theirs!.last.at(-1)!,
    }),
  });
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
  await others(model, x);
}

/** Seconds with a tenth of the numbers missing, and to learn from few rows, complete and so. */
async function others(model: Awaited<ReturnType<typeof fitted>>, x: Matrix): Promise<void> {
  const holed = matrix(
    x.rows,
    x.cols,
    x.data.map((value) => (stream.uniform() < 0.1 ? Number.NaN : value)),
  );
  const few = ({ data, cols }: Matrix) => matrix(LEARNED, cols, data.slice(0, LEARNED * cols));
  const cases = {
    "filter, a tenth missing": () => model.score(holed),
    learn: () => fitted(few(x)),
    "learn, a tenth missing": () => fitted(few(holed)),
  };
  const taken: Record<string, number> = {};
  for (const [name, run] of Object.entries(cases)) {
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await seconds(run));
    taken[name] = median(rounds);
    console.log(`kalman-filter  ${name}  ${taken[name].toFixed(3)} s`);
  }
  keepResult("kalman-filter-others", {
    name: "kalman-filter-others",
    unit: "s",
    moments: { filter: MOMENTS, learn: LEARNED, iterations: ITERATIONS },
    taken,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

const fitted = (x: Matrix) =>
  fit(kalmanFilter({ latentDim: STATES, iterations: ITERATIONS, tolerance: 0 }), x, { seed: 0 });

if (process.argv[1]?.endsWith("kalman-filter.js")) benchmarks(kalmanFilterBenchmarks);
