/** @file Local outlier factor: scores of scikit-learn, a rule for duplicates, and what columns add to a score. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { configureRuntime, fit, localOutlierFactor } from "../../src/index.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  cases: {
    cols: number;
    nNeighbors: number;
    x: number[];
    new: number[];
    fittedScores: number[];
    scores: number[];
  }[];
}

const { cases } = readGolden<Golden>("local-outlier-factor.json");
const rowsOf = (x: readonly number[], cols: number): Matrix =>
  matrix(x.length / cols, cols, Float32Array.from(x));

beforeAll(() => configureRuntime({ threads: 1 }));

describe("scores are scikit-learn's", () => {
  test.each(cases)("of $cols columns, $nNeighbors neighbors", async ({ cols, nNeighbors, ...given }) => {
    const model = await fit(localOutlierFactor({ nNeighbors }), rowsOf(given.x, cols), { seed: 0 });
    // It adds 10⁻¹⁰ to every mean distance, here about 1.
    expectClose(model.fittedScores, given.fittedScores, 1e-9, "fitted rows");
    expectClose(await model.score(rowsOf(given.new, cols)), given.scores, 1e-7, "new rows"); // float32
  });
});

describe("duplicates", () => {
  // Six equal rows, and steps of 1 away from them.
  const x = matrix(10, 1, Float32Array.of(0, 0, 0, 0, 0, 0, 1, 2, 3, 4));

  test("are as usual as can be, and a row beside them is very unusual", async () => {
    const model = await fit(localOutlierFactor({ nNeighbors: 3 }), x, { seed: 0 });
    // Mean reach: 0 six times, then of 1: neighbors 0, 0 and 0; of 2: 1, 3 and 0 or 4; of 3: 2, 4 and 1; of 4: 3, 2 and 1.
    const reach = model.parameters.reach!.data as Float64Array;
    const mean = (model.parameters.leastReach!.data[0] as number) / 1e-10;
    expect([...reach.subarray(0, 6)].every((r) => r === 1e-10 * mean)).toBe(true);
    expect([...model.fittedScores.subarray(0, 6)]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(model.fittedScores[6]! * 1e-10 * mean).toBeCloseTo(reach[6]!, 12);
    expect(model.fittedScores[9]!).toBeLessThan(model.fittedScores[6]!);
  });

  test("in other units, the same scores", async () => {
    const small = matrix(
      10,
      1,
      x.data.map((value) => value * 2 ** -60),
    );
    const [one, other] = [
      await fit(localOutlierFactor({ nNeighbors: 3 }), x, { seed: 0 }),
      await fit(localOutlierFactor({ nNeighbors: 3 }), small, { seed: 0 }),
    ];
    expectClose(other.fittedScores, [...one.fittedScores], 1e-12, "scores");
  });

  test("rows that are all equal are usual, and any other is not", async () => {
    const equal = matrix(8, 2, new Float32Array(16).fill(3));
    const model = await fit(localOutlierFactor({ nNeighbors: 3 }), equal, { seed: 0 });
    expect([...model.fittedScores]).toEqual(new Array(8).fill(1));
    const [same, other] = await model.score([
      [3, 3],
      [3, 4],
    ]);
    expect(same).toBe(1);
    expect(other).toBeGreaterThan(1e6);
    expect(other).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});

function noise(rows: number, cols: number): Matrix {
  const stream = random(3);
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => stream.normal()),
  );
}

describe("contributions", () => {
  test("add up to the score", async () => {
    const x = noise(300, 12);
    const model = await fit(localOutlierFactor(), x, { seed: 0 });
    const unseen = takeRows(
      noise(320, 12),
      Array.from({ length: 20 }, (_, i) => 300 + i),
    );
    const [scores, parts] = [await model.score(unseen), await model.contributions(unseen)];
    for (let i = 0; i < 20; i++) {
      expect(row(parts, i).every((part) => part >= 0)).toBe(true);
      const sum = row(parts, i).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum / scores[i]! - 1)).toBeLessThan(1e-6); // float32
    }
  });

  test("are those of one neighbor, of the squares of its differences", async () => {
    const x = [
      [0, 0],
      [1, 0],
      [0, 1],
      [20, 20],
    ];
    const model = await fit(localOutlierFactor({ nNeighbors: 1 }), x, { seed: 0 });
    const [score] = await model.score([[3, -2]]);
    // The nearest is (1, 0): differences 2 and −2; of (0, −1), (0, 0): 0 and −1.
    expectClose((await model.contributions([[3, -2]])).data, [score! / 2, score! / 2], 1e-7, "a corner");
    const [below] = await model.score([[0, -1]]);
    expectClose((await model.contributions([[0, -1]])).data, [0, below!], 1e-7, "below");
    const [itself] = await model.score([[0, 1]]);
    expectClose((await model.contributions([[0, 1]])).data, [itself! / 2, itself! / 2], 1e-7, "a fitted row");
  });

  test.each([0, 7])("name column %i first, in which a row is far off", async (column) => {
    const x = noise(900, 8);
    x.data[123 * 8 + column] = 30;
    const model = await fit(localOutlierFactor(), x, { seed: 9 });
    expect(model.fittedScores.indexOf(Math.max(...model.fittedScores))).toBe(123);
    const own = row(await model.contributions(takeRows(x, [123])), 0);
    expect(own.indexOf(Math.max(...own))).toBe(column);
  });
});

test("too few rows are refused", async () => {
  await expect(fit(localOutlierFactor(), noise(20, 2))).rejects.toThrow(
    "localOutlierFactor: nNeighbors 20 wants at least 21 rows, got 20",
  );
});
