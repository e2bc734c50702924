/**
 * @file Non-negative factorization of Fashion-MNIST's test images (10,000 × 784, k = 16 and 32) beside scikit-learn's NMF by
 * coordinate descent, both from nndsvd, in float32, for at most 200 rounds to a tolerance of 1e-4; errors are kept beside.
 */

import { readFileData } from "../node/read.js";
import { toMatrix } from "../src/data/matrix.js";
import { configureRuntime, fit, type Matrix, nonNegativeFactorization } from "../src/index.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { sharedFile } from "./shared-data.js";

const [MAX_ITER, TOL] = [200, 1e-4];

interface SklearnReply {
  seconds: number;
  squaredError: number;
  rounds: number;
}

export async function nonNegativeFactorizationBenchmarks(): Promise<void> {
  const path = sharedFile("data/fashion-mnist/t10k-images-idx3-ubyte.gz");
  configureRuntime({ backend: "native", threads: 2 });
  const raw = toMatrix((await readFileData(path)).x);
  const x: Matrix = { ...raw, data: raw.data.map((value) => value / 255) };
  const servers = await pythonServers("sklearn_nmf.py", 2);
  for (const latentDim of [16, 32]) {
    const method = nonNegativeFactorization({ latentDim, maxIter: MAX_ITER, tol: TOL });
    let theirs: SklearnReply | undefined;
    const errors = await (await fit(method, x, { seed: 0 })).squaredErrors(x);
    await compare({
      name: `non-negative-factorization-${latentDim}`,
      unit: "s",
      higherIsBetter: false,
      aim: 1,
      rounds: 3,
      ours: async () => {
        const begun = performance.now();
        await fit(method, x, { seed: 0 });
        return (performance.now() - begun) / 1000;
      },
      peers: servers.map((server) => ({
        name: `scikit-learn, ${server.name}`,
        versions: server.versions,
        measure: async () => {
          theirs = await server.ask<SklearnReply>({
            data: path,
            latentDim,
            scale: 1 / 255,
            maxIter: MAX_ITER,
            tol: TOL,
          });
          return theirs.seconds;
        },
      })),
      details: () => ({
        "squaredError ours": errors.reduce((sum, error) => sum + error, 0),
        "squaredError peer": theirs!.squaredError,
        "rounds peer": theirs!.rounds,
      }),
    });
  }
}

if (process.argv[1]?.endsWith("non-negative-factorization.js"))
  benchmarks(nonNegativeFactorizationBenchmarks);
