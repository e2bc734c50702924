/**
 * @file k-means of Fashion-MNIST (60,000 × 784, k = 10 and 100) beside scikit-learn's two algorithms, from the same first
 * centers and to the same tolerance.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readFileData } from "../node/read.js";
import { takeRows, toMatrix } from "../src/data/matrix.js";
import { configureRuntime, fit, kMeans, type Matrix } from "../src/index.js";
import { benchmarks, compare, repositoryRoot } from "./harness.js";
import { pythonServers } from "./python-server.js";

interface SklearnReply {
  seconds: number;
  inertia: number;
  iterations: number;
}

const PIXEL = Math.fround(1 / 255);

export async function kMeansBenchmarks(): Promise<void> {
  const path = join(repositoryRoot, "..", "shared", "data", "fashion-mnist", "train-images-idx3-ubyte.gz");
  if (!existsSync(path)) {
    console.error("k-means: skipped, ../shared/data/fashion-mnist is not there");
    return;
  }
  configureRuntime({ backend: "native", threads: 2 });
  const raw = toMatrix((await readFileData(path)).x);
  const x: Matrix = { ...raw, data: raw.data.map((value) => value * PIXEL) };
  const servers = await pythonServers("sklearn_kmeans.py", 2);

  for (const clusters of [10, 100]) {
    const rows = Array.from({ length: clusters }, (_, i) => Math.floor((i * x.rows) / clusters));
    const method = kMeans({ clusters, init: takeRows(x, rows) });
    const found: Record<string, number> = {};
    await compare({
      name: `k-means-${clusters}`,
      unit: "s",
      higherIsBetter: false,
      aim: 1.2,
      // A minute and more for one round of all at 100 clusters.
      rounds: clusters === 10 ? 5 : 3,
      warmUp: clusters === 10,
      ours: async () => {
        const begun = performance.now();
        const model = await fit(method, x, { seed: 0 });
        const seconds = (performance.now() - begun) / 1000;
        found["inertia ours"] = model.inertia;
        found["iterations ours"] = model.iterations;
        return seconds;
      },
      peers: servers.flatMap((server) =>
        ["lloyd", "elkan"].map((algorithm) => ({
          name: `scikit-learn ${algorithm}, ${server.name}`,
          versions: server.versions,
          measure: async () => {
            const request = { data: path, clusters, algorithm, scale: PIXEL };
            const reply = await server.ask<SklearnReply>(request);
            found[`inertia ${algorithm}`] = reply.inertia;
            found[`iterations ${algorithm}`] = reply.iterations;
            return reply.seconds;
          },
        })),
      ),
      details: () => {
        const least = Math.min(found["inertia lloyd"]!, found["inertia elkan"]!);
        return { ...found, "inertia, ours over the lower": found["inertia ours"]! / least };
      },
      note: "the same first centers (rows 0, n/k, 2n/k, …), tolerance and most iterations; inertias summed in float64",
    });
  }
}

if (process.argv[1]?.endsWith("k-means.js")) benchmarks(kMeansBenchmarks);
