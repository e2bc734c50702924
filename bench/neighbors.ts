/**
 * @file Exact nearest neighbors within a set beside scikit-learn's brute force: Fashion-MNIST, 20,000 × 784, and 70,000
 * rows of its first 50 principal components.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileData } from "../node/read.js";
import { writeNpy } from "../src/data/npy.js";
import { configureRuntime, fit, type Matrix, pca } from "../src/index.js";
import { kNearestWithin } from "../src/linalg/index.js";
import { benchmarks, blasConfigurations, compare, pythonServer, repositoryRoot } from "./harness.js";

const NEIGHBORS = 15;
/** Rows between two whose distances are compared with the peer's. */
const STRIDE = 97;

interface Reply {
  seconds: number;
  sums: number[];
}

export async function neighborsBenchmarks(): Promise<void> {
  const folder = join(repositoryRoot, "..", "shared", "data", "fashion-mnist");
  if (!existsSync(folder)) {
    console.error("neighbors: skipped, ../shared/data/fashion-mnist is not there");
    return;
  }
  configureRuntime({ backend: "native", threads: 2 });
  const read = async (name: string) => (await readFileData(join(folder, name))).x;
  const [train, test] = [await read("train-images-idx3-ubyte.gz"), await read("t10k-images-idx3-ubyte.gz")];
  const images = new Float32Array((train.rows + test.rows) * train.cols);
  images.set(train.data);
  images.set(test.data, train.data.length);
  for (let at = 0; at < images.length; at++) images[at]! /= 255;
  const all: Matrix = { data: images, rows: train.rows + test.rows, cols: train.cols };
  const few: Matrix = { data: images.slice(0, 20_000 * train.cols), rows: 20_000, cols: train.cols };
  const codes = await (await fit(pca({ latentDim: 50 }), all, { scale: "none", seed: 0 })).encode(all);

  const temporary = mkdtempSync(join(tmpdir(), "neighbors-"));
  try {
    await against("neighbors-20000-784", few, 1.2, temporary);
    await against("neighbors-70000-50", codes, 1, temporary);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

async function against(name: string, x: Matrix, aim: number, folder: string): Promise<void> {
  const path = join(folder, `${name}.npy`);
  writeFileSync(path, writeNpy(x));
  const servers = [];
  for (const { name: blas, env } of blasConfigurations(2)) {
    // Its loops over blocks of rows are shared by OpenMP, whichever library takes the products.
    servers.push(await pythonServer("sklearn_neighbors.py", { ...env, OMP_NUM_THREADS: "2" }, blas));
  }
  let sums: number[] = [];
  let theirs: Reply | undefined;
  await compare({
    name,
    unit: "s",
    higherIsBetter: false,
    aim,
    rounds: 3,
    ours: async () => {
      const begun = performance.now();
      const { distances } = await kNearestWithin(x, NEIGHBORS);
      const seconds = (performance.now() - begun) / 1000;
      sums = Array.from({ length: Math.ceil(x.rows / STRIDE) }, (_, i) => {
        const at = i * STRIDE * NEIGHBORS;
        return distances.subarray(at, at + NEIGHBORS).reduce((sum, distance) => sum + distance, 0);
      });
      return seconds;
    },
    peers: servers.map((server) => ({
      name: `scikit-learn, ${server.name}`,
      versions: server.versions,
      measure: async () => {
        theirs = await server.ask<Reply>({ data: path, k: NEIGHBORS });
        return theirs.seconds;
      },
    })),
    details: () => ({
      "largest relative difference of summed distances": Math.max(
        ...sums.map((sum, i) => Math.abs(sum - theirs!.sums[i]!) / sum),
      ),
    }),
    note: `k = ${NEIGHBORS}, Euclidean, float32 rows, a row not its own neighbor`,
  });
  for (const server of servers) server.close();
}

if (process.argv[1]?.endsWith("neighbors.js")) benchmarks(neighborsBenchmarks);
