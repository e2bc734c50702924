/** @file Trainings by second moments, and claims about them that have a closed form, in 16 dimensions. */
import { describe, expect, test } from "vitest";
import { matrix } from "../../../src/data/matrix.js";
import { configureRuntime, fit, linearAutoencoder } from "../../../src/index.js";
import { type Dense, dense } from "../../../src/linalg/dense.js";
import { gemm } from "../../../src/linalg/gemm.js";
import { degrees, principalAngles } from "../../../src/linalg/principal-angles.js";
import type { Parameters } from "../../../src/methods/parameters.js";
import {
  identityDistance,
  leastNoiseGain,
  linearMap,
  mapError,
  maskedOptimum,
  noiseGain,
  spectralNorm,
  wienerFilter,
} from "../../../src/metrics/index.js";
import { random } from "../../../src/random.js";
import { type Course, follow, spacedSteps, trainedMap } from "../../../studies/lectures/linear-training.js";
import { studyData, tailOf } from "../../../studies/lectures/study-data.js";

const d = 16;
const rows = matrix(400, d);
const stream = random(3);
const turn = Array.from({ length: d * d }, () => stream.normal() / 4);
for (let i = 0; i < rows.rows; i++) {
  const source = Array.from({ length: d }, (_, j) => stream.normal() * 0.8 ** j);
  for (let j = 0; j < d; j++)
    rows.data[i * d + j] = source.reduce((sum, value, p) => sum + value * turn[p * d + j]!, 0);
}
const data = await studyData("rows", rows);
const adam = { optimizer: "adam", learningRate: 1e-2, schedule: "cosine", seed: 1 } as const;
const KINDS = ["free", "projection", "shared", "unrolled"] as const;

function product(a: Dense, b: Dense, transposeB = false): Dense {
  const cols = transposeB ? b.rows : b.cols;
  const out = dense(a.rows, cols);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < cols; j++)
      for (let p = 0; p < a.cols; p++)
        out.data[i * cols + j]! +=
          a.data[i * a.cols + p]! * (transposeB ? b.data[j * b.cols + p]! : b.data[p * cols + j]!);
  return out;
}
const difference = (a: Dense, b: Dense) => Math.hypot(...a.data.map((v, i) => v - b.data[i]!)) / Math.sqrt(d);
const decoderOf = ({ decoder }: Parameters) =>
  dense(d, decoder!.shape[1]!, Float64Array.from(decoder!.data as Float32Array));

/** I − (I − η B Bᵀ)^T. */
function unrolledMap(b: Dense, stepSize: number, steps: number): Dense {
  const rest = product(b, b, true);
  rest.data.forEach((value, at) => {
    rest.data[at] = (at % (d + 1) === 0 ? 1 : 0) - stepSize * value;
  });
  let power = rest;
  for (let t = 1; t < steps; t++) power = product(power, rest);
  return dense(
    d,
    d,
    power.data.map((value, at) => (at % (d + 1) === 0 ? 1 : 0) - value),
  );
}

