/**
 * @file PCA of Fashion-MNIST (60,000 × 784, k = 50) beside scikit-learn's randomized solver, and beside `ml-pca`.
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readFileData } from "../node/read.js";
import { toMatrix } from "../src/data/matrix.js";
import { configureRuntime, fit, type Matrix, pca } from "../src/index.js";
import { benchmarks, compare, repositoryRoot } from "./harness.js";
import { pythonServers } from "./python-server.js";

const LATENT_DIM = 50;
/** `ml-pca` takes minutes for all rows; both sides are given these. */
const ML_PCA_ROWS = 4000;

interface SklearnReply {
  seconds: number;
  squaredErrorPerSample: number;
}

interface MlPca {
  PCA: new (rows: number[][], options: { method: string; center: boolean; scale: boolean }) => unknown;
}

export async function pcaBenchmarks(): Promise<void> {
  const path = join(repositoryRoot, "..", "shared", "data", "fashion-mnist", "train-images-idx3-ubyte.gz");
  if (!existsSync(path)) {
    console.error("pca: skipped, ../shared/data/fashion-mnist is not there");
    return;
  }
  configureRuntime({ backend: "native", threads: 2 });
  const raw = toMatrix((await readFileData(path)).x);
  const x: Matrix = { ...raw, data: raw.data.map((value) => value / 255) };
  const method = pca({ latentDim: LATENT_DIM });
  const seconds = async (data: Matrix) => {
    const begun = performance.now();
    await fit(method, data, { seed: 0 });
    return (performance.now() - begun) / 1000;
  };

  const servers = await pythonServers("sklearn_pca.py", 2);
  let theirs: SklearnReply | undefined;
  const model = await fit(method, x, { seed: 0 });
  const errors = await model.squaredErrors(x);
  const ours = errors.reduce((sum, error) => sum + error, 0) / x.rows;
  await compare({
    name: "pca-fashion",
    unit: "s",
    higherIsBetter: false,
    aim: 1.5,
    ours: () => seconds(x),
    peers: servers.map((server) => ({
      name: `scikit-learn, ${server.name}`,
      versions: server.versions,
      measure: async () => {
        theirs = await server.ask<SklearnReply>({ data: path, latentDim: LATENT_DIM, scale: 1 / 255 });
        return theirs.seconds;
      },
    })),
    details: () => ({
      "squaredErrorPerSample ours": ours,
      "squaredErrorPerSample peer": theirs!.squaredErrorPerSample,
    }),
  });

  const mlPca = loadMlPca();
  if (!mlPca) {
    console.error("pca: ml-pca is not installed (npm install --no-save ml-pca)");
    return;
  }
  const few: Matrix = { data: x.data.slice(0, ML_PCA_ROWS * x.cols), rows: ML_PCA_ROWS, cols: x.cols };
  const rows = Array.from({ length: few.rows }, (_, i) => [
    ...few.data.subarray(i * x.cols, (i + 1) * x.cols),
  ]);
  await compare({
    name: "pca-ml-pca",
    unit: "s",
    higherIsBetter: false,
    aim: 20,
    rounds: 3,
    warmUp: false,
    ours: () => seconds(few),
    peers: [
      {
        name: "ml-pca, covariance method",
        measure: async () => {
          const begun = performance.now();
          new mlPca.PCA(rows, { method: "covarianceMatrix", center: true, scale: false });
          return (performance.now() - begun) / 1000;
        },
      },
    ],
    note: `the first ${ML_PCA_ROWS} rows, on which ml-pca finds all components and ours ${LATENT_DIM}: it has no other way but NIPALS, which is slower`,
  });
}

function loadMlPca(): MlPca | undefined {
  try {
    return createRequire(import.meta.url)("ml-pca") as MlPca;
  } catch {
    return undefined;
  }
}

if (process.argv[1]?.endsWith("pca.js")) benchmarks(pcaBenchmarks);
