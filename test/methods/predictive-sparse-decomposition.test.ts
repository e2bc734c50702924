import { describe, expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { applyScale, fitScale } from "../../src/data/scale.js";
import { gradient, input, runtime } from "../../src/engine/index.js";
import {
  fit,
  type PredictiveSparseDecompositionOptions,
  predictiveSparseDecomposition,
} from "../../src/index.js";
import type { Trained, TrainingBatch } from "../../src/methods/method.js";
import { sparseCodes } from "../../src/methods/sparse/sparse-codes.js";
import { random } from "../../src/random.js";
import { expectClose, float32, readGolden } from "../golden/golden.js";

interface Golden {
  sizes: { rows: number; d: number; k: number };
  x: number[];
  dictionary: number[];
  encoder: number[];
  bias: number[];
  gain: number[];
  threshold: number[];
  lasso: { weight: number; codes: number[]; objective: number[] }[];
  psd: {
    weight: number;
    alpha: number;
    steps: number;
    cases: { predictor: "tanh" | "sigmoid" | "shrink"; predicted: number[]; loss: number }[];
  };
}

const golden = readGolden<Golden>("sparse.json");
const { rows, d, k } = golden.sizes;
const x = matrix(rows, d, Float32Array.from(golden.x));
const dictionary = matrix(d, k, Float32Array.from(golden.dictionary));

/** Rows of few atoms of a random dictionary. */
function sparseRows(count: number, size: number, atoms: number, active: number) {
  const stream = random(3);
  const truth = matrix(size, atoms, stream.fillNormal(new Float32Array(size * atoms)));
  for (let j = 0; j < atoms; j++) {
    const norm = Math.sqrt(column(truth, j).reduce((s, v) => s + v * v, 0));
    for (let i = 0; i < size; i++) truth.data[i * atoms + j]! /= norm;
  }
  const data = matrix(count, size);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < active; a++) {
      const atom = Math.floor(stream.uniform() * atoms);
      const value = (stream.uniform() < 0.5 ? -1 : 1) * (1 + stream.uniform());
      for (let j = 0; j < size; j++) data.data[i * size + j]! += value * truth.data[j * atoms + atom]!;
    }
  }
  return { truth, data };
}

const column = ({ data, rows: n, cols }: Matrix, j: number) =>
  Float64Array.from({ length: n }, (_, i) => data[i * cols + j]!);

/** The loss of one batch and its gradients, at given parameters. */
async function lossAt(
  options: PredictiveSparseDecompositionOptions,
  given: Record<string, Float32Array>,
  data: Matrix,
) {
  const { fitting } = predictiveSparseDecomposition(options);
  const initial = await (fitting as Trained).initial(data, random(1));
  const p = Object.fromEntries(Object.entries(initial).map(([name, a]) => [name, input(name, a.shape)]));
  const batch = {
    data: { x: input("x", [data.rows, data.cols]) },
    training: true,
  } as unknown as TrainingBatch;
  const { loss } = (fitting as Trained).loss(batch, p);
  const gradients = gradient(loss, Object.values(p));
  const outputs = Object.fromEntries(Object.keys(p).map((name, i) => [`d.${name}`, gradients[i]!]));
  const program = await (await runtime()).program({ loss, ...outputs });
  const run = (values: Record<string, Float32Array>) =>
    program.run({
      x: float32([data.rows, data.cols], data.data),
      ...Object.fromEntries(
        Object.entries(initial).map(([name, a]) => [name, float32(a.shape, values[name] as Float32Array)]),
      ),
    });
  return { run, first: await run({ ...arrays(initial), ...given }), start: { ...arrays(initial), ...given } };
}

const arrays = (parameters: Readonly<Record<string, { data: ArrayLike<number | bigint> }>>) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)]),
  );

test.each(golden.lasso)(
  "exact codes are those of scikit-learn's lasso, weight $weight",
  async ({ weight, codes }) => {
    const z = await sparseCodes(x, dictionary, { kind: "l1", alpha: weight / 2 });
    // Codes are kept in float32.
    expectClose(z.data, codes, 1e-6, "codes");
  },
);

/** The right singular vector of the largest singular value of D `[d, k]`, by power iteration. */
function leadingDirection(dictionary: readonly number[]): number[] {
  let v = new Array<number>(k).fill(1);
  for (let step = 0; step < 2000; step++) {
    const next = new Array<number>(k).fill(0);
    for (let i = 0; i < dictionary.length; i += k) {
      const along = v.reduce((total, value, j) => total + value * dictionary[i + j]!, 0);
      for (let j = 0; j < k; j++) next[j]! += along * dictionary[i + j]!;
    }
    const norm = Math.hypot(...next);
    v = next.map((value) => value / norm);
  }
  return v;
}

