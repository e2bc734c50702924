import { describe, expect, test } from "vitest";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { emit, gradient, input, matmul, runtime, square, sub, sum } from "../../src/engine/index.js";
import { type DeepSparseCodingOptions, deepSparseCoding, fit } from "../../src/index.js";
import type { Trained, TrainingBatch } from "../../src/methods/method.js";
import { proximalDescent } from "../../src/methods/sparse/proximal-descent.js";
import { sparseCodes } from "../../src/methods/sparse/sparse-codes.js";
import { random } from "../../src/random.js";
import { expectClose, float32, readGolden } from "../golden/golden.js";
import { digitRows } from "./digit-rows.js";

interface Golden {
  sizes: { rows: number; d: number; k: number };
  x: number[];
  dictionary: number[];
  lasso: { weight: number; codes: number[] }[];
}

// With a linear decoder the optimum is the lasso's, whatever the path to it.
// With a smaller weight a row has as many active atoms as numbers, and steps without momentum take tens of thousands.
test.each(readGolden<Golden>("sparse.json").lasso.filter(({ weight }) => weight >= 0.3))(
  "proximal steps from any length reach scikit-learn's lasso, weight $weight",
  async ({ weight, codes }) => {
    const { sizes, x, dictionary } = readGolden<Golden>("sparse.json");
    const { rows, d, k } = sizes;
    const [xs, ds, zs] = [input("x", ["rows", d]), input("d", [d, k]), input("z", ["rows", k])];
    const eta = input("eta", ["rows", 1]);
    const { codes: found } = proximalDescent(zs, eta, {
      energy: (z) => sum(square(sub(xs, matmul(z, ds, { transposeB: true }))), 1),
      weight,
      steps: 3000,
    });
    const program = await (await runtime()).program({ found }, { inputs: [xs, ds, zs, eta] });
    for (const first of [1e-3, 0.1, 100]) {
      const { found: reached } = await program.run({
        x: float32([rows, d], x),
        d: float32([d, k], dictionary),
        z: float32([rows, k], new Float32Array(rows * k)),
        eta: float32([rows, 1], new Float32Array(rows).fill(first)),
      });
      // Steps in float32 on a dictionary of 12 atoms in 8 dimensions.
      expectClose(reached!.data as Float32Array, codes, 1e-4, `first step ${first}`);
    }
  },
);

const shortest = { latentDim: 3, hidden: [4], activation: "tanh", sparsity: 0.2 } as const;

test.each(["optimized", "amortized"] as const)(
  "%s: central differences of the training loss agree with its gradient",
  async (inference) => {
    // So small steps move no codes: what they are is then no function of the decoder.
    const options: DeepSparseCodingOptions = { ...shortest, inference, steps: 1 };
    const { fitting } = deepSparseCoding(options);
    const data = matrix(5, 6, random(3).fillNormal(new Float32Array(30)));
    const initial = { ...(await (fitting as Trained).initial(data, random(1))) };
    if (inference === "optimized") {
      initial.codes = float32([5, 3], random(4).fillNormal(new Float32Array(15)));
      initial.stepSizes = float32([5, 1], new Float32Array(5).fill(1e-7));
    }
    const p = Object.fromEntries(Object.entries(initial).map(([name, a]) => [name, input(name, a.shape)]));
    const x = input("x", [5, 6]);
    const batch = { data: { x }, training: true, hasMissing: false } as unknown as TrainingBatch;
    const { loss } = (fitting as Trained).loss(batch, p);
    const names = Object.keys(p).filter((name) => !(fitting as Trained).fixed?.includes(name));
    const gradients = gradient(
      loss,
      names.map((name) => p[name]!),
    );
    const outputs = Object.fromEntries(names.map((name, i) => [`d.${name}`, gradients[i]!]));
    const program = await (await runtime()).compile(
      emit({ loss, ...outputs }, { inputs: [x, ...Object.values(p)] }),
    );
    const feeds = { x: float32([5, 6], data.data), ...initial };
    const first = await program.run(feeds);
    for (const name of names) {
      const values = initial[name]!.data as Float32Array;
      for (let i = 0; i < values.length; i++) {
        const kept = values[i]!;
        const losses: number[] = [];
        for (const h of [5e-3, -5e-3]) {
          values[i] = kept + h;
          losses.push((await program.run(feeds)).loss!.data[0] as number);
        }
        values[i] = kept;
        const numeric = (losses[0]! - losses[1]!) / 1e-2;
        // Losses near 6 in float32 over 1e-2, and codes that cross 0 within a step.
        expect(Math.abs(Number(first[`d.${name}`]!.data[i]) - numeric), `${name} ${i}`).toBeLessThan(1e-2);
      }
    }
  },
);

