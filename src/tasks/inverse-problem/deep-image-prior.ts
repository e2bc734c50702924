/**
 * @file Deep image prior: an image from its measurement alone, as what an untrained convolutional network makes of noise.
 *
 *   min over θ of  ‖y − f(g_θ(z₀ + ε))‖²,   x̂ = average of g_θ(z₀ + ε) over the last steps
 *
 * Natural images are fitted sooner than noise and holes, so the descent is stopped early: after so many steps, or where
 * measurements that were held out are met best. One network is fitted to every image, and thrown away.
 * Source: Ulyanov, Vedaldi & Lempitsky (2018), "Deep image prior", CVPR; held-out pixels: Yaman et al. (2021),
 * "Zero-shot self-supervised learning for MRI reconstruction".
 */
import { type Matrix, type MatrixLike, matrix, row, toMatrix } from "../../data/matrix.js";
import { float32 } from "../../engine/arrays.js";
import { compileTraining } from "../../engine/compile-training.js";
import { add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { sum } from "../../engine/ops/reduce.js";
import { reshape } from "../../engine/ops/shape.js";
import { optimizer } from "../../engine/optimizers.js";
import { runtime } from "../../engine/session.js";
import { constant, int64Array, type NdArray } from "../../engine/tensor.js";
import type { TrainingProgram } from "../../engine/training-program.js";
import { array } from "../../methods/initial.js";
import {
  checkOptions,
  integer,
  integers,
  number,
  type OptionTable,
  optional,
} from "../../methods/options.js";
import { shapesOf } from "../../methods/parameters.js";
import { random } from "../../random.js";
import { descend, type InversionProgress } from "./descend.js";
import { type HourglassShape, hourglass, initialHourglass } from "./hourglass.js";
import { channelsFirst } from "./image-size.js";
import { identity, type Measurement } from "./measurements.js";
import { drawSeed, measured } from "./observations.js";

/** Options of `deepImagePrior`. */
export interface DeepImagePriorOptions {
  /** Shape of the image looked for: `[height, width]`, or `[channels, height, width]`. */
  rowShape: readonly number[];
  /** f, the way it was measured. Default `identity()`: y is the image, with noise or with missing pixels (NaN). */
  measurement?: Measurement | undefined;
  /** Least and largest value of a pixel. Default: [0, 1] if no measurement lies outside, else [0, 255] if none does, else theirs. */
  range?: readonly [number, number] | undefined;
  /** Channels of the network at every scale, the finest first; each scale halves the image. Default `[32, 32, 32, 32]`. */
  channels?: readonly number[] | undefined;
  /** Steps of the descent, ≥ 1. Default 1500. */
  steps?: number | undefined;
  /** Learning rate of Adam, > 0. Default 0.01. */
  learningRate?: number | undefined;
  /** Standard deviation of ε, drawn anew in every step; z₀ is uniform on [0, 0.1). ≥ 0. Default 0.03. */
  inputNoise?: number | undefined;
  /** β in [0, 1) of the exponential average of images, which counts some 1 / (1 − β) steps; 0 takes the last. Default 0.99. */
  averaging?: number | undefined;
  /** Share of the measured numbers, in [0, 1), that is not fitted but says which average is best. Default 0: the last. */
  heldOut?: number | undefined;
  /** Whole number in [0, 2⁵³): same seed, same bits. Default: drawn. */
  seed?: number | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
  /** Told of the descent after every 10 steps. */
  onProgress?: ((progress: InversionProgress) => void) | undefined;
}

/** Images found from n measurements. */
export interface ImagesFound {
  /** x̂ `[n, d]`, in the units of the measurements. */
  readonly x: Matrix;
  /** The step after which each was taken `[n]`. */
  readonly step: Uint32Array;
  /** The seed that was used, also when it was drawn. */
  readonly seed: number;
}

type Checked = Omit<DeepImagePriorOptions, "rowShape" | "measurement" | "range" | "signal" | "onProgress">;

const inUnit = (v: number) => v >= 0 && v < 1;
const TABLE: OptionTable<Checked> = {
  channels: integers({ min: 1, default: [32, 32, 32, 32], help: "of the network at every scale" }),
  steps: integer({ min: 1, default: 1500, help: "of gradient descent" }),
  learningRate: number({ default: 0.01, want: "a number > 0", test: (v) => v > 0, help: "of Adam" }),
  inputNoise: number({ default: 0.03, want: "a number ≥ 0", test: (v) => v >= 0, help: "in every step" }),
  averaging: number({ default: 0.99, want: "a number in [0, 1)", test: inUnit, help: "of the images" }),
  heldOut: number({ default: 0, want: "a number in [0, 1)", test: inUnit, help: "share of measurements" }),
  seed: optional(integer({ min: 0, help: "of network and noise" })),
};

const [INPUT_CHANNELS, SKIP_CHANNELS, INPUT_SIZE] = [32, 4, 0.1];

/**
 * Finds images from their measurements, one after the other.
 * @param y measurements `[n, m]`; missing values (NaN) are left out.
 * @throws RangeError or TypeError for measurements or options that do not fit.
 */
export async function deepImagePrior(y: MatrixLike, options: DeepImagePriorOptions): Promise<ImagesFound> {
  const { rowShape, measurement = identity(), range, signal, onProgress, ...rest } = options;
  const checked = checkOptions("deepImagePrior", TABLE, rest);
  const { steps, learningRate, seed = drawSeed() } = checked;
  const shape = channelsFirst("deepImagePrior", rowShape);
  const given = toMatrix(y, "deepImagePrior");
  const d = shape[0] * shape[1] * shape[2];
  const m = measurement.size(d);
  if (given.cols !== m)
    throw new RangeError(
      `deepImagePrior: ${measurement.name} of ${d} numbers gives ${m}, the measurements have ${given.cols}`,
    );
  const { values, observed } = measured(given, measurement, "deepImagePrior");
  const net: HourglassShape = {
    inputChannels: INPUT_CHANNELS,
    channels: checked.channels,
    skipChannels: SKIP_CHANNELS,
    outputChannels: shape[0],
  };
  const stream = random(seed);
  const weights = initialHourglass(net, stream.fork("weights"));
  const program = await compileNetwork(shape, net, measurement, weights, checked, seed);
  const found = { x: matrix(given.rows, d), step: new Uint32Array(given.rows), seed };
  try {
    for (let i = 0; i < given.rows; i++) {
      const y = values.subarray(i * m, (i + 1) * m);
      const seen = observed?.subarray(i * m, (i + 1) * m) ?? new Float32Array(m).fill(1);
      const limits = range ? checkedRange(range) : rangeOf(y.filter((_, j) => seen[j] === 1));
      const { fitted, held } = split(seen, checked.heldOut, seed);
      let best = Number.POSITIVE_INFINITY;
      await descend({
        name: "deepImagePrior",
        program,
        state: {
          ...weights,
          ...program.initialSlots(),
          average: array([1, d]),
          averaged: scalar(0),
          heldOutError: scalar(0),
        },
        data: {
          y: line(y),
          fitted: line(fitted),
          held: line(held),
          low: line(Float32Array.of(limits[0])),
          size: line(Float32Array.of(limits[1] - limits[0])),
        },
        order: int64Array([0]),
        steps,
        learningRate: () => learningRate,
        random: stream,
        signal,
        onRun(state, step, objective) {
          const error = checked.heldOut > 0 ? Number(state.heldOutError!.data[0]) : 0;
          if (checked.heldOut === 0 || error < best) {
            best = error;
            const share = Number(state.averaged!.data[0]);
            row(found.x, i).set((state.average!.data as Float32Array).map((value) => value / share));
            found.step[i] = step;
          }
          onProgress?.({ fraction: (i * steps + step) / (given.rows * steps), step, steps, objective });
        },
      });
    }
  } finally {
    await program.release();
  }
  return found;
}

/** One step for one image: its measurement is met more closely, and the averages move on. */
async function compileNetwork(
  shape: readonly [number, number, number],
  net: HourglassShape,
  measurement: Measurement,
  weights: Readonly<Record<string, NdArray>>,
  { inputNoise, averaging }: Required<Checked>,
  seed: number,
): Promise<TrainingProgram> {
  const [, height, width] = shape;
  const d = shape[0] * height * width;
  const m = measurement.size(d);
  const inputShape = [1, net.inputChannels, height, width];
  const uniform = random(seed)
    .fork("input")
    .fillUniform(new Float32Array(net.inputChannels * height * width));
  const z0 = constant(
    float32(
      inputShape,
      uniform.map((v) => v * INPUT_SIZE),
    ),
  );
  return compileTraining(
    {
      data: { y: [m], fitted: [m], held: [m], low: [1], size: [1] },
      state: { ...shapesOf(weights), average: [1, d], averaged: [], heldOutError: [] },
      trainable: Object.keys(weights),
      batchSize: 1,
      optimizer: optimizer({ name: "adam" }),
      loss(batch, p) {
        const { y, fitted, held, low, size } = batch.data;
        const z = inputNoise > 0 ? add(z0, mul(batch.normal(inputShape), inputNoise)) : z0;
        const x = add(mul(reshape(hourglass(z, p, net), [1, d]), size!), low!);
        /** Mean of the squares that count, as shares of the range. */
        const error = (image: typeof x, counts: typeof x) => {
          const off = div(sub(measurement.apply(image), y!), size!);
          // Nothing held out gives 0 / 1 and not 0 / 0.
          return div(sum(mul(square(off), counts)), add(sum(counts), 1e-6));
        };
        const average = add(mul(p.average!, averaging), mul(x, 1 - averaging));
        const averaged = add(mul(p.averaged!, averaging), 1 - averaging);
        const heldOutError = error(div(average, averaged), held!);
        return { loss: error(x, fitted!), updates: { average, averaged, heldOutError } };
      },
    },
    await runtime(),
  );
}

/** The narrowest of [0, 1], [0, 255] and what there is that holds all measurements. */
function rangeOf(values: Float32Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= 0 && high <= 255) return [0, high <= 1 ? 1 : 255];
  return [low, high];
}

function checkedRange([low, high]: readonly [number, number]): readonly [number, number] {
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return [low, high];
  throw new RangeError(`deepImagePrior: range must be [least, largest], got [${low}, ${high}]`);
}

/** Masks of the numbers seen: 1 for those that are fitted, and for those that are held out. */
function split(seen: Float32Array, heldOut: number, seed: number): Record<"fitted" | "held", Float32Array> {
  const held = random(seed).fork("held out").fillBernoulli(new Float32Array(seen.length), heldOut);
  return {
    fitted: seen.map((value, j) => value * (1 - held[j]!)),
    held: seen.map((value, j) => value * held[j]!),
  };
}

const line = (data: Float32Array): NdArray => float32([1, data.length], data);
const scalar = (value: number): NdArray => float32([], [value]);
