/**
 * @file Every kernel of the build: workers do take part in it, and the results are the same bits however many they are.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { kernels } from "../../src/kernels.js";

const dist = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href;
const {
  configureRuntime,
  denoise,
  fit,
  isolationForest,
  isomap,
  iterativeRidge,
  laplacianEigenmaps,
  locallyLinearEmbedding,
  lowRankCompletion,
  nonNegativeFactorization,
  random,
  sparseCodes,
  sparseCoding,
  tsne,
  umap,
}: typeof import("../../src/index.js") = await import(dist("index.js"));
const { digits }: typeof import("../../src/data/index.js") = await import(dist("data/index.js"));
const { kNearestWithin, nearestNeighbors, neighborsWithin }: typeof import("../../src/linalg/index.js") =
  await import(dist("linalg/index.js"));
const { chunksDealt, setThreads }: typeof import("../../src/parallel/team.js") = await import(
  dist("parallel/team.js")
);

// The runtime's own threads would take the cores from the workers.
configureRuntime({ threads: 1 });
afterAll(() => setThreads(1));

const all = digits().x;
const rowsOf = (n: number, from = 0) => ({
  ...all,
  rows: n,
  data: all.data.slice(from * all.cols, (from + n) * all.cols),
});
const few = rowsOf(400);
const noise = (rows: number, cols: number) => {
  const stream = random(3);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => stream.normal()) };
};
const withHoles = { ...few, data: few.data.map((value, i) => (i % 7 === 3 ? Number.NaN : value)) };
const atoms = noise(64, 32);
const flat = noise(3000, 3);

type Numbers = Float32Array | Float64Array | Uint32Array | readonly number[];
interface Case {
  /** The kernels it wants to see workers in. */
  readonly reaches: readonly string[];
  work(): Promise<readonly Numbers[]>;
}

const neighborhoods = { latentDim: 2, nNeighbors: 16 };

const cases: Record<string, Case> = {
  "t-SNE of all pairs": {
    reaches: ["pairwise", "perplexityRows", "exactPairs"],
    async work() {
      const model = await fit(tsne({ algorithm: "exact", maxIter: 20 }), few, { seed: 1 });
      return [model.embedding.data, [model.klDivergence]];
    },
  },
  "t-SNE by a mesh, and rows beside it": {
    reaches: ["addCandidates", "measureCandidates", "attraction", "mesh", "movePoints", "placeRows"],
    async work() {
      const model = await fit(tsne({ maxIter: 40, initialDims: "all" }), all, { seed: 1 });
      return [model.embedding.data, [model.klDivergence], (await model.encode(few)).data];
    },
  },
  "UMAP, and rows beside it": {
    reaches: ["projectRows", "membershipRows", "filterColumns", "embeddingEpoch"],
    async work() {
      const model = await fit(umap({ maxIter: 20 }), all, { seed: 1 });
      return [model.embedding.data, (await model.encode(few)).data];
    },
  },
  "nearest rows by a tree": {
    reaches: ["searchTree"],
    async work() {
      const within = await kNearestWithin(flat, 10);
      const beside = await nearestNeighbors(flat, flat, 10);
      return [within.indices, within.distances, beside.indices, beside.distances];
    },
  },
  "nearest rows by products": {
    reaches: ["addCandidates"],
    async work() {
      const { indices, distances } = await nearestNeighbors(all, few, 10, { metric: "cosine" });
      return [indices, distances];
    },
  },
  "approximate neighbors, of few columns": {
    reaches: ["packMembers", "scanMembers"],
    async work() {
      const found = await neighborsWithin(noise(3000, 10), 7, { search: "approximate" });
      return [found.indices, found.distances, [found.recall]];
    },
  },
  "approximate neighbors, of many columns": {
    reaches: ["gatherRows", "addNearest"],
    async work() {
      const found = await neighborsWithin(noise(1500, 170), 7, { search: "approximate" });
      return [found.indices, found.distances, [found.recall]];
    },
  },
  "an image without noise": {
    reaches: ["patchGroups"],
    work: async () => [(await denoise(noise(1, 128 * 32), { rowShape: [128, 32], noise: 0.5 })).x.data],
  },
  Isomap: {
    reaches: ["geodesicRows"],
    async work() {
      const model = await fit(isomap(neighborhoods), few, { seed: 1 });
      return [model.embedding.data, (await model.encode(rowsOf(200, 500))).data];
    },
  },
  ...Object.fromEntries(
    Object.entries({
      standard: ["barycenterWeights"],
      modified: ["localSpreads", "multipleWeights"],
      hessian: ["localHessians"],
      ltsa: ["localTangents"],
    } as const).map(([variant, reaches]): [string, Case] => [
      `locally linear embedding, ${variant}`,
      {
        reaches,
        async work() {
          const method = locallyLinearEmbedding({ ...neighborhoods, variant: variant as "standard" });
          return [(await fit(method, few, { seed: 1 })).embedding.data];
        },
      },
    ]),
  ),
  "Laplacian eigenmaps": {
    reaches: ["addCandidates"],
    async work() {
      return [(await fit(laplacianEigenmaps(neighborhoods), few, { seed: 1 })).embedding.data];
    },
  },
  "non-negative factorization": {
    reaches: ["coordinateDescent", "l1QuadraticRows"],
    async work() {
      const model = await fit(nonNegativeFactorization({ latentDim: 12, maxIter: 30 }), all, { seed: 1 });
      return [(await model.encode(all)).data];
    },
  },
  "low-rank completion": {
    reaches: ["observedRidge"],
    async work() {
      const method = lowRankCompletion({ latentDim: 6, weight: 20, solver: "als", maxIter: 5 });
      return [(await (await fit(method, withHoles, { seed: 1 })).encode(withHoles)).data];
    },
  },
  "iterative ridge": {
    reaches: ["conditionalRows", "leftOutRows"],
    async work() {
      const model = await fit(iterativeRidge({ ridge: 0.1, maxIter: 5 }), withHoles, { seed: 1 });
      return [model.covariance, (await model.reconstruct(withHoles)).data];
    },
  },
  "isolation forest": {
    reaches: ["sumPathLengths", "sumPathParts"],
    async work() {
      const model = await fit(isolationForest(), all, { seed: 1 });
      return [await model.score(all), (await model.contributions(all)).data];
    },
  },
  "sparse coding": {
    reaches: ["l1QuadraticRows"],
    async work() {
      const model = await fit(sparseCoding({ latentDim: 40, sparsity: 4, maxIter: 3 }), few, { seed: 1 });
      return [(await model.encode(few)).data];
    },
  },
  "sparse codes, l1 and elastic net": {
    reaches: ["l1QuadraticRows"],
    async work() {
      const lasso = await sparseCodes(few, atoms, { kind: "l1", alpha: 5 });
      const net = await sparseCodes(few, atoms, { kind: "elasticNet", alpha: 5, l1Ratio: 0.5 });
      return [lasso.data, net.data];
    },
  },
  "sparse codes, groups": {
    reaches: ["groupLassoRows"],
    work: async () => [(await sparseCodes(few, atoms, { kind: "group", alpha: 5, groups: 4 })).data],
  },
  "sparse codes, l0": {
    reaches: ["matchingPursuitRows"],
    work: async () => [(await sparseCodes(few, atoms, { kind: "l0", nonZeros: 10 })).data],
  },
};

