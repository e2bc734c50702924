/** @file Imputation by nearest neighbors against scikit-learn, and by hand. */
import { expect, test } from "vitest";
import { hideEntries } from "../../src/data/corrupt.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { fit, impute, load, nearestNeighborImputation } from "../../src/index.js";
import { rmseHidden } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  readonly cols: number;
  readonly fittedRows: number;
  readonly complete: number[];
  readonly gaps: number[];
  readonly neighbors: readonly {
    readonly nNeighbors: number;
    readonly weights: "uniform" | "distance";
    readonly fitted: number[];
    readonly new: number[];
  }[];
}

const golden = readGolden<Golden>("imputation.json");
const { cols: d, fittedRows } = golden;
const holed = matrix(
  golden.complete.length / d,
  d,
  Float32Array.from(golden.complete, (value, at) => (golden.gaps[at] ? Number.NaN : value)),
);
const rowsFrom = (from: number, to: number) =>
  takeRows(
    holed,
    Array.from({ length: to - from }, (_, i) => from + i),
  );

test.each(golden.neighbors)("$nNeighbors neighbors, $weights: as KNNImputer fills", async (wanted) => {
  const { nNeighbors, weights } = wanted;
  const [fitted, further] = [rowsFrom(0, fittedRows), rowsFrom(fittedRows, holed.rows)];
  const model = await fit(nearestNeighborImputation({ nNeighbors, weights, shrinkage: 0 }), fitted, {
    seed: 0,
  });
  expectClose((await impute(model, fitted)).data, wanted.fitted, 1e-6, "fitted rows");
  expectClose((await impute(model, further)).data, wanted.new, 1e-6, "new rows");
});

const NONE = Number.NaN;

test("by hand: distances over what both rows know, and donors that have the number", async () => {
  const x = matrix(4, 3, Float32Array.of(0, 0, 10, 1, NONE, 20, 4, 0, NONE, 2, 2, 40));
  const of = async (options: object, given: number[]) => {
    const model = await fit(nearestNeighborImputation({ shrinkage: 0, ...options }), x, { seed: 0 });
    return (await impute(model, [given])).data[2];
  };
  // D² of (0, 0, ?): 0; 3 · 1 = 3, of one column; 24, without the number; 1.5 · 8 = 12.
  expect(await of({ nNeighbors: 1 }, [0, 0, NONE])).toBeCloseTo(10, 5);
  expect(await of({ nNeighbors: 3, weights: "uniform" }, [0, 0, NONE])).toBeCloseTo(70 / 3, 5);
  // Beside a row at no distance the others weigh nothing.
  expect(await of({ nNeighbors: 3 }, [0, 0, NONE])).toBeCloseTo(10, 5);
  // D² of (1, 1, ?): 1.5 · 2, 3 · 0 and 1.5 · 2: the second is equal in what it has.
  expect(await of({ nNeighbors: 3 }, [1, 1, NONE])).toBeCloseTo(20, 5);
  // With half a column more in which rows differ by twice the variance v it is no longer alone.
  const v = (await fit(nearestNeighborImputation(), x, { seed: 0 })).parameters.variance!.data[0] as number;
  const [two, one] = [(3 / 2.5) * (2 + v), (3 / 1.5) * v];
  const wanted = (10 / two + 20 / one + 40 / two) / (2 / two + 1 / one);
  expect(await of({ nNeighbors: 3, shrinkage: 0.5 }, [1, 1, NONE])).toBeCloseTo(wanted, 4);
});

test("a number that no row with a column in common has is its column's mean", async () => {
  const x = matrix(4, 2, Float32Array.of(1, NONE, 3, NONE, NONE, 5, NONE, 9));
  const model = await fit(nearestNeighborImputation({ nNeighbors: 2 }), x, { seed: 0 });
  expect([...(await impute(model, x)).data]).toEqual([1, 7, 3, 7, 2, 5, 2, 9]);
});

const stream = random(8);
/** Two groups, of which each has columns of its own means. */
const grouped = (n: number): Matrix => {
  const x = matrix(n, 5);
  for (let i = 0; i < n; i++)
    row(x, i).set(Array.from({ length: 5 }, (_, j) => (i % 2 ? 10 * j : -3) + stream.normal()));
  return x;
};

test("the k that is chosen fills as well as the best, and much better than others", async () => {
  const curve = matrix(400, 3);
  for (let i = 0; i < 400; i++) {
    const t = (6 * i) / 400;
    row(curve, i).set([Math.sin(t), Math.cos(t), Math.sin(2 * t)]);
  }
  for (const x of [curve, grouped(400)]) {
    const { x: gaps, mask } = hideEntries(x, { probability: 0.1, seed: 1 });
    const errorOf = async (nNeighbors: number | "validated") =>
      rmseHidden(
        x,
        await impute(await fit(nearestNeighborImputation({ nNeighbors }), gaps, { seed: 0 }), gaps),
        mask,
      );
    const errors = await Promise.all([1, 2, 3, 5, 10, 20, 50, 200].map(errorOf));
    expect(await errorOf("validated")).toBeLessThan(1.1 * Math.min(...errors));
    expect(await errorOf("validated")).toBeLessThan(0.9 * Math.max(...errors));
  }
});

test("filled numbers lie within those that are there; a model loaded again fills the same", async () => {
  const { x } = hideEntries(grouped(80), { probability: 0.3, seed: 5 });
  const model = await fit(nearestNeighborImputation(), x, { seed: 0 });
  const filled = await impute(model, x);
  for (let j = 0; j < 5; j++) {
    const known = Array.from({ length: 80 }, (_, i) => x.data[i * 5 + j]!).filter(
      (value) => !Number.isNaN(value),
    );
    for (let i = 0; i < 80; i++) {
      expect(filled.data[i * 5 + j]).toBeGreaterThanOrEqual(Math.min(...known) - 1e-5);
      expect(filled.data[i * 5 + j]).toBeLessThanOrEqual(Math.max(...known) + 1e-5);
    }
  }
  expect(await impute(await load(model.save()), x)).toEqual(filled);
});

test("more neighbors than rows are refused", async () => {
  await expect(fit(nearestNeighborImputation({ nNeighbors: 81 }), grouped(80))).rejects.toThrow(
    "nearestNeighborImputation: nNeighbors 81 wants at least as many rows, got 80",
  );
});
