import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { type Matrix, matrix, takeRows, toMatrix } from "../../src/data/matrix.js";
import { type Dense, dense, qr, toDense, transpose } from "../../src/linalg/index.js";
import { type SparsePenalty, sparseCodes } from "../../src/methods/sparse/sparse-codes.js";
import { random } from "../../src/random.js";
import { sharedPath, testWith } from "../data/shared.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  sizes: { rows: number; d: number; k: number };
  x: number[];
  dictionary: number[];
  cases: { penalty: SparsePenalty; codes: number[] }[];
}

const golden = readGolden<Golden>("sparse-codes.json");
const x = matrix(golden.sizes.rows, golden.sizes.d, Float32Array.from(golden.x));
const dictionary = matrix(golden.sizes.d, golden.sizes.k, Float32Array.from(golden.dictionary));

describe("scikit-learn's codes", () => {
  test.each(golden.cases)("$penalty", async ({ penalty, codes }) => {
    const z = await sparseCodes(x, dictionary, penalty);
    // Codes are kept in float32.
    expectClose(z.data, codes, 1e-6, "codes");
  });
});

/** Gaussian rows `[rows, cols]`, exact in float32. */
function gaussian(rows: number, cols: number, seed: number): Matrix {
  const stream = random(seed).fork("rows");
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => stream.normal()),
  );
}

/** x − D z and Dᵀ (x − D z) of row i, in float64. */
function gradientOf(rows: Matrix, atoms: Dense, z: Matrix, i: number): { r: Float64Array; g: Float64Array } {
  const [d, k] = [atoms.rows, atoms.cols];
  const r = Float64Array.from(rows.data.subarray(i * d, (i + 1) * d));
  for (let q = 0; q < d; q++)
    for (let j = 0; j < k; j++) r[q]! -= atoms.data[q * k + j]! * z.data[i * k + j]!;
  const g = new Float64Array(k);
  for (let j = 0; j < k; j++) for (let q = 0; q < d; q++) g[j]! += atoms.data[q * k + j]! * r[q]!;
  return { r, g };
}

/** How far codes are from the conditions of an optimum, as a share of what rounding them to float32 may do. */
function distanceFromOptimum(rows: Matrix, atoms: Dense, penalty: SparsePenalty, z: Matrix): number {
  if (penalty.kind === "l0") throw new RangeError("l0 has no such conditions");
  const k = atoms.cols;
  const ratio = penalty.kind === "elasticNet" ? penalty.l1Ratio : 1;
  const [alpha, beta] = [penalty.alpha * ratio, penalty.alpha * (1 - ratio)];
  const nonNegative = penalty.kind !== "group" && penalty.nonNegative;
  const squares = new Float64Array(k);
  atoms.data.forEach((value, i) => {
    squares[i % k]! += value * value;
  });
  let worst = 0;
  for (let i = 0; i < rows.rows; i++) {
    const code = z.data.subarray(i * k, (i + 1) * k);
    const { g } = gradientOf(rows, atoms, z, i);
    // Every code is off by up to 2⁻²⁴ of itself, and moves the gradient by no more than ‖d‖² times that.
    const sizes = code.reduce((sum, value) => sum + Math.abs(value), 0);
    const rounding = 2 ** -24 * sizes * (Math.max(...squares) + beta) + 2 ** -23 * alpha + 1e-9;
    const off: number[] = [];
    if (penalty.kind === "group") {
      for (const members of groupsOf(penalty.groups, k)) {
        const length = Math.hypot(...members.map((j) => code[j]!));
        if (length === 0) off.push(Math.hypot(...members.map((j) => g[j]!)) - alpha);
        else off.push(...members.map((j) => Math.abs(g[j]! - (alpha * code[j]!) / length)));
      }
    } else {
      code.forEach((value, j) => {
        const slope = g[j]! - beta * value;
        if (value === 0) off.push((nonNegative ? slope : Math.abs(slope)) - alpha);
        else off.push(Math.abs(slope - alpha * Math.sign(value)));
      });
      if (nonNegative) expect(Math.min(...code)).toBeGreaterThanOrEqual(0);
    }
    worst = Math.max(worst, ...off.map((value) => value / rounding));
  }
  return worst;
}

