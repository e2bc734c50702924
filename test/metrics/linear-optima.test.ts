import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { type Dense, dense, identity } from "../../src/linalg/dense.js";
import {
  conditionalMean,
  leastNoiseGain,
  mapError,
  maskedOptimum,
  noiseGain,
  wienerFilter,
  wienerFrontier,
} from "../../src/metrics/index.js";
import { random } from "../../src/random.js";

const diagonal = (values: readonly number[]): Dense =>
  dense(
    values.length,
    values.length,
    Float64Array.from({ length: values.length ** 2 }, (_, at) => {
      const [i, j] = [Math.floor(at / values.length), at % values.length];
      return i === j ? values[i]! : 0;
    }),
  );
const LAMBDA = [4, 1, 0.25];

/** Second moments of no special kind. */
function someMoments(d: number, seed: number): Dense {
  const stream = random(seed);
  const factors = Float64Array.from({ length: d * d }, () => stream.normal());
  const out = dense(d, d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++)
      for (let p = 0; p < d; p++) out.data[i * d + j]! += factors[i * d + p]! * factors[j * d + p]!;
  return out;
}

/** The least of a loss of W, to be moved from in every direction of a few. */
async function isLeast(w: Dense, loss: (w: Dense) => Promise<number> | number, fixed = (_: number) => false) {
  const at = await loss(w);
  for (let i = 0; i < w.data.length; i++) {
    if (fixed(i)) continue;
    for (const change of [-1e-3, 1e-3]) {
      const moved = dense(w.rows, w.cols, Float64Array.from(w.data));
      moved.data[i]! += change;
      expect(await loss(moved), `entry ${i}`).toBeGreaterThan(at);
    }
  }
}

describe("the Wiener filter", () => {
  test("keeps λ / (λ + s) of each direction", async () => {
    const w = await wienerFilter(diagonal(LAMBDA), 0.5);
    const wanted = diagonal(LAMBDA.map((lambda) => lambda / (lambda + 0.5)));
    for (let i = 0; i < 9; i++) expect(w.data[i]).toBeCloseTo(wanted.data[i]!, 14);
  });

  test("is the least of error on clean rows and s ‖W‖²", async () => {
    const moments = someMoments(4, 3);
    const w = await wienerFilter(moments, 0.7);
    await isLeast(w, async (map) => (await mapError(map, moments)) + 0.7 * 4 * noiseGain(map));
  });

  test("and its points are the frontier: Σ λ s²/(λ + s)², Σ λ²/(λ + s)² / d", async () => {
    const moments = diagonal(LAMBDA);
    for (const point of await wienerFrontier(moments, [0.01, 0.5, 3])) {
      const s = point.variance;
      const error = LAMBDA.reduce((sum, lambda) => sum + (lambda * s * s) / (lambda + s) ** 2, 0);
      const gain = LAMBDA.reduce((sum, lambda) => sum + (lambda / (lambda + s)) ** 2, 0) / 3;
      expect(point.cleanError).toBeCloseTo(error, 14);
      expect(point.noiseGain).toBeCloseTo(gain, 14);
      const w = await wienerFilter(moments, s);
      expect(await mapError(w, moments)).toBeCloseTo(error, 13);
      expect(noiseGain(w)).toBeCloseTo(gain, 13);
      expect(await leastNoiseGain(moments, error)).toBeCloseTo(gain, 12);
    }
    expect(await leastNoiseGain(moments, 5.25)).toBe(0);
    expect(await leastNoiseGain(moments, 0)).toBeCloseTo(1, 12);
  });

  test("no map of as small an error has less gain", async () => {
    const moments = someMoments(4, 5);
    const stream = random(8);
    for (let trial = 0; trial < 200; trial++) {
      const w = await wienerFilter(moments, 0.1 + 3 * stream.uniform());
      w.data.forEach((value, i) => {
        w.data[i] = value + 0.1 * stream.normal();
      });
      const least = await leastNoiseGain(moments, await mapError(w, moments));
      expect(noiseGain(w)).toBeGreaterThan(least);
    }
  });

  test("noise of no variance and moments that are not symmetric are refused", async () => {
    await expect(wienerFilter(diagonal(LAMBDA), 0)).rejects.toThrow("must be a number > 0, got 0");
    await expect(wienerFilter(dense(2, 2, Float64Array.of(1, 2, 0, 1)), 1)).rejects.toThrow("symmetric");
    await expect(leastNoiseGain(diagonal(LAMBDA), -1)).rejects.toThrow("cleanError must be a number ≥ 0");
  });
});