describe("training", () => {
  const { weight, alpha, steps } = golden.psd;

  test.each(golden.psd.cases)("$predictor: codes and loss of a batch are NumPy's", async (wanted) => {
    const { predictor } = wanted;
    const options = { latentDim: k, sparsity: weight, predictionWeight: alpha, predictor, steps };
    const given = arrays({
      dictionary: { data: golden.dictionary },
      encoder: { data: golden.encoder },
      bias: { data: golden.bias },
      direction: { data: leadingDirection(golden.dictionary) },
      ...(predictor === "shrink"
        ? { threshold: { data: golden.threshold } }
        : { gain: { data: golden.gain } }),
    });
    const { first } = await lossAt(options, given, x);
    // Unfinished codes depend on the step length, which is float32's here.
    expectClose(first.loss!.data as Float32Array, [wanted.loss], 1e-5, "loss");
  });

  // Danskin: with optimal codes, which α > 0 makes unique, the gradient with codes held fixed is that of their minimum.
  test.each(["tanh", "sigmoid", "shrink"] as const)(
    "%s: with optimal codes its gradient agrees with central differences",
    async (predictor) => {
      const options = { latentDim: 4, sparsity: 0.3, predictionWeight: 0.7, predictor, steps: 300 };
      const data = matrix(6, 5, random(2).fillNormal(new Float32Array(30)));
      const { run, first, start } = await lossAt(options, {}, data);
      for (const [name, values] of Object.entries(start)) {
        for (let i = 0; i < values.length; i++) {
          const kept = values[i]!;
          const losses: number[] = [];
          for (const h of [1e-2, -1e-2]) {
            values[i] = kept + h;
            losses.push((await run(start)).loss!.data[0] as number);
          }
          values[i] = kept;
          const numeric = (losses[0]! - losses[1]!) / 2e-2;
          // Losses near 3 in float32 over steps of 2e-2: 3 · 6e-8 / 2e-2, and the curvature of the minimum.
          expect(Math.abs((first[`d.${name}`]!.data[i] as number) - numeric), `${name} ${i}`).toBeLessThan(
            5e-3,
          );
        }
      }
    },
  );

  test("atoms that made the data are found, of unit norm, and the predictor comes near the optimum", async () => {
    const { truth, data } = sparseRows(2000, 12, 12, 2);
    const method = predictiveSparseDecomposition({ latentDim: 12, sparsity: 0.3 });
    const model = await fit(method, data, { epochs: 60, learningRate: 0.01, schedule: "cosine", seed: 1 });
    const found = Array.from({ length: 12 }, (_, j) => {
      const atom = column(truth, j);
      const cosines = Array.from({ length: 12 }, (_, c) =>
        Math.abs(column(model.dictionary, c).reduce((s, v, i) => s + v * atom[i]!, 0)),
      );
      return Math.max(...cosines);
    });
    // The L1 norm shrinks codes and leaves atoms slightly turned; chance alone gives about .7.
    expect(found.filter((cosine) => cosine > 0.98).length).toBeGreaterThanOrEqual(11);
    for (let j = 0; j < 12; j++) {
      const norm = Math.sqrt(column(model.dictionary, j).reduce((s, v) => s + v * v, 0));
      expect(Math.abs(norm - 1)).toBeLessThan(1e-6); // float32 rounding
    }
    const [predicted, exact] = [
      await model.objective(data),
      await model.objective(data, await model.inferCodes(data)),
    ];
    expect(exact).toBeLessThan(predicted);
    expect(predicted).toBeLessThan(1.5 * exact);
    const z = await model.encode(data);
    expect(z.data.filter((value) => value === 0).length).toBeGreaterThan(0.4 * z.data.length);
  });
});

test("objective and inferCodes take rows in the user's units", async () => {
  const { data } = sparseRows(200, 6, 8, 2);
  const wide = matrix(
    200,
    6,
    data.data.map((value, i) => 100 * (i % 6) + 7 * value),
  );
  const scaling = fitScale(wide, "standard");
  const method = predictiveSparseDecomposition({ latentDim: 8 });
  const [inside, outside] = [
    await fit(method, wide, { epochs: 3, seed: 1, scale: "standard" }),
    await fit(method, applyScale(wide, scaling), { epochs: 3, seed: 1 }),
  ];
  const scaled = applyScale(wide, scaling);
  const exact = await outside.inferCodes(scaled);
  expect(await inside.inferCodes(wide)).toEqual(exact);
  // With λ = 0.1, an optimum has 2 Dᵀ(x − D z) within [−λ, λ], and at λ sign(z) where z is not 0.
  const atoms = outside.dictionary.data;
  for (let i = 0; i < 200; i++)
    for (let j = 0; j < 8; j++) {
      let g = 0;
      for (let q = 0; q < 6; q++) {
        let r = scaled.data[i * 6 + q]!;
        for (let c = 0; c < 8; c++) r -= atoms[q * 8 + c]! * exact.data[i * 8 + c]!;
        g += 2 * atoms[q * 8 + j]! * r;
      }
      const value = exact.data[i * 8 + j]!;
      const off = value === 0 ? Math.max(0, Math.abs(g) - 0.1) : Math.abs(g - 0.1 * Math.sign(value));
      expect(off).toBeLessThan(1e-5); // codes in float32, some of size 10
    }
  expect(await inside.objective(wide)).toEqual(await outside.objective(scaled));
  const z = await outside.encode(scaled);
  const errors = await outside.squaredErrors(scaled);
  const expected =
    (errors.reduce((s, v) => s + v, 0) + 0.1 * z.data.reduce((s, v) => s + Math.abs(v), 0)) / 200;
  expectClose([await outside.objective(scaled)], [expected], 1e-6, "objective");
  await expect(outside.objective(scaled, [[1, 2]])).rejects.toThrow(
    "objective: want codes 200 × 8, got 1 × 2",
  );
});