describe("digits", () => {
  const training = { epochs: 40, batchSize: 50, learningRate: 3e-3, schedule: "cosine", seed: 1 } as const;

  test("with no hidden layer its codes are the lasso's on its own dictionary", async () => {
    const model = await fit(
      deepSparseCoding({ latentDim: 16, hidden: [], sparsity: 0.2, searchSteps: 1000 }),
      digitRows,
      training,
    );
    const { "decoder.0.weight": weight, "decoder.0.bias": bias } = model.parameters;
    const centered = matrix(
      300,
      64,
      digitRows.data.map((v, i) => v - (bias!.data[i % 64] as number)),
    );
    const dictionary = matrix(64, 16, weight!.data as Float32Array);
    for (let j = 0; j < 16; j++) {
      const norm = Math.sqrt(dictionary.data.reduce((t, v, i) => (i % 16 === j ? t + v * v : t), 0));
      expect(norm).toBeLessThan(1 + 1e-6); // float32 rounding
    }
    const exact = await sparseCodes(centered, dictionary, { kind: "l1", alpha: 0.1 });
    // The dictionary is well conditioned, and a thousand steps end at float32 rounding of the gradient.
    expectClose((await model.encode(digitRows)).data, [...exact.data], 1e-3, "codes");
  });

  test.each(["optimized", "amortized"] as const)(
    "%s: training lowers the objective, and a larger λ gives more zeros",
    async (inference) => {
      const zeros: number[] = [];
      for (const sparsity of [0.05, 1]) {
        const model = await fit(
          deepSparseCoding({ latentDim: 32, hidden: [48], inference, sparsity }),
          digitRows,
          training,
        );
        expect(model.history.at(-1)!.loss).toBeLessThan(0.8 * model.history[0]!.loss);
        const z = await model.encode(digitRows);
        zeros.push(z.data.filter((value) => value === 0).length / z.data.length);
        expect(model.codes === undefined).toBe(inference === "amortized");
        for (const [name, { data, shape }] of Object.entries(model.parameters)) {
          if (!/^decoder\.\d\.weight$/.test(name)) continue;
          const columns = shape[1]!;
          for (let j = 0; j < columns; j++) {
            const norm = Math.sqrt(
              (data as Float32Array).reduce((t, v, i) => (i % columns === j ? t + v * v : t), 0),
            );
            expect(norm).toBeLessThan(1 + 1e-6);
          }
        }
      }
      expect(zeros[1]!).toBeGreaterThan(zeros[0]! + 0.1);
      expect(zeros[1]!).toBeGreaterThan(0.5);
    },
  );

  test("missing numbers are left out where codes are optimized, and refused by an encoder", async () => {
    const holes = takeRows(
      digitRows,
      Array.from({ length: 60 }, (_, i) => i),
    );
    for (let i = 0; i < holes.data.length; i += 5) holes.data[i] = Number.NaN;
    const options = { latentDim: 8, hidden: [16] };
    const model = await fit(deepSparseCoding(options), holes, { ...training, epochs: 2 });
    expect((await model.reconstruct(holes)).data.every(Number.isFinite)).toBe(true);
    await expect(fit(deepSparseCoding({ ...options, inference: "amortized" }), holes)).rejects.toThrow(
      "row 0 column 0 is NaN",
    );
  });
});
