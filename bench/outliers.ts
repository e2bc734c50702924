/**
 * @file Isolation forest of 100,000 × 20 and local outlier factor of 20,000 × 6 and × 20 beside scikit-learn's, fitted to rows and
 * scoring them; and `findOutliers` of 100,000 × 20 beside three detectors of scikit-learn, one after the other.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpy } from "../src/data/npy.js";
import {
  configureRuntime,
  findOutliers,
  fit,
  isolationForest,
  localOutlierFactor,
  type Matrix,
} from "../src/index.js";
import { benchmarks, blasConfigurations, compare, pythonServer } from "./harness.js";
import { unlikeGroups } from "./unlike-groups.js";

/** Rows between two whose scores are compared with the peer's. */
const STRIDE = 97;

interface Reply {
  seconds: number;
  cpu: number;
  scores: number[];
}

export async function outlierBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const folder = mkdtempSync(join(tmpdir(), "outliers-"));
  try {
    const forest = async (x: Matrix) => (await fit(isolationForest(), x, { seed: 0 })).score(x);
    const factor = async (x: Matrix) => (await fit(localOutlierFactor(), x, { seed: 0 })).fittedScores;
    await against("isolation-forest", unlikeGroups(100_000, 20), 3, "isolation-forest", folder, forest);
    await against("local-outlier-factor-6", unlikeGroups(20_000, 6), 2, "lof", folder, factor);
    const all = async (x: Matrix) => (await findOutliers(x)).scores;
    await against("outliers-100000-20", unlikeGroups(100_000, 20), 2, "three", folder, all, 3);
    await against("local-outlier-factor-20", unlikeGroups(20_000, 20), 2, "lof", folder, factor);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function against(
  name: string,
  x: Matrix,
  aim: number,
  method: string,
  folder: string,
  score: (x: Matrix) => Promise<Float32Array | Float64Array>,
  rounds?: number,
): Promise<void> {
  const path = join(folder, `${name}.npy`);
  writeFileSync(path, writeNpy(x));
  const [{ name: blas, env }] = blasConfigurations(2) as [{ name: string; env: object }];
  // Its threads are OpenMP's and joblib's, whichever library takes the products.
  const server = await pythonServer("sklearn_outliers.py", { ...env, OMP_NUM_THREADS: "2" }, blas);
  const cpu: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  let ours: number[] = [];
  let theirs: number[] = [];
  await compare({
    name,
    unit: "s",
    higherIsBetter: false,
    aim,
    rounds,
    ours: async () => {
      const [begun, used] = [performance.now(), process.cpuUsage()];
      const scores = await score(x);
      const seconds = (performance.now() - begun) / 1000;
      const { user, system } = process.cpuUsage(used);
      cpu.ours.push((user + system) / 1e6);
      ours = Array.from(scores).filter((_, i) => i % STRIDE === 0);
      return seconds;
    },
    peers: [
      {
        name: `scikit-learn, ${server.name}`,
        versions: server.versions,
        measure: async () => {
          const reply = await server.ask<Reply>({ data: path, method });
          cpu.theirs.push(reply.cpu);
          theirs = reply.scores;
          return reply.seconds;
        },
      },
    ],
    details: () => ({
      "least CPU seconds, ours": Math.min(...cpu.ours),
      "least CPU seconds, scikit-learn": Math.min(...cpu.theirs),
      "correlation of scores": correlation(ours, theirs),
    }),
    note: `${x.rows} × ${x.cols} in float32, fitted and scored, 2 threads each`,
  });
  server.close();
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (p: readonly number[], q: readonly number[], mp: number, mq: number) =>
    p.reduce((sum, value, i) => sum + (value - mp) * (q[i]! - mq), 0);
  return product(a, b, meanA, meanB) / Math.sqrt(product(a, a, meanA, meanA) * product(b, b, meanB, meanB));
}

if (process.argv[1]?.endsWith("outliers.js")) benchmarks(outlierBenchmarks);
