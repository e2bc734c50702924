/**
 * @file The minimum of a quadratic and an L1 norm, by the conditions that it alone fulfills.
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
  "atoms of 0, 1 and −1": (stream) => gaussian(stream, 40).map((atom) => atom.map(Math.round)),
  "atoms of zeros": (stream) => gaussian(stream, 9).flatMap((atom) => [atom, new Float64Array(d)]),
  "atoms of lengths from 1e-4 to 1e4": (stream) =>
    gaussian(stream, 13).map((atom, j) => atom.map((value) => value * 10 ** ((j % 9) - 4))),
};
function sumOfAtoms(stream: Random, atoms: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(d);
  for (let term = 0; term < 3; term++) {
    const weight = stream.integer(5) - 2;
    atoms[stream.integer(atoms.length)]!.forEach((value, p) => {
      sum[p]! += weight * value;
    });
  }
  return sum;
}

const STARTS: Record<string, (stream: Random, optimal: number) => number> = {
  nothing: () => 0,
  "a few codes at random": (stream) => (stream.uniform() < 0.2 ? stream.normal() : 0),
  "all codes at random": (stream) => stream.normal(),
  "the optimum, somewhat off": (stream, optimal) => optimal * (1 + 0.1 * stream.normal()),
};

/** Rows, half of them sums of atoms, with room for their codes. */
function problem(stream: Random, atoms: readonly Float64Array[]) {
  const k = atoms.length;
  const rows = gaussian(stream, n).map((row, i) => (i % 2 === 0 ? row : sumOfAtoms(stream, atoms)));
  const memory = wasmMemory();
  const args = {
    memory,
    gram: float64On(memory, k * k),
    correlations: float64On(memory, n * k),
    codes: float64On(memory, n * k),
  };
  args.gram.set(atoms.flatMap((a) => atoms.map((b) => dot(a, b))));
  args.correlations.set(rows.flatMap((row) => atoms.map((a) => dot(a, row))));
  return args;
}

type Problem = ReturnType<typeof problem>;
const largestOf = (values: Float64Array) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function solve(args: Problem, alpha: number, nonNegative: boolean): void {
  for (let chunk = 0; chunk * CHUNK_ROWS < n; chunk++)
    l1QuadraticRows.run(args, chunk, Float64Array.of(n, alpha, nonNegative ? 1 : 0));
}

/** Distance of codes from the conditions, as a share of what a search may leave. */
function distanceFromOptimum(args: Problem, alpha: number, nonNegative: boolean): number {
  const k = Math.sqrt(args.gram.length);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const z = args.codes.subarray(i * k, (i + 1) * k);
    const c = args.correlations.subarray(i * k, (i + 1) * k);
    // A share of the row's largest correlation, and rounding of what is summed; a row of zeros leaves nothing to round.
    const small = 2e-11 * largestOf(c) + Number.MIN_VALUE;
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
  return worst;
}

describe.each(Object.entries(DICTIONARIES))("%s", (_name, atomsOf) => {
  const stream = random(3);
  const args = problem(stream, atomsOf(stream));
  const largest = largestOf(args.correlations);

  const cases = [
    [0.1, false],
    [0.1, true],
    [1e-4, false],
    [1e-4, true],
    [0, true],
  ] as const;
  test.each(cases)("α = %d of the largest correlation, codes ≥ 0: %s", (share, nonNegative) => {
    const alpha = share * largest;
    const optimal = new Float64Array(args.codes.length);
    for (const [start, codeOf] of Object.entries(STARTS)) {
      args.codes.forEach((_, at) => {
        const code = codeOf(stream, optimal[at]!);
        args.codes[at] = nonNegative ? Math.abs(code) : code;
      });
      solve(args, alpha, nonNegative);
      optimal.set(args.codes);
      expect(distanceFromOptimum(args, alpha, nonNegative), `from ${start}`).toBeLessThan(1);
    }
  });
});

test("coefficients that meet 0 together, and atoms within the span of others that are at 0", () => {
  for (let seed = 0; seed < 60; seed++) {
    const stream = random(seed);
    const atoms = gaussian(stream, 16 + (seed % 20)).map((atom) => atom.map(Math.sign));
    const args = problem(stream, atoms);
    args.codes.forEach((_, at) => {
      args.codes[at] = stream.uniform() < 0.2 ? stream.normal() : 0;
    });
    const alpha = 1e-6 * largestOf(args.correlations);
    solve(args, alpha, false);
    expect(distanceFromOptimum(args, alpha, false), `seed ${seed}`).toBeLessThan(1);
  }
});
