import fc from "fast-check";
import { expect, test } from "vitest";
import { cos, exp, log, power } from "../src/elementary.js";

/** Of the engine's own function, which is itself off by up to one unit in the last place. */
const ULPS = 4 * Number.EPSILON;

test("log agrees with the engine's to the last few bits", () => {
  for (const max of [1, 4, Number.MAX_VALUE]) {
    const positive = fc.double({ min: Number.MIN_VALUE, max, noNaN: true });
    fc.assert(
      fc.property(positive, (p) => Math.abs(log(p) - Math.log(p)) <= ULPS * Math.abs(Math.log(p))),
      { numRuns: 5000 },
    );
  }
  expect(log(1)).toBe(0);
  for (const p of [0, -1, Number.POSITIVE_INFINITY, Number.NaN])
    expect(() => log(p)).toThrow("wants a finite number > 0");
});

test("cos agrees with the engine's to the last few bits of 1", () => {
  const quarter = fc.double({ min: 0, max: Math.PI / 2, noNaN: true });
  fc.assert(
    fc.property(quarter, (x) => Math.abs(cos(x) - Math.cos(x)) <= ULPS),
    { numRuns: 5000 },
  );
  expect(cos(0)).toBe(1);
  expect(() => cos(2)).toThrow("wants an angle in [0, π/2]");
});

test("power agrees with the engine's, its rounding growing with the exponent", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.nat(900), (x, n) => {
      return Math.abs(power(x, n) - x ** n) <= (n + 4) * Number.EPSILON * x ** n;
    }),
    { numRuns: 5000 },
  );
  expect([power(0, 0), power(0.9, 0), power(0.9, 1), power(2, 10)]).toEqual([1, 1, 0.9, 1024]);
  expect(() => power(2, 0.5)).toThrow("wants a whole exponent");
});

// In hexadecimal, so that another engine that computes other bits fails here.
test("the bits are fixed", () => {
  const bits = (x: number) => new DataView(Float64Array.of(x).buffer).getBigUint64(0, true).toString(16);
  expect([log(0.01), cos(1.25), power(0.999, 1000)].map(bits)).toMatchInlineSnapshot(`
    [
      "c0126bb1bbb55515",
      "3fd42e3dd88bd950",
      "3fd788526411edac",
    ]
  `);
});

test("exp agrees with the engine's to the last few bits, down to 0", () => {
  const below = fc.double({ min: -708, max: 0, noNaN: true });
  fc.assert(
    fc.property(below, (x) => Math.abs(exp(x) - Math.exp(x)) <= ULPS * Math.exp(x)),
    { numRuns: 5000 },
  );
  expect([exp(0), exp(-1e4), exp(Number.NEGATIVE_INFINITY)]).toEqual([1, 0, 0]);
  for (const x of [1e-9, Number.NaN]) expect(() => exp(x)).toThrow("wants a number ≤ 0");
});
