/** @file t-SNE as a method: what it reaches on digits, new rows, frames, and what it refuses. */
import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { kNearestWithin, nearestNeighbors } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { allSquaredDistances } from "../../src/methods/manifold/tsne/distances.js";
import { exactForces } from "../../src/methods/manifold/tsne/forces.js";
import { conditionals, denseJoint } from "../../src/methods/manifold/tsne/joint-probabilities.js";
import { setPlaces } from "../../src/methods/manifold/tsne/places.js";
import { type TsneOptions, tsne } from "../../src/methods/manifold/tsne.js";
import type { FitContext, Iteration } from "../../src/methods/method.js";
import { parameterMatrix } from "../../src/methods/parameters.js";
import { random } from "../../src/random.js";
import { fit } from "../../src/training/fit.js";

const { x, labels } = digits();
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const few = takeRows(x, range(0, 240));
const quick: TsneOptions = { perplexity: 15, maxIter: 400 };

/** Share of rows whose nearest place has their label. */
async function leaveOneOut({ embedding }: { embedding: Matrix }, rows: readonly number[]): Promise<number> {
  const { indices } = await kNearestWithin(embedding, 1);
  return rows.filter((row, i) => labels[row] === labels[rows[indices[i]!]!]).length / rows.length;
}

test("digits come together, and new ones beside them", { timeout: 60_000 }, async () => {
  // Every fourth row, so that all writers are on both sides.
  const rows = range(0, 1300);
  const [fitted, others] = [rows.filter((i) => i % 4 > 0), rows.filter((i) => i % 4 === 0)];
  const model = await fit(tsne({ maxIter: 500 }), takeRows(x, fitted), { seed: 1 });
  const accuracy = await leaveOneOut(model, fitted);
  expect(accuracy).toBeGreaterThan(0.96);

  const placed = await model.encode(takeRows(x, others));
  const { indices } = await nearestNeighbors(model.embedding, placed, 1);
  const hits = others.filter((row, i) => labels[row] === labels[fitted[indices[i]!]!]).length;
  // 325 rows: a standard error of 0.01.
  expect(hits / others.length).toBeGreaterThan(accuracy - 0.03);
});

test("where a mesh brings the rows, the forces of all pairs are in balance", async () => {
  // With 3 · 79.9 + 1 neighbors of 240 rows, both have the same probabilities.
  const model = await fit(tsne({ perplexity: 79.9, algorithm: "fft" }), few, { seed: 0 });
  const squared = await allSquaredDistances(few, "euclidean");
  const joint = await denseJoint(await conditionals(squared, 239, [79.9]), 240);
  const forces = exactForces(joint, 240);
  setPlaces(forces.places, model.embedding.data, 2);
  const normalization = forces.update();
  const [rest, all] = [0, 1].map((share) =>
    Math.hypot(
      ...forces.attraction.map((pull, i) => (share ? pull : pull - forces.repulsion[i]! / normalization)),
    ),
  );
  // As right as the mesh's repulsion.
  expect(rest! / all!).toBeLessThan(0.02);
  // The logarithm of a sum as right as its normalization.
  expect(Math.abs(model.klDivergence - forces.divergence(normalization))).toBeLessThan(2e-3);
  forces.release();
});

