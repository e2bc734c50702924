/**
 * @file Groups of atoms turned within their span so that the Gram matrix of each is diagonal: D_b = U Σ Vᵀ is replaced by
 * D_b V, which changes no ‖z_b‖.
 */
import { type Dense, dense } from "../../linalg/dense.js";
import { eigh } from "../../linalg/eigh.js";
import { gemm } from "../../linalg/gemm.js";

export interface DiagonalGroups {
  /** Atoms in the order of their groups, turned `[d, k]`. */
  readonly dictionary: Dense;
  /** Atoms of a group. */
  readonly size: number;
  /** Codes with the dictionary given from those with this one. */
  restore(codes: Dense): Promise<Dense>;
}

/** @throws RangeError for groups that do not fit the dictionary or are not of one size. */
export async function diagonalGroups(
  dictionary: Dense,
  groups: number | readonly number[] | Int32Array,
): Promise<DiagonalGroups> {
  const k = dictionary.cols;
  const { order, size } = groupOrder(groups, k);
  const gram = await gemm(dictionary, dictionary, { transposeA: true });
  /** z = turn z' of the atoms in their order. */
  const turn = dense(k, k);
  for (let first = 0; first < k; first += size) {
    const members = order.slice(first, first + size);
    const block = dense(size, size);
    members.forEach((a, i) => {
      members.forEach((b, j) => {
        block.data[i * size + j] = gram.data[a * k + b]!;
      });
    });
    const { vectors } = await eigh(block);
    members.forEach((a, i) => {
      for (let j = 0; j < size; j++) turn.data[a * k + first + j] = vectors.data[i * size + j]!;
    });
  }
  return {
    dictionary: await gemm(dictionary, turn),
    size,
    restore: (codes) => gemm(codes, turn, { transposeB: true }),
  };
}

/** The atoms group after group, and how many make a group. */
function groupOrder(
  groups: number | readonly number[] | Int32Array,
  k: number,
): { order: number[]; size: number } {
  const atoms = Array.from({ length: k }, (_, j) => j);
  if (typeof groups === "number") {
    if (!(Number.isSafeInteger(groups) && groups >= 1 && k % groups === 0))
      throw new RangeError(`sparseCodes: want groups of a size that divides ${k} atoms, got ${groups}`);
    return { order: atoms, size: groups };
  }
  if (groups.length !== k)
    throw new RangeError(`sparseCodes: want the group of each of ${k} atoms, got ${groups.length} numbers`);
  const members = new Map<number, number[]>();
  for (const j of atoms) {
    const group = groups[j]!;
    if (!Number.isSafeInteger(group))
      throw new RangeError(`sparseCodes: groups[${j}] must be an integer, got ${group}`);
    const others = members.get(group);
    if (others) others.push(j);
    else members.set(group, [j]);
  }
  const sizes = [...members.values()].map((some) => some.length);
  const different = sizes.find((size) => size !== sizes[0]);
  if (different !== undefined)
    throw new RangeError(`sparseCodes: want groups of one size, got ${sizes[0]} and ${different} atoms`);
  return { order: [...members.values()].flat(), size: sizes[0]! };
}
