/** @file The linear autoencoder on rows with noise or with hidden entries, in every parameterization. */
import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { lowRank } from "../../src/data/synthetic.js";
import type { NdArray } from "../../src/engine/index.js";
import {
  fit,
  type LinearAutoencoderOptions,
  linearAutoencoder,
  type Matrix,
  startTraining,
} from "../../src/index.js";
import type { Trained } from "../../src/methods/method.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { random } from "../../src/random.js";
import { checkTrainingGradients, trainingLoss } from "./training-loss.js";

const ALL = ["free", "projection", "shared", "tied", "unrolled"] as const;
const [n, d] = [5, 4];
const asArray = ({ rows, cols, data }: Matrix): NdArray => ({ dtype: "float32", shape: [rows, cols], data });
const drawn = (seed: number, rows = n, cols = d) => {
  const x = matrix(rows, cols);
  random(seed).fillNormal(x.data);
  return x;
};
const rows = drawn(1);
const epsilon = drawn(2);
const shown = matrix(n, d, random(3).fillBernoulli(new Float32Array(n * d), 0.6));

/** Parameters as training begins with them, moved so that no gradient is 0 by symmetry. */
async function parametersOf(options: LinearAutoencoderOptions): Promise<Parameters> {
  const initial = await (linearAutoencoder(options).fitting as Trained).initial(rows, random(5));
  const stream = random(6);
  return Object.fromEntries(
    Object.entries(initial).map(([name, value]) => [
      name,
      { ...value, data: Float32Array.from(value.data as Float32Array, (v) => v + 0.1 * stream.normal()) },
    ]),
  );
}

type Numbers = readonly (readonly number[])[];
const tableOf = ({ data, shape }: NdArray): Numbers =>
  Array.from({ length: shape[0]! }, (_, i) =>
    Array.from({ length: shape[1]! }, (_, j) => Number(data[i * shape[1]! + j])),
  );
const product = (a: Numbers, b: Numbers): Numbers =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, p) => sum + value * b[p]![j]!, 0)));
const transposed = (a: Numbers): Numbers => a[0]!.map((_, j) => a.map((row) => row[j]!));
const unit = (size: number): Numbers =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));

/** Gauss & Jordan, with the largest pivot. */
function inverseOf(a: Numbers): Numbers {
  const m = a.map((row, i) => [...row, ...unit(a.length)[i]!]);
  for (let c = 0; c < m.length; c++) {
    const pivot = m.reduce(
      (best, row, i) => (i >= c && Math.abs(row[c]!) > Math.abs(m[best]![c]!) ? i : best),
      c,
    );
    [m[c], m[pivot]] = [m[pivot]!, m[c]!];
    const by = m[c]![c]!;
    m[c] = m[c]!.map((value) => value / by);
    m.forEach((row, i) => {
      const factor = row[c]!;
      if (i !== c) m[i] = row.map((value, j) => value - factor * m[c]![j]!);
    });
  }
  return m.map((row) => row.slice(a.length));
}

/** W = BA, by the formulas of the header, of a fixed η = .2 and T = 3. */
function mapOf(parameterization: (typeof ALL)[number], p: Parameters): Numbers {
  const b = tableOf(p.decoder!);
  const narrow = b[0]!.length < b.length;
  switch (parameterization) {
    case "free":
      return product(b, tableOf(p.encoder!));
    case "tied":
      return product(b, transposed(b));
    case "projection":
      return narrow
        ? product(b, product(inverseOf(product(transposed(b), b)), transposed(b)))
        : unit(b.length);
    case "shared": {
      const c = tableOf(p.mixing!);
      return narrow ? product(product(b, c), transposed(b)) : product(product(b, transposed(b)), c);
    }
    case "unrolled": {
      const rest = product(b, transposed(b)).map((row, i) => row.map((v, j) => (i === j ? 1 : 0) - 0.2 * v));
      const power = product(rest, product(rest, rest));
      return power.map((row, i) => row.map((v, j) => (i === j ? 1 : 0) - v));
    }
  }
}

const steps = { steps: 3, stepSize: 0.2 } as const;

