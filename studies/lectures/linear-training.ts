/**
 * @file Trainings of the linear autoencoder by full gradients, looked at on the way.
 *
 * The squared error of a linear map depends on the rows by their second moments Σ alone:
 *
 *   1/n Σᵢ ‖xᵢ − W xᵢ‖² = tr (W − I)Σ(W − I)ᵀ
 *
 * So d rows √(d λᵢ) vᵢ, with the eigenvalues and eigenvectors of Σ, have the same loss and gradients as thousands, at a cost that
 * does not grow with n. Noise and masks act on it by their second moments too, which two copies of these rows have exactly, one
 * with a deviation added along an axis and one with it taken off: their loss is the mean over all that could be drawn.
 */
import type { Matrix } from "../../src/data/matrix.js";
import { matrix } from "../../src/data/matrix.js";
import {
  engine,
  type LinearAutoencoder,
  type LinearAutoencoderOptions,
  linearAutoencoder,
  startTraining,
} from "../../src/index.js";
import { type Dense, dense } from "../../src/linalg/dense.js";
import type { Augmentation } from "../../src/methods/augmentations/augmentation.js";
import type { Method, Trained } from "../../src/methods/method.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { linearMap } from "../../src/metrics/index.js";
import type { StudyData } from "./study-data.js";

/** Changes of rows in training: noise of a variance on every number, or zeros with a probability. */
export type Corruption = { readonly noise: number } | { readonly masks: number };

/** A training: the method, how it is corrupted, and how its steps are taken. */
export interface Course extends Omit<LinearAutoencoderOptions, "noise" | "maskRatio" | "bias"> {
  readonly corruption?: Corruption | undefined;
  readonly optimizer: "sgd" | "adam";
  /** Rate of gradient descent for λ₁ up to 1, which is divided by it beyond. */
  readonly learningRate: number;
  /** Default: steps of one length. */
  readonly schedule?: "cosine" | undefined;
  readonly seed: number;
  /** Parameters to begin with. Default: those that the method draws. */
  readonly begin?: Parameters | undefined;
}

/** A training after a step. */
export interface Point {
  readonly step: number;
  /** W `[d, d]`. */
  readonly map: Dense;
  readonly parameters: Parameters;
}

/**
 * Trains, and looks at the map after some steps.
 * @param marks numbers of steps, ascending, from 0 on. @param look is awaited at each; true ends the training there.
 */
export async function follow(
  data: Pick<StudyData, "moments" | "eigenvalues" | "eigenvectors">,
  course: Course,
  marks: readonly number[],
  look: (point: Point) => Promise<boolean> | boolean,
  signal?: AbortSignal,
): Promise<void> {
  const { corruption, optimizer, learningRate, schedule, seed, begin, ...options } = course;
  const { rows, noise } = momentRows(data, corruption);
  const d = rows.cols;
  const method = linearAutoencoder({ ...options, bias: false, noise });
  // Gradients grow with Σ, and steps of one length would leave where it is large.
  const steepness = optimizer === "sgd" ? Math.max(1, data.eigenvalues[0]!) : 1;
  const session = await startTraining(begin ? beginningWith(method, begin) : method, rows, {
    optimizer,
    learningRate: learningRate / steepness,
    schedule: schedule ?? "constant",
    batchSize: "all",
    epochs: Math.max(1, marks.at(-1)!),
    scale: "none",
    seed,
    signal,
  });
  try {
    for (const mark of marks) {
      const more = mark - session.stepsTaken;
      if (more > 0) await session.step(more);
      const { parameters } = session.snapshot();
      const { matrix: map } = await linearMap({
        inputDim: d,
        reconstruct: (asked) => session.reconstruct(asked, { step: mark, parameters }),
      });
      if (await look({ step: mark, map, parameters })) return;
    }
  } finally {
    await session.release();
  }
}

/** The map at the end of so many steps. */
export async function trainedMap(
  data: Pick<StudyData, "moments" | "eigenvalues" | "eigenvectors">,
  course: Course,
  steps: number,
  signal?: AbortSignal,
): Promise<Point> {
  let last: Point | undefined;
  await follow(
    data,
    course,
    [steps],
    (point) => {
      last = point;
      return true;
    },
    signal,
  );
  return last!;
}

/** Steps 1, 2, 3 …, later ever wider apart by a factor, up to the last. */
export function spacedSteps(last: number, factor = 1.15): number[] {
  const steps = [0];
  for (let at = 1; at < last; at = Math.max(at + 1, Math.round(at * factor))) steps.push(at);
  return [...steps, last];
}

/** The method with other parameters before training. */
function beginningWith(method: Method<LinearAutoencoder>, begin: Parameters): Method<LinearAutoencoder> {
  return { ...method, fitting: { ...(method.fitting as Trained), initial: () => begin } };
}

function momentRows(
  { moments, eigenvalues, eigenvectors }: Pick<StudyData, "moments" | "eigenvalues" | "eigenvectors">,
  corruption: Corruption | undefined,
): { rows: Matrix; noise?: Augmentation } {
  const d = moments.rows;
  const copies = corruption ? 2 : 1;
  const rows = matrix(copies * d, d);
  for (let copy = 0; copy < copies; copy++)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        rows.data[(copy * d + i) * d + j] =
          Math.sqrt(d * Math.max(0, eigenvalues[i]!)) * eigenvectors.data[j * d + i]!;
  if (!corruption) return { rows };
  const shown = "masks" in corruption ? 1 - corruption.masks : 1;
  const deviations = new Float32Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    const variance =
      "masks" in corruption ? shown * (1 - shown) * moments.data[i * (d + 1)]! : corruption.noise;
    deviations[i * (d + 1)] = Math.sqrt(d * variance);
    deviations[d * d + i * (d + 1)] = -Math.sqrt(d * variance);
  }
  const added = engine.constant({ dtype: "float32", shape: [2 * d, d], data: deviations });
  return {
    rows,
    noise: {
      name: "masks" in corruption ? `expectedMasks:${corruption.masks}` : `expectedNoise:${corruption.noise}`,
      view: (x, { batch }) => engine.add(engine.mul(x, shown), engine.gather(added, batch.rows())),
    },
  };
}

/** λᵢ of a diagonal Σ, for studies of what depends on these alone. */
export function diagonalData(
  eigenvalues: readonly number[],
): Pick<StudyData, "moments" | "eigenvalues" | "eigenvectors"> {
  const d = eigenvalues.length;
  const moments = dense(d, d);
  const eigenvectors = dense(d, d);
  eigenvalues.forEach((value, i) => {
    moments.data[i * (d + 1)] = value;
    eigenvectors.data[i * (d + 1)] = 1;
  });
  return { moments, eigenvalues: Float64Array.from(eigenvalues), eigenvectors };
}
