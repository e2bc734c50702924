/** @file ‖∂h/∂x‖²_F by three ways of computing it, and what its weight does. */
import { describe, expect, test } from "vitest";
import { matrix, takeRows } from "../../src/data/index.js";
import { constant, runtime, type Tensor } from "../../src/engine/index.js";
import {
  type Activation,
  type ContractiveAutoencoderOptions,
  contractiveAutoencoder,
  fit,
} from "../../src/index.js";
import {
  estimatedNorms,
  exactNorms,
  layerNorms,
  measuredNorms,
} from "../../src/methods/autoencoder/jacobian.js";
import { asConstants } from "../../src/methods/evaluate.js";
import type { TrainingBatch } from "../../src/methods/method.js";
import { fullyConnected } from "../../src/methods/networks/fully-connected.js";
import { ACTIVATIONS, INFERENCE } from "../../src/methods/networks/network.js";
import { random } from "../../src/random.js";
import { expectClose } from "../golden/golden.js";
import { digitRows } from "./digit-rows.js";

const few = takeRows(digitRows, [0, 1, 2, 3, 4, 5, 6]);
const quick = { epochs: 2, seed: 1 } as const;

/** ‖J‖²_F of every row by central differences of `encode`, in float64 sums. */
async function differences(
  encode: (x: typeof few) => Promise<{ data: Float32Array }>,
  x: typeof few,
): Promise<number[]> {
  // Float32 codes near 1: rounding 1e-7 / h and truncation h² meet near 1e-3 of a slope.
  const h = 1e-2;
  const norms = new Array<number>(x.rows).fill(0);
  for (let j = 0; j < x.cols; j++) {
    const moved = [h, -h].map((by) =>
      matrix(
        x.rows,
        x.cols,
        x.data.map((v, i) => (i % x.cols === j ? v + by : v)),
      ),
    );
    const [up, down] = [await encode(moved[0]!), await encode(moved[1]!)];
    const k = up.data.length / x.rows;
    up.data.forEach((value, i) => {
      norms[Math.floor(i / k)]! += ((value - down.data[i]!) / (2 * h)) ** 2;
    });
  }
  return norms;
}

async function value(tensor: Tensor): Promise<number[]> {
  const program = await (await runtime()).program({ tensor });
  return [...((await program.run({})).tensor!.data as Float32Array)];
}

describe("‖∂h/∂x‖²_F of a fitted model is that of central differences", () => {
  const cases: ContractiveAutoencoderOptions[] = [
    { latentDim: 4 },
    { latentDim: 20, hidden: [16, 8], activation: "tanh", latentActivation: "linear" },
    { latentDim: 3, hidden: [16], activation: "gelu", batchNorm: true, tied: false },
  ];
  test.each(cases)("%j", async (options) => {
    const model = await fit(contractiveAutoencoder(options), digitRows, quick);
    const wanted = await differences((x) => model.encode(x), few);
    expectClose(await model.jacobianNorms(few), wanted, 2e-3, "norms");
  });
});

test("it is by the rows in the units of training", async () => {
  const wide = matrix(
    digitRows.rows,
    64,
    digitRows.data.map((v) => 50 * v),
  );
  const [inside, outside] = [
    await fit(contractiveAutoencoder({ latentDim: 4 }), wide, { ...quick, scale: "unit" }),
    await fit(contractiveAutoencoder({ latentDim: 4 }), wide, quick),
  ];
  const scaled = takeRows(wide, [0, 1, 2, 3, 4, 5, 6]);
  const factor = matrix(
    7,
    64,
    scaled.data.map((v) => v),
  );
  const mean = (norms: Float32Array) => norms.reduce((a, b) => a + b) / norms.length;
  expect(mean(await inside.jacobianNorms(factor))).toBeGreaterThan(
    10 * mean(await outside.jacobianNorms(factor)),
  );
  await expect(inside.jacobianNorms([[1, 2]])).rejects.toThrow(
    "contractiveAutoencoder.jacobianNorms: rows must have 64 numbers, got 2",
  );
  const damaged = matrix(1, 64, new Float32Array(64).fill(Number.NaN));
  await expect(inside.jacobianNorms(damaged)).rejects.toThrow("jacobianNorms: row 0 column 0 is NaN");
});

describe("ways of computing it", () => {
  const x = constant({ dtype: "float32", shape: [7, 64], data: few.data });

  test.each(ACTIVATIONS)("one layer, %s: the closed form is the sum over codes", async (phi: Activation) => {
    const layers = {
      latentDim: 5,
      hidden: [],
      activation: "relu",
      latentActivation: phi,
      tied: true,
    } as const;
    const network = fullyConnected({ ...layers, batchNorm: false });
    const p = asConstants(network.initial(64, random(1)));
    const z = network.encode(x, p, INFERENCE);
    const closed = await value(layerNorms(z, x, p["encoder.0.weight"]!, p["encoder.0.bias"]!, phi));
    const every = closed.length === 1 ? new Array<number>(7).fill(closed[0]!) : closed;
    expectClose(await value(exactNorms(z, x)), every, 1e-5, "by products");
    expectClose(await value(measuredNorms(z, x)), every, 1e-5, "in a loop");
  });

  test("Hutchinson's estimate has the exact mean", async () => {
    const layers = { latentDim: 6, hidden: [12], activation: "tanh", latentActivation: "sigmoid" } as const;
    const network = fullyConnected({ ...layers, tied: false, batchNorm: false });
    const p = asConstants(network.initial(64, random(1)));
    const z = network.encode(x, p, INFERENCE);
    let drawn = 0;
    const batch = {
      bernoulli: (probability: number) =>
        constant({
          dtype: "float32",
          shape: [7, 6],
          data: random(drawn++).fillBernoulli(new Float32Array(42), probability),
        }),
    } as unknown as TrainingBatch;
    const exact = await value(exactNorms(z, x));
    const estimated = await value(estimatedNorms(z, x, 200, batch));
    // A probe's spread is near the norm itself, so 200 of them know each row's to 7 %, and seven rows their sum to 3 %.
    const sum = (values: number[]) => values.reduce((a, b) => a + b);
    expect(Math.abs(sum(estimated) / sum(exact) - 1)).toBeLessThan(0.1);
    expect(estimated).not.toEqual(exact);
  });
});

test("the norm falls with λ, for one layer and for two, exact and estimated", async () => {
  const training = { epochs: 30, batchSize: 50, learningRate: 3e-3, seed: 1 } as const;
  const networks: ContractiveAutoencoderOptions[] = [
    { latentDim: 16 },
    { latentDim: 6, hidden: [16], jacobian: "exact" },
    { latentDim: 6, hidden: [16], jacobian: "hutchinson" },
  ];
  for (const network of networks) {
    const norms: number[] = [];
    for (const contraction of [0, 1, 10]) {
      const model = await fit(contractiveAutoencoder({ ...network, contraction }), digitRows, training);
      norms.push((await model.jacobianNorms(digitRows)).reduce((a, b) => a + b) / digitRows.rows);
    }
    expect(norms[1]!).toBeLessThan(0.7 * norms[0]!);
    expect(norms[2]!).toBeLessThan(0.5 * norms[1]!);
  }
});