test.each([1, 2, 3])(
  "%d coordinates: about the origin, signs fixed, the rest is apart",
  async (latentDim) => {
    for (const algorithm of ["exact", "fft"] as const) {
      const model = await fit(tsne({ ...quick, latentDim, algorithm }), few, { seed: 2 });
      const { data, cols } = model.embedding;
      for (let axis = 0; axis < cols; axis++) {
        const column = data.filter((_, at) => at % cols === axis);
        expect(Math.abs(column.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-2);
        expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
      }
      expect(await leaveOneOut(model, range(0, 240))).toBeGreaterThan(latentDim === 1 ? 0.75 : 0.88);
      expect(model.klDivergence).toBeLessThan(latentDim === 1 ? 1.2 : 0.9);
    }
  },
);

test("two perplexities, a random start, and angles serve too", async () => {
  const model = await fit(tsne({ ...quick, perplexity: [8, 60], init: "random", metric: "cosine" }), few, {
    seed: 3,
  });
  expect(await leaveOneOut(model, range(0, 240))).toBeGreaterThan(0.88);
  const z = await model.encode(takeRows(x, range(240, 250)));
  expect(z.data.every(Number.isFinite)).toBe(true);
});

test("rows fitted to are placed where they are", async () => {
  const model = await fit(tsne({ ...quick, maxIter: 1000 }), few, { seed: 4 });
  const again = await model.encode(few);
  const away = range(0, 240).map((i) =>
    Math.hypot(
      again.data[2 * i]! - model.embedding.data[2 * i]!,
      again.data[2 * i + 1]! - model.embedding.data[2 * i + 1]!,
    ),
  );
  const width = Math.max(...model.embedding.data) - Math.min(...model.embedding.data);
  // p_j|i is not symmetric as p_ij is, so that places are near and not equal.
  expect(away.sort((a, b) => a - b)[120]! / width).toBeLessThan(0.03);
});

test("equal rows are near, and harmless", async () => {
  const doubled = takeRows(x, [...range(0, 60), ...range(0, 60)]);
  for (const algorithm of ["exact", "fft"] as const) {
    const { embedding } = await fit(tsne({ perplexity: 10, algorithm }), doubled, { seed: 0 });
    const { indices } = await kNearestWithin(embedding, 1);
    const twins = range(0, 120).filter((i) => indices[i] === (i + 60) % 120).length;
    expect(twins).toBeGreaterThan(100);
  }
  const same = matrix(50, 3, new Float32Array(150).fill(2));
  const model = await fit(tsne({ perplexity: 5, maxIter: 300, algorithm: "fft" }), same, { seed: 0 });
  expect(model.embedding.data.every(Number.isFinite)).toBe(true);
  expect((await model.encode(same)).data.every(Number.isFinite)).toBe(true);
});

async function solved(options: TsneOptions, more: Partial<FitContext>): Promise<void> {
  const { fitting } = tsne(options);
  if (fitting.kind !== "solved") throw new TypeError("tsne is solved");
  const context = { random: random(0), breathe: async () => {}, signal: undefined, ...more };
  await fitting.solve(few, context as FitContext);
}

test("frames tell the step, the divergence now and then, and the embedding", async () => {
  const told: Iteration[] = [];
  const frames: Matrix[] = [];
  const onIteration = (progress: Iteration) => {
    told.push(progress);
    if (progress.iteration % 50 === 0) frames.push(progress.embedding!());
  };
  await solved({ ...quick, algorithm: "fft", maxIter: 350 }, { onIteration });
  expect(told.map(({ iteration }) => iteration)).toEqual(range(1, 351));
  expect(told.at(-1)).toMatchObject({ iterations: 350, fraction: 1 });
  const objectives = told.flatMap(({ iteration, objective }) => (objective === undefined ? [] : [iteration]));
  expect(objectives).toEqual([50, 100, 150, 200, 250, 300, 350]);
  expect(told[349]!.objective!).toBeLessThan(told[249]!.objective!);
  expect(frames).toHaveLength(7);
  expect([frames[0]!.rows, frames[0]!.cols]).toEqual([240, 2]);
  expect(frames[6]).not.toEqual(frames[5]);
});

test("a signal stops it between two steps", async () => {
  let breaths = 0;
  const breathe = async () => {
    if (++breaths > 20) throw new Error("enough");
  };
  let last = 0;
  const onIteration = ({ iteration }: Iteration) => {
    last = iteration;
  };
  await expect(solved(quick, { breathe, onIteration })).rejects.toThrow("enough");
  expect(last).toBeLessThan(21);
});

test("what cannot be is refused in a sentence", async () => {
  expect((await fit(tsne({ maxIter: 250 }), takeRows(x, range(0, 8)), { seed: 0 })).embedding.rows).toBe(8);
  await expect(fit(tsne({ perplexity: 30 }), takeRows(x, range(0, 90)))).rejects.toThrow(
    "tsne: perplexity 30 wants more than 90 rows, got 90: choose one below 30",
  );
  await expect(fit(tsne({ perplexity: [5, 100] }), few)).rejects.toThrow(
    "perplexity 100 wants more than 300",
  );
  await expect(fit(tsne({ ...quick, learningRate: 1e9, algorithm: "fft" }), few)).rejects.toThrow(
    "fits no mesh: choose a smaller learningRate",
  );
  await expect(fit(tsne({ ...quick, learningRate: 1e200, algorithm: "exact" }), few)).rejects.toThrow(
    "tsne: learningRate 1e+200 makes the embedding diverge: choose a smaller one",
  );
  expect(() => tsne({ learningRate: 0 })).toThrow("learningRate must be a number > 0, or auto, got 0");
  expect(() => tsne({ perplexity: [] })).toThrow(
    "perplexity must be a number > 1, or a list of them, got []",
  );
});

// What such numbers did was to go on for ever.
test("new rows far from all that were fitted have finite places, and a map that is none is refused", async () => {
  const model = await fit(tsne(quick), few, { seed: 5 });
  const { data } = model.embedding;
  const [low, high] = [Math.min(...data), Math.max(...data)];
  for (const value of [1e4, 1e12, 1e30, -1e38]) {
    const row = takeRows(x, [240]);
    row.data[10] = value;
    const place = await model.encode(row);
    for (const coordinate of place.data) {
      expect(coordinate).toBeGreaterThan(low - 3);
      expect(coordinate).toBeLessThan(high + 3);
    }
  }
  for (const value of [1e9, 1e15, 1e30, 3e38, Number.NaN, Number.POSITIVE_INFINITY]) {
    const strange = data.slice();
    strange[7] = value;
    const parts = tsne(quick).procedures!(few.cols);
    const parameters = {
      rows: { dtype: "float32", shape: [few.rows, few.cols], data: few.data },
      embedding: { dtype: "float32", shape: [few.rows, 2], data: strange },
    } as const;
    const told = `no row can be placed on this map: its row 3 is at ${Math.fround(value)}`;
    await expect(parts.encode!(few, parameters, { breathe: async () => {} }, [few.rows])).rejects.toThrow(
      told,
    );
  }
});

test.each([1e15, 1e30, 1e38])("a learning rate of %d ends in a sentence", async (learningRate) => {
  for (const algorithm of ["exact", "fft"] as const) {
    await expect(fit(tsne({ ...quick, learningRate, algorithm }), few)).rejects.toThrow("choose a smaller");
  }
});

/** Rows of d columns of which so many directions vary, all as much, and the others by as much as is said. */
function flat(rows: number, cols: number, directions: number, rest: number): Matrix {
  const noise = random(12).fillNormal(new Float32Array(rows * cols));
  return matrix(
    rows,
    cols,
    noise.map((value, at) => (at % cols < directions ? value : rest * value)),
  );
}

test("rows of more columns are reduced to principal components, which is told, and new ones as they are", async () => {
  const wide = flat(200, 60, 7, 0);
  const model = await fit(tsne({ ...quick, initialDims: 7 }), wide, { seed: 1, scale: "none" });
  expect(model.keptVariance).toBeCloseTo(1, 5);
  expect(model.notes).toEqual([
    expect.stringMatching(/^tsne: 60 columns were reduced to 7 principal components, with (100|99.9) %/),
  ]);
  // Nothing is lost: distances are the same.
  const reduced = parameterMatrix(model.parameters, "rows");
  expect(reduced.cols).toBe(7);
  const apart = ({ data, cols }: Matrix, i: number, j: number) =>
    Math.hypot(...range(0, cols).map((c) => data[i * cols + c]! - data[j * cols + c]!));
  for (const i of range(1, 200)) expect(apart(reduced, 0, i)).toBeCloseTo(apart(wide, 0, i), 4);
  const all = await fit(tsne({ ...quick, initialDims: "all" }), wide, { seed: 1, scale: "none" });
  expect(all.notes).toEqual([]);
  expect(all.keptVariance).toBe(1);
  // A row by itself is where it is among others, to the bit.
  const first = takeRows(wide, range(0, 3));
  expect((await model.encode(first)).data).toEqual(model.embedding.data.slice(0, 6));
  expect((await model.encode(takeRows(wide, [2]))).data).toEqual(model.embedding.data.slice(4, 6));

  // Six of 60 directions that vary alike have a tenth of the variance, and some more by chance.
  const round = flat(2000, 60, 60, 1);
  const { keptVariance } = await fit(tsne({ maxIter: 1, initialDims: 6 }), round, { seed: 1, scale: "none" });
  expect(keptVariance).toBeGreaterThan(0.1);
  expect(keptVariance).toBeLessThan(0.15);
});

test("50 components are usual, of as many columns none, and none where angles count", async () => {
  const briefly = { maxIter: 1, perplexity: 10 };
  const notes = async (cols: number, options: TsneOptions = {}) =>
    (await fit(tsne({ ...briefly, ...options }), flat(120, cols, cols, 1), { seed: 1, scale: "none" })).notes
      .length;
  expect(await notes(50)).toBe(0);
  expect(await notes(51)).toBe(1);
  expect(await notes(51, { metric: "cosine" })).toBe(0);
  // Fewer rows than components.
  const model = await fit(tsne({ maxIter: 5 }), flat(20, 70, 70, 1), { seed: 1, scale: "none" });
  expect(model.keptVariance).toBeCloseTo(1, 5);
});

test("neighbors may be approximate, and say so", async () => {
  const model = await fit(tsne({ maxIter: 5, perplexity: 5, search: "approximate" }), flat(6000, 10, 10, 1), {
    seed: 1,
  });
  expect(model.neighborRecall).toBeGreaterThan(0.97);
  expect(model.neighborRecall).toBeLessThan(1);
  expect((await fit(tsne({ maxIter: 5 }), few, { seed: 1 })).neighborRecall).toBe(1);
});
