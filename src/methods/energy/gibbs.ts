/**
 * @file Gibbs sampling of a restricted Boltzmann machine: all hidden units given the visible ones, then all visible ones
 * given the hidden.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float32, int64 } from "../../engine/arrays.js";
import { gather } from "../../engine/ops/gather.js";
import { loop } from "../../engine/ops/loop.js";
import { matmul } from "../../engine/ops/matmul.js";
import { type Program, type Runtime, runtime } from "../../engine/session.js";
import { constant, input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { checkedElements } from "../../parallel/memory.js";
import { type Random, random } from "../../random.js";
import { asConstants, evaluate } from "../evaluate.js";
import { array } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { hiddenProbabilities } from "./free-energy.js";
import { bernoulliSample, type VisibleUnits } from "./visible-units.js";

/** h Wᵀ `[n, d]`: what the visible units receive. */
export const visibleField = (h: Tensor, p: Symbols): Tensor => matmul(h, p.weights!, { transposeB: true });

/** Hidden units `[n, k]` drawn given u, with uniform numbers. */
export const sampleHidden = (u: Tensor, p: Symbols, uniform: Tensor): Tensor =>
  bernoulliSample(hiddenProbabilities(u, p), uniform);

/** u `[n, d]` drawn given hidden units. */
export const sampleVisible = (h: Tensor, p: Symbols, units: VisibleUnits, noise: Tensor): Tensor =>
  units.sample(units.mean(visibleField(h, p), p), noise);

/** Random numbers to a run of steps at most. */
const RUN_NUMBERS = 2 ** 22;

/** Noise of `steps` Gibbs steps of n chains, from step `first` on: a function of the stream and each step's number. */
export function gibbsNoise(
  stream: Random,
  units: VisibleUnits,
  first: number,
  [steps, n, k, d]: readonly [number, number, number, number],
): { hidden: NdArray; visible: NdArray } {
  const filled = (name: string, cols: number, kind: "uniform" | "normal"): NdArray => {
    const data = new Float32Array(steps * n * cols);
    for (let t = 0; t < steps; t++) {
      const part = data.subarray(t * n * cols, (t + 1) * n * cols);
      const own = stream.fork(name, first + t);
      if (kind === "uniform") own.fillUniform(part);
      else own.fillNormal(part);
    }
    return float32([steps, n, cols], data);
  };
  return { hidden: filled("hidden", k, "uniform"), visible: filled("visible", d, units.noise) };
}

/** Steps of n chains that one run takes. */
export const stepsARun = (n: number, k: number, d: number): number =>
  Math.max(1, Math.floor(RUN_NUMBERS / (n * (k + d))));

/** Options of Gibbs sampling. */
export interface SampleOptions {
  /** Gibbs steps, an integer ≥ 1. Default 1000. */
  steps?: number | undefined;
  /** Whole number in [0, 2⁵³): same seed, same samples. Default 0. */
  seed?: number | undefined;
}

/**
 * Rows after some Gibbs steps.
 * @param start `[n, d]` in the units of training; without it, every chain starts at the mean of the visible units with all
 *   hidden units at 0.
 */
export async function gibbsSample(
  parameters: Parameters,
  units: VisibleUnits,
  n: number,
  { steps, seed, start }: Required<SampleOptions> & { start: Matrix | undefined },
): Promise<Matrix> {
  const [d, k] = parameters.weights!.shape as [number, number];
  checkedElements([n, d + k], 4, "sample: chains");
  const stream = random(seed).fork("sample");
  const current = await runtime();
  const program = await gibbsProgram(asConstants(parameters), units, n, current);
  try {
    const first = start?.data ?? (await meanRows(parameters, units, n, current));
    let v: NdArray = float32([n, d], first);
    for (let done = 0; done < steps; ) {
      const taken = Math.min(stepsARun(n, k, d), steps - done);
      const result = await program.run({
        v,
        steps: int64([], [taken]),
        ...gibbsNoise(stream, units, done, [taken, n, k, d]),
      });
      v = result.next!;
      done += taken;
    }
    return matrix(n, d, v.data as Float32Array);
  } finally {
    await program.release();
  }
}

/** Steps of n chains, as many as there is noise for. */
function gibbsProgram(p: Symbols, units: VisibleUnits, n: number, on: Runtime): Promise<Program> {
  const [d, k] = p.weights!.shape as [number, number];
  const steps = input("steps", [], "int64");
  const v = input("v", [n, d]);
  const hidden = input("hidden", ["steps", n, k]);
  const visible = input("visible", ["steps", n, d]);
  const { state } = loop(steps, [units.inside(v, p)], (t, [u]) => {
    const h = sampleHidden(u!, p, gather(hidden, t));
    return { state: [sampleVisible(h, p, units, gather(visible, t))] };
  });
  return on.program({ next: units.outside(state[0]!, p) }, { inputs: [steps, v, hidden, visible] });
}

async function meanRows(
  parameters: Parameters,
  units: VisibleUnits,
  n: number,
  on: Runtime,
): Promise<Float32Array> {
  const p = asConstants(parameters);
  const d = parameters.weights!.shape[0]!;
  const silent = constant(array([n, d]));
  return (await evaluate(units.outside(units.mean(silent, p), p), on)).data as Float32Array;
}
