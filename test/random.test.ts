import { describe, expect, test } from "vitest";
import { normalQuantile } from "../src/normal-quantile.js";
import { random, threefry2x32 } from "../src/random.js";

// Known answers of Threefry-2x32, 20 rounds, from the Random123 distribution (kat_vectors).
test.each([
  { key: [0, 0], counter: [0, 0], want: [0x6b200159, 0x99ba4efe] },
  { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], want: [0x1cb996fc, 0xbb002be7] },
  { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], want: [0xc4923a9c, 0x483df7a0] },
])("threefry2x32 of key $key", ({ key, counter, want }) => {
  const out = new Uint32Array(2);
  threefry2x32(key[0]!, key[1]!, counter[0]!, counter[1]!, out);
  expect([...out]).toEqual(want);
});

describe("streams", () => {
  test("same seed, same numbers; another seed, others", () => {
    const draw = (seed: number) => Array.from({ length: 9 }, random(seed).bits);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    // Seeds above 2³² use their high bits too.
    expect(draw(7)).not.toEqual(draw(7 + 2 ** 32));
  });

  test("a fork depends on its names and not on what was drawn before", () => {
    const stream = random(1);
    const before = stream.fork("noise", 3).bits();
    stream.bits();
    expect(stream.fork("noise", 3).bits()).toBe(before);
    const others = [
      stream.fork("noise", 4),
      stream.fork("order", 3),
      stream.fork(3, "noise"),
      random(2).fork("noise", 3),
    ];
    for (const other of others) expect(other.bits()).not.toBe(before);
  });

  test("no seed but a whole number in [0, 2^53)", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(() => random(seed)).toThrow(`seed must be a whole number in [0, 2^53), got ${seed}`);
    }
  });
});

describe("distributions", () => {
  const n = 200_000;

  test("uniform numbers lie in [0, 1) and fill it evenly", () => {
    const bins = new Array<number>(16).fill(0);
    for (const value of random(3).fillUniform(new Float32Array(n))) {
      expect(value).toBeLessThan(1);
      bins[Math.floor(value * 16)]!++;
    }
    // χ² with 15 degrees of freedom is above 37.7 once in a thousand seeds; this seed is fixed.
    const chiSquared = bins.reduce((sum, count) => sum + (count - n / 16) ** 2 / (n / 16), 0);
    expect(chiSquared).toBeLessThan(37.7);
  });

  test("normal numbers have the moments of the normal distribution", () => {
    const values = random(4).fillNormal(new Float32Array(n));
    const moment = (power: number) => values.reduce((sum, v) => sum + v ** power, 0) / n;
    // Four standard errors: √(Var(xᵖ) / n) with Var 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    // Beyond ±4 lie 6.334e-5 of them, past the outermost of the tabled quantiles at 4.17 about half of these.
    const tails = random(9).fillNormal(new Float32Array(4_000_000));
    const beyond = (z: number) => tails.reduce((count, v) => count + Number(Math.abs(v) > z), 0);
    expect(Math.abs(beyond(4) - 253.4)).toBeLessThan(4 * Math.sqrt(253.4));
    expect(Math.abs(beyond(4.5) - 27.2)).toBeLessThan(4 * Math.sqrt(27.2));
  });

  test("zeros and ones come with the probability asked for, also at the end of an odd length", () => {
    for (const probability of [0, 0.3, 1]) {
      const values = random(8).fillBernoulli(new Float32Array(n + 1), probability);
      expect(values.every((v) => v === 0 || v === 1)).toBe(true);
      const mean = values.reduce((sum, v) => sum + v, 0) / (n + 1);
      expect(Math.abs(mean - probability)).toBeLessThanOrEqual(
        4 * Math.sqrt((probability * (1 - probability)) / n),
      );
    }
  });

  test("two fills of one stream differ", () => {
    const stream = random(2);
    const [a, b] = [stream.fillUniform(new Float32Array(8)), stream.fillUniform(new Float32Array(8))];
    expect(a).not.toEqual(b);
  });

  test("the normal quantile inverts known probabilities", () => {
    // Φ(−3), Φ(−1), Φ(0), Φ(1.96), Φ(4) to 16 digits; Acklam's approximation is good to 1.2e-9.
    const known: [number, number][] = [
      [0.0013498980316301, -3],
      [0.1586552539314571, -1],
      [0.5, 0],
      [0.9750021048517795, 1.96],
      [0.9999683287581669, 4],
    ];
    for (const [p, z] of known) expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(5e-9);
  });

  test("integers are below their bound, every one of them, and as likely as the others", () => {
    const stream = random(5);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[stream.integer(7)]!++;
    // χ² with 6 degrees of freedom, one in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5);
    expect(() => stream.integer(0)).toThrow("wants a bound in [1, 2^32], got 0");
  });

  test("a permutation holds every number once", () => {
    const order = random(6).permutation(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
    expect(random(6).permutation(0)).toHaveLength(0);
  });
});
