/**
 * @file Laplacian eigenmaps of 20,000 points beside scikit-learn, on a swiss roll and on 50 principal components of
 * Fashion-MNIST; and how the time grows with the points.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileData } from "../node/read.js";
import { type Matrix, matrix, toMatrix } from "../src/data/matrix.js";
import { writeNpy } from "../src/data/npy.js";
import { swissRoll } from "../src/data/synthetic.js";
import { configureRuntime, fit, laplacianEigenmaps, pca } from "../src/index.js";
import { benchmarks, compare, seconds } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { repositoryRoot } from "./repository.js";
import { keepResult, machine } from "./results.js";

const POINTS = 20_000;
const THREADS = 2;
const NEIGHBORS = 10;
const COMPONENTS = 50;
const ROUNDS = 3;
const SIZES = [10_000, 20_000, 40_000];
const FASHION = join(repositoryRoot, "..", "shared", "data", "fashion-mnist", "train-images-idx3-ubyte.gz");

export async function laplacianEigenmapsBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: THREADS });
  await besidePeer("laplacian-eigenmaps-swiss-roll", swissRoll({ rows: POINTS, seed: 0 }).x);
  const sets: [string, (rows: number) => Matrix][] = [
    ["swiss-roll", (rows) => swissRoll({ rows, seed: 0 }).x],
  ];
  if (existsSync(FASHION)) {
    const fashion = await fashionComponents();
    const firstRows = (rows: number) => matrix(rows, COMPONENTS, fashion.data.slice(0, rows * COMPONENTS));
    await besidePeer("laplacian-eigenmaps-fashion", firstRows(POINTS));
    sets.push(["fashion", firstRows]);
  } else console.error("laplacian-eigenmaps-fashion: skipped, ../shared/data/fashion-mnist is not there");
  await growth(sets);
}

async function fashionComponents(): Promise<Matrix> {
  const x = toMatrix((await readFileData(FASHION)).x);
  const scaled = { ...x, data: x.data.map((value) => value / 255) };
  return (await fit(pca({ latentDim: COMPONENTS }), scaled, { seed: 0 })).encode(scaled);
}

async function besidePeer(name: string, x: Matrix): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unlabeled-eigenmaps-"));
  const [data, theirs] = [join(folder, "x.npy"), join(folder, "embedding.npy")];
  writeFileSync(data, writeNpy(x));
  const method = laplacianEigenmaps({ latentDim: 2, nNeighbors: NEIGHBORS });
  const servers = await pythonServers("sklearn_laplacian_eigenmaps.py", THREADS);
  const { embedding } = await fit(method, x, { seed: 0 });
  await compare({
    name,
    unit: "s",
    higherIsBetter: false,
    aim: 1.5,
    rounds: ROUNDS,
    warmUp: false,
    ours: () => seconds(() => fit(method, x, { seed: 0 })),
    peers: servers.map((server) => ({
      name: `scikit-learn, ${server.name}`,
      versions: server.versions,
      measure: async () => {
        const request = { data, nNeighbors: NEIGHBORS, latentDim: 2, threads: THREADS, embedding: theirs };
        return (await server.ask<{ seconds: number }>(request)).seconds;
      },
    })),
    note: `${x.rows} rows of ${x.cols} numbers, ${NEIGHBORS} neighbors, ${THREADS} threads, eigenvectors in float64`,
  });
  const other = toMatrix((await readFileData(theirs)).x);
  for (const j of [0, 1]) {
    console.log(
      `${name}  column ${j}  correlation with the peer's ${correlation(embedding, other, j).toFixed(6)}`,
    );
  }
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
}

/** |r| of column j of two maps. */
function correlation(a: Matrix, b: Matrix, j: number): number {
  let [n, p, q, pp, qq, pq] = [a.rows, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [u, v] = [a.data[2 * i + j]!, b.data[2 * i + j]!];
    [p, q, pp, qq, pq] = [p + u, q + v, pp + u * u, qq + v * v, pq + u * v];
  }
  return Math.abs(pq - (p * q) / n) / Math.sqrt((pp - (p * p) / n) * (qq - (q * q) / n));
}

async function growth(sets: readonly [string, (rows: number) => Matrix][]): Promise<void> {
  const grown: { data: string; rows: number; seconds: number }[] = [];
  for (const [data, take] of sets) {
    for (const rows of SIZES) {
      const x = take(rows);
      const method = laplacianEigenmaps({ latentDim: 2, nNeighbors: NEIGHBORS });
      grown.push({ data, rows, seconds: await seconds(() => fit(method, x, { seed: 0 })) });
      console.log(`laplacian-eigenmaps  ${data}  ${rows} points  ${grown.at(-1)!.seconds.toFixed(2)} s`);
    }
  }
  keepResult("laplacian-eigenmaps-growth", {
    name: "laplacian-eigenmaps-growth",
    unit: "s",
    grown,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

if (process.argv[1]?.endsWith("laplacian-eigenmaps.js")) benchmarks(laplacianEigenmapsBenchmarks);
