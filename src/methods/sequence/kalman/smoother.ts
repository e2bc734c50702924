/**
 * @file The Rauch–Tung–Striebel smoother: what is known of the state at every moment by all that was observed in its sequence.
 *
 *   J = P_{t|t} Aᵀ P_{t+1|t}⁻¹,   x̂_t = x̂_{t|t} + J (x̂_{t+1} − A x̂_{t|t}),   V_t = (I − J A) P_{t|t} (I − J A)ᵀ + J (V_{t+1} + Q) Jᵀ
 *
 * The last is P_{t|t} + J (V_{t+1} − P_{t+1|t}) Jᵀ, written as Joseph's form: a sum of semidefinite terms, where the difference may end
 * with negative variances. Where the filter is steady, J is one matrix and V comes to a limit, found by doubling; V is that limit from
 * where it differs by less than 10⁻¹³ of its standard deviations, as in filter.ts.
 * Source: Rauch, Tung & Striebel (1965), "Maximum likelihood estimates of linear dynamic systems", AIAA Journal 3.
 */
import { type Sequences, spansOf } from "../../../data/sequences.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { CovarianceList } from "./covariance-list.js";
import { type Filtered, STEADY } from "./filter.js";
import type { LinearSystem } from "./linear-system.js";
import { covarianceDistance } from "./small-products.js";
import { SmootherGain } from "./smoother-gain.js";

/** Knowledge of n moments. */
export interface Smoothed {
  /** x̂_t `[n, k]`. */
  readonly means: Float64Array;
  /** V_t of every moment. */
  readonly covariances: CovarianceList;
  /** Σ Cov(x_{t+1}, x_t) = Σ V_{t+1} Jᵀ over all moments that are followed by one, `[k, k]`. */
  readonly lagged: Float64Array;
}

/** Moments between pauses. */
const BLOCK = 4096;

/** Smooths what a filter found, with its covariances kept. */
export async function smooth(
  filtered: Filtered,
  sequences: Sequences,
  system: LinearSystem,
  { breathe }: Breathing = {},
): Promise<Smoothed> {
  const k = system.latentDim;
  const means = filtered.means.slice();
  const { places } = filtered.covariances;
  const covariances = new CovarianceList(places.length, k);
  const lagged = new Float64Array(k * k);
  const current = new Float64Array(k * k);
  const steady = filtered.steadyPlace < 0 ? undefined : steadyBack(filtered, system);
  const limitPlace = steady ? covariances.add(steady.limit) : -1;
  const own = new SmootherGain(system);
  let ownOf = -1;
  let settled = false;

  const goBack = (from: number, to: number): void => {
    for (let t = to - 1; t >= from; t--) {
      const place = places[t]!;
      const isSteady = place === filtered.steadyPlace;
      const gain = isSteady ? steady!.gain : own;
      if (!isSteady && place !== ownOf) {
        own.set(filtered.covariances.at(place));
        ownOf = place;
      }
      settled &&= isSteady;
      gain.move(means, t * k);
      if (settled) {
        covariances.places[t] = limitPlace;
        for (let at = 0; at < k * k; at++) lagged[at]! += steady!.lagged[at]!;
        continue;
      }
      addProductTransposed(lagged, current, gain.j, k);
      gain.back(current);
      covariances.places[t] = covariances.add(current);
      settled = isSteady && covarianceDistance(current, steady!.limit, k) <= STEADY;
      if (settled) current.set(steady!.limit);
    }
  };
  for (const { from, to } of spansOf(sequences)) {
    if (from === to) continue;
    current.set(filtered.covariances.at(places[to - 1]!));
    covariances.places[to - 1] = covariances.add(current);
    settled = false;
    for (let end = to - 1; end > from; end -= BLOCK) {
      await breathe?.();
      goBack(Math.max(from, end - BLOCK), end);
    }
  }
  return { means, covariances, lagged };
}

/** The way back through a filter that is steady. */
function steadyBack({ covariances, steadyPlace }: Filtered, system: LinearSystem) {
  const gain = new SmootherGain(system);
  gain.set(covariances.at(steadyPlace));
  const limit = gain.limit();
  const lagged = new Float64Array(limit.length);
  addProductTransposed(lagged, limit, gain.j, system.latentDim);
  return { gain, limit, lagged };
}

/** out ← out + A Bᵀ, all `[k, k]`. */
function addProductTransposed(out: Float64Array, a: Float64Array, b: Float64Array, k: number): void {
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = out[i * k + j]!;
      for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[j * k + l]!;
      out[i * k + j] = sum;
    }
  }
}
