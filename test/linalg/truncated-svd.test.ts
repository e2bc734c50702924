import { describe, expect, test } from "vitest";
import type { Matrix } from "../../src/data/matrix.js";
import { configureRuntime } from "../../src/engine/index.js";
import { dense, toDense, toFloat32, transpose } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { type TruncatedSvd, truncatedSvd } from "../../src/linalg/truncated-svd.js";
import { readGolden } from "../golden/golden.js";

interface Case {
  shape: [number, number, number, number];
  weights: number[];
  uncentered: number[];
  centered: number[];
}

const { cases } = readGolden<{ cases: Record<string, Case> }>("truncated-svd.json");

/** As truncated-svd.py makes it: exact sums of whole numbers times powers of two, then rounded. */
async function data({ shape: [n, d, r], weights }: Case): Promise<Matrix> {
  let state = 7;
  const next = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 28) - 8;
  };
  const a = Float64Array.from({ length: n * r }, (_, at) => next() * weights[at % r]!);
  const b = Float64Array.from({ length: r * d }, next);
  return toFloat32(await gemm(dense(n, r, a), dense(r, d, b)));
}

/** Largest entry of VᵀV − 1, and the largest residual ‖Xc v − σ u‖ / σ₁ by way of ‖Xc v‖ − σ. */
async function errors(x: Matrix, { s, vt, mean }: TruncatedSvd) {
  const gram = await gemm(vt, vt, { transposeB: true });
  const orthogonality = gram.data.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (at % (vt.rows + 1) === 0 ? 1 : 0))),
    0,
  );
  const centered = toDense(x);
  centered.data.forEach((value, at) => {
    centered.data[at] = value - mean[at % x.cols]!;
  });
  const scores = await gemm(centered, transpose(vt));
  const norms = s.map((_, i) => {
    let sum = 0;
    for (let at = i; at < scores.data.length; at += s.length) sum += scores.data[at]! ** 2;
    return Math.sqrt(sum);
  });
  return { orthogonality, norms };
}

for (const [name, one] of Object.entries(cases)) {
  describe(name, () => {
    const m = Math.min(one.shape[0], one.shape[1]);
    for (const center of [true, false]) {
      test(`${center ? "centered" : "uncentered"}, as LAPACK has it`, async () => {
        const x = await data(one);
        const wanted = center ? one.centered : one.uncentered;
        for (const k of [1, 30, m]) {
          const found = await truncatedSvd(x, k, { center, precision: "float64" });
          for (let i = 0; i < k; i++) {
            // LAPACK's own rounding is some 2⁻⁵² of the first.
            const allowed = Math.max(1e-8 * wanted[i]!, 1e-14 * wanted[0]!);
            expect(Math.abs(found.s[i]! - wanted[i]!), `σ${i} of ${k}`).toBeLessThanOrEqual(allowed);
          }
          const { orthogonality, norms } = await errors(x, found);
          expect(orthogonality).toBeLessThan(1e-7);
          // Vectors are those of the values: what they leave of the data.
          norms.forEach((norm, i) => {
            expect(Math.abs(norm - found.s[i]!), `‖X v${i}‖`).toBeLessThan(1e-8 * found.s[0]!);
          });
          const total = found.squares.reduce((sum, value) => sum + value, 0);
          const all = wanted.reduce((sum, value) => sum + value ** 2, 0);
          expect(Math.abs(total / all - 1)).toBeLessThan(1e-12);
          for (let i = 0; i < k; i++) {
            const row = found.vt.data.subarray(i * x.cols, (i + 1) * x.cols);
            const largest = row.reduce(
              (best, v) => (Math.abs(v) > Math.abs(best) * (1 + 1e-6) ? v : best),
              0,
            );
            expect(largest, `sign of ${i}`).toBeGreaterThan(0);
          }
        }
      });
    }
  });
}

test("more than ten million numbers: float32 sums where they resolve the last value, float64 where not", async () => {
  // Σ of four orthogonal patterns and a fifth that is small: σ are norms of columns times those of rows.
  const rows = 2 ** 17;
  const cols = 96;
  for (const tail of [2 ** -1, 2 ** -10]) {
    for (const [n, d] of [
      [rows, cols],
      [cols, rows],
    ] as const) {
      const x = { data: new Float32Array(n * d), rows: n, cols: d };
      const sign = (bits: number) => (bits & 1 ? -1 : 1);
      for (let i = 0, at = 0; i < n; i++) {
        for (let j = 0; j < d; j++, at++) {
          // Walsh functions of the last bits are orthogonal over 96 = 3 · 32 and over 2¹⁷.
          for (let p = 0; p < 5; p++) x.data[at]! += [8, 4, 2, 1, tail][p]! * sign(i >> p) * sign(j >> p);
        }
      }
      const k = 5;
      const found = await truncatedSvd(x, k, { center: true });
      const norm = Math.sqrt(n * d);
      [8, 4, 2, 1, tail].forEach((value, i) => {
        expect(Math.abs(found.s[i]! / (value * norm) - 1), `σ${i} of ${n} × ${d}`).toBeLessThan(1e-6);
      });
    }
  }
});

test("the same bits on any number of threads", async () => {
  for (const name of ["long", "wide", "wide with a tiny tail"]) {
    const x = await data(cases[name]!);
    const bits: string[] = [];
    for (const threads of [1, 2, 3, 5]) {
      configureRuntime({ threads });
      const { s, vt, squares } = await truncatedSvd(x, 40, { center: true });
      bits.push(JSON.stringify([...s, ...vt.data, ...squares]));
    }
    configureRuntime({});
    expect(new Set(bits).size, name).toBe(1);
  }
});

test("an impossible k is refused, and numbers that are missing or too large", async () => {
  const x = { data: new Float32Array(6).fill(1), rows: 2, cols: 3 };
  for (const k of [0, 3, 1.5])
    await expect(truncatedSvd(x, k)).rejects.toThrow("truncatedSvd: k must be a whole number in 1 … 2");
  const wide = { data: new Float32Array(400 * 500).fill(1), rows: 400, cols: 500 };
  wide.data[1003] = Number.NaN;
  await expect(truncatedSvd(wide, 3)).rejects.toThrow("rowGram: row 2 column 3 is NaN, want finite numbers");
});
