/**
 * @file Orthogonal matching pursuit for many rows on the Gram matrix: one atom at a time, all coefficients fitted again.
 *
 *   repeat:  j = argmax |gⱼ|,  A ← A ∪ {j},  z_A = G_AA⁻¹ c_A,  g = c − G_A z_A
 *
 * For atoms of unit norm. With G_AA = L Lᵀ, the columns of G_A L⁻ᵀ say how an atom changes g, and a new atom adds one
 * to them: z itself is wanted but once, at the end. ‖x − D z‖² falls by the square of what is taken off along it.
 * Source: Rubinstein, Zibulevsky & Elad (2008), "Efficient implementation of the K-SVD algorithm using batch orthogonal
 * matching pursuit", Technion CS-2008-08.
 */
import { CHUNK_ROWS } from "../../linalg/l1-quadratic/rows-kernel.js";
import type { Kernel } from "../../parallel/kernel.js";
import type { CodeArgs } from "./row-kernel.js";

/** An atom whose square is this near to the span of those taken adds nothing but rounding. */
const DEPENDENT = 1e-12;
/** Rest of a correlation that has been fitted, as a share of the largest. */
const ROUNDING = 1e-13;

/** Atoms are of unit norm, or zero. Scalars: rows, the most non-zeros, at most k, and ‖x − D z‖² at which a row is done. */
export const matchingPursuitRows: Kernel<CodeArgs> = {
  name: "matchingPursuitRows",
  run({ gram, correlations, squares, codes }, chunk, scalars) {
    const [rows, nonZeros, squaredError] = scalars as unknown as [number, number, number];
    const k = Math.sqrt(gram.length);
    const g = new Float64Array(k);
    const atoms = new Int32Array(nonZeros);
    /** Row s: column s of G_A L⁻ᵀ. */
    const along = new Float64Array(nonZeros * k);
    const taken = new Float64Array(nonZeros);
    const pivots = new Float64Array(nonZeros);
    const end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
    for (let row = chunk * CHUNK_ROWS; row < end; row++) {
      let best = 0;
      let bestAt = 0;
      for (let j = 0; j < k; j++) {
        const c = correlations[row * k + j]!;
        g[j] = c;
        if (Math.abs(c) > best) {
          best = Math.abs(c);
          bestAt = j;
        }
      }
      const least = ROUNDING * best;
      let error = squares[row]!;
      let count = 0;
      while (count < nonZeros && error > squaredError && best > least) {
        const j = bestAt;
        const here = count * k;
        for (let i = 0, from = j * k; i < k; i++, from++) along[here + i] = gram[from]!;
        for (let s = 0; s < count; s++) {
          const share = along[s * k + j]!;
          for (let i = 0, from = s * k; i < k; i++, from++) along[here + i]! -= share * along[from]!;
        }
        const left = along[here + j]!;
        if (!(left > DEPENDENT)) break;
        const pivot = Math.sqrt(left);
        const amount = g[j]! / pivot;
        best = 0;
        for (let i = 0; i < k; i++) {
          const value = along[here + i]! / pivot;
          along[here + i] = value;
          const rest = g[i]! - amount * value;
          g[i] = rest;
          if (Math.abs(rest) > best) {
            best = Math.abs(rest);
            bestAt = i;
          }
        }
        atoms[count] = j;
        pivots[count] = pivot;
        taken[count] = amount;
        error -= amount * amount;
        count++;
      }
      codes.fill(0, row * k, (row + 1) * k);
      // Lᵀ z = taken, L[s, t] = along[t, atom s].
      for (let s = count - 1; s >= 0; s--) {
        const value = taken[s]! / pivots[s]!;
        codes[row * k + atoms[s]!] = value;
        for (let t = 0; t < s; t++) taken[t]! -= value * along[t * k + atoms[s]!]!;
      }
    }
  },
};