// Workers join a run when they have started and woken, and the caller does not wait for them: so runs are repeated until
// they have joined.
const MOST_TRIES = 100;

test("code that is tested from its sources is shared with the workers of the build", async () => {
  const team = await import("../../src/parallel/team.js");
  const { kNearestWithin } = await import("../../src/linalg/index.js");
  const done = () => team.chunksDealt().get("searchTree")?.byWorkers ?? 0;
  team.setThreads(3);
  for (let tries = 0; done() === 0 && tries < MOST_TRIES; tries++) await kNearestWithin(flat, 10);
  team.setThreads(1);
  expect(done()).toBeGreaterThan(0);
});

describe("the table of kernels", () => {
  const names = kernels.map(({ name }) => name);

  test("names each once", () => {
    expect(new Set(names).size).toBe(names.length);
  });

  test("holds all there are", () => {
    const src = new URL("../../src/", import.meta.url);
    const defined = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) => [
        ...readFileSync(new URL(path.replaceAll("\\", "/"), src), "utf8").matchAll(
          /: Kernel<[\s\S]*?> = \{\s*name: "(\w+)"/g,
        ),
      ])
      .map(([, name]) => name!);
    expect(defined.length).toBeGreaterThan(20);
    expect([...names].sort()).toEqual(defined.sort());
  });

  test("is reached, all of it, by the cases below", () => {
    const reached = new Set(Object.values(cases).flatMap(({ reaches }) => reaches));
    expect([...reached].sort()).toEqual([...names].sort());
  });
});

const bytes = (results: readonly Numbers[]) =>
  results.map((numbers) => {
    const { buffer, byteOffset, byteLength } = Array.isArray(numbers)
      ? Float64Array.from(numbers)
      : (numbers as Float32Array);
    return Buffer.from(new Uint8Array(buffer, byteOffset, byteLength)).toString("base64");
  });

describe.each(Object.entries(cases))("%s", (_name, { reaches, work }) => {
  let alone: string[] | undefined;

  test.each([2, 3, 5])("with %i threads workers join, and the bits are those of one", async (threads) => {
    setThreads(1);
    alone ??= bytes(await work());
    const before = new Map(reaches.map((kernel) => [kernel, chunksDealt().get(kernel)?.byWorkers ?? 0]));
    const missing = () =>
      reaches.filter((kernel) => chunksDealt().get(kernel)?.byWorkers === before.get(kernel));
    setThreads(threads);
    for (let tries = 0; missing().length > 0 && tries < MOST_TRIES; tries++) {
      expect(bytes(await work())).toEqual(alone);
    }
    expect(missing()).toEqual([]);
  });
});
