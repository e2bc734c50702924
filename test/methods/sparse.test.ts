/** @file The largest numbers of a row, and how sparse codes become. */
import { describe, expect, test } from "vitest";
import { gradient, input, keepLargest, runtime, square, sum } from "../../src/engine/index.js";
import { fit, type Sparsity, sparseAutoencoder } from "../../src/index.js";
import { checkGradients } from "../engine/central-differences.js";
import { float32 } from "../golden/golden.js";
import { digitRows as x } from "./digit-rows.js";

describe("keepLargest", () => {
  test("first and second order against central differences", () =>
    checkGradients({
      shapes: [[4, 6]],
      f: (a) => keepLargest(square(a!), 2),
      // Apart by far more than the step, so that no difference changes which are largest.
      at: (normal, i) => 0.4 + ((i * 5) % 6) + 0.1 * Math.tanh(normal),
    }));

  test("exactly so many stay, the first of equal ones, and gradients flow to them alone", async () => {
    const a = input("a", ["rows", 4]);
    const kept = keepLargest(a, 2);
    const program = await (await runtime()).program({ kept }, { inputs: [a] });
    const rows = float32([3, 4], [1, 1, 1, 1, -3, -1, -2, -4, 0, 5, 0, 5]);
    expect([...(await program.run({ a: rows })).kept!.data].map((v) => Number(v) + 0)).toEqual([
      1, 1, 0, 0, 0, -1, -2, 0, 0, 5, 0, 5,
    ]);
    const b = input("b", [1, 4]);
    const [slope] = gradient(sum(keepLargest(b, 2)), [b]);
    const slopes = await (await runtime()).program({ slope: slope! }, { inputs: [b] });
    expect([...(await slopes.run({ b: float32([1, 4], [1, 1, 1, 1]) })).slope!.data]).toEqual([1, 1, 0, 0]);
  });

  test("as many as there are, or none, are refused beyond the row", () => {
    for (const count of [0, 5, 1.5])
      expect(() => keepLargest(input("a", [2, 4]), count)).toThrow(`there are no ${count} largest`);
  });
});

const training = { epochs: 30, batchSize: 50, learningRate: 3e-3, seed: 1 } as const;
const fitted = (sparsity: Sparsity, latentDim = 128) =>
  fit(sparseAutoencoder({ latentDim, sparsity }), x, training);

describe("codes twice as wide as the row", () => {
  test("topK: at most K of a code are not 0, and without a number a tenth", async () => {
    for (const [sparsity, most] of [
      [{ topK: 5 }, 5],
      ["topK", 13],
    ] as const) {
      const z = await (await fitted(sparsity)).encode(x);
      for (let i = 0; i < x.rows; i++) {
        const row = z.data.subarray(i * 128, (i + 1) * 128);
        expect(row.filter((v) => v !== 0).length).toBe(most);
      }
    }
  });

  test("l1: the larger λ, the fewer are active", async () => {
    const active: number[] = [];
    for (const l1 of [0.001, 0.1, 1]) {
      const { data } = await (await fitted({ l1 })).encode(x);
      active.push(data.filter((v) => v > 0).length / x.rows);
    }
    expect(active[1]!).toBeLessThan(0.8 * active[0]!);
    expect(active[2]!).toBeLessThan(0.8 * active[1]!);
  });

  test("kl: the mean activation comes from a half near to its target", async () => {
    const { data } = await (await fitted({ kl: [10, 0.1] })).encode(x);
    const mean = data.reduce((a, b) => a + b) / data.length;
    expect(Math.abs(mean - 0.1)).toBeLessThan(0.05);
  });
});

test("dead units are those that no row wakes", async () => {
  const model = await fitted({ topK: 8 }, 8);
  expect(await model.deadUnits(x)).toEqual([]);
  // On one row alone, units that are silent there are dead.
  const first = x.data.subarray(0, 64);
  const z = await model.encode([[...first]]);
  const sizes = [...z.data].map(Math.abs);
  const silent = [...sizes.keys()].filter((j) => sizes[j]! <= 0.01 * Math.max(...sizes));
  expect(await model.deadUnits([[...first]])).toEqual(silent);
  expect(await (await fitted({ l1: 1e4 }, 8)).deadUnits(x)).toHaveLength(8);
});

test("options that do not fit each other are refused", () => {
  const refused = (options: object, message: string) =>
    expect(() => sparseAutoencoder({ latentDim: 4, ...options })).toThrow(`sparseAutoencoder: ${message}`);
  refused({ sparsity: { topK: 5 } }, "sparsity topK:5 wants a latentDim of 5 or more, got 4");
  refused(
    { sparsity: "kl:1", latentActivation: "tanh" },
    "sparsity kl:1 wants latentActivation sigmoid, got tanh",
  );
  for (const sparsity of ["l1", "l1:0", "topK:0", "topK:1.5", "kl:1:2", "l2:1"])
    refused({ sparsity }, "sparsity must be l1:WEIGHT, kl:WEIGHT:TARGET or topK:COUNT");
  expect(sparseAutoencoder({ latentDim: 4, sparsity: { kl: [1, 0.1] } }).options).toMatchObject({
    sparsity: "kl:1:0.1",
    latentActivation: "sigmoid",
  });
});
