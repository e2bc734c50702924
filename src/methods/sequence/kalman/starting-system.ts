/**
 * @file The system that EM starts from, with what is given in its place.
 *
 * Canonical variates are the states where their coordinates are free; where C, Q or P is given, these in the coordinates
 * that it says. Else states are what the given C, or the principal directions of the rows, make of each row by least squares.
 */
import { dense } from "../../../linalg/dense.js";
import { leadingEigh } from "../../../linalg/eigh.js";
import type { Random } from "../../../random.js";
import type { LinearSystem } from "./linear-system.js";
import { divideBy, factorSemidefinite, quotient, squareRoot } from "./semidefinite.js";
import { product, productTransposed, scaledIdentity, squareOf, transposed } from "./small-products.js";
import {
  type Complete,
  canonicalStates,
  correlations,
  hasCanonicalStates,
  regressed,
} from "./subspace-start.js";
import { atLeast, diagonalAtLeast, LEAST_NOISE } from "./variance-floor.js";

/** Parts of a system that are not learned. */
export type Given = Partial<Omit<LinearSystem, "latentDim" | "inputDim" | "mean">>;

/** True if what is given leaves the coordinates of the states free. */
export function isFree({ observationNoise: _, ...given }: Given): boolean {
  return Object.keys(given).length === 0;
}

/** Share of a column's variance that is noise to start with, at least, where states are those of least squares. */
const SHARE_OF_NOISE = 0.25;

/** A start, and the least variances that states may have `[k]`. */
export interface Start {
  readonly system: LinearSystem;
  readonly stateFloor: Float64Array;
}

/** A system for rows y, less their mean and without gaps. @param columnFloor least variances of columns `[d]`. */
export async function startingSystem(
  y: Complete,
  k: number,
  mean: Float64Array,
  given: Given,
  { columnFloor, random }: { columnFloor: Float64Array; random: Random },
): Promise<Start> {
  const { rows, cols: d } = y;
  const aligned = await alignedStates(y, k, given);
  const { states, lags } = aligned ?? {
    states: leastSquaresStates(y, given.observation ?? (await loadings(y, k, random)), k),
    lags: 0,
  };
  const found = regressed(y, states, k, lags);
  const covariance = new Float64Array(k * k);
  squareOf(
    covariance,
    transposed(states, rows, k).map((value) => value / Math.sqrt(rows)),
    [k, rows],
  );
  // States by least squares may leave nothing of a row, and EM takes long from a noise of nothing.
  const startingNoise = aligned
    ? columnFloor
    : columnFloor.map((least) => (SHARE_OF_NOISE * least) / LEAST_NOISE);
  const stateFloor = Float64Array.from(
    { length: k },
    (_, a) => LEAST_NOISE * (covariance[a * (k + 1)]! || 1),
  );
  const system = {
    latentDim: k,
    inputDim: d,
    mean,
    transition: found.transition,
    observation: found.observation,
    processNoise: await atLeast(found.processNoise, stateFloor, k),
    observationNoise: diagonalAtLeast(found.observationNoise, startingNoise, d),
    initialMean: new Float64Array(k),
    initialCovariance: await atLeast(covariance, stateFloor, k),
    ...given,
  };
  return { system, stateFloor };
}

/** Canonical variates in the coordinates of what is given; `undefined` where that tells none. */
async function alignedStates(y: Complete, k: number, given: Given) {
  const { transition, observation, processNoise, initialCovariance } = given;
  const free = isFree(given);
  if ((transition && !observation) || (!free && !hasCanonicalStates(y, k))) return undefined;
  const found = await canonicalStates(y, k);
  const { states, lags } = found;
  if (free) return found;
  const own = regressed(y, states, k, lags);
  const t = observation
    ? leastSquaresMap(observation, own.observation, y.cols, k)
    : processNoise
      ? covarianceMap(processNoise, own.processNoise, k)
      : covarianceMap(initialCovariance ?? scaledIdentity(k), scaledIdentity(k), k);
  return t && { states: productTransposed(states, t, [y.rows, k, k]), lags };
}

/** T of least ‖C T − C′‖, if C `[d, k]` has rank k. */
function leastSquaresMap(
  c: Float64Array,
  other: Float64Array,
  d: number,
  k: number,
): Float64Array | undefined {
  const ct = transposed(c, d, k);
  const gram = productTransposed(ct, ct, [k, d, k]);
  if (factorSemidefinite(gram.slice(), k) < k) return undefined;
  return transposed(quotient(product(transposed(other, d, k), c, [k, d, k]), gram, k, k), k, k);
}

/** T with T Σ′ Tᵀ = Σ, if both have rank k. */
function covarianceMap(covariance: Float64Array, other: Float64Array, k: number): Float64Array | undefined {
  const [to, from] = [new Float64Array(k * k), new Float64Array(k * k)];
  squareRoot(to, covariance, k);
  squareRoot(from, other, k);
  const factor = other.slice();
  if (factorSemidefinite(factor, k) < k || factorSemidefinite(covariance.slice(), k) < k) return undefined;
  // L L′⁻¹ = L L′ᵀ Σ′⁻¹.
  const t = productTransposed(to, from, [k, k, k]);
  divideBy(t, factor, k, k);
  return t;
}

/** The first k principal directions `[d, k]` in units of their deviations; numbers drawn at random where there are no more. */
async function loadings(y: Complete, k: number, random: Random): Promise<Float64Array> {
  const { cols: d } = y;
  const { covariance, deviations } = correlations(y);
  const { values, vectors } = await leadingEigh(dense(d, d, covariance.data), Math.min(k, d));
  return Float64Array.from({ length: d * k }, (_, at) => {
    const [j, a] = [Math.floor(at / k), at % k];
    const drawn = random.normal();
    if (a >= values.length) return (deviations[j]! * drawn) / 2;
    return deviations[j]! * vectors.data[j * vectors.cols + a]! * Math.sqrt(Math.max(values[a]!, 1e-3));
  });
}

/** (CᵀC)⁻¹ Cᵀ y of every row `[n, k]`. */
function leastSquaresStates({ data, rows, cols: d }: Complete, c: Float64Array, k: number): Float64Array {
  const ct = transposed(c, d, k);
  const projected = product(data, c, [rows, d, k]);
  return quotient(projected, productTransposed(ct, ct, [k, d, k]), rows, k);
}