function groupsOf(groups: number | readonly number[] | Int32Array, k: number): number[][] {
  const groupOf = (j: number) => (typeof groups === "number" ? Math.floor(j / groups) : groups[j]!);
  const members: number[][] = [];
  for (let j = 0; j < k; j++) (members[groupOf(j)] ??= []).push(j);
  return members;
}

const alphas = fc.double({ min: -3, max: 1, noNaN: true }).map((exponent) => 10 ** exponent);
const ratios = fc.double({ min: 0, max: 1, noNaN: true });
const penalties: Record<string, fc.Arbitrary<SparsePenalty>> = {
  l1: fc.record({ kind: fc.constant("l1"), alpha: alphas, nonNegative: fc.boolean() }),
  elasticNet: fc.record({
    kind: fc.constant("elasticNet"),
    alpha: alphas,
    l1Ratio: ratios,
    nonNegative: fc.boolean(),
  }),
  group: fc.record({
    kind: fc.constant("group"),
    alpha: alphas,
    groups: fc.constantFrom(1, 2, 3, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]),
  }),
};

describe("conditions of an optimum", () => {
  test.each(Object.keys(penalties))("%s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        penalties[kind]!,
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 2, max: 20 }),
        async (penalty, seed, d) => {
          const rows = gaussian(5, d, seed);
          const atoms = toDense(gaussian(d, 12, seed + 1));
          const z = await sparseCodes(rows, atoms, penalty);
          expect(distanceFromOptimum(rows, atoms, penalty, z)).toBeLessThan(kind === "group" ? 10 : 1);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  test.each([1e-5, 0.05, 0.5])(
    "atoms that are given twice, negated, nearly alike or zero, α = %d",
    async (alpha) => {
      const [d, k] = [6, 20];
      const atoms = toDense(gaussian(d, k, 3));
      for (let i = 0; i < d; i++) {
        const row = atoms.data.subarray(i * k, (i + 1) * k);
        row[5] = row[0]!;
        row[6] = -row[1]!;
        row[7] = row[2]! + 1e-5 * row[3]!;
        row[8] = 0;
        row[9] = row[3]! + row[4]!;
      }
      const rows = gaussian(40, d, 4);
      for (const nonNegative of [false, true]) {
        const penalty = { kind: "l1", alpha, nonNegative } as const;
        const z = await sparseCodes(rows, atoms, penalty);
        expect(distanceFromOptimum(rows, atoms, penalty, z)).toBeLessThan(1);
      }
      const grouped = { kind: "group", alpha, groups: 2 } as const;
      if (alpha > 0.01) {
        const z = await sparseCodes(rows, atoms, grouped);
        expect(distanceFromOptimum(rows, atoms, grouped, z)).toBeLessThan(10);
      }
    },
  );

  test("many atoms in use, where a homotopy takes over from greedy steps", async () => {
    const rows = gaussian(10, 40, 5);
    const atoms = toDense(gaussian(40, 60, 6));
    for (const alpha of [1e-6, 1e-3, 0.1]) {
      const z = await sparseCodes(rows, atoms, { kind: "l1", alpha });
      expect(distanceFromOptimum(rows, atoms, { kind: "l1", alpha }, z)).toBeLessThan(1);
    }
  });
});

