/**
 * @file Annealed importance sampling: an estimate of log Z for machines too large to enumerate.
 *
 * Chains start as samples of a machine without weights, whose Z₀ is known, and pass through machines with the weights βW,
 * hidden biases βc and visible biases (1 − β) a + βb, from β = 0 to β = 1, with a the log-odds of the columns. With
 * −F_β(v) the logarithm of what the machine at β weighs a row,
 *
 *   log wᵢ = Σ_t [ F_{β_{t−1}}(v_{t−1}) − F_{β_t}(v_{t−1}) ],   v_t one Gibbs step from v_{t−1} at β_t,   Z ≈ Z₀ mean(w)
 *
 * Source: Neal (2001), "Annealed importance sampling", Statistics and Computing; Salakhutdinov & Murray (2008), "On the
 * quantitative analysis of deep belief networks", ICML.
 */
import { float64, int64 } from "../../engine/arrays.js";
import { sigmoid, softplus } from "../../engine/ops/activations.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { gather } from "../../engine/ops/gather.js";
import { loop } from "../../engine/ops/loop.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { type Program, type Runtime, runtime } from "../../engine/session.js";
import { constant, input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { checkedElements } from "../../parallel/memory.js";
import { random } from "../../random.js";
import { asConstants, evaluate } from "../evaluate.js";
import { array } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { hiddenField } from "./free-energy.js";
import { gibbsNoise, stepsARun, visibleField } from "./gibbs.js";
import { doublePrecision, logSumOfExponentials } from "./log-partition.js";
import { bernoulliSample, type VisibleUnits } from "./visible-units.js";

/** Options of annealed importance sampling. Its error falls with more chains and more temperatures. */
export interface AnnealingOptions {
  /** Independent chains, an integer ≥ 2. Default 100. */
  chains?: number | undefined;
  /** Steps from β = 0 to β = 1, evenly spaced, an integer ≥ 1. Default 1000. */
  temperatures?: number | undefined;
  /** Whole number in [0, 2⁵³): same seed, same estimate. Default 0. */
  seed?: number | undefined;
}

/** An estimate of log Z, in nats. */
export interface PartitionEstimate {
  /** The estimate of log Z: log Z₀ plus the logarithm of the mean weight. */
  readonly logPartition: number;
  /** Standard error of `logPartition`, from the spread of the weights: the deviation of w over √chains · mean(w). */
  readonly standardError: number;
  /** (Σw)² / Σw²: how many chains carry the estimate, from 1 to `chains`. */
  readonly effectiveChains: number;
  /** log Z₀ + log wᵢ of every chain `[chains]`. */
  readonly logWeights: Float64Array;
}

/** Chains run in float32, where their bits do not depend on the number of threads; weights are summed in float64. */
export async function annealedImportanceSampling(
  parameters: Parameters,
  units: VisibleUnits,
  { chains, temperatures, seed }: Required<AnnealingOptions>,
): Promise<PartitionEstimate> {
  const [d, k] = parameters.weights!.shape as [number, number];
  checkedElements([chains, d + k], 4, "annealed importance sampling: chains");
  const p: Machine = { single: asConstants(parameters), double: asConstants(doublePrecision(parameters)) };
  const stream = random(seed).fork("annealing");
  const current = await runtime();
  const base = await baseMachine(p.double, units, current);
  const program = await annealingProgram(p, units, chains, current);
  try {
    const first = gibbsNoise(stream, units, 0, [1, chains, k, d]).visible;
    let state: Record<string, NdArray> = {
      u: await evaluate(startRows(p.single, units, { ...first, shape: [chains, d] }), current),
      logWeights: float64([chains], new Float64Array(chains).fill(base)),
    };
    for (let done = 0; done < temperatures; ) {
      const taken = Math.min(stepsARun(chains, k, d), temperatures - done);
      const betas = Float64Array.from({ length: taken + 1 }, (_, t) => (done + t) / temperatures);
      const result = await program.run({
        ...state,
        steps: int64([], [taken]),
        before: float64([taken], betas.slice(0, -1)),
        after: float64([taken], betas.slice(1)),
        ...gibbsNoise(stream, units, 1 + done, [taken, chains, k, d]),
      });
      state = { u: result.nextU!, logWeights: result.nextLogWeights! };
      done += taken;
    }
    return estimate(state.logWeights!.data as Float64Array);
  } finally {
    await program.release();
  }
}

/** The parameters in both precisions. */
interface Machine {
  readonly single: Symbols;
  readonly double: Symbols;
}

/** log Z₀: hidden units that receive nothing, each worth log 2. */
async function baseMachine(p: Symbols, units: VisibleUnits, on: Runtime): Promise<number> {
  const [d, k] = p.weights!.shape as [number, number];
  const nothing = constant(float64([1, d], new Float64Array(d)));
  const visible = units.logSum(nothing, units.annealed(p, constant(0, "float64")));
  const value = await evaluate(add(sum(visible), units.logVolume(p)), on);
  return k * Math.LN2 + (value.data[0] as number);
}

function startRows(p: Symbols, units: VisibleUnits, noise: NdArray): Tensor {
  const nothing = constant(array(noise.shape));
  return units.sample(units.mean(nothing, units.annealed(p, constant(0))), constant(noise));
}

/** Some temperatures: u and the weights before, to u and the weights after. */
function annealingProgram(
  { single, double }: Machine,
  units: VisibleUnits,
  chains: number,
  on: Runtime,
): Promise<Program> {
  const [d, k] = single.weights!.shape as [number, number];
  const steps = input("steps", [], "int64");
  const [before, after] = [input("before", ["steps"], "float64"), input("after", ["steps"], "float64")];
  const [hidden, visible] = [input("hidden", ["steps", chains, k]), input("visible", ["steps", chains, d])];
  const start = [input("u", [chains, d]), input("logWeights", [chains], "float64")];
  const { state } = loop(steps, start, (t, [u, logWeights]) => {
    const wide = cast(u!, "float64");
    const field = hiddenField(wide, double);
    const logWeight = (beta: Tensor) =>
      sub(sum(softplus(mul(field, beta)), 1), units.energy(wide, units.annealed(double, beta)));
    const change = sub(logWeight(gather(after, t)), logWeight(gather(before, t)));

    const beta = cast(gather(after, t), "float32");
    const probabilities = sigmoid(mul(hiddenField(u!, single), beta));
    const h = bernoulliSample(probabilities, gather(hidden, t));
    const mean = units.mean(mul(visibleField(h, single), beta), units.annealed(single, beta));
    return { state: [units.sample(mean, gather(visible, t)), add(logWeights!, change)] };
  });
  const inputs = [steps, before, after, hidden, visible, ...start];
  return on.program({ nextU: state[0]!, nextLogWeights: state[1]! }, { inputs });
}

function estimate(logWeights: Float64Array): PartitionEstimate {
  const n = logWeights.length;
  const total = logSumOfExponentials(logWeights);
  const shares = logWeights.map((value) => Math.exp(value - total));
  const squares = shares.reduce((sum, share) => sum + share * share, 0);
  return {
    logPartition: total - Math.log(n),
    // Var(w)/(n mean²) with Σ shares = 1, and n − 1 for n.
    standardError: Math.sqrt(Math.max(0, (n * squares - 1) / (n - 1))),
    effectiveChains: 1 / squares,
    logWeights,
  };
}
