/**
 * @file The minimum of a quadratic and an L1 norm, by the conditions that it alone fulfils.
 *
 * Boyd & Vandenberghe (2004), "Convex optimization", §5.5.3: z is optimal if and only if g = c − G z is α sign(zⱼ) where
 * zⱼ ≠ 0, and within ±α elsewhere; for z ≥ 0, at most α elsewhere.
 */
import { describe, expect, test } from "vitest";
import { CHUNK_ROWS, l1QuadraticRows } from "../../src/linalg/l1-quadratic/rows-kernel.js";
import { float64On, wasmMemory } from "../../src/parallel/wasm.js";
import { type Random, random } from "../../src/random.js";

const [n, d] = [70, 12];
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, p) => sum + value * b[p]!, 0);
const gaussian = (stream: Random, k: number) =>
  Array.from({ length: k }, () => Float64Array.from({ length: d }, () => stream.normal()));

/** Atoms, each of d numbers. */
const DICTIONARIES: Record<string, (stream: Random) => Float64Array[]> = {
  "fewer atoms than numbers": (stream) => gaussian(stream, 7),
  "more atoms than numbers": (stream) => gaussian(stream, 31),
  "atoms of one sign": (stream) => gaussian(stream, 20).map((atom) => atom.map(Math.abs)),
  "every atom twice": (stream) => gaussian(stream, 9).flatMap((atom) => [atom, atom]),
  "atoms and their negatives": (stream) =>
    gaussian(stream, 9).flatMap((atom) => [atom, atom.map((value) => -value)]),
  "atoms that differ by a millionth": (stream) =>
    gaussian(stream, 9).flatMap((atom) => [atom, atom.map((value) => value + 1e-6 * stream.normal())]),
  "atoms in a plane": (stream) => {
    const [a, b] = gaussian(stream, 2) as [Float64Array, Float64Array];
    return Array.from({ length: 15 }, (_, t) =>
      a.map((value, p) => Math.cos(t) * value + Math.sin(t) * b[p]!),
    );
  },
  "atoms of zeros": (stream) => gaussian(stream, 9).flatMap((atom) => [atom, new Float64Array(d)]),
  "atoms of lengths from 1e-4 to 1e4": (stream) =>
    gaussian(stream, 13).map((atom, j) => atom.map((value) => value * 10 ** ((j % 9) - 4))),
};
const STARTS: Record<string, (stream: Random, optimal: number) => number> = {
  nothing: () => 0,
  "a few codes at random": (stream) => (stream.uniform() < 0.2 ? stream.normal() : 0),
  "all codes at random": (stream) => stream.normal(),
  "the optimum, somewhat off": (stream, optimal) => optimal * (1 + 0.1 * stream.normal()),
};

describe.each(Object.entries(DICTIONARIES))("%s", (_name, atomsOf) => {
  const stream = random(3);
  const atoms = atomsOf(stream);
  const k = atoms.length;
  const rows = gaussian(stream, n);
  const memory = wasmMemory();
  const args = {
    memory,
    gram: float64On(memory, k * k),
    correlations: float64On(memory, n * k),
    codes: float64On(memory, n * k),
  };
  args.gram.set(atoms.flatMap((a) => atoms.map((b) => dot(a, b))));
  args.correlations.set(rows.flatMap((row) => atoms.map((a) => dot(a, row))));
  const largest = args.correlations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  const cases = [
    [0.1, false],
    [0.1, true],
    [1e-4, false],
    [1e-4, true],
    [0, true],
  ] as const;
  test.each(cases)("α = %d of the largest correlation, codes ≥ 0: %s", (share, nonNegative) => {
    const alpha = share * largest;
    const optimal = new Float64Array(n * k);
    for (const [start, codeOf] of Object.entries(STARTS)) {
      args.codes.forEach((_, at) => {
        const code = codeOf(stream, optimal[at]!);
        args.codes[at] = nonNegative ? Math.abs(code) : code;
      });
      for (let chunk = 0; chunk * CHUNK_ROWS < n; chunk++)
        l1QuadraticRows.run(args, chunk, Float64Array.of(n, alpha, nonNegative ? 1 : 0));
      optimal.set(args.codes);
      let worst = 0;
      for (let i = 0; i < n; i++) {
        const z = args.codes.subarray(i * k, (i + 1) * k);
        const c = args.correlations.subarray(i * k, (i + 1) * k);
        // What a search may leave, a share of the row's largest correlation, and rounding of what is summed.
        const small = 2e-11 * c.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        for (let j = 0; j < k; j++) {
          const products = args.gram.subarray(j * k, (j + 1) * k);
          const g = c[j]! - dot(products, z);
          const value = z[j]!;
          const rounding = 1e-14 * products.reduce((sum, v, p) => sum + Math.abs(v * z[p]!), 0);
          const off =
            value !== 0 ? Math.abs(g - alpha * Math.sign(value)) : (nonNegative ? g : Math.abs(g)) - alpha;
          worst = Math.max(worst, off / (small + rounding));
          if (nonNegative) expect(value).toBeGreaterThanOrEqual(0);
        }
      }
      expect(worst, `from ${start}`).toBeLessThan(1);
    }
  });
});
