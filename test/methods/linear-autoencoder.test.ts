import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { fitScale } from "../../src/data/scale.js";
import { lowRank } from "../../src/data/synthetic.js";
import { compileTraining } from "../../src/engine/compile-training.js";
import { optimizer } from "../../src/engine/optimizers.js";
import { runtime } from "../../src/engine/session.js";
import type { TrainingState } from "../../src/engine/training-program.js";
import {
  factorization,
  fit,
  type LinearAutoencoder,
  linearAutoencoder,
  type Parameterization,
  pca,
} from "../../src/index.js";
import { toDense, transpose } from "../../src/linalg/dense.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import type { Trained } from "../../src/methods/method.js";
import { type Parameters, parameterMatrix, shapesOf } from "../../src/methods/parameters.js";
import { random } from "../../src/random.js";

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.
const { x } = digits();
const d = 64;
const MATRIX_PARAMETERIZATIONS = ["free", "shared", "projection", "tied"] as const;

const meanError = async (model: LinearAutoencoder, data: Matrix) =>
  (await model.squaredErrors(data)).reduce((t, e) => t + e) / data.rows;

/** The largest principal angle between the columns of B and those of another matrix. */
async function angle(b: Matrix, other: Matrix): Promise<number> {
  return degrees((await principalAngles(toDense(b), toDense(other))).at(-1)!);
}

/** Steps on all rows have no noise of minibatches, so that the cosine's small last steps end in the optimum itself. */
const toTheEnd = { epochs: 600, batchSize: "all", learningRate: 0.05, schedule: "cosine", seed: 0 } as const;

/** Σ_{i>k} σᵢ² / n and V_k, from PCA. */
async function optimum(data: Matrix, k: number, center: boolean) {
  const model = await fit(pca({ latentDim: k, center }), data);
  const errors = await model.squaredErrors(data);
  const { components: v } = model;
  const basis = transpose(toDense(v));
  return {
    bound: errors.reduce((t, e) => t + e) / data.rows,
    basis: matrix(v.cols, v.rows, Float32Array.from(basis.data)),
  };
}

// Eckart & Young (1936): no rank-k map beats the tail of the spectrum.
describe("eight dimensions of the digits: the bound is reached, never beaten, in the subspace of PCA", () => {
  for (const parameterization of MATRIX_PARAMETERIZATIONS) {
    test(parameterization, async () => {
      const { bound, basis } = await optimum(x, 8, true);
      const model = await fit(linearAutoencoder({ latentDim: 8, parameterization }), x, toTheEnd);
      const ratio = (await meanError(model, x)) / bound;
      expect(ratio).toBeLessThan(1 + 1e-3);
      // Errors of single rows are rounded by 1e-7, and of either sign: their mean is far closer to the bound.
      expect(ratio).toBeGreaterThan(1 - 1e-6);
      expect(await angle(model.decoder, basis)).toBeLessThan(1);
      expect(model.history.at(-1)!.loss / bound - 1).toBeLessThan(1e-3);
    });
  }
});

// Plaut (2018), "From principal subspaces to principal components with linear autoencoders": one subspace, many bases.
test("BBᵀ, BA and BZ end in three different B with one subspace", async () => {
  const options = { latentDim: 4 };
  const models = [
    await fit(linearAutoencoder({ ...options, parameterization: "tied" }), x, toTheEnd),
    await fit(linearAutoencoder({ ...options, parameterization: "free" }), x, toTheEnd),
  ];
  const bz = await fit(factorization({ ...options, solver: "gradient" }), x, toTheEnd);
  const bases = [...models.map((model) => model.decoder), bz.dictionary];
  const grams = bases.map((b) => gram(b));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < i; j++) {
      expect(await angle(bases[i]!, bases[j]!)).toBeLessThan(1);
      // The Gram matrix BᵀB is the same for any two B that differ by a rotation of space alone.
      const [a, b] = [grams[i]!, grams[j]!];
      const difference = Math.hypot(...a.map((value, at) => value - b[at]!)) / Math.hypot(...a, ...b);
      expect(difference).toBeGreaterThan(0.1);
    }
  }
  // BBᵀ is a projection at its optimum: B has orthonormal columns.
  const fromIdentity = grams[0]!.map((value, at) => Math.abs(value - (at % 5 === 0 ? 1 : 0)));
  expect(Math.max(...fromIdentity)).toBeLessThan(1e-3);
});

