/**
 * @file Atoms made of rows: those a dictionary starts with, and those that take the place of atoms no row uses.
 */
import type { Matrix } from "../../data/matrix.js";
import type { Random } from "../../random.js";

/** k atoms `[k, d]`: rows drawn at random, of unit norm; where there are too few, random directions. */
export function initialAtoms(x: Matrix, k: number, nonNegative: boolean, random: Random): Float64Array {
  const d = x.cols;
  const atoms = new Float64Array(k * d);
  let made = 0;
  for (const row of random.permutation(x.rows)) {
    if (made === k) break;
    if (setAtom(atoms, made, x.data.subarray(row * d, (row + 1) * d), nonNegative)) made++;
  }
  while (made < k) {
    const direction = Float64Array.from({ length: d }, () => random.normal());
    if (setAtom(atoms, made, direction, nonNegative)) made++;
  }
  return atoms;
}

/**
 * Puts rows in the place of atoms that no row uses: for each the next of the worst coded ones, scaled to unit norm.
 * @param losses of every row.
 * @returns the atoms that were replaced.
 */
export function replaceUnused(
  atoms: Float64Array,
  uses: Float64Array,
  x: Float32Array,
  losses: Float64Array,
  nonNegative: boolean,
): number[] {
  const k = uses.length;
  const d = atoms.length / k;
  const unused = [...uses.keys()].filter((j) => uses[j]! <= 0);
  if (unused.length === 0) return [];
  const worst = [...losses.keys()].sort((a, b) => losses[b]! - losses[a]! || a - b);
  let taken = 0;
  const replaced: number[] = [];
  for (const j of unused) {
    let set = false;
    while (!set && taken < worst.length) {
      const row = worst[taken++]!;
      set = setAtom(atoms, j, x.subarray(row * d, (row + 1) * d), nonNegative);
    }
    if (set) replaced.push(j);
  }
  return replaced;
}

/** Makes a row `[d]` atom j, of unit norm. @returns false, and changes nothing, if it is zero. */
function setAtom(
  atoms: Float64Array,
  j: number,
  row: Float32Array | Float64Array,
  nonNegative: boolean,
): boolean {
  const kept = Float64Array.from(row, (value) => (nonNegative && value < 0 ? 0 : value));
  let squares = 0;
  for (const value of kept) squares += value * value;
  if (!(squares > 0)) return false;
  const size = Math.sqrt(squares);
  for (let p = 0, at = j * kept.length; p < kept.length; p++, at++) atoms[at] = kept[p]! / size;
  return true;
}
