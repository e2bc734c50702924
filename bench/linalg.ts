/**
 * @file Decompositions beside LAPACK (NumPy, SciPy) and beside ml-matrix, the usual library in JavaScript.
 *
 * ml-matrix is no dependency: `npm install --no-save ml-matrix`, here or in a folder that BENCH_PEERS names; without
 * it those figures are left out.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Matrix } from "../src/data/matrix.js";
import { scatterMatrix } from "../src/linalg/covariance.js";
import { type Dense, dense, toFloat32 } from "../src/linalg/dense.js";
import { eigh } from "../src/linalg/eigh.js";
import { gemm } from "../src/linalg/gemm.js";
import { svd } from "../src/linalg/svd.js";
import { topEigenpairs } from "../src/linalg/top-eigenpairs.js";
import { random } from "../src/random.js";
import { benchmarks, compare, type Peer, seconds } from "./harness.js";
import { type PythonServer, pythonServers } from "./python-server.js";
import { repositoryRoot } from "./repository.js";

const D = 784;
const K = 50;
/** LAPACK's time for these on two cores, and the aim: 0.06 s to 0.5 s, and 0.24 s to 1 s. */
const AIMS = { eigh: 0.06 / 0.5, svd: 0.24 / 1 };
/** ml-matrix takes 2.4 s and 14 s. */
const AIMS_ML_MATRIX = { eigh: 2.4 / 0.5, svd: 14 / 1 };

interface MlMatrix {
  Matrix: { from1DArray(rows: number, cols: number, data: ArrayLike<number>): unknown };
  EigenvalueDecomposition: new (a: unknown, options: { assumeSymmetric: boolean }) => unknown;
  SingularValueDecomposition: new (a: unknown, options: { autoTranspose: boolean }) => unknown;
}

export async function linalgBenchmarks(): Promise<void> {
  const servers = await pythonServers("numpy_linalg.py");
  const x = normal(2000, D, 0);
  const gram = await gemm(x, x, { transposeA: true });
  await compare({
    name: "linalg-eigh",
    unit: "s",
    higherIsBetter: false,
    aim: AIMS.eigh,
    ours: () => seconds(() => eigh(gram)),
    peers: lapack(servers, { task: "eigh", rows: 2000, columns: D }),
    note: `all eigenpairs of a symmetric ${D} × ${D} matrix; half of the reduction is matrix–vector products in JavaScript`,
  });
  await compare({
    name: "linalg-svd",
    unit: "s",
    higherIsBetter: false,
    aim: AIMS.svd,
    ours: () => seconds(() => svd(x)),
    peers: lapack(servers, { task: "svd", rows: 2000, columns: D }),
    note: `thin SVD of 2000 × ${D}`,
  });

  const decaying = normal(2000, D, 0.75);
  const decayingGram = await gemm(decaying, decaying, { transposeA: true });
  const request = { rows: 2000, columns: D, decay: 0.75, k: K };
  await compare({
    name: "linalg-top-eigenpairs",
    unit: "s",
    higherIsBetter: false,
    aim: 0.5,
    ours: () => seconds(() => topEigenpairs(decayingGram, K)),
    peers: [
      ...lapack(servers, { ...request, task: "topEigenpairs" }, "dsyevr, "),
      ...lapack(servers, { ...request, task: "topEigenpairsArpack" }, "ARPACK, "),
    ],
    note: `the ${K} largest of ${D}, to 1e-9; each convergence test decomposes a projection, and a Cholesky factor proves that none is missing: ARPACK, one vector at a time and without the proof, is faster where the spectrum decays fast`,
  });

  const large: Matrix = toFloat32(normal(60_000, D, 0));
  await compare({
    name: "linalg-scatter",
    unit: "s",
    higherIsBetter: false,
    aim: 0.8,
    rounds: 3,
    ours: () => seconds(() => scatterMatrix(large, { precision: "mixed" })),
    peers: [
      ...lapack(servers, { task: "scatter", rows: 60_000, columns: D }, "float64, "),
      ...lapack(servers, { task: "scatterFloat32", rows: 60_000, columns: D }, "float32, "),
    ],
    note: `centered scatter matrix of 60000 × ${D} in mixed precision; the float32 peer is faster by symmetry (syrk) and less accurate`,
  });

  const ml = mlMatrix();
  if (!ml) {
    console.log("ml-matrix is not installed (npm install --no-save ml-matrix): its figures are left out");
    return;
  }
  const a = ml.Matrix.from1DArray(D, D, gram.data);
  const b = ml.Matrix.from1DArray(2000, D, x.data);
  const slow = { unit: "s", higherIsBetter: false, rounds: 2, warmUp: false } as const;
  await compare({
    ...slow,
    name: "linalg-eigh-ml-matrix",
    aim: AIMS_ML_MATRIX.eigh,
    ours: () => seconds(() => eigh(gram)),
    peers: [
      {
        name: "ml-matrix",
        measure: () => seconds(() => new ml.EigenvalueDecomposition(a, { assumeSymmetric: true })),
      },
    ],
  });
  await compare({
    ...slow,
    name: "linalg-svd-ml-matrix",
    aim: AIMS_ML_MATRIX.svd,
    ours: () => seconds(() => svd(x)),
    peers: [
      {
        name: "ml-matrix",
        measure: () => seconds(() => new ml.SingularValueDecomposition(b, { autoTranspose: true })),
      },
    ],
  });
}

function lapack(servers: PythonServer[], request: object, prefix = ""): Peer[] {
  return servers.map((server) => ({
    name: `LAPACK, ${prefix}${server.name}`,
    versions: server.versions,
    measure: async () => (await server.ask<{ seconds: number }>(request)).seconds,
  }));
}

/** Standard normal numbers, column j divided by (1 + j)^decay. */
function normal(rows: number, cols: number, decay: number): Dense {
  const stream = random(0);
  const a = dense(rows, cols);
  for (let i = 0; i < a.data.length; i++) a.data[i] = stream.normal() / (1 + (i % cols)) ** decay;
  return a;
}

function mlMatrix(): MlMatrix | undefined {
  try {
    const folder = process.env.BENCH_PEERS ?? repositoryRoot;
    return createRequire(join(folder, "package.json"))("ml-matrix") as MlMatrix;
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await benchmarks(linalgBenchmarks);
