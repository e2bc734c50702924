/** @file Small symmetric eigenproblems: A V = V Λ with orthonormal V, of every size and of matrices that are hard. */
import { expect, test } from "vitest";
import { jacobiEigen } from "../../src/linalg/jacobi-eigen.js";
import { smallEigen } from "../../src/linalg/small-eigen.js";
import { random } from "../../src/random.js";

function symmetric(m: number, rank: number, seed: number): Float64Array {
  const stream = random(seed);
  const b = Float64Array.from({ length: m * rank }, () => stream.normal());
  return Float64Array.from({ length: m * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += b[i * rank + k]! * b[j * rank + k]! * (k % 2 ? -1 : 1);
    return sum;
  });
}

const identity = (m: number) => Float64Array.from({ length: m * m }, (_, at) => (at % (m + 1) === 0 ? 1 : 0));
const cases: [string, number, Float64Array][] = [
  ...[1, 2, 3, 5, 25, 64].map((m): [string, number, Float64Array] => [`full ${m}`, m, symmetric(m, m, m)]),
  ["rank 3 of 25", 25, symmetric(25, 3, 9)],
  ["zeros", 6, new Float64Array(36)],
  ["the identity", 6, identity(6)],
  [
    "far apart",
    25,
    symmetric(25, 25, 4).map((value, at) => value * 10 ** -((at % 25) + Math.floor(at / 25))),
  ],
];

test.each(cases)("%s", (_, m, a) => {
  const vectors = a.slice();
  const [values, beside] = [new Float64Array(m), new Float64Array(m)];
  smallEigen(vectors, m, values, beside);
  const size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < m; i++) {
    const v = vectors.subarray(i * m, (i + 1) * m);
    for (let j = 0; j <= i; j++) {
      const dot = v.reduce((sum, value, k) => sum + value * vectors[j * m + k]!, 0);
      expect(Math.abs(dot - Number(i === j))).toBeLessThan(1e-13 * (m + 1));
    }
    for (let j = 0; j < m; j++) {
      const product = v.reduce((sum, value, k) => sum + value * a[j * m + k]!, 0);
      expect(Math.abs(product - values[i]! * v[j]!)).toBeLessThanOrEqual(1e-13 * m * size);
    }
  }
  const others = new Float64Array(m);
  jacobiEigen(a.slice(), m, others, new Float64Array(m * m));
  const descending = values.slice().sort().reverse();
  for (const [i, value] of descending.entries())
    expect(Math.abs(value - others[i]!)).toBeLessThanOrEqual(1e-13 * m * size);
});