describe("rows of the same second moments", () => {
  test("are trained on as all rows are: one map, step by step", async () => {
    const course: Course = { latentDim: 4, parameterization: "free", ...adam };
    const { map } = await trainedMap(data, course, 40);
    const { schedule, optimizer, learningRate, seed } = adam;
    const options = {
      schedule,
      optimizer,
      learningRate,
      seed,
      batchSize: "all",
      epochs: 40,
      scale: "none",
    } as const;
    const model = await fit(linearAutoencoder({ latentDim: 4, bias: false }), data.x, options);
    const { matrix: own } = await linearMap(model);
    // Adam's first steps are signs of gradients, whose rounding differs.
    expect(difference(map, own)).toBeLessThan(1e-4);
  });

  test("C4: noise is the penalty σ²‖W‖², and every free map ends in the Wiener filter", async () => {
    const wiener = await wienerFilter(data.moments, 0.1);
    for (const options of [
      { parameterization: "free" },
      { parameterization: "shared" },
      { parameterization: "tied" },
      { parameterization: "unrolled", steps: 1, stepSize: 0.5 },
      { parameterization: "unrolled", steps: 10, stepSize: 0.1 },
    ] as const) {
      const course = { ...options, latentDim: d, corruption: { noise: 0.1 }, ...adam };
      const { map } = await trainedMap(data, course, 3000);
      const loss = async (w: Dense) => (await mapError(w, data.moments)) + 0.1 * d * noiseGain(w);
      expect((await loss(map)) / (await loss(wiener)) - 1, JSON.stringify(options)).toBeLessThan(1e-3);
    }
  });

  test("C7: zeros for hidden numbers end in Σ(qΣ + (1 − q) diag Σ)⁻¹", async () => {
    const course = { parameterization: "free", latentDim: d, corruption: { masks: 0.3 }, ...adam } as const;
    const { map } = await trainedMap(data, course, 6000);
    const best = await maskedOptimum(data.moments, 0.3);
    const loss = async (w: Dense) => {
      // tr Σ − 2 q tr WΣ + tr W(q²Σ + q(1 − q) diag Σ)Wᵀ
      const s = data.moments.data;
      let total = 0;
      for (let i = 0; i < d; i++) {
        total += s[i * (d + 1)]!;
        for (let j = 0; j < d; j++) {
          total -= 2 * 0.7 * w.data[i * d + j]! * s[j * d + i]!;
          for (let p = 0; p < d; p++)
            total += w.data[i * d + j]! * w.data[i * d + p]! * s[j * d + p]! * (j === p ? 0.7 : 0.49);
        }
      }
      return total;
    };
    expect((await loss(map)) / (await loss(best)) - 1).toBeLessThan(1e-3);
  });
});

test("trainings have the same bits at one thread and at two", async () => {
  const course = {
    parameterization: "unrolled",
    latentDim: 20,
    corruption: { noise: 0.1 },
    ...adam,
  } as const;
  try {
    const maps = [];
    for (const threads of [1, 2]) {
      configureRuntime({ threads });
      maps.push((await trainedMap(data, course, 30)).map.data);
    }
    expect(maps[0]).toEqual(maps[1]);
  } finally {
    configureRuntime({ threads: 1 });
  }
});