describe("an orthonormal dictionary has codes in closed form", () => {
  const [d, k] = [12, 8];
  const rows = gaussian(20, d, 7);
  const soft = (value: number, threshold: number) =>
    Math.sign(value) * Math.max(0, Math.abs(value) - threshold);
  const cases: [SparsePenalty, (c: number[]) => number[]][] = [
    [{ kind: "l1", alpha: 0.5 }, (c) => c.map((value) => soft(value, 0.5))],
    [{ kind: "l1", alpha: 0.5, nonNegative: true }, (c) => c.map((value) => Math.max(0, value - 0.5))],
    [{ kind: "elasticNet", alpha: 1, l1Ratio: 0.4 }, (c) => c.map((value) => soft(value, 0.4) / 1.6)],
    [{ kind: "elasticNet", alpha: 1, l1Ratio: 0 }, (c) => c.map((value) => value / 2)],
    [
      { kind: "group", alpha: 1.2, groups: 2 },
      (c) =>
        c.map((value, j) => {
          const length = Math.hypot(c[j - (j % 2)]!, c[j - (j % 2) + 1]!);
          return value * Math.max(0, 1 - 1.2 / length);
        }),
    ],
    [
      { kind: "l0", nonZeros: 3 },
      (c) => {
        const third = c.map(Math.abs).sort((a, b) => b - a)[2]!;
        return c.map((value) => (Math.abs(value) >= third ? value : 0));
      },
    ],
  ];
  test.each(cases)("%o", async (penalty, closed) => {
    const { q } = await qr(toDense(gaussian(d, k, 8)));
    const z = await sparseCodes(rows, q, penalty);
    for (let i = 0; i < rows.rows; i++) {
      const c = [...gradientOf(rows, q, matrix(rows.rows, k), i).g];
      expectClose(z.data.subarray(i * k, (i + 1) * k), closed(c), 1e-6, `row ${i}`);
    }
  });
});

describe("orthogonal matching pursuit", () => {
  test("stops at the error asked for, and not before", async () => {
    const rows = gaussian(20, 10, 9);
    const atoms = toDense(gaussian(10, 30, 10));
    const z = await sparseCodes(rows, atoms, { kind: "l0", squaredError: 0.5 });
    for (let i = 0; i < rows.rows; i++) {
      const { r, g } = gradientOf(rows, atoms, z, i);
      expect(r.reduce((sum, value) => sum + value * value, 0)).toBeLessThanOrEqual(0.5);
      const used = [...g.keys()].filter((j) => z.data[i * 30 + j] !== 0);
      // Codes are rounded to float32.
      for (const j of used) expect(Math.abs(g[j]!)).toBeLessThan(1e-5);
      const fewer = await sparseCodes(takeRows(rows, [i]), atoms, { kind: "l0", nonZeros: used.length - 1 });
      const before = gradientOf(takeRows(rows, [i]), atoms, fewer, 0).r;
      expect(before.reduce((sum, value) => sum + value * value, 0)).toBeGreaterThan(0.5);
    }
  });

  test("does not mind the length of atoms", async () => {
    const rows = gaussian(10, 10, 11);
    const atoms = toDense(gaussian(10, 30, 12));
    const longer = dense(
      10,
      30,
      atoms.data.map((value, i) => value * 2 ** (i % 3)),
    );
    const z = await sparseCodes(rows, atoms, { kind: "l0", nonZeros: 4 });
    const shorter = await sparseCodes(rows, longer, { kind: "l0", nonZeros: 4 });
    expectClose(
      shorter.data.map((value, i) => value * 2 ** ((i % 30) % 3)),
      [...z.data],
      1e-6,
      "codes",
    );
  });
});

test("blocks, threads and neighbors do not change a row's codes", async () => {
  const rows = gaussian(3000, 10, 13);
  const atoms = toDense(gaussian(10, 120, 14));
  for (const penalty of [
    { kind: "l1", alpha: 0.8 },
    { kind: "l0", nonZeros: 3 },
    { kind: "group", alpha: 8, groups: 4 },
  ] as const) {
    const all = await sparseCodes(rows, atoms, penalty);
    const some = [0, 63, 64, 2183, 2184, 2999];
    const alone = await sparseCodes(takeRows(rows, some), atoms, penalty);
    // Products of other shapes are rounded otherwise.
    expectClose(alone.data, [...takeRows(all, some).data], 1e-6, penalty.kind);
  }
});

test("rows and dictionaries of zeros, and no rows", async () => {
  for (const penalty of [
    { kind: "l1", alpha: 0.1 },
    { kind: "group", alpha: 0.1, groups: 4 },
    { kind: "l0", nonZeros: 2 },
  ] as const) {
    expect((await sparseCodes(matrix(3, 12), dictionary, penalty)).data.every((v) => v === 0)).toBe(true);
    expect((await sparseCodes(x, matrix(12, 16), penalty)).data.every((v) => v === 0)).toBe(true);
    expect((await sparseCodes(matrix(0, 12), dictionary, penalty)).rows).toBe(0);
  }
});

