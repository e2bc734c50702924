/**
 * @file Sparse codes of 20,000 patches of photographs with 100 given atoms beside scikit-learn's sparse_encode: the lasso by
 * coordinate descent and by LARS, and orthogonal matching pursuit. Objectives are compared in the same run.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matrix, readNetpbm, readNpy, writeNpy } from "../src/data/index.js";
import { toMatrix } from "../src/data/matrix.js";
import { configureRuntime, type Matrix, random, type SparsePenalty, sparseCodes } from "../src/index.js";
import { type Dense, dense, toDense, transpose } from "../src/linalg/index.js";
import { benchmarks, compare, type PythonServer, pythonServers, repositoryRoot } from "./harness.js";

const [ROWS, ATOMS, SIDE] = [20_000, 100, 8];
const ALPHAS = [0.02, 0.1, 0.5];
const PHOTOS = join(repositoryRoot, "..", "shared", "data", "photos");

export async function sparseCodesBenchmarks(): Promise<void> {
  if (!existsSync(PHOTOS)) {
    console.error("sparse-codes: skipped, ../shared/data/photos is not there");
    return;
  }
  configureRuntime({ backend: "native", threads: 2 });
  const folder = mkdtempSync(join(tmpdir(), "sparse-codes-"));
  try {
    const x = patches();
    const data = join(folder, "x.npy");
    writeFileSync(data, writeNpy(x));
    const servers = await pythonServers("sklearn_sparse_codes.py", 2);
    const learned = join(folder, "learned.npy");
    await servers[0]!.ask({ data, learn: ATOMS, out: learned });
    const sampled = join(folder, "sampled.npy");
    writeFileSync(sampled, writeNpy(unitRows(x)));

    for (const [name, path] of Object.entries({ learned, sampled })) {
      const task = { x, data, path, dictionary: transpose(toDense(readDictionary(path))), servers };
      for (const alpha of ALPHAS) {
        const ours = { kind: "l1", alpha } as const;
        const title = `sparse-codes-${name}-${String(alpha).replace("0.", "")}`;
        await beside({ ...task, title: `${title}-cd`, ours, algorithm: "lasso_cd", aim: 3 });
        if (name === "learned")
          await beside({ ...task, title: `${title}-lars`, ours, algorithm: "lasso_lars", aim: 3, rounds: 3 });
      }
      await beside({
        ...task,
        title: `sparse-codes-${name}-omp`,
        ours: { kind: "l0", nonZeros: 5 },
        algorithm: "omp",
        aim: 1,
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Task {
  x: Matrix;
  data: string;
  path: string;
  dictionary: Dense;
  servers: PythonServer[];
  title: string;
  ours: SparsePenalty;
  algorithm: string;
  aim: number;
  rounds?: number;
}

async function beside(task: Task): Promise<void> {
  const { x, data, path, dictionary, ours, algorithm, servers, rounds } = task;
  const regularization = ours.kind === "l0" ? ours.nonZeros : ours.alpha;
  let [codes, objective] = [x, 0];
  await compare({
    name: task.title,
    unit: "s",
    higherIsBetter: false,
    aim: task.aim,
    ...(rounds && { rounds, warmUp: false }),
    async ours() {
      const begun = performance.now();
      codes = await sparseCodes(x, dictionary, ours);
      return (performance.now() - begun) / 1000;
    },
    // LARS and pursuit are loops in Python, for which the BLAS does not matter.
    peers: (algorithm === "lasso_cd" ? servers : servers.slice(0, 1)).flatMap((server) =>
      [1, 2].map((jobs) => ({
        name: `scikit-learn ${algorithm}, n_jobs ${jobs}, ${server.name}`,
        versions: server.versions,
        async measure() {
          const request = { data, dictionary: path, algorithm, regularization, jobs };
          const reply = await server.ask<{ seconds: number; objective: number }>(request);
          objective = reply.objective;
          return reply.seconds;
        },
      })),
    ),
    details() {
      const mine = objectiveOf(x, dictionary, codes, ours);
      return {
        "objective ours": mine,
        "objective peer": objective,
        "peer above ours, relative": objective / mine - 1,
      };
    },
  });
}

/** Patches with overlap from both photographs, brightness 0 … 1, each less its mean. */
function patches(): Matrix {
  const photos = ["china", "flower"].map((name) => {
    const path = join(PHOTOS, `${name}.pgm`);
    return readNetpbm(readFileSync(path), path);
  });
  const stream = random(0).fork("patches");
  const out = matrix(ROWS, SIDE * SIDE);
  for (let i = 0; i < ROWS; i++) {
    const { width, height, pixels } = photos[i % photos.length]!;
    const [left, top] = [stream.integer(width - SIDE + 1), stream.integer(height - SIDE + 1)];
    const patch = Array.from(
      { length: SIDE * SIDE },
      (_, j) => pixels[(top + Math.floor(j / SIDE)) * width + left + (j % SIDE)]! / 255,
    );
    const mean = patch.reduce((a, b) => a + b) / patch.length;
    out.data.set(
      patch.map((value) => value - mean),
      i * out.cols,
    );
  }
  return out;
}

/** The first patches that are not flat, brought to unit norm. */
function unitRows(x: Matrix): Matrix {
  const out = matrix(ATOMS, x.cols);
  let found = 0;
  for (let i = 0; found < ATOMS; i++) {
    const patch = x.data.subarray(i * x.cols, (i + 1) * x.cols);
    const norm = Math.hypot(...patch);
    if (norm > 0.1)
      out.data.set(
        patch.map((value) => value / norm),
        found++ * x.cols,
      );
  }
  return out;
}

function readDictionary(path: string): Matrix {
  return toMatrix(readNpy(readFileSync(path), path).x);
}

/** Σ ½ ‖x − D z‖² + α ‖z‖₁ in float64. */
function objectiveOf(x: Matrix, dictionary: Dense, z: Matrix, penalty: SparsePenalty): number {
  const [d, k] = [dictionary.rows, dictionary.cols];
  const atoms = transpose(dictionary).data;
  const alpha = penalty.kind === "l0" ? 0 : penalty.alpha;
  const r = dense(1, d).data;
  let total = 0;
  for (let i = 0; i < x.rows; i++) {
    for (let q = 0; q < d; q++) r[q] = x.data[i * d + q]!;
    for (let j = 0; j < k; j++) {
      const value = z.data[i * k + j]!;
      total += alpha * Math.abs(value);
      if (value !== 0) for (let q = 0; q < d; q++) r[q]! -= value * atoms[j * d + q]!;
    }
    for (let q = 0; q < d; q++) total += (r[q]! * r[q]!) / 2;
  }
  return total;
}

if (process.argv[1]?.endsWith("sparse-codes.js")) benchmarks(sparseCodesBenchmarks);
