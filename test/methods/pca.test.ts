import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row } from "../../src/data/matrix.js";
import { lowRank } from "../../src/data/synthetic.js";
import { fit, type Pca, type PcaOptions, pca } from "../../src/index.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface GoldenPca {
  mean: number[];
  components: number[];
  singularValues: number[];
  explainedVariance: number[];
  explainedVarianceRatio: number[];
  squaredErrorPerSample: number;
  firstCodes: number[];
  firstWhitenedCodes: number[];
}

const golden = readGolden<GoldenPca>("pca.json");
const { x } = digits();
const first3 = { data: x.data.slice(0, 3 * 64), rows: 3, cols: 64 };
/** Float64 inside, float32 where components and codes come out. */
const SINGLE = 1e-6;
const DOUBLE = 1e-9;

describe("eight components of the digits against scikit-learn", () => {
  for (const solver of ["exact", "auto"] as const) {
    test(solver, async () => {
      const model = await fit(pca({ latentDim: 8, solver }), x);
      expectClose(model.mean, golden.mean, DOUBLE, "mean");
      expectClose(model.components.data, golden.components, SINGLE, "components");
      expectClose(model.singularValues, golden.singularValues, DOUBLE, "singularValues");
      expectClose(model.explainedVariance, golden.explainedVariance, DOUBLE, "explainedVariance");
      expectClose(model.explainedVarianceRatio, golden.explainedVarianceRatio, DOUBLE, "ratio");
      expectClose((await model.encode(first3)).data, golden.firstCodes, SINGLE, "codes");
      const errors = await model.squaredErrors(x);
      expectClose([errors.reduce((t, e) => t + e) / x.rows], [golden.squaredErrorPerSample], 1e-7, "error");
    });
  }

  test("whitened", async () => {
    const model = await fit(pca({ latentDim: 8, whiten: true }), x);
    expectClose((await model.encode(first3)).data, golden.firstWhitenedCodes, SINGLE, "whitened codes");
    const z = await model.encode(x);
    for (let j = 0; j < 8; j++) {
      const squares = Array.from({ length: z.rows }, (_, i) => z.data[i * 8 + j]! ** 2);
      expect(squares.reduce((t, s) => t + s) / (z.rows - 1)).toBeCloseTo(1, 5);
    }
    // Whitening changes the codes alone, not what they stand for.
    const plain = await fit(pca({ latentDim: 8 }), x);
    expectClose((await model.decode(z)).data, [...(await plain.reconstruct(x)).data], SINGLE, "decoded");
  });
});

async function components(data: Matrix, options: PcaOptions): Promise<Pca> {
  return fit(pca(options), data, { seed: 3 });
}

describe("solvers agree", () => {
  const { x: noisy } = lowRank({ rows: 400, cols: 50, rank: 6, noise: 0.01, seed: 2 });
  for (const center of [true, false]) {
    test(center ? "centred" : "uncentred", async () => {
      const exact = await components(noisy, { latentDim: 6, center, solver: "exact" });
      for (const solver of ["randomized", "auto"] as const) {
        const other = await components(noisy, { latentDim: 6, center, solver });
        // A clear gap after the sixth: block power iteration in float32 stops at the rounding of float32.
        expectClose(other.singularValues, [...exact.singularValues], 2e-6, `σ of ${solver}`);
        expectClose(other.components.data, [...exact.components.data], 1e-4, `components of ${solver}`);
        expectClose(
          other.explainedVarianceRatio,
          [...exact.explainedVarianceRatio],
          4e-6,
          `ratio of ${solver}`,
        );
      }
    });
  }

  test("wide data, more columns than rows", async () => {
    const { x: wide } = lowRank({ rows: 20, cols: 90, rank: 4, noise: 0.01, seed: 5 });
    const [exact, randomized] = [
      await components(wide, { latentDim: 4, solver: "exact" }),
      await components(wide, { latentDim: 4, solver: "randomized" }),
    ];
    expectClose(randomized.singularValues, [...exact.singularValues], 2e-6, "σ");
  });
});

test("the largest entry of every component is positive, whatever the sign of the data", async () => {
  const flipped = { ...x, data: x.data.map((value) => -value) };
  const [model, mirrored] = [
    await fit(pca({ latentDim: 10 }), x),
    await fit(pca({ latentDim: 10 }), flipped),
  ];
  for (let i = 0; i < 10; i++) {
    const entries = [...row(model.components, i)];
    const largest = entries.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best));
    expect(largest).toBeGreaterThan(0);
  }
  expectClose(mirrored.components.data, [...model.components.data], SINGLE, "components");
});

