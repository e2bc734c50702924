/**
 * @file Eigenpairs of a symmetric matrix of some ten to a hundred rows, without a call of the engine: for loops over many. Householder reflections make it
 * tridiagonal, rotations of the implicit QL algorithm make that diagonal. Jacobi's rotations (jacobi-eigen.ts) are simpler, and faster for a few rows.
 * Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §8.3; Dubrulle, Martin & Wilkinson (1968), "The implicit QL algorithm", Numerische Mathematik 12.
 */

/** Turns for one eigenvalue: two or three are usual. */
const MOST_TURNS = 60;

/**
 * @param a `[m, m]`, symmetric, row-major; overwritten with eigenvectors: row i belongs to value i, of length 1.
 * @param values `[m]`, written: eigenvalues, in no order.
 * @param beside `[m]`, overwritten.
 */
export function smallEigen(a: Float64Array, m: number, values: Float64Array, beside: Float64Array): void {
  reduce(a, m, values, beside);
  rotate(a, m, values, beside);
}

/** A = Q T Qᵀ: T in `diagonal` and `beside`, from its second number on, and Qᵀ in place of A. */
function reduce(a: Float64Array, m: number, diagonal: Float64Array, beside: Float64Array): void {
  // Row i is reflected so that only its entry before the diagonal is left; the reflection stays in its place meanwhile.
  for (let i = m - 1; i > 0; i--) {
    const row = i * m;
    let squares = 0;
    for (let k = 0; k < i - 1; k++) squares += a[row + k]! * a[row + k]!;
    const last = a[row + i - 1]!;
    if (squares === 0) {
      beside[i] = last;
      diagonal[i] = 0;
      continue;
    }
    const norm = Math.sqrt(squares + last * last);
    const length = last > 0 ? -norm : norm;
    const half = norm * norm - last * length;
    beside[i] = length;
    diagonal[i] = half;
    a[row + i - 1] = last - length;
    // p = A u / h, then A ← A − u qᵀ − q uᵀ with q = p − (uᵀ p / 2 h) u; p and q stand in `beside`, whose first i numbers are free.
    let product = 0;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += a[j * m + k]! * a[row + k]!;
      for (let k = j + 1; k < i; k++) sum += a[k * m + j]! * a[row + k]!;
      beside[j] = sum / half;
      product += beside[j]! * a[row + j]!;
    }
    const share = product / (2 * half);
    for (let j = 0; j < i; j++) beside[j]! -= share * a[row + j]!;
    for (let j = 0; j < i; j++) {
      const [u, q] = [a[row + j]!, beside[j]!];
      for (let k = 0; k <= j; k++) a[j * m + k]! -= u * beside[k]! + q * a[row + k]!;
    }
  }
  beside[0] = 0;
  // Reflections are put together from the first: Q of the leading i rows is done when row i is looked at. Rows hold Qᵀ.
  for (let i = 0; i < m; i++) {
    const row = i * m;
    const half = i > 0 ? diagonal[i]! : 0;
    diagonal[i] = a[row + i]!;
    if (half !== 0)
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let k = 0; k < i; k++) sum += a[j * m + k]! * a[row + k]!;
        sum /= half;
        for (let k = 0; k < i; k++) a[j * m + k]! -= sum * a[row + k]!;
      }
    a[row + i] = 1;
    for (let j = 0; j < i; j++) {
      a[row + j] = 0;
      a[j * m + i] = 0;
    }
  }
}

function rotate(vectors: Float64Array, m: number, values: Float64Array, beside: Float64Array): void {
  for (let i = 1; i < m; i++) beside[i - 1] = beside[i]!;
  beside[m - 1] = 0;
  for (let l = 0; l < m; l++) {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      let n = l;
      for (; n < m - 1; n++) {
        const size = Math.abs(values[n]!) + Math.abs(values[n + 1]!);
        if (Math.abs(beside[n]!) <= Number.EPSILON * size) break;
      }
      if (n === l) break;
      // Wilkinson's shift.
      const step = (values[l + 1]! - values[l]!) / (2 * beside[l]!);
      const root = Math.sqrt(step * step + 1);
      let g = values[n]! - values[l]! + beside[l]! / (step + (step >= 0 ? root : -root));
      let [s, c, p] = [1, 1, 0];
      let i = n - 1;
      for (; i >= l; i--) {
        const f = s * beside[i]!;
        const b = c * beside[i]!;
        const r = Math.sqrt(f * f + g * g);
        beside[i + 1] = r;
        if (r === 0) {
          values[i + 1]! -= p;
          beside[n] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = values[i + 1]! - p;
        const t = (values[i]! - g) * s + 2 * c * b;
        p = s * t;
        values[i + 1] = g + p;
        g = c * t - b;
        for (let k = 0, under = i * m, over = under + m; k < m; k++, under++, over++) {
          const [x, y] = [vectors[over]!, vectors[under]!];
          vectors[over] = s * y + c * x;
          vectors[under] = c * y - s * x;
        }
      }
      if (i >= l) continue;
      values[l]! -= p;
      beside[l] = g;
      beside[n] = 0;
    }
  }
}