test.each<[unknown, string]>([
  [{ kind: "l1", alpha: 0 }, "sparseCodes: alpha must be a number > 0, got 0"],
  [{ kind: "elasticNet", alpha: 1, l1Ratio: 2 }, "sparseCodes: l1Ratio must be a number in [0, 1], got 2"],
  [{ kind: "group", alpha: 1, groups: 3 }, "sparseCodes: want groups of a size that divides 16 atoms, got 3"],
  [
    { kind: "group", alpha: 1, groups: [1] },
    "sparseCodes: want the group of each of 16 atoms, got 1 numbers",
  ],
  [
    { kind: "group", alpha: 1, groups: Array.from({ length: 16 }, (_, j) => (j < 5 ? 0 : 1)) },
    "sparseCodes: want groups of one size, got 5 and 11 atoms",
  ],
  [{ kind: "l0" }, "sparseCodes: l0 wants nonZeros, squaredError or both"],
  [{ kind: "l0", nonZeros: 0 }, "sparseCodes: nonZeros must be an integer ≥ 1, got 0"],
  [{ kind: "l0", squaredError: -1 }, "sparseCodes: squaredError must be a number ≥ 0, got -1"],
  [{ kind: "l2" }, "sparseCodes: want a penalty l1, elasticNet, group or l0, got l2"],
])("refuses %o", async (penalty, message) => {
  await expect(sparseCodes(x, dictionary, penalty as SparsePenalty)).rejects.toThrow(message);
});

test("refuses what does not fit or is missing", async () => {
  const penalty = { kind: "l1", alpha: 1 } as const;
  await expect(sparseCodes(x, matrix(11, 16), penalty)).rejects.toThrow(
    "sparseCodes: want a dictionary 12 × k, k ≥ 1, got 11 × 16",
  );
  const holed = matrix(1, 12);
  holed.data[3] = Number.NaN;
  await expect(sparseCodes(holed, dictionary, penalty)).rejects.toThrow(
    "sparseCodes: row 0 column 3 is NaN, want finite numbers",
  );
});

const reference = "../reference/04_dictionary_learning.json";
testWith(reference, "objectives of the reference on patches of a photograph", async (path) => {
  const { results } = JSON.parse(readFileSync(path, "utf8")) as {
    results: Record<string, Record<string, { objective_total: number; sq_error_total: number }>>;
  };
  const atoms = transpose(
    toDense(toMatrix((await readFileData(sharedPath("patches/dct-dictionary-121x64.csv.gz"))).x)),
  );
  const patches = toMatrix((await readFileData(sharedPath("patches/flower-8x8-1000.csv.gz"))).x);
  const first = matrix(500, 64, patches.data.slice(0, 500 * 64));
  const squaredError = (z: Matrix) => {
    let total = 0;
    for (let i = 0; i < 500; i++)
      for (const value of gradientOf(first, atoms, z, i).r) total += value * value;
    return total;
  };
  const lasso = Object.entries(results["lasso encode: first 500 flower patches, DCT dictionary"]!);
  for (const [alpha, { objective_total }] of lasso) {
    const z = await sparseCodes(first, atoms, { kind: "l1", alpha: Number(alpha) });
    const l1 = z.data.reduce((sum, value) => sum + Math.abs(value), 0);
    const objective = squaredError(z) / 2 + Number(alpha) * l1;
    expect(Math.abs(objective / objective_total - 1)).toBeLessThan(1e-6);
  }
  const omp = Object.entries(results["OMP encode: first 500 flower patches, DCT dictionary"]!);
  for (const [nonZeros, { sq_error_total }] of omp) {
    const z = await sparseCodes(first, atoms, { kind: "l0", nonZeros: Number(nonZeros) });
    expect(Math.abs(squaredError(z) / sq_error_total - 1)).toBeLessThan(1e-6);
  }
});