describe("masks", () => {
  const d = 4;
  const moments = someMoments(d, 6);
  const q = 0.6;
  /** E over all masks, each by its probability, of an error that may count some numbers. */
  const expected = (w: Dense, counts: (shown: boolean) => boolean) => {
    let total = 0;
    for (let mask = 0; mask < 2 ** d; mask++) {
      const shown = (j: number) => ((mask >> j) & 1) === 1;
      let probability = 1;
      for (let j = 0; j < d; j++) probability *= shown(j) ? q : 1 - q;
      for (let i = 0; i < d; i++) {
        if (!counts(shown(i))) continue;
        const rest = Array.from(
          { length: d },
          (_, j) => (i === j ? 1 : 0) - w.data[i * d + j]! * (shown(j) ? 1 : 0),
        );
        for (let a = 0; a < d; a++)
          for (let b = 0; b < d; b++) total += probability * rest[a]! * rest[b]! * moments.data[a * d + b]!;
      }
    }
    return total;
  };

  test("loss on all: Σ(qΣ + (1 − q) diag Σ)⁻¹ is the least over all masks", async () => {
    await isLeast(await maskedOptimum(moments, 1 - q), (w) => expected(w, () => true));
  });

  test("loss on the hidden: the least too, with nothing on the diagonal", async () => {
    const w = await maskedOptimum(moments, 1 - q, { lossOn: "hidden" });
    for (let i = 0; i < d; i++) expect(w.data[i * (d + 1)]).toBe(0);
    await isLeast(
      w,
      (map) => expected(map, (shown) => !shown),
      (at) => at % (d + 1) === 0,
    );
  });

  test("columns without correlation: a copy", async () => {
    const w = await maskedOptimum(diagonal(LAMBDA), 0.3);
    for (let i = 0; i < 9; i++) expect(w.data[i]).toBeCloseTo(identity(3).data[i]!, 14);
  });

  test("shares that hide nothing or all, and columns that say the same, are refused", async () => {
    await expect(maskedOptimum(moments, 0)).rejects.toThrow("maskRatio must be in (0, 1), got 0");
    await expect(maskedOptimum(diagonal([1, 0]), 0.5)).rejects.toThrow("leave no single best answer");
  });
});

describe("the conditional mean", () => {
  test("of two columns: μ₂ + ρ (x₁ − μ₁)", () => {
    const covariance = dense(2, 2, Float64Array.of(4, 1, 1, 9));
    const rows = matrix(3, 2, Float32Array.of(7, Number.NaN, Number.NaN, 5, 1, 2));
    const filled = conditionalMean(rows, [3, 2], covariance);
    expect([...filled.data]).toEqual([7, 2 + (1 / 4) * 4, 3 + (1 / 9) * 3, 5, 1, 2]);
  });

  test("leaves the least error of all linear guesses, and the means where nothing is seen", () => {
    const moments = someMoments(3, 9);
    const rows = matrix(1, 3, Float32Array.of(1, 2, Number.NaN));
    const guess = conditionalMean(rows, [0, 0, 0], moments).data[2]!;
    // Normal equations of two columns, by Cramer's rule.
    const [a, b, c, e, f] = [0, 1, 4, 2, 5].map((at) => moments.data[at]!) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const det = a * c - b * b;
    expect(guess).toBeCloseTo((e * c - b * f) / det + (2 * (a * f - b * e)) / det, 10);
    const nothing = matrix(1, 3, Float32Array.of(Number.NaN, Number.NaN, Number.NaN));
    expect([...conditionalMean(nothing, [7, 8, 9], moments).data]).toEqual([7, 8, 9]);
  });

  test("columns of no variance tell nothing; columns that say the same are refused", () => {
    const flat = dense(3, 3, Float64Array.of(0, 0, 0, 0, 4, 1, 0, 1, 9));
    const rows = matrix(1, 3, Float32Array.of(5, 2, Number.NaN));
    expect(conditionalMean(rows, [5, 0, 0], flat).data[2]).toBe(0.5);
    const same = dense(3, 3, Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1));
    expect(() => conditionalMean(rows, [0, 0, 0], same)).toThrow("row 0: columns that depend on one another");
    expect(() => conditionalMean(rows, [0], flat)).toThrow("x has 3 columns, the mean 1");
  });
});