describe("degenerate data", () => {
  const stream = random(4);

  function expectOrthonormal({ components: v }: Pca) {
    for (let a = 0; a < v.rows; a++) {
      for (let b = 0; b <= a; b++) {
        const dot = row(v, a).reduce((t, value, j) => t + value * row(v, b)[j]!, 0);
        expect(Math.abs(dot - (a === b ? 1 : 0)), `components ${a} and ${b}`).toBeLessThan(SINGLE);
      }
    }
  }

  for (const solver of ["exact", "randomized"] as const) {
    test(`rank 2 asked for 4 components, ${solver}`, async () => {
      const basis = matrix(2, 7, stream.fillNormal(new Float32Array(14)));
      const flat = matrix(30, 7);
      for (let i = 0; i < 30; i++) {
        const [a, b] = [stream.normal(), stream.normal()];
        for (let j = 0; j < 7; j++) flat.data[i * 7 + j] = a * basis.data[j]! + b * basis.data[7 + j]!;
      }
      for (const whiten of [false, true]) {
        const model = await components(flat, { latentDim: 4, solver, whiten });
        expectOrthonormal(model);
        // What the rounding of the data to float32 leaves beyond rank 2.
        expect(model.singularValues[2]! / model.singularValues[0]!).toBeLessThan(1e-6);
        const xHat = await model.reconstruct(flat);
        expectClose(xHat.data, [...flat.data], SINGLE, "reconstruction");
        expect((await model.encode(flat)).data.every(Number.isFinite)).toBe(true);
      }
    });
  }

  test("a constant column has mean, no weight, and comes back exactly", async () => {
    const data = matrix(
      25,
      3,
      Float32Array.from({ length: 75 }, (_, i) => (i % 3 === 1 ? 7.25 : stream.normal())),
    );
    for (const scale of ["none", "standard", "unit"] as const) {
      const model = await fit(pca({ latentDim: 2 }), data, { scale });
      for (let i = 0; i < 2; i++) expect(Math.abs(row(model.components, i)[1]!)).toBeLessThan(1e-12);
      const xHat = await model.reconstruct(data);
      for (let i = 0; i < 25; i++) expect(row(xHat, i)[1]).toBe(7.25);
    }
  });

  test("all rows alike, and one row alone: no variance, the mean comes back", async () => {
    for (const rows of [
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      [[1, 2, 3]],
    ]) {
      for (const whiten of [false, true]) {
        const model = await fit(pca({ latentDim: 1, whiten }), rows);
        expect([...model.singularValues]).toEqual([0]);
        expect([...model.explainedVarianceRatio]).toEqual([0]);
        expect([...(await model.encode(rows)).data].every((z) => z === 0)).toBe(true);
        expect([...(await model.reconstruct(rows)).data]).toEqual(rows.flat());
      }
    }
  });

  test("more components than rows or columns are refused", async () => {
    const want = "pca: latentDim 4 exceeds min(rows, columns) of the data, 3";
    await expect(fit(pca({ latentDim: 4 }), matrix(3, 5))).rejects.toThrow(want);
    await expect(fit(pca({ latentDim: 4 }), matrix(5, 3))).rejects.toThrow(want);
  });
});

test("every component kept: codes are a rotation, and reconstruction is the data", async () => {
  const data = matrix(12, 5, random(8).fillNormal(new Float32Array(60)));
  const model = await fit(pca({ latentDim: 5 }), data);
  expectClose((await model.reconstruct(data)).data, [...data.data], SINGLE, "reconstruction");
  expectClose([model.explainedVarianceRatio.reduce((t, r) => t + r)], [1], DOUBLE, "Σ of ratios");
});

// In float32 the mean of numbers about a million would be off by 0.03.
test("codes of rows far from 0 are those of the rows about their mean", async () => {
  const near = matrix(
    60,
    4,
    random(8)
      .fillNormal(new Float32Array(240))
      .map((value) => Math.round(8 * value) / 8),
  );
  const far = matrix(
    60,
    4,
    near.data.map((value) => 1e6 + value),
  );
  const [a, b] = [await fit(pca({ latentDim: 3 }), near), await fit(pca({ latentDim: 3 }), far)];
  expectClose((await b.encode(far)).data, [...(await a.encode(near)).data], 1e-5, "codes");
});

test.each([1e-30, 3e-38, 1e30])(
  "whitened codes in units of %d have variance 1, and lead back",
  async (unit) => {
    const rows = matrix(
      50,
      3,
      random(9)
        .fillNormal(new Float32Array(150))
        .map((value, at) => value * unit * 10 ** -(at % 3)),
    );
    const model = await fit(pca({ latentDim: 3, whiten: true }), rows);
    const codes = await model.encode(rows);
    for (let c = 0; c < 3; c++) {
      const variance = codes.data.reduce((sum, value, at) => sum + (at % 3 === c ? value ** 2 / 49 : 0), 0);
      expect(variance).toBeCloseTo(1, 4);
    }
    const back = await model.decode(codes);
    expectClose(
      back.data.map((value) => value / unit),
      [...rows.data.map((value) => value / unit)],
      1e-5,
      "rows",
    );
  },
);
