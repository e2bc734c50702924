/**
 * @file HDBSCAN of 20,000 × 10, whole, in at most ten seconds; and of 5,000 × 10 beside its dense steps in NumPy and SciPy, whose
 * matrix of distances would be 3 GB of the other.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpy } from "../src/data/npy.js";
import { configureRuntime, fit, hdbscan } from "../src/index.js";
import { coreSquares, spanningTree } from "../src/methods/cluster/mutual-reachability.js";
import { benchmarks, compare, pythonServer, seconds } from "./harness.js";
import { unlikeGroups } from "./unlike-groups.js";

const MIN_SAMPLES = 5;
/** Seconds that the whole of 20,000 × 10 may take. */
const MOST_SECONDS = 10;

interface Reply {
  seconds: number;
  cpu: number;
  length: number;
}

export async function hdbscanBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  await compare({
    name: "hdbscan-20000-10",
    unit: "s",
    higherIsBetter: false,
    aim: 1,
    rounds: 3,
    ours: async () =>
      seconds(() => fit(hdbscan({ minSamples: MIN_SAMPLES }), unlikeGroups(20_000, 10), { seed: 0 })),
    peers: [{ name: "the time it may take", measure: async () => MOST_SECONDS }],
    note: "whole fits of 20,000 × 10 in float32 about eight points, 2 threads",
  });
  const x = unlikeGroups(5000, 10);
  const folder = mkdtempSync(join(tmpdir(), "hdbscan-"));
  const path = join(folder, "x.npy");
  writeFileSync(path, writeNpy(x));
  const server = await pythonServer("scipy_hdbscan.py");
  try {
    let [ours, theirs] = [0, 0];
    await compare({
      name: "hdbscan-spanning-tree",
      unit: "s",
      higherIsBetter: false,
      aim: 1,
      ours: () =>
        seconds(async () => {
          const cores = await coreSquares(x, MIN_SAMPLES, async () => {});
          const { lengths } = await spanningTree(x, cores, async () => {});
          ours = lengths.reduce((sum, length) => sum + length, 0);
        }),
      peers: [
        {
          name: "NumPy and SciPy",
          versions: server.versions,
          measure: async () => {
            const reply = await server.ask<Reply>({ data: path, minSamples: MIN_SAMPLES });
            theirs = reply.length;
            return reply.seconds;
          },
        },
      ],
      details: () => ({ "length of the tree, ours over theirs": ours / theirs }),
      note: "core distances and the minimum spanning tree of mutual reachability, 5,000 × 10",
    });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1]?.endsWith("hdbscan.js")) benchmarks(hdbscanBenchmarks);
