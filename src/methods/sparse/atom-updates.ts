/**
 * @file Moving the atoms of a dictionary while the codes stay, by block coordinate descent on two sums over the codes.
 *
 *   min over B, ‖bⱼ‖ ≤ 1, of Σᵢ ‖xᵢ − B zᵢ‖²:   u = bⱼ + (cⱼ − B aⱼ) / Aⱼⱼ,   bⱼ ← u / max(1, ‖u‖)
 *
 * for one atom after the other, with A = Σᵢ zᵢ zᵢᵀ and C = Σᵢ zᵢ xᵢᵀ: each takes the best place for the others as they
 * are.
 * Source: Mairal, Bach, Ponce & Sapiro (2009), "Online dictionary learning for sparse coding", ICML, algorithm 2.
 */

/** Sums over codes that say what atoms should be; an atom a row. */
export interface CodeSums {
  /** A `[k, k]`. */
  readonly products: Float64Array;
  /** C `[k, d]`. */
  readonly targets: Float64Array;
  /** Rows that use each atom `[k]`. */
  readonly uses: Float64Array;
}

export function codeSums(k: number, d: number): CodeSums {
  return {
    products: new Float64Array(k * k),
    targets: new Float64Array(k * d),
    uses: new Float64Array(k),
  };
}

/**
 * One pass over the atoms that are in use.
 * @param atoms `[k, d]`, changed.
 * @param nonNegative whether their numbers must be ≥ 0.
 */
export function updateAtoms(atoms: Float64Array, sums: CodeSums, nonNegative: boolean): void {
  const { products, targets, uses } = sums;
  const k = uses.length;
  const d = atoms.length / k;
  const u = new Float64Array(d);
  for (let j = 0; j < k; j++) {
    const square = products[j * k + j]!;
    if (uses[j]! <= 0 || !(square > 0)) continue;
    for (let p = 0, at = j * d; p < d; p++, at++) u[p] = targets[at]!;
    subtractProduct(u, products, j * k, atoms, k);
    for (let p = 0, at = j * d; p < d; p++, at++) {
      const value = atoms[at]! + u[p]! / square;
      atoms[at] = nonNegative && value < 0 ? 0 : value;
    }
    intoBall(atoms, j * d, d);
  }
}

/** u ← u − B a, a the k numbers of `products` at `from`; four atoms at a time, a quarter of the passes over u. */
function subtractProduct(
  u: Float64Array,
  products: Float64Array,
  from: number,
  atoms: Float64Array,
  k: number,
): void {
  const d = u.length;
  let i = 0;
  for (; i + 3 < k; i += 4) {
    const at = from + i;
    const [a0, a1, a2, a3] = [products[at]!, products[at + 1]!, products[at + 2]!, products[at + 3]!];
    if (a0 === 0 && a1 === 0 && a2 === 0 && a3 === 0) continue;
    const [b0, b1, b2, b3] = [i * d, (i + 1) * d, (i + 2) * d, (i + 3) * d];
    for (let p = 0; p < d; p++) {
      u[p]! -= a0 * atoms[b0 + p]! + a1 * atoms[b1 + p]! + (a2 * atoms[b2 + p]! + a3 * atoms[b3 + p]!);
    }
  }
  for (; i < k; i++) {
    const a = products[from + i]!;
    if (a !== 0) for (let p = 0, at = i * d; p < d; p++, at++) u[p]! -= a * atoms[at]!;
  }
}

/** Scales the d numbers at `from` to a norm of 1 where it is larger. */
export function intoBall(atoms: Float64Array, from: number, d: number): void {
  let squares = 0;
  for (let at = from; at < from + d; at++) squares += atoms[at]! * atoms[at]!;
  if (squares <= 1) return;
  const size = Math.sqrt(squares);
  for (let at = from; at < from + d; at++) atoms[at]! /= size;
}
