import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  BLOCK,
  bernoulliBlocks,
  normalBlocks,
  quantileTable,
  type State,
  uniformBlocks,
} from "../../src/bulk-noise/blocks.js";
import { fillBernoulli, fillNormal, fillUniform, type NoiseSeed } from "../../src/bulk-noise/fill.js";

const LENGTHS = [2, 4, 5, 8, 37].flatMap((blocks) => [-1, 0, 1, 7].map((more) => blocks * BLOCK + more));
const SEEDS: NoiseSeed[] = [
  [1, 2, 3, 4],
  [0x9e3779b9, 0xffffffff, 0, 0x80000000],
  [0, 0, 0, 0],
];
const stateOf = (seed: NoiseSeed): State =>
  Int32Array.from(seed.some((word) => word !== 0) ? seed : [1, 0, 0, 0]);

describe("vectors give the bits of plain loops", () => {
  const expectSame = (
    fill: (out: Float32Array, seed: NoiseSeed) => Float32Array,
    plain: (out: Float32Array, state: State) => void,
  ) => {
    for (const seed of SEEDS) {
      for (const n of LENGTHS) {
        const want = new Float32Array(n);
        plain(want, stateOf(seed));
        const got = fill(new Float32Array(n), seed);
        expect(
          got.findIndex((v, i) => !Object.is(v, want[i])),
          `${n} of ${seed}`,
        ).toBe(-1);
      }
    }
  };

  test("uniform numbers", () => expectSame(fillUniform, uniformBlocks));

  test.each([0, 0.3, 1])("zeros and ones, of probability %s", (probability) => {
    const limit = Math.round(probability * 2 ** 16);
    expectSame(
      (out, seed) => fillBernoulli(out, probability, seed),
      (out, state) => bernoulliBlocks(out, limit, state),
    );
  });

  test("normal numbers, the tails among them", () => {
    expectSame(fillNormal, normalBlocks);
    const n = 2 ** 21;
    const [got, want] = [fillNormal(new Float32Array(n), [5, 6, 7, 8]), new Float32Array(n)];
    normalBlocks(want, Int32Array.of(5, 6, 7, 8));
    expect(got.findIndex((v, i) => !Object.is(v, want[i]))).toBe(-1);
    // One in 32,768 is of a tail, half of these beyond the outermost quantile; a word drawn for one shifts all that follow.
    const last = quantileTable().at(-1)!;
    expect(got.filter((v) => Math.abs(v) > last).length).toBeGreaterThan(20);
  });
});

// Models that were fitted with a seed are to be fitted again with it.
test("numbers are what they have always been", () => {
  const digest = (numbers: Float32Array) =>
    createHash("sha256").update(new Uint8Array(numbers.buffer)).digest("hex").slice(0, 16);
  const room = () => new Float32Array(100_001);
  expect([
    digest(fillUniform(room(), [1, 2, 3, 4])),
    digest(fillBernoulli(room(), 0.3, [1, 2, 3, 4])),
    digest(fillNormal(room(), [1, 2, 3, 4])),
  ]).toEqual(["7ebf7181c8c264a0", "4c6a39540dd63533", "57ca24f3ca410907"]);
});
