/**
 * @file Gradient descent to a given number of steps, in short runs between which it reports and can be stopped.
 */
import type { NdArray } from "../../engine/tensor.js";
import type { TrainingProgram, TrainingState } from "../../engine/training-program.js";
import type { Random } from "../../random.js";

/** Progress of an inverse problem. */
export interface InversionProgress {
  /** Share of the whole work that is done, in [0, 1]. */
  readonly fraction: number;
  /** Steps taken of the descent under way. */
  readonly step: number;
  /** Steps of that descent in all. */
  readonly steps: number;
  /** Mean objective of the rows under way, before the last step. */
  readonly objective: number;
}

export interface Descent {
  /** The task, as errors name it. */
  readonly name: string;
  readonly program: TrainingProgram;
  readonly state: TrainingState;
  readonly data: Readonly<Record<string, NdArray>>;
  /** Rows of the data that every step takes. */
  readonly order: BigInt64Array;
  readonly steps: number;
  /** The rate of a step, from 1. */
  learningRate(step: number): number;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
  /**
   * Called after every `STEPS_PER_RUN` steps and at the end; the descent stops where it gives true. The state's arrays are its
   * own until the run after the next.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that has nothing to say goes on
  onRun(state: TrainingState, step: number, objective: number): boolean | void;
}

/** Fixed, so that what is decided between runs does not depend on how fast the machine is. */
export const STEPS_PER_RUN = 10;

/**
 * Descends.
 * @throws Error where the objective stops being finite; the reason of the signal once it is aborted.
 */
export async function descend(descent: Descent): Promise<TrainingState> {
  const { name, program, data, order, steps, random, signal } = descent;
  let { state } = descent;
  let spare: TrainingState | undefined;
  for (let done = 0; done < steps; ) {
    signal?.throwIfAborted();
    const count = Math.min(STEPS_PER_RUN, steps - done);
    const repeated = new BigInt64Array(count * order.length);
    for (let k = 0; k < count; k++) repeated.set(order, k * order.length);
    const learningRates = Array.from({ length: count }, (_, k) => descent.learningRate(done + k + 1));
    const run = await program.run({
      state,
      data,
      order: repeated,
      firstStep: done + 1,
      learningRates,
      random,
      spare,
    });
    const bad = run.losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0) {
      const rate = descent.learningRate(1);
      throw new Error(
        `${name}: the objective is no longer finite at step ${done + bad + 1}; try a learning rate below ${rate}`,
      );
    }
    [state, spare] = [run.state, state];
    done += count;
    if (descent.onRun(state, done, run.losses.at(-1)!)) break;
    // A run keeps out timers and signals: let them in.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return state;
}
