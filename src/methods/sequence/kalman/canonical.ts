/**
 * @file Coordinates of states. A system whose states are turned and stretched, x′ = T x, tells the same of every row,
 *
 *   A′ = T A T⁻¹,   C′ = C T⁻¹,   Q′ = T Q Tᵀ,   m′ = T m,   P′ = T P Tᵀ
 *
 * The one is taken in which the states have E[x xᵀ] = I over the moments fitted to, and the columns of C are
 * orthogonal, of falling length, their largest absolute entry positive: the first state tells most.
 */
import { dense } from "../../../linalg/dense.js";
import { eigh } from "../../../linalg/eigh.js";
import { columnSigns } from "../../../linalg/signs.js";
import type { LinearSystem } from "./linear-system.js";
import { divideBy, factorSemidefinite, squareRoot } from "./semidefinite.js";
import { product, productTransposed, symmetrize, transposed } from "./small-products.js";

/** The system in these coordinates; as it is where the states span less than k directions. */
export async function canonical(system: LinearSystem, secondMoment: Float64Array): Promise<LinearSystem> {
  const { latentDim: k, inputDim: d, observation, transition } = system;
  const square = [k, k, k] as const;
  if (factorSemidefinite(secondMoment.slice(), k) < k) return system;
  const root = new Float64Array(k * k);
  squareRoot(root, secondMoment, k);
  const told = product(observation, root, [d, k, k]);
  const gram = productTransposed(transposed(told, d, k), transposed(told, d, k), [k, d, k]);
  const { vectors } = await eigh(dense(k, k, symmetrize(gram, k)));
  const turned = product(told, vectors.data, [d, k, k]);
  const signs = columnSigns(dense(d, k, turned));
  // T⁻¹ = S U, S Sᵀ the second moment; T = (S Sᵀ)⁻¹ (S U) transposed, since Uᵀ Sᵀ (S Sᵀ)⁻¹ = Uᵀ S⁻¹.
  const back = product(root, vectors.data, square).map((value, at) => value * signs[at % k]!);
  const factor = secondMoment.slice();
  factorSemidefinite(factor, k);
  const there = transposed(back, k, k);
  divideBy(there, factor, k, k);
  const moved = (covariance: Float64Array) =>
    symmetrize(productTransposed(product(there, covariance, square), there, square), k);
  return {
    ...system,
    transition: product(product(there, transition, square), back, square),
    observation: product(observation, back, [d, k, k]),
    processNoise: moved(system.processNoise),
    initialMean: product(there, system.initialMean, [k, k, 1]),
    initialCovariance: moved(system.initialCovariance),
  };
}
