import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { fit, type SparseCodingOptions, sparseCoding } from "../../src/index.js";
import { codeSums, updateAtoms } from "../../src/methods/sparse/atom-updates.js";
import { dctDictionary } from "../../src/methods/sparse/dct-dictionary.js";
import { replaceUnused } from "../../src/methods/sparse/initial-atoms.js";
import { random } from "../../src/random.js";
import { sharedPath, testWith } from "../data/shared.js";

/** Rows `[n, d]` of `active` atoms each, of k random ones of unit norm. */
function planted(n: number, d: number, k: number, active: number): { x: Matrix; atoms: Float64Array[] } {
  const stream = random(5);
  const atoms = Array.from({ length: k }, () => {
    const direction = Float64Array.from({ length: d }, () => stream.normal());
    const size = Math.hypot(...direction);
    return direction.map((value) => value / size);
  });
  const x = matrix(n, d);
  for (let i = 0; i < n; i++) {
    for (const j of stream.permutation(k).subarray(0, active)) {
      const z = (stream.integer(2) === 0 ? -1 : 1) * (1 + stream.uniform());
      for (let p = 0; p < d; p++) x.data[i * d + p]! += z * atoms[j]![p]!;
    }
  }
  return { x, atoms };
}

const column = ({ data, rows, cols }: Matrix, j: number): Float32Array =>
  Float32Array.from({ length: rows }, (_, i) => data[i * cols + j]!);

/** For each atom, the largest |cosine| to a column. */
function recovered(atoms: Float64Array[], dictionary: Matrix): number[] {
  return atoms.map((atom) => {
    let best = 0;
    for (let j = 0; j < dictionary.cols; j++) {
      const other = column(dictionary, j);
      const dot = other.reduce((sum, value, p) => sum + value * atom[p]!, 0);
      best = Math.max(best, Math.abs(dot) / Math.hypot(...other));
    }
    return best;
  });
}

const { x, atoms } = planted(600, 16, 20, 2);

// The L0 penalty has local optima, in which an atom or two stay mixed from some starts; the L1 norm had none here.
test.each([
  ["kSvd", { penalty: "l0", nonZeros: 2, update: "kSvd" }, 20],
  ["online", { penalty: "l0", nonZeros: 2 }, 18],
  ["online, l1", { sparsity: 0.3 }, 20],
] as [string, Partial<SparseCodingOptions>, number][])(
  "%s finds the atoms that made the rows, up to sign and order",
  async (_name, options, atLeast) => {
    const model = await fit(sparseCoding({ latentDim: 20, tol: 0, ...options }), x, { seed: 0 });
    // Within .01 of 1, as Aharon et al. count.
    const found = recovered(atoms, model.dictionary).filter((cosine) => cosine > 0.99);
    expect(found.length).toBeGreaterThanOrEqual(atLeast);
  },
);

test.each([
  { latentDim: 12, sparsity: 0.5, update: "batch" },
  { latentDim: 24, sparsity: 0.5, batchSize: 64 },
  { latentDim: 12, sparsity: 0.5, penalty: "elasticNet", l1Ratio: 0.7 },
  { latentDim: 12, sparsity: 0.5, penalty: "group", groupSize: 3 },
  { latentDim: 12, penalty: "l0", nonZeros: 2, update: "kSvd" },
  { latentDim: 12, sparsity: 0.5, nonNegative: true, nonNegativeDictionary: true },
] as SparseCodingOptions[])("%j: the objective falls, and atoms stay in the unit ball", async (options) => {
  const told: number[] = [];
  const method = sparseCoding({ ...options, maxIter: 15, tol: 0 });
  const model = await fit(method, x, { seed: 0, onIteration: ({ objective }) => told.push(objective!) });
  expect(told.at(-1)!).toBeLessThan(0.99 * told[0]!);
  // What is told is from before the last move of the atoms.
  expect(model.objective).toBeLessThanOrEqual(told.at(-1)! * (1 + 1e-6));
  for (let j = 0; j < options.latentDim; j++) {
    const atom = column(model.dictionary, j);
    // Rounded to float32.
    expect(Math.hypot(...atom)).toBeLessThan(1 + 1e-6);
    if (options.nonNegativeDictionary) expect(Math.min(...atom)).toBeGreaterThanOrEqual(0);
  }
  if (options.nonNegative) expect(Math.min(...(await model.encode(x)).data)).toBeGreaterThanOrEqual(0);
});

test("the objective is that of the codes, in the stated convention", async () => {
  const model = await fit(sparseCoding({ latentDim: 10, sparsity: 0.4, center: true, maxIter: 3 }), x, {
    seed: 0,
  });
  const [z, errors] = [await model.encode(x), await model.squaredErrors(x)];
  const size = z.data.reduce((sum, value) => sum + Math.abs(value), 0);
  const objective = (errors.reduce((sum, value) => sum + value, 0) + 0.4 * size) / x.rows;
  // x̂ is rounded to float32.
  expect(model.objective / objective).toBeCloseTo(1, 5);
  expect(model.meanNonZeros).toBeCloseTo(z.data.filter((value) => value !== 0).length / x.rows, 10);
});

