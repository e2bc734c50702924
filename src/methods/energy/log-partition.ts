/**
 * @file The logarithm of a restricted Boltzmann machine's partition function by enumeration, for small machines.
 *
 *   Z = Σ_h exp(cᵀh) ∫ exp(−e(u) + uᵀWh) dv = Σ_v exp(−F(v))
 *
 * Over the hidden units the visible ones are summed in closed form; over Bernoulli visible units the hidden ones are.
 */
import { float64 } from "../../engine/arrays.js";
import { softplus } from "../../engine/ops/activations.js";
import { add, sub } from "../../engine/ops/arithmetic.js";
import { logSumExp, sum } from "../../engine/ops/reduce.js";
import { runtime } from "../../engine/session.js";
import { input } from "../../engine/tensor.js";
import { asConstants, evaluate } from "../evaluate.js";
import type { Parameters } from "../parameters.js";
import { hiddenField } from "./free-energy.js";
import { visibleField } from "./gibbs.js";
import { dot, type VisibleUnits } from "./visible-units.js";

/** Units that can be enumerated: 2²⁰ states take some seconds. */
export const ENUMERABLE = 20;
const BLOCK_BITS = 12;

/** Units that would be enumerated: the hidden ones, or Bernoulli visible ones where there are fewer. */
export function enumeratedUnits(parameters: Parameters, units: VisibleUnits): number {
  const [d, k] = parameters.weights!.shape as [number, number];
  return units.noise === "uniform" ? Math.min(d, k) : k;
}

/**
 * log Z in nats, computed in float64.
 * @throws RangeError for a machine whose smaller side has more than 20 units.
 */
export async function logPartition(parameters: Parameters, units: VisibleUnits): Promise<number> {
  const bits = enumeratedUnits(parameters, units);
  if (bits > ENUMERABLE) {
    throw new RangeError(
      `restrictedBoltzmannMachine.logPartition: enumerates at most ${ENUMERABLE} units, the smaller side has ${bits} ` +
        "(annealedImportanceSampling estimates)",
    );
  }
  const p = asConstants(doublePrecision(parameters));
  const overHidden = bits === parameters.weights!.shape[1];
  const states = input("states", ["rows", bits], "float64");
  const logTerms = overHidden
    ? add(dot(states, p.hiddenBias!), units.logSum(visibleField(states, p), p))
    : sub(sum(softplus(hiddenField(states, p)), 1), units.energy(states, p));
  const current = await runtime();
  const program = await current.program({ sum: logSumExp(logTerms) });
  const sums: number[] = [];
  try {
    const rows = 2 ** Math.min(bits, BLOCK_BITS);
    for (let first = 0; first < 2 ** bits; first += rows) {
      const data = statesFrom(first, rows, bits);
      const result = await program.run({ states: float64([rows, bits], data) });
      sums.push(result.sum!.data[0] as number);
    }
  } finally {
    await program.release();
  }
  const volume = await evaluate(units.logVolume(p), current);
  return logSumOfExponentials(sums) + (volume.data[0] as number);
}

/** The parameters in float64. */
export function doublePrecision(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      float64(shape, Float64Array.from(data as Float32Array)),
    ]),
  );
}

/** log Σ exp, without overflow. */
export function logSumOfExponentials(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const largest = all.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return largest + Math.log(all.reduce((total, value) => total + Math.exp(value - largest), 0));
}

/** The binary digits of `rows` numbers from `first` on, one number a row. */
function statesFrom(first: number, rows: number, bits: number): Float64Array {
  return Float64Array.from({ length: rows * bits }, (_, at) => {
    const [row, bit] = [Math.floor(at / bits), at % bits];
    return ((first + row) >> bit) & 1;
  });
}
