/**
 * @file Products of small dense matrices in float64, row-major, in place: at the sizes of a state, some numbers a side, a call of
 * a matrix library takes longer than the product.
 */

/** out ← A B, A `[n, m]`, B `[m, p]`; out is neither. */
export function multiply(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  [n, m, p]: readonly [number, number, number],
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let l = 0; l < m; l++) sum += a[i * m + l]! * b[l * p + j]!;
      out[i * p + j] = sum;
    }
  }
}

/** out ← A Bᵀ, A `[n, m]`, B `[p, m]`; out is neither. */
export function multiplyTransposed(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  [n, m, p]: readonly [number, number, number],
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let l = 0; l < m; l++) sum += a[i * m + l]! * b[j * m + l]!;
      out[i * p + j] = sum;
    }
  }
}

/** out ← A Aᵀ + B, A `[n, m]`, B `[n, n]` symmetric: one half is computed, so that out is symmetric to the last bit. */
export function squareOf(
  out: Float64Array,
  a: Float64Array,
  [n, m]: readonly [number, number],
  b?: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = b === undefined ? 0 : b[i * n + j]!;
      for (let l = 0; l < m; l++) sum += a[i * m + l]! * a[j * m + l]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
}

/** A new matrix A B. */
export function product(a: Float64Array, b: Float64Array, sizes: readonly [number, number, number]) {
  const out = new Float64Array(sizes[0] * sizes[2]);
  multiply(out, a, b, sizes);
  return out;
}

/** A new matrix A Bᵀ. */
export function productTransposed(
  a: Float64Array,
  b: Float64Array,
  sizes: readonly [number, number, number],
) {
  const out = new Float64Array(sizes[0] * sizes[2]);
  multiplyTransposed(out, a, b, sizes);
  return out;
}

/** A new matrix Aᵀ, A `[n, m]`. */
export function transposed(a: Float64Array, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j]!;
  return out;
}

/** (A + Aᵀ) / 2 in place of A `[n, n]`. */
export function symmetrize(a: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a[i * n + j]! + a[j * n + i]!) / 2;
      a[i * n + j] = mean;
      a[j * n + i] = mean;
    }
  }
  return a;
}

/** The identity `[n, n]`, times a number. */
export function scaledIdentity(n: number, by = 1): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * (n + 1)] = by;
  return out;
}

/** Largest |aᵢⱼ − bᵢⱼ| / √(bᵢᵢ bⱼⱼ) of covariances `[n, n]`: the difference in standard deviations of b. */
export function covarianceDistance(a: Float64Array, b: Float64Array, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const difference = Math.abs(a[i * n + j]! - b[i * n + j]!);
      const share = difference / Math.sqrt(b[i * (n + 1)]! * b[j * (n + 1)]!);
      if (difference > 0 && !(share <= most)) most = share;
    }
  }
  return most;
}