test("an atom moves to its best place, and one that no row uses becomes the worst coded row", () => {
  const sums = codeSums(2, 2);
  // One row (3, 4) with the code (10, 0): the best atom is (.3, .4).
  sums.products.set([100, 0, 0, 0]);
  sums.targets.set([30, 40, 0, 0]);
  sums.uses.set([1, 0]);
  const moved = Float64Array.of(1, 0, 0, 1);
  updateAtoms(moved, sums, false);
  expect([...moved].map((value) => +value.toFixed(12))).toEqual([0.3, 0.4, 0, 1]);
  const rows = Float32Array.of(1, 0, 0, 0, -3, 4);
  expect(replaceUnused(moved, sums.uses, rows, Float64Array.of(1, 9, 5), false)).toEqual([1]);
  expect([...moved].map((value) => +value.toFixed(12))).toEqual([0.3, 0.4, -0.6, 0.8]);
});

test("atoms that start alike come into use", async () => {
  // Two rows only, many times over at first: most atoms are copies that no row needs.
  const few = matrix(
    60,
    4,
    Float32Array.from({ length: 240 }, (_, at) => {
      const i = Math.floor(at / 4);
      return i < 54 ? (at % 4 === i % 2 ? 1 : 0) : at % 4 === i % 4 ? 2 : 0.1;
    }),
  );
  const options = { latentDim: 6, sparsity: 0.1, update: "batch", maxIter: 30, tol: 0 } as const;
  const model = await fit(sparseCoding(options), few, { seed: 1 });
  const z = await model.encode(few);
  const used = new Set([...z.data.keys()].filter((at) => z.data[at] !== 0).map((at) => at % 6));
  expect(used.size).toBeGreaterThanOrEqual(4);
});

test("a dictionary that is given stays, and its square forms are checked", async () => {
  const given = matrix(16, 3, random(3).fillNormal(new Float32Array(48)));
  const model = await fit(sparseCoding({ latentDim: 3, dictionary: given }), x);
  expect(model.dictionary.data).toEqual(given.data);
  expect(model.options.dictionary).toBe("given");
  const cosines = await fit(sparseCoding({ latentDim: 25, dictionary: "dct" }), x);
  expect(cosines.dictionary).toEqual(dctDictionary(16, 25));
  await expect(fit(sparseCoding({ latentDim: 20, dictionary: "dct" }), x)).rejects.toThrow(
    "wants a square number of atoms",
  );
  await expect(fit(sparseCoding({ latentDim: 3, dictionary: "given" }), x)).rejects.toThrow(
    'dictionary must be a matrix or dct, got "given"',
  );
});

testWith("patches/dct-dictionary-121x64.csv.gz", "the cosine dictionary is the stored one", async (path) => {
  const stored = (await readFileData(path)).x;
  const made = dctDictionary(64, 121);
  // Both are float64, here rounded to float32.
  stored.data.forEach((value, at) => {
    const [atom, p] = [Math.floor(at / 64), at % 64];
    expect(Math.abs(made.data[p * 121 + atom]! - value)).toBeLessThan(1e-6);
  });
});

interface Learned {
  train: { objective_total: number };
}
const referencePath = fileURLToPath(
  new URL("../../../shared/reference/04_dictionary_learning.json", import.meta.url),
);
const haveReference = existsSync(referencePath) && existsSync(sharedPath("optdigits.csv.gz"));
const reference = haveReference
  ? (JSON.parse(readFileSync(referencePath, "utf8")) as { results: Record<string, Record<string, Learned>> })
      .results
  : {};

test.skipIf(!haveReference).each([
  [
    "learn: china 2000 patches, 100 atoms, alpha 0.1 (test = 1000 flower patches)",
    "patches/china-8x8-2000.csv.gz",
    2000,
    1,
    0.2,
  ],
  [
    "learn: optdigits/16 first 1500 rows, 100 atoms, alpha 0.2 (test = last 297 rows)",
    "optdigits.csv.gz",
    1500,
    16,
    0.4,
  ],
] as [string, string, number, number, number][])(
  "%s: below every learner of scikit-learn's (skipped without ../shared)",
  async (name, file, rows, unit, sparsity) => {
    const all = (await readFileData(sharedPath(file))).x;
    const data = new Float32Array(rows * 64);
    for (let i = 0; i < rows; i++)
      for (let p = 0; p < 64; p++) data[i * 64 + p] = all.data[i * all.cols + p]! / unit;
    const model = await fit(sparseCoding({ latentDim: 100, sparsity, maxIter: 40 }), matrix(rows, 64, data), {
      seed: 0,
    });
    // Theirs is the sum over rows, with a ½.
    const ours = (model.objective * rows) / 2;
    for (const { train } of Object.values(reference[name]!)) expect(ours).toBeLessThan(train.objective_total);
  },
);
