/**
 * @file More rows than a block: what a model makes of them is what it makes of each part alone.
 */
import { beforeAll, expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { configureRuntime, fit, nonNegativeFactorization, pca } from "../../src/index.js";
import type { Method } from "../../src/methods/method.js";
import type { Coder } from "../../src/methods/model.js";
import { random } from "../../src/random.js";

const [ROWS, COLS] = [20_000, 64];
let x: Matrix;
beforeAll(() => {
  configureRuntime({ threads: 2 });
  const stream = random(5);
  x = matrix(
    ROWS,
    COLS,
    Float32Array.from({ length: ROWS * COLS }, () => Math.abs(stream.normal())),
  );
});

const part = (from: number, to: number) => matrix(to - from, COLS, x.data.slice(from * COLS, to * COLS));
/** Shorter than any block, and ending in other places. */
const PARTS = [0, 777, 5000, 8191, 8193, 12_345, ROWS];

const METHODS: [string, () => Method<Coder>][] = [
  ["a graph", () => pca({ latentDim: 3 })],
  ["a procedure", () => nonNegativeFactorization({ latentDim: 3, maxIter: 3 })],
];

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

test.each(METHODS)("%s", async (_, method) => {
  const model = await fit(method(), part(0, 500), { seed: 1 });
  const whole = {
    encode: (await model.encode(x)).data,
    reconstruct: (await model.reconstruct(x)).data,
    score: await model.score(x),
    squaredErrors: await model.squaredErrors(x),
  };
  for (const [i, from] of PARTS.slice(0, -1).entries()) {
    const to = PARTS[i + 1]!;
    const rows = part(from, to);
    const span = (data: Float32Array | Float64Array) =>
      data.subarray((from * data.length) / ROWS, (to * data.length) / ROWS);
    const alone = {
      encode: (await model.encode(rows)).data,
      reconstruct: (await model.reconstruct(rows)).data,
      score: await model.score(rows),
      squaredErrors: await model.squaredErrors(rows),
    };
    for (const [name, data] of Object.entries(whole))
      expect(bytes(span(data)).equals(bytes(alone[name as keyof typeof alone])), name).toBe(true);
  }
  const xHat = await model.reconstructWide(x);
  const errors = Float64Array.from({ length: ROWS }, (_, row) => {
    let sum = 0;
    for (let at = row * COLS; at < (row + 1) * COLS; at++) sum += (x.data[at]! - xHat.data[at]!) ** 2;
    return sum;
  });
  for (let row = 0; row < ROWS; row += 97)
    expect(whole.squaredErrors[row]! / errors[row]!).toBeCloseTo(1, 10);
});
