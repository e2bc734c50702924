/**
 * @file Locally linear embedding of 5,000 points of a swiss roll beside scikit-learn.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpy } from "../src/data/npy.js";
import { swissRoll } from "../src/data/synthetic.js";
import { configureRuntime, fit, locallyLinearEmbedding, type Matrix } from "../src/index.js";
import { procrustesDisparity } from "../src/metrics/index.js";
import { benchmarks, blasConfigurations, compare, pythonServer } from "./harness.js";

const ROWS = 5000;
const NEIGHBORS = 12;

interface Reply {
  seconds: number;
  embedding: number[];
  reconstructionError: number;
}

export async function locallyLinearBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const x = swissRoll({ rows: ROWS, seed: 0 }).x;
  const folder = mkdtempSync(join(tmpdir(), "lle-"));
  const path = join(folder, "roll.npy");
  writeFileSync(path, writeNpy(x));
  try {
    for (const variant of ["standard", "modified", "hessian", "ltsa"] as const)
      await against(variant, x, path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function against(
  variant: "standard" | "modified" | "hessian" | "ltsa",
  x: Matrix,
  path: string,
): Promise<void> {
  const method = locallyLinearEmbedding({ latentDim: 2, nNeighbors: NEIGHBORS, variant });
  const servers = [];
  for (const { name, env } of blasConfigurations(2))
    servers.push(await pythonServer("sklearn_lle.py", env, name));
  let embedding: Matrix | undefined;
  let error = 0;
  let theirs: Reply | undefined;
  const figures = await compare({
    name: `lle-${variant}`,
    unit: "s",
    higherIsBetter: false,
    aim: 2,
    rounds: 9,
    ours: async () => {
      const begun = performance.now();
      const model = await fit(method, x, { scale: "none", seed: 0 });
      const seconds = (performance.now() - begun) / 1000;
      embedding = model.embedding;
      error = model.reconstructionError;
      return seconds;
    },
    peers: servers.map((server) => ({
      name: `scikit-learn, ${server.name}`,
      versions: server.versions,
      measure: async () => {
        // "auto" takes ARPACK by shift and invert here.
        theirs = await server.ask<Reply>({ data: path, nNeighbors: NEIGHBORS, variant, solver: "auto" });
        return theirs.seconds;
      },
    })),
    details: () => ({
      "reconstruction error ours": error,
      "reconstruction error peer": theirs!.reconstructionError,
    }),
    note: `${ROWS} points of a swiss roll, ${NEIGHBORS} neighbors, two columns; its hessian gives what its ltsa gives`,
  });
  const peer: Matrix = { data: Float32Array.from(theirs!.embedding), rows: x.rows, cols: 2 };
  console.log(`${figures.name}: Procrustes disparity of both ${await procrustesDisparity(embedding!, peer)}`);
  for (const server of servers) server.close();
}

if (process.argv[1]?.endsWith("manifold-lle.js")) benchmarks(locallyLinearBenchmarks);