function gram({ data, rows, cols }: Matrix): number[] {
  return Array.from({ length: cols * cols }, (_, at) => {
    const [i, j] = [Math.floor(at / cols), at % cols];
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += data[r * cols + i]! * data[r * cols + j]!;
    return sum;
  });
}

/** ‖B A − I‖_F / √d. */
function distanceToIdentity(b: Matrix, a: Matrix): number {
  let squares = 0;
  for (let i = 0; i < b.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = i === j ? -1 : 0;
      for (let p = 0; p < b.cols; p++) sum += b.data[i * b.cols + p]! * a.data[p * a.cols + j]!;
      squares += sum * sum;
    }
  }
  return Math.sqrt(squares / b.rows);
}

describe("projection with k ≥ d is the identity at every step, whatever B is", () => {
  for (const [k, learningRate] of [
    [64, 1e-3],
    [64, 1e-2],
    [80, 1e-2],
  ] as const) {
    test(`k = ${k}, learning rate ${learningRate}`, async () => {
      const method = linearAutoencoder({ latentDim: k, parameterization: "projection" });
      const fitting = method.fitting as Trained;
      const loaded = await runtime();
      const initial = await fitting.initial(x, random(1).fork("initial"));
      const [batchSize, steps] = [16, 60];
      const program = await compileTraining(
        {
          data: { x: [d] },
          state: shapesOf(initial),
          trainable: Object.keys(initial),
          loss: (batch, p) => fitting.loss({ ...batch, hasMissing: false }, p),
          optimizer: optimizer({ name: "adam" }),
          batchSize,
        },
        loaded,
      );
      let state: TrainingState = { ...initial, ...program.initialSlots() };
      const context = {
        random: random(1),
        runtime: loaded,
        signal: undefined,
        scaling: fitScale(x, "none"),
        breathe: () => Promise.resolve(),
      };
      for (let step = 1; step <= steps; step++) {
        const order = BigInt64Array.from({ length: batchSize }, (_, i) =>
          BigInt((step * batchSize + i) % x.rows),
        );
        const result = await program.run({
          state,
          data: { x: { dtype: "float32", shape: [x.rows, d], data: x.data } },
          order,
          firstStep: step,
          learningRates: [learningRate],
          random: random(1),
        });
        state = result.state;
        const parameters: Parameters = { decoder: state.decoder! };
        const finished = (await fitting.finish!(parameters, context)) as Parameters;
        const distance = distanceToIdentity(
          parameterMatrix(finished, "decoder"),
          parameterMatrix(finished, "encoder"),
        );
        expect(distance, `step ${step}`).toBeLessThan(1e-4);
      }
      await program.release();
    });
  }
});

describe("every parameterization for k < d, k = d and k > d, with and without bias", () => {
  const { x: data } = lowRank({ rows: 200, cols: 6, rank: 3, noise: 0.3, seed: 7 });
  // A mean away from 0, which matters without bias.
  const shifted = { ...data, data: data.data.map((value, i) => value + (i % 3)) };
  const all: Parameterization[] = [...MATRIX_PARAMETERIZATIONS, "unrolled"];

  for (const parameterization of all) {
    for (const latentDim of [3, 6, 9]) {
      for (const bias of [true, false]) {
        test(`${parameterization}, k = ${latentDim}${bias ? ", bias" : ""}`, async () => {
          const method = linearAutoencoder({ latentDim, parameterization, bias });
          const model = await fit(method, shifted, {
            epochs: 100,
            batchSize: 32,
            learningRate: 0.05,
            schedule: "cosine",
            seed: 0,
          });
          const error = await meanError(model, shifted);
          if (latentDim < 6) {
            const { bound } = await optimum(shifted, latentDim, bias);
            expect(error / bound).toBeGreaterThan(1 - 1e-6);
            // 700 steps bring all to within 3e-2; that the bound is reached is shown above.
            expect(error / bound).toBeLessThan(1.05);
          } else {
            // Nothing need be lost of rows whose squares sum to 16; 700 steps leave 2e-5 at most.
            expect(error).toBeLessThan(1e-3);
          }
          expect((await model.encode(shifted)).cols).toBe(latentDim);
          expect(model.decoder).toMatchObject({ rows: 6, cols: latentDim });
          if (parameterization === "unrolled") expect(model.encoder).toBeUndefined();
          else expect(model.encoder).toMatchObject({ rows: latentDim, cols: 6 });
          if (!bias) expect([...model.center]).toEqual([0, 0, 0, 0, 0, 0]);
        });
      }
    }
  }
});
