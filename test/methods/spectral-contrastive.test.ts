/**
 * @file Spectral contrastive learning on a population of views small enough to write down as a graph: the best codes are the first
 * eigenvectors of its normalized adjacency (HaoChen et al. 2021, section 3).
 */
import { expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { cast, constant, less, matmul } from "../../src/engine/index.js";
import { type Augmentation, fit, spectralContrastive } from "../../src/index.js";
import { degrees, eigh, principalAngles } from "../../src/linalg/index.js";

/** Two kinds of four things each: chances that thing i is seen as j. */
const SEEN = [
  [0.4, 0.3, 0.2, 0.1, 0, 0, 0, 0],
  [0.3, 0.3, 0.2, 0.1, 0.1, 0, 0, 0],
  [0.1, 0.1, 0.4, 0.4, 0, 0, 0, 0],
  [0, 0.1, 0.3, 0.5, 0, 0, 0, 0.1],
  [0, 0, 0, 0, 0.5, 0.4, 0.1, 0],
  [0, 0, 0, 0, 0.3, 0.5, 0.2, 0],
  [0.1, 0, 0, 0, 0, 0.1, 0.4, 0.4],
  [0, 0, 0, 0, 0.1, 0, 0.3, 0.6],
];
const things = SEEN.length;
const K = 3;
const square = (entry: (i: number, j: number) => number) =>
  Float64Array.from({ length: things ** 2 }, (_, at) => entry(Math.floor(at / things), at % things));

/** Chances of two views v and w to come from one thing, and of one view. */
const pairs = square((v, w) => SEEN.reduce((sum, chances) => sum + (chances[v]! * chances[w]!) / things, 0));
const views = Float64Array.from(SEEN, (_, v) => SEEN.reduce((sum, chances) => sum + chances[v]! / things, 0));
const adjacency = {
  rows: things,
  cols: things,
  data: square((v, w) => pairs[v * things + w]! / Math.sqrt(views[v]! * views[w]!)),
};

/** A row that is 1 at a thing becomes one that is 1 at what it is seen as. */
const seen: Augmentation = {
  name: "seen",
  view(x, { batch }) {
    const upTo = square((i, j) => SEEN[i]!.slice(0, j + 1).reduce((sum, chance) => sum + chance, 0));
    const differences = square((i, j) => (i === j ? 1 : i + 1 === j ? -1 : 0));
    const constantOf = (data: Float64Array) =>
      constant({ dtype: "float32", shape: [things, things], data: Float32Array.from(data) });
    const chances = matmul(x, constantOf(upTo));
    const reached = cast(less(batch.uniform([x.shape[0]!, 1]), chances), "float32");
    return matmul(reached, constantOf(differences));
  },
};

const identity: Matrix = matrix(things, things, Float32Array.from(square((i, j) => Number(i === j))));
const rows: Matrix = takeRows(
  identity,
  Array.from({ length: 32 * things }, (_, i) => i % things),
);

/** −2 E[z(v)·z(v′)] + E[(z(v)·z(w))²] over the whole population. */
function populationLoss(z: Matrix): number {
  let loss = 0;
  for (let v = 0; v < things; v++)
    for (let w = 0; w < things; w++) {
      let product = 0;
      for (let j = 0; j < K; j++) product += z.data[v * K + j]! * z.data[w * K + j]!;
      loss += -2 * pairs[v * things + w]! * product + views[v]! * views[w]! * product ** 2;
    }
  return loss;
}

test("the best codes span the first eigenvectors of the normalized adjacency, with the least loss there is", async () => {
  const model = await fit(spectralContrastive({ latentDim: K, hidden: [], augment: [seen] }), rows, {
    seed: 1,
    epochs: 1200,
    batchSize: "all",
    learningRate: 0.02,
    schedule: "cosine",
  });
  const z = await model.encode(identity);
  const { values, vectors } = await eigh(adjacency);
  const least = -values.slice(0, K).reduce((sum, value) => sum + value ** 2, 0);
  const loss = populationLoss(z);
  expect(loss).toBeGreaterThanOrEqual(least - 1e-6);
  expect(loss - least).toBeLessThan(1e-3);
  const first = {
    rows: things,
    cols: K,
    data: Float64Array.from(
      { length: things * K },
      (_, at) => vectors.data[Math.floor(at / K) * things + (at % K)]!,
    ),
  };
  const learned = {
    rows: things,
    cols: K,
    data: Float64Array.from(z.data, (value, at) => value * Math.sqrt(views[Math.floor(at / K)]!)),
  };
  const angles = [...(await principalAngles(first, learned))].map(degrees);
  expect(Math.max(...angles)).toBeLessThan(1);
});
