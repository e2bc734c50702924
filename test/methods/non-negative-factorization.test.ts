/** @file Non-negative factorization: known optima, scikit-learn's figures, and codes by non-negative least squares. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row } from "../../src/data/matrix.js";
import { fit, nonNegativeFactorization } from "../../src/index.js";
import { dense, leastSquares } from "../../src/linalg/index.js";
import { random } from "../../src/random.js";
import { testWith } from "../data/shared.js";

const stream = random(5);
const uniform = (rows: number, cols: number, zeros = 0): Matrix =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => (stream.uniform() < zeros ? 0 : stream.uniform())),
  );

function productOf(z: Matrix, b: Matrix): Matrix {
  const out = matrix(z.rows, b.rows);
  for (let i = 0; i < z.rows; i++)
    for (let j = 0; j < b.rows; j++)
      out.data[i * b.rows + j] = row(z, i).reduce((sum, value, a) => sum + value * row(b, j)[a]!, 0);
  return out;
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

test("what is made of parts comes apart again", async () => {
  const x = productOf(uniform(60, 3, 0.6), uniform(12, 3, 0.5));
  const model = await fit(nonNegativeFactorization({ latentDim: 3, maxIter: 5000, tol: 1e-9 }), x, {
    seed: 0,
  });
  const squares = x.data.reduce((sum, value) => sum + value ** 2, 0);
  // An exact factorization exists; float32 products leave 1e-7 of every number.
  expect(total(await model.squaredErrors(x)) / squares).toBeLessThan(1e-9);
  expect(Math.min(...model.dictionary.data)).toBeGreaterThanOrEqual(0);
  for (let a = 0; a < 3; a++) {
    let norm = 0;
    for (let j = 0; j < 12; j++) norm += model.dictionary.data[j * 3 + a]! ** 2;
    expect(norm).toBeCloseTo(1, 6);
  }
});

test("no round raises the objective, and its last is that of the codes", async () => {
  const x = uniform(50, 9, 0.3);
  const objectives: number[] = [];
  const model = await fit(
    nonNegativeFactorization({ latentDim: 4, init: "random", tol: 1e-7, maxIter: 3000 }),
    x,
    {
      seed: 2,
      onIteration: ({ objective }) => objectives.push(objective!),
    },
  );
  // Σ‖x‖² is about 120, of which float32 products resolve some 1e-6.
  for (let t = 1; t < objectives.length; t++)
    expect(objectives[t]).toBeLessThanOrEqual(objectives[t - 1]! + 1e-4);
  const half = total(await model.squaredErrors(x)) / 2;
  expect(half).toBeLessThanOrEqual(objectives.at(-1)! + 1e-4);
  expect(half).toBeGreaterThan(objectives.at(-1)! * (1 - 1e-3));
});

// As the best of all sets of atoms by plain least squares: k = 4 has sixteen.
test("codes are those of least error among the non-negative", async () => {
  const x = uniform(40, 6, 0.2);
  const model = await fit(nonNegativeFactorization({ latentDim: 4, maxIter: 30 }), x, { seed: 0 });
  const rows = matrix(
    25,
    6,
    Float32Array.from({ length: 150 }, () => stream.normal()),
  );
  const z = await model.encode(rows);
  const errors = await model.squaredErrors(rows);
  const b = model.dictionary;
  for (let i = 0; i < rows.rows; i++) {
    let least = row(rows, i).reduce((sum, value) => sum + value ** 2, 0);
    for (let set = 1; set < 16; set++) {
      const atoms = [0, 1, 2, 3].filter((a) => set & (1 << a));
      const columns = dense(
        6,
        atoms.length,
        Float64Array.from(
          { length: 6 * atoms.length },
          (_, at) => b.data[Math.floor(at / atoms.length) * 4 + atoms[at % atoms.length]!]!,
        ),
      );
      const code = await leastSquares(columns, dense(6, 1, Float64Array.from(row(rows, i))));
      if (code.data.some((value) => value < 0)) continue;
      let error = 0;
      for (let j = 0; j < 6; j++) {
        const made = atoms.reduce((sum, a, p) => sum + b.data[j * 4 + a]! * code.data[p]!, 0);
        error += (rows.data[i * 6 + j]! - made) ** 2;
      }
      least = Math.min(least, error);
    }
    expect(Math.min(...row(z, i))).toBeGreaterThanOrEqual(0);
    // Codes and rows are float32.
    expect(Math.abs(errors[i]! - least)).toBeLessThan(1e-6 * (1 + least));
  }
});

test("atoms beyond the rank of the data, and a code wider than the row, do no harm", async () => {
  const x = productOf(uniform(30, 2), uniform(5, 2));
  for (const [latentDim, init] of [
    [4, "nndsvd"],
    [9, "random"],
  ] as const) {
    const model = await fit(nonNegativeFactorization({ latentDim, init, maxIter: 300 }), x, { seed: 1 });
    const z = await model.encode(x);
    expect(z.data.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
    expect(total(await model.squaredErrors(x))).toBeLessThan(1e-3);
  }
  await expect(fit(nonNegativeFactorization({ latentDim: 9 }), x)).rejects.toThrow(
    "latentDim 9 exceeds min(rows, columns) of the data, 5, from nndsvd (random takes more)",
  );
});

test("z-scores are refused by place", async () => {
  const x = uniform(10, 3);
  await expect(fit(nonNegativeFactorization({ latentDim: 2 }), x, { scale: "standard" })).rejects.toThrow(
    /nonNegativeFactorization: wants numbers ≥ 0, row \d column \d is -/,
  );
});

interface Figure {
  sq_error_total: number;
}

testWith("../reference/04_dictionary_learning.json", "scikit-learn's minima of digits", async (path) => {
  const figures = JSON.parse(await readFile(path, "utf8")).results["NMF on optdigits raw (0..16)"];
  const { x } = digits();
  for (const init of ["nndsvd", "nndsvda"] as const) {
    for (const latentDim of [10, 16]) {
      const method = nonNegativeFactorization({ latentDim, init, maxIter: 1500, tol: 1e-5 });
      const error = total(await (await fit(method, x, { seed: 0 })).squaredErrors(x));
      const theirs = figures[`k=${latentDim},init=${init},cd`] as Figure;
      // Both end near the minimum, and not in it: scikit-learn's tolerance leaves some 1e-6.
      expect(error / theirs.sq_error_total, `${init} ${latentDim}`).toBeLessThan(1 + 1e-5);
    }
  }
});
