/**
 * @file Elementary functions with the same bits in every JavaScript engine, from +, −, ×, ÷ alone.
 *
 * ECMAScript leaves the last bits of `Math.log`, `Math.cos` and of `**` to the engine, and Node's and Chromium's do
 * differ: in one of ten powers and one of fifteen logarithms. What training draws and schedules goes through these.
 */

/**
 * Natural logarithm of a number in (0, 1], to about one unit in the last place.
 *
 *   p = m 2ᵉ with m in [√½, √2),   ln p = e ln 2 + 2 artanh((m − 1) / (m + 1))
 */
export function log(p: number): number {
  if (!(p > 0 && p <= 1)) throw new RangeError(`log: wants a number in (0, 1], got ${p}`);
  let m = p;
  let e = 0;
  for (; m < Math.SQRT1_2; e--) m *= 2;
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
