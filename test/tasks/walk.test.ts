/** @file Sampling, interpolation and grids over codes of fitted models. */
import { beforeAll, describe, expect, test } from "vitest";
import { row, takeRows } from "../../src/data/matrix.js";
import {
  type Coder,
  codeGrid,
  fit,
  interpolate,
  isGenerative,
  load,
  type Pca,
  pca,
  restrictedBoltzmannMachine,
  sample,
  variationalAutoencoder,
} from "../../src/index.js";
import { expectClose } from "../golden/golden.js";
import { digitRows as x } from "../methods/digit-rows.js";

let model: Pca;
beforeAll(async () => {
  model = await fit(pca({ latentDim: 3 }), x, { scale: "standard" });
});

describe("interpolate", () => {
  test("goes from one reconstruction to the other in equal steps of the code", async () => {
    const [a, b] = [row(x, 3), row(x, 17)];
    const { codes, rows } = await interpolate(model, a, b, { steps: 5 });
    const ends = takeRows(x, [3, 17]);
    const z = await model.encode(ends);
    expect([codes.rows, codes.cols, rows.rows, rows.cols]).toEqual([5, 3, 5, 64]);
    expect([row(codes, 0), row(codes, 4)]).toEqual([row(z, 0), row(z, 1)]);
    const middle = row(z, 0).map((value, j) => (value + row(z, 1)[j]!) / 2);
    expectClose(row(codes, 2), [...middle], 1e-6, "middle");
    expect(rows).toEqual(await model.decode(codes));
    // A product of five rows may be summed in another order than that of two.
    expectClose(row(rows, 4), [...row(await model.reconstruct(ends), 1)], 1e-5, "end");
  });

  test("refuses a single step and rows of another length", async () => {
    await expect(interpolate(model, row(x, 0), row(x, 1), { steps: 1 })).rejects.toThrow(
      "interpolate: steps must be an integer ≥ 2, got 1",
    );
    await expect(interpolate(model, [1, 2], [3, 4])).rejects.toThrow("rows must have 64 numbers, got 2");
  });
});

describe("codeGrid", () => {
  test("the first code rises from left to right, the second falls from line to line", async () => {
    const { codes, rows } = await codeGrid(model, {
      dims: [2, 0],
      steps: 3,
      range: [
        [-1, 1],
        [0, 4],
      ],
      at: [9, 7, 9],
    });
    expect(Array.from({ length: 9 }, (_, i) => [...row(codes, i)])).toEqual([
      [4, 7, -1],
      [4, 7, 0],
      [4, 7, 1],
      [2, 7, -1],
      [2, 7, 0],
      [2, 7, 1],
      [0, 7, -1],
      [0, 7, 0],
      [0, 7, 1],
    ]);
    expect(rows).toEqual(await model.decode(codes));
  });

  test("by default it goes from −2 to 2, and with data where their codes lie", async () => {
    const plain = await codeGrid(model, { steps: 2 });
    expect([...plain.codes.data]).toEqual([-2, 2, 0, 2, 2, 0, -2, -2, 0, 2, -2, 0]);
    const z = await model.encode(x);
    const { codes } = await codeGrid(model, { steps: 2, data: x });
    for (const dim of [0, 1]) {
      const column = Array.from({ length: z.rows }, (_, i) => row(z, i)[dim]!);
      const low = Math.min(...codes.data.filter((_, at) => at % 3 === dim));
      const below = column.filter((value) => value < low).length / z.rows;
      expect(Math.abs(below - 0.05)).toBeLessThan(0.005);
    }
    const mean = Array.from({ length: z.rows }, (_, i) => row(z, i)[2]!).reduce((t, v) => t + v) / z.rows;
    expectClose([codes.data[2]!], [Math.fround(mean)], 1e-6, "at");
  });

  test("refuses codes that are not there, and ranges that are none", async () => {
    const refused = (options: object, message: string) =>
      expect(codeGrid(model, options)).rejects.toThrow(`codeGrid: ${message}`);
    await refused({ dims: [0, 3] }, "dims must be two different integers from 0 to 2, got [0, 3]");
    await refused({ dims: [1, 1] }, "dims must be two different integers");
    await refused({ range: [2, -2] }, "a range must be two finite numbers, the lower first, got [2,-2]");
    await refused({ steps: 1.5 }, "steps must be an integer ≥ 2");
    await refused({ at: [1] }, "at must have 3 numbers, got 1");
  });
});

describe("sample", () => {
  test("draws from any generative model, also from one that was loaded", async () => {
    const methods = [
      variationalAutoencoder({ latentDim: 2, hidden: [8], likelihood: "bernoulli" }),
      restrictedBoltzmannMachine({ latentDim: 4 }),
    ];
    for (const method of methods) {
      const fitted = await fit<Coder>(method, x, { epochs: 2, seed: 1 });
      const loaded = await load(fitted.save());
      expect(isGenerative(loaded)).toBe(true);
      const rows = await sample(loaded, 5, { seed: 3 });
      expect([rows.rows, rows.cols]).toEqual([5, 64]);
      expect(rows).toEqual(await sample(fitted, 5, { seed: 3 }));
      expect(rows).not.toEqual(await sample(fitted, 5, { seed: 4 }));
    }
  });

  test("a model that is no distribution is refused", async () => {
    expect(isGenerative(model)).toBe(false);
    await expect(sample(model, 5)).rejects.toThrow("sample: pca is no model to draw rows from");
  });
});
