/**
 * @file The steady state of a Kalman filter: the covariance P that it comes to where nothing is missing, by the discrete
 * algebraic Riccati equation
 *
 *   P = A P (I + M P)⁻¹ Aᵀ + Q,   M = Cᵀ R⁻¹ C
 *
 * solved by doubling: of a filter that has run for 2ⁱ moments from nothing unknown, G and H give that of 2ⁱ⁺¹,
 *
 *   F ← F (I + G H)⁻¹ F,   G ← G + F (I + G H)⁻¹ G Fᵀ,   H ← H + Fᵀ H (I + G H)⁻¹ F,   from F = Aᵀ, G = M, H = Q
 *
 * H comes to P and F to 0, both quadratically, where the filter forgets its beginning. Then the filter's own step is taken
 * until it moves P no more. Source: Anderson (1978), "Second-order convergent algorithms for the steady-state Riccati equation",
 * International Journal of Control 28; Anderson & Moore (1979), "Optimal filtering", §6.7.
 */
import { maxAbs } from "../../../linalg/dense.js";
import { factorSmall } from "../../../linalg/small-cholesky.js";
import { CovarianceStep } from "./covariance-step.js";
import type { LinearSystem } from "./linear-system.js";
import { type Observed, ObservedColumns } from "./observed-columns.js";
import { divideBy, squareRoot } from "./semidefinite.js";
import {
  covarianceDistance,
  multiply,
  product,
  productTransposed,
  squareOf,
  symmetrize,
  transposed,
} from "./small-products.js";

/** A covariance that a filter stays at. */
export interface Steady {
  /** P_{t|t−1}, `[k, k]`, and with it P_{t|t}, gains and precisions, as of every further moment. */
  readonly step: CovarianceStep;
  /** P_{t+1|t} − P_{t|t−1}, largest entry by standard deviations of P: the residual of the Riccati equation. */
  readonly residual: number;
}

const MOST_DOUBLINGS = 60;
/** Share of the beginning that is left. */
const FORGOTTEN = 1e-9;
const MOST_POLISHING = 100;
const SETTLED = 1e-15;
const LARGEST_RESIDUAL = 1e-10;

/** The steady state of a system; `undefined` where the filter comes to none. */
export function steadyOf(
  system: LinearSystem,
  { whole }: Pick<ObservedColumns, "whole"> = new ObservedColumns(system),
): Steady | undefined {
  const k = system.latentDim;
  const start = byDoubling(system, whole);
  if (!start) return undefined;
  const step = new CovarianceStep(system);
  step.predicted.set(start);
  const before = new Float64Array(k * k);
  let residual = Number.POSITIVE_INFINITY;
  for (let t = 0; t < MOST_POLISHING; t++) {
    before.set(step.predicted);
    step.update(whole);
    step.predict();
    const moved = covarianceDistance(step.predicted, before, k);
    if (!(moved < residual)) break;
    residual = moved;
    if (moved <= SETTLED) break;
  }
  step.predicted.set(before);
  step.update(whole);
  return residual <= LARGEST_RESIDUAL ? { step, residual } : undefined;
}

function byDoubling(system: LinearSystem, { columns, loadings }: Observed): Float64Array | undefined {
  const { latentDim: k, transition, processNoise } = system;
  const square = [k, k, k] as const;
  let f = transposed(transition, k, k);
  const g = new Float64Array(k * k);
  squareOf(g, transposed(loadings, columns.length, k), [k, columns.length]);
  const h = processNoise.slice();
  const [root, inner] = [new Float64Array(k * k), new Float64Array(k * k)];
  for (let doubling = 0; doubling < MOST_DOUBLINGS; doubling++) {
    // (I + G H)⁻¹ = I − G S (I + Sᵀ G S)⁻¹ Sᵀ with H = S Sᵀ.
    squareRoot(root, h, k);
    const gs = product(g, root, square);
    multiply(inner, transposed(root, k, k), gs, square);
    for (let i = 0; i < k; i++) inner[i * (k + 1)]! += 1;
    symmetrize(inner, k);
    if (!factorSmall(inner, k, k)) return undefined;
    const half = gs.slice();
    divideBy(half, inner, k, k);
    const inverse = productTransposed(half, root, square);
    for (let at = 0; at < inverse.length; at++) inverse[at] = (at % (k + 1) === 0 ? 1 : 0) - inverse[at]!;
    const forward = product(f, inverse, square);
    const nextG = productTransposed(product(forward, g, square), f, square);
    const nextH = product(product(transposed(f, k, k), product(h, inverse, square), square), f, square);
    f = product(forward, f, square);
    let moved = 0;
    for (let at = 0; at < h.length; at++) {
      g[at]! += nextG[at]!;
      h[at]! += nextH[at]!;
      moved = Math.max(moved, Math.abs(nextH[at]!));
    }
    symmetrize(g, k);
    symmetrize(h, k);
    if (![...f, ...g, ...h].every(Number.isFinite)) return undefined;
    if (maxAbs(f) <= FORGOTTEN && moved <= Number.EPSILON * maxAbs(h)) return h;
  }
  return undefined;
}
