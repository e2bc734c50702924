/**
 * @file Rayleigh–Ritz: the best eigenpairs of a matrix within a space, A Q s ≈ θ Q s with QᵀA Q s = θ s. Source:
 * Parlett (1998), "The symmetric eigenvalue problem", SIAM, §11.4.
 */
import type { Dense } from "../dense.js";
import { type Eigen, eigh } from "../eigh.js";
import { gemm } from "../gemm.js";
import { columnSigns, flipColumns } from "../signs.js";
import type { SparseMatrix } from "./csr.js";
import { multiplySparse } from "./products.js";

/**
 * Eigenpairs within the space of orthonormal columns, descending; the largest entry of each vector is positive.
 * @param a symmetric `[n, n]`.
 * @param basis `[n, k]`
 */
export async function rayleighRitz(a: SparseMatrix, basis: Dense): Promise<Eigen> {
  const k = basis.cols;
  const h = await gemm(basis, multiplySparse(a, basis), { transposeA: true });
  // Next to singular, rounding is large beside its entries.
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (h.data[i * k + j]! + h.data[j * k + i]!) / 2;
      h.data[i * k + j] = h.data[j * k + i] = mean;
    }
  }
  const { values, vectors } = await eigh(h);
  const rotated = await gemm(basis, vectors);
  flipColumns(rotated, columnSigns(rotated));
  return { values, vectors: rotated };
}
