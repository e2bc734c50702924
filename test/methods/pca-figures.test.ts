/** @file Errors that PCA tells from its own sums, beside those of every row reconstructed. */
import { describe, expect, test } from "vitest";
import type { Numbers } from "../../src/data/matrix.js";
import { lowRank } from "../../src/data/synthetic.js";
import { pca, type ScaleKind } from "../../src/index.js";
import type { ReconstructionFigures } from "../../src/methods/method.js";
import { explainedVarianceRatio, squaredErrorPerSample } from "../../src/metrics/reconstruction.js";
import { random } from "../../src/random.js";
import { fitMeasured } from "../../src/training/fit.js";

/** 1/n Σ and its share, by x̂ of every row, in float64. */
async function figures(x: Numbers, scale: ScaleKind, k: number, center = true) {
  let told: ReconstructionFigures | undefined;
  const tell = (now: ReconstructionFigures) => {
    told = now;
  };
  const model = await fitMeasured(pca({ latentDim: k, center }), x, { scale, seed: 0 }, { tell });
  const xHat = await model.reconstructWide(x);
  const means = Array.from({ length: x.cols }, (_, j) => {
    let sum = 0;
    for (let at = j; at < x.data.length; at += x.cols) sum += x.data[at]!;
    return sum / x.rows;
  });
  return {
    told,
    squaredErrorPerSample: squaredErrorPerSample(x, xHat),
    explainedVarianceRatio: explainedVarianceRatio(x, xHat, means),
  };
}

/** Columns of units and places of their own. */
function inUnits({ data, rows, cols }: Numbers): Numbers {
  const stream = random(3);
  const units = Array.from({ length: cols }, () => 10 ** (4 * stream.uniform() - 2));
  const wide = Float64Array.from(data, (value, at) => units[at % cols]! * (value + 3 * (at % cols)));
  return { data: wide, rows, cols };
}

describe("squared error and explained share, to 1e-6 of themselves", () => {
  const shapes: [string, Numbers, number][] = [
    ["long", lowRank({ rows: 3000, cols: 40, rank: 8, noise: 0.3, seed: 1 }).x, 5],
    ["wide", lowRank({ rows: 90, cols: 2500, rank: 8, noise: 0.3, seed: 2 }).x, 5],
    [
      "ten million numbers, in float32",
      lowRank({ rows: 170_000, cols: 60, rank: 8, noise: 0.5, seed: 2 }).x,
      3,
    ],
  ];
  for (const [name, x, k] of shapes) {
    for (const scale of ["none", "standard", "unit"] as const) {
      for (const wide of [false, true]) {
        if (wide && x.data.length > 1e6) continue;
        test(`${name}, scale ${scale}${wide ? ", columns of other units" : ""}`, async () => {
          const data = wide ? inUnits(x) : x;
          const { told, ...counted } = await figures(data, scale, k);
          expect(told).toBeDefined();
          for (const key of ["squaredErrorPerSample", "explainedVarianceRatio"] as const)
            expect(Math.abs(told![key] / counted[key] - 1), key).toBeLessThan(1e-6);
        });
      }
    }
  }

  test("nothing is told where a difference of sums has lost its digits, or rows are not centered", async () => {
    const { x } = lowRank({ rows: 3000, cols: 40, rank: 5, noise: 1e-7, seed: 1 });
    expect((await figures(x, "none", 5)).told).toBeUndefined();
    expect((await figures(x, "standard", 5)).told).toBeUndefined();
    expect((await figures(x, "none", 2, false)).told).toBeUndefined();
  });
});