describe("claims with a closed form", () => {
  test.each(KINDS)(
    "A10, B7: no map of rank k is nearer to I than √((d − k)/d), %s",
    async (parameterization) => {
      for (const latentDim of [1, 5, 12]) {
        const { map } = await trainedMap(data, { parameterization, latentDim, ...adam }, 300);
        expect(identityDistance(map)).toBeGreaterThan(Math.sqrt((d - latentDim) / d) - 1e-6);
      }
    },
  );

  test("A7, A22: the error is never below the tail of the spectrum, and P2 reaches it", async () => {
    for (const latentDim of [2, 6]) {
      const bound = tailOf(data, latentDim);
      for (const parameterization of KINDS)
        await follow(data, { parameterization, latentDim, ...adam }, spacedSteps(300, 2), async ({ map }) => {
          expect((await mapError(map, data.moments)) / bound).toBeGreaterThan(1 - 1e-5);
          return false;
        });
      const { map } = await trainedMap(data, { parameterization: "projection", latentDim, ...adam }, 1500);
      expect((await mapError(map, data.moments)) / bound).toBeLessThan(1 + 1e-3);
    }
  });

  test("B8: P2 is the identity at every step once k ≥ d", async () => {
    for (const latentDim of [d, 20])
      await follow(
        data,
        { parameterization: "projection", latentDim, ...adam },
        spacedSteps(100, 2),
        ({ map }) => {
          expect(identityDistance(map)).toBeLessThan(1e-5);
          return false;
        },
      );
  });

  test.each([1, 3, 10, 30])(
    "B10: P4 of %i steps is I − (I − ηBBᵀ)^T, before training and after",
    async (steps) => {
      const stepSize = 0.1;
      const course = { parameterization: "unrolled", latentDim: 20, steps, stepSize, ...adam } as const;
      await follow(data, course, [0, 50], ({ map, parameters }) => {
        const closed = unrolledMap(decoderOf(parameters), stepSize, steps);
        expect(difference(map, closed)).toBeLessThan(1e-6);
        return false;
      });
    },
  );

  test.each([1, 3, 10, 30])("B10: BBᵀ = I/η makes it the identity, for T = %i", (steps) => {
    const b = dense(d, d);
    for (let i = 0; i < d; i++) b.data[i * (d + 1)] = Math.sqrt(1 / 0.3);
    expect(identityDistance(unrolledMap(b, 0.3, steps))).toBeLessThan(1e-15);
  });

  test.each(["free", "shared", "unrolled", "tied", "projection"] as const)(
    "B13: no map on the way is under the Wiener frontier, %s",
    async (parameterization) => {
      const descent = { optimizer: "sgd", learningRate: 0.05, seed: 1 } as const;
      for (const course of [
        { latentDim: d, ...adam },
        { latentDim: 5, ...adam },
        { latentDim: 20, ...descent, initialScale: 0.1 },
        { latentDim: d, ...adam, corruption: { noise: 0.1 } },
      ])
        await follow(data, { parameterization, ...course }, spacedSteps(300, 2), async ({ map }) => {
          const least = await leastNoiseGain(data.moments, await mapError(map, data.moments));
          expect(noiseGain(map), JSON.stringify(course)).toBeGreaterThan(least - 1e-4);
          return false;
        });
    },
  );

  test.each([1, 3, 10, 30])(
    "C5: P4 of %i steps of one length, trained with noise, keeps λ/(λ + σ²) of every direction",
    async (steps) => {
      const noise = 0.1;
      const course = { parameterization: "unrolled", latentDim: d, steps, stepSize: 0.3 / steps } as const;
      const { map } = await trainedMap(data, { ...course, corruption: { noise }, ...adam }, 4000);
      const turned = await gemm(await gemm(data.eigenvectors, map, { transposeA: true }), data.eigenvectors);
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) {
          const lambda = data.eigenvalues[i]!;
          const wanted = i === j ? lambda / (lambda + noise) : 0;
          expect(Math.abs(turned.data[i * d + j]! - wanted)).toBeLessThan(5e-3);
        }
    },
  );

  test("C3: P2 ends in one subspace with noise and without, for k < d", async () => {
    const ends = [];
    for (const corruption of [undefined, { noise: 0.1 }]) {
      const course = { parameterization: "projection", latentDim: 5, corruption, ...adam } as const;
      ends.push(decoderOf((await trainedMap(data, course, 2000)).parameters));
    }
    expect(degrees((await principalAngles(ends[0]!, ends[1]!)).at(-1)!)).toBeLessThan(0.01);
  });

  test("C2, C6: the best for one variance of noise is the best for no other", async () => {
    const noisy = async (w: Dense, s: number) => (await mapError(w, data.moments)) + s * d * noiseGain(w);
    const filter = await wienerFilter(data.moments, 0.1);
    // Σ λs/(λ + s), the error of the best.
    const least = (s: number) => data.eigenvalues.reduce((sum, value) => sum + (value * s) / (value + s), 0);
    expect((await noisy(filter, 0.1)) / least(0.1)).toBeCloseTo(1, 10);
    for (const s of [0.01, 1]) expect((await noisy(filter, s)) / least(s)).toBeGreaterThan(1.05);
  });

  test("B11: the maps of P2 lengthen nothing", async () => {
    const course = { parameterization: "projection", latentDim: 6, ...adam } as const;
    await follow(data, course, spacedSteps(100, 3), async ({ map }) => {
      expect(await spectralNorm(map)).toBeLessThan(1 + 1e-5);
      return false;
    });
  });
});
