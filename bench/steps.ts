/**
 * @file Training steps per second through `fit`, as they are measured beside every peer, and the data they take.
 */
import { type FitOptions, fit, type Matrix, type Method } from "../src/index.js";
import { random } from "../src/random.js";

/** A method to train, its data and options. */
export interface Trainee {
  readonly method: Method;
  readonly options: FitOptions & { batchSize: number };
}

/** The same on so much uniform random data. */
export interface TrainingCase extends Trainee {
  readonly rows: number;
  readonly cols: number;
}

/** Length of a round. */
export const SECONDS = 1.5;
/** Long enough for training to have settled on its number of threads. */
const WARM_UP_SECONDS = 2.5;

export function uniformRows(rows: number, cols: number): Matrix {
  return { data: random(0).fillUniform(new Float32Array(rows * cols)), rows, cols };
}

/** Steps taken after the warm-up, by the second. @param examples of an epoch: rows, or windows of them. */
export async function stepsPerSecond(
  { method, options }: Trainee,
  x: Matrix,
  examples = x.rows,
): Promise<number> {
  let from: { time: number; steps: number } | undefined;
  let rate = 0;
  const begun = performance.now();
  const settled = (steps: number) => {
    const now = { time: performance.now(), steps };
    if (!from && now.time - begun > WARM_UP_SECONDS * 1000) from = now;
    if (!from || now.time - from.time <= SECONDS * 1000) return false;
    rate = ((now.steps - from.steps) / (now.time - from.time)) * 1000;
    return true;
  };
  await trainUntil({ method, options }, x, settled, examples);
  return rate;
}

/** Trains until `done(steps)` says so, which is asked after every run of steps. */
export async function trainUntil(
  { method, options }: Trainee,
  x: Matrix,
  done: (steps: number) => boolean,
  examples = x.rows,
): Promise<void> {
  const epochs = 1_000_000;
  const stepsAnEpoch = Math.ceil(examples / options.batchSize);
  const controller = new AbortController();
  await fit(method, x, {
    ...options,
    epochs,
    seed: 0,
    signal: controller.signal,
    onProgress({ fraction }) {
      if (done(fraction * epochs * stepsAnEpoch)) controller.abort();
    },
  }).catch((error: unknown) => {
    if (!controller.signal.aborted) throw error;
  });
}