describe.each(ALL)("%s", (parameterization) => {
  describe.each([2, 4, 6])("k = %i", (latentDim) => {
    const base = { latentDim, parameterization, ...steps } as const;

    test("noise: the loss is ‖x − c − W (x + σε − c)‖², beside central differences", async () => {
      const options = { ...base, noise: { gaussian: 0.5 } };
      const p = await parametersOf(options);
      const center = p.center!.data as Float32Array;
      const w = mapOf(parameterization, p);
      const clean = tableOf(asArray(rows)).map((row) => row.map((v, j) => v - center[j]!));
      const noisy = clean.map((row, i) => row.map((v, j) => v + 0.5 * epsilon.data[i * d + j]!));
      const given = product(noisy, transposed(w));
      const wanted = clean.flatMap((row, i) => row.map((v, j) => (v - given[i]![j]!) ** 2));
      const method = linearAutoencoder(options);
      const { loss } = await trainingLoss(method, p, asArray(rows), asArray(epsilon));
      const closed = wanted.reduce((sum, v) => sum + v) / n;
      // Float32, and an inverse of matrices that are moved from orthonormal ones.
      expect(Math.abs(loss / closed - 1)).toBeLessThan(1e-4);
      if (parameterization !== "projection" || latentDim < d)
        await checkTrainingGradients(method, p, asArray(rows), asArray(epsilon));
    });

    test.each([
      ["zero", "all"],
      ["mean", "hidden"],
    ] as const)("masks with the token %s: the loss on %s", async (maskToken, lossOn) => {
      const options = { ...base, maskRatio: 0.4, maskToken, lossOn };
      const p = await parametersOf(options);
      const center = p.center!.data as Float32Array;
      const token = maskToken === "mean" ? (p.maskToken!.data as Float32Array) : new Float32Array(d);
      const w = mapOf(parameterization, p);
      const input = tableOf(asArray(rows)).map((row, i) =>
        row.map((v, j) => (shown.data[i * d + j] ? v : token[j]!) - center[j]!),
      );
      const given = product(input, transposed(w));
      const closed = given
        .flatMap((row, i) =>
          row.map((v, j) => ({ at: i * d + j, error: v + center[j]! - rows.data[i * d + j]! })),
        )
        .reduce((sum, { at, error }) => sum + (lossOn === "all" || !shown.data[at] ? error ** 2 : 0), 0);
      const method = linearAutoencoder(options);
      const { loss } = await trainingLoss(method, p, asArray(rows), asArray(shown));
      expect(Math.abs(loss / (closed / n) - 1)).toBeLessThan(1e-4);
      if (parameterization !== "projection" || latentDim < d)
        await checkTrainingGradients(method, p, asArray(rows), asArray(shown));
    });

    test("the initial scale multiplies A and B, and 1 leaves every bit alone", async () => {
      const initial = (options: object) =>
        (linearAutoencoder({ ...base, ...options }).fitting as Trained).initial(rows, random(5));
      const [plain, one, small] = [
        await initial({}),
        await initial({ initialScale: 1 }),
        await initial({ initialScale: 0.125 }),
      ];
      for (const [name, { data }] of Object.entries(plain)) {
        expect(one[name]!.data).toEqual(data);
        // An eighth is exact in float32.
        const factor = name === "decoder" || name === "encoder" ? 0.125 : 1;
        expect(small[name]!.data).toEqual((data as Float32Array).map((v) => v * factor));
      }
    });
  });
});

// Baldi & Hornik (1989): E ‖x − W(x + n)‖² = tr (W − I)Σ(W − I)ᵀ + σ²‖W‖²_F, least for W = Σ(Σ + σ²I)⁻¹.
describe("trained with noise, W ends in Σ(Σ + σ²I)⁻¹ where it may be anything", () => {
  const { x } = lowRank({ rows: 2000, cols: 4, rank: 3, noise: 0.3, seed: 7 });
  const sigma = 0.7;
  test.each(["free", "shared", "tied", "unrolled"] as const)("%s", async (parameterization) => {
    const method = linearAutoencoder({
      latentDim: 6,
      parameterization,
      steps: 5,
      stepSize: 0.2,
      bias: false,
      noise: { gaussian: sigma },
    });
    const model = await fit(method, x, { epochs: 400, batchSize: "all", schedule: "cosine", seed: 0 });
    const images = await model.reconstruct(unit(4).map((row) => [...row]));
    const moments = product(transposed(tableOf(asArray(x))), tableOf(asArray(x))).map((row) =>
      row.map((v) => v / x.rows),
    );
    const loaded = moments.map((row, i) => row.map((v, j) => v + (i === j ? sigma ** 2 : 0)));
    const wanted = product(moments, inverseOf(loaded));
    // The rows drawn are finite and so is the noise of 400 steps: sampling leaves some hundredths.
    for (let i = 0; i < 16; i++)
      expect(Math.abs(images.data[i]! - wanted[i % 4]![Math.floor(i / 4)]!)).toBeLessThan(0.04);
  });

  test("noise is a number of a run", async () => {
    const method = linearAutoencoder({ latentDim: 2, noise: "gaussian:0.5" });
    const session = await startTraining(method, x, { epochs: 2, seed: 0 });
    expect(session.scalars).toEqual({ noise: 0.5 });
    await session.release();
  });
});

test("with masks every parameterization fills what is missing, and better than means", async () => {
  const { x } = lowRank({ rows: 600, cols: 8, rank: 2, noise: 0.1, seed: 3 });
  const stream = random(6);
  const hidden = x.data.map(() => (stream.uniform() < 0.2 ? 1 : 0));
  const gaps = { ...x, data: x.data.map((value, i) => (hidden[i] ? Number.NaN : value)) };
  const square = (at: (i: number) => number) =>
    hidden.reduce((t, h, i) => t + h * (at(i) - x.data[i]!) ** 2, 0);
  for (const parameterization of ALL) {
    const method = linearAutoencoder({
      latentDim: parameterization === "projection" ? 3 : 8,
      parameterization,
      maskRatio: 0.2,
      lossOn: "hidden",
    });
    const model = await fit(method, gaps, { epochs: 60, seed: 0 });
    const filled = await model.reconstruct(gaps);
    // The columns' means are 0 but for sampling.
    expect(
      square((i) => filled.data[i]!),
      parameterization,
    ).toBeLessThan(0.6 * square(() => 0));
  }
});

test("options that do not go together are refused", async () => {
  const refused = (options: object, message: string) =>
    expect(() => linearAutoencoder({ latentDim: 2, ...options })).toThrow(message);
  refused({ lossOn: "hidden" }, 'lossOn "hidden" wants a maskRatio > 0');
  refused({ maskToken: "zero" }, 'maskToken wants a maskRatio > 0, or parameterization "unrolled"');
  refused({ initialScale: 0 }, "initialScale must be a number > 0, got 0");
  refused({ noise: "shift:2" }, "noise must be gaussian:SIGMA");
  const gaps = [
    [1, 2],
    [Number.NaN, 3],
  ];
  const noisy = linearAutoencoder({ latentDim: 2, parameterization: "unrolled", noise: "gaussian:1" });
  await expect(fit(noisy, gaps)).rejects.toThrow("noise wants training rows without missing numbers");
});
