/**
 * @file Eigenpairs of small symmetric matrices by Jacobi's rotations, without a call of the engine: for loops over many.
 *
 * Rounds over all pairs (p, q), each rotated so that a_pq = 0, until nothing is left beside the diagonal.
 * Values are exact to rounding of the largest. Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §8.5.
 */

const MOST_ROUNDS = 30;
const NEGLIGIBLE = 2 ** -53;

/**
 * @param a `[m, m]`, symmetric, row-major; overwritten.
 * @param values `[m]`, written: eigenvalues, descending.
 * @param vectors `[m, m]`, written: row i belongs to value i, of length 1.
 */
export function jacobiEigen(a: Float64Array, m: number, values: Float64Array, vectors: Float64Array): void {
  vectors.fill(0, 0, m * m);
  for (let i = 0; i < m; i++) vectors[i * m + i] = 1;
  let trace = 0;
  for (let i = 0; i < m; i++) trace += Math.abs(a[i * m + i]!);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let rotated = false;
    for (let p = 0; p < m - 1; p++) {
      for (let q = p + 1; q < m; q++) {
        const apq = a[p * m + q]!;
        if (Math.abs(apq) <= NEGLIGIBLE * trace) continue;
        const [app, aqq] = [a[p * m + p]!, a[q * m + q]!];
        rotated = true;
        const tau = (aqq - app) / (2 * apq);
        const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (let j = 0, atP = p * m, atQ = q * m; j < m; j++, atP++, atQ++) {
          const [u, v] = [a[atP]!, a[atQ]!];
          a[atP] = c * u - s * v;
          a[atQ] = s * u + c * v;
          const [x, y] = [vectors[atP]!, vectors[atQ]!];
          vectors[atP] = c * x - s * y;
          vectors[atQ] = s * x + c * y;
        }
        for (let j = 0, atP = p, atQ = q; j < m; j++, atP += m, atQ += m) {
          const [u, v] = [a[atP]!, a[atQ]!];
          a[atP] = c * u - s * v;
          a[atQ] = s * u + c * v;
        }
        a[p * m + p] = app - t * apq;
        a[q * m + q] = aqq + t * apq;
        a[p * m + q] = 0;
        a[q * m + p] = 0;
      }
    }
    if (!rotated) break;
  }
  for (let i = 0; i < m; i++) values[i] = a[i * m + i]!;
  for (let i = 0; i < m - 1; i++) {
    let largest = i;
    for (let j = i + 1; j < m; j++) if (values[j]! > values[largest]!) largest = j;
    if (largest === i) continue;
    const moved = values[i]!;
    values[i] = values[largest]!;
    values[largest] = moved;
    for (let j = 0; j < m; j++) {
      const entry = vectors[i * m + j]!;
      vectors[i * m + j] = vectors[largest * m + j]!;
      vectors[largest * m + j] = entry;
    }
  }
}
