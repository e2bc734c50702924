/**
 * @file Elementary functions with the same bits in every JavaScript engine, from +, −, ×, ÷ alone.
 *
 * ECMAScript leaves the last bits of `Math.log`, `Math.cos` and of `**` to the engine, and Node's and Chromium's do
 * differ: in one of ten powers and one of fifteen logarithms. What training draws and schedules goes through these.
 */

/**
 * Natural logarithm of a finite number > 0, to about two units in the last place.
 *
 *   p = m 2ᵉ with m in [√½, √2),   ln p = e ln 2 + 2 artanh((m − 1) / (m + 1))
 */
export function log(p: number): number {
  if (!(p > 0 && p < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`log: wants a finite number > 0, got ${p}`);
  }
  let m = p;
  let e = 0;
  for (; m < Math.SQRT1_2; e--) m *= 2;
  for (; m >= Math.SQRT2; e++) m /= 2;
  const s = (m - 1) / (m + 1);
  // s² < 0.03: the terms after s²³ / 23 are below the last bit.
  let series = 0;
  for (let n = 23; n >= 1; n -= 2) series = series * s * s + 1 / n;
  return e * Math.LN2 + 2 * s * series;
}

/** Cosine of an angle in [0, π/2], with an absolute error below 3e-16: Taylor's series up to x²² / 22!. */
export function cos(x: number): number {
  if (!(x >= 0 && x <= Math.PI / 2)) throw new RangeError(`cos: wants an angle in [0, π/2], got ${x}`);
  let series = 1;
  for (let n = 22; n >= 2; n -= 2) series = 1 - (series * x * x) / (n * (n - 1));
  return series;
}

/** xⁿ for a whole n ≥ 0, by repeated squaring: of relative error about n · 1e-16. */
export function power(x: number, n: number): number {
  if (!(Number.isSafeInteger(n) && n >= 0))
    throw new RangeError(`power: wants a whole exponent ≥ 0, got ${n}`);
  let product = 1;
  let square = x;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= square;
    square *= square;
  }
  return product;
}

/** 2⁰, 2⁻¹, … 2⁻¹⁰⁷⁴, exactly. */
const HALVES = new Float64Array(1075);
for (let i = 0, value = 1; i < HALVES.length; i++, value /= 2) HALVES[i] = value;

/**
 * eˣ for x ≤ 0, to about one unit in the last place.
 *
 *   x = −m ln 2 + r with |r| ≤ ½ ln 2,   eˣ = 2⁻ᵐ eʳ,   eʳ by Taylor's series up to r¹³ / 13!
 */
export function exp(x: number): number {
  if (!(x <= 0)) throw new RangeError(`exp: wants a number ≤ 0, got ${x}`);
  const m = Math.floor(0.5 - x * Math.LOG2E);
  if (m >= HALVES.length) return 0;
  const r = x + m * LN2_HIGH + m * LN2_LOW;
  let series = 1;
  for (let n = 13; n >= 1; n--) series = 1 + series * r * RECIPROCALS[n]!;
  return series * HALVES[m]!;
}

/** ln 2 in two parts: a multiple of the first, up to 1075 times, is exact. */
const LN2_HIGH = Math.floor(Math.LN2 * 2 ** 32) / 2 ** 32;
const LN2_LOW = 1.9082149292705877e-10;
const RECIPROCALS = Float64Array.from({ length: 14 }, (_, n) => (n === 0 ? 0 : 1 / n));
