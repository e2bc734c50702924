/**
 * @file One step of training as a graph: minibatch, noise, loss and gradients.
 *
 * Minibatches are gathered in the graph from the data by an order that is drawn outside, and so is all noise: the numbers
 * do not depend on how many steps one run holds, nor on the runtime's own random operators, which cannot be reproduced.
 */
import type { Random } from "../random.js";
import { float32 } from "./arrays.js";
import { bytesOf } from "./footprint.js";
import { gradient } from "./gradient.js";
import { add } from "./ops/arithmetic.js";
import { gather } from "./ops/gather.js";
import { reshape } from "./ops/shape.js";
import {
  constant,
  type DType,
  fixed,
  input,
  type NdArray,
  type Shape,
  sizeOf,
  type Tensor,
} from "./tensor.js";
import type { Batch, TrainingSpec } from "./training-program.js";

/** Noise that a step asks for. */
export interface Draw {
  fill(part: Float32Array, stream: Random): void;
  readonly shape: readonly number[];
}

export interface Step {
  /** The loss that is told. */
  readonly report: Tensor;
  /** Scalars that are told beside it. */
  readonly figures: Readonly<Record<string, Tensor>>;
  /** Gradients of what is trained, in the order of its names. */
  readonly gradients: readonly Tensor[];
  /** New values of state that no gradient trains. */
  readonly updates: Readonly<Record<string, Tensor>>;
  readonly project: Readonly<Record<string, (updated: Tensor) => Tensor>>;
  /** Noise, which the inputs `draw0`, `draw1` … give. */
  readonly draws: readonly Draw[];
  /** Numbers that a run may be given other values of. */
  readonly scalars: readonly Scalar[];
}

/** A number of the loss that a run may be given another value of. */
export interface Scalar {
  readonly name: string;
  /** Its value where a run says nothing. */
  readonly value: number;
  readonly tensor: Tensor;
}

/**
 * @param data the data arrays, `[rows, …]`.
 * @param state arrays as they are before the step.
 * @param trainable names of state that gradients train.
 * @param given a tensor of this name and shape that every step is given anew: `order` and `rows`, int64 `[batchSize]`, and noise.
 */
export function trainingStep(
  { batchSize, window, training = true, loss: lossOf }: TrainingSpec,
  data: Readonly<Record<string, Tensor>>,
  state: Readonly<Record<string, Tensor>>,
  trainable: readonly string[],
  given: (name: string, shape: readonly number[], dtype: DType) => Tensor,
): Step {
  const { draws, noise } = drawing((name, shape) => given(name, shape, "float32"));
  const scalars: Scalar[] = [];
  let rows: Tensor | undefined;
  const begins = given("order", [batchSize], "int64");
  const positions = window === undefined ? begins : eachOf(begins, window);
  const batch: Batch = {
    data: Object.fromEntries(Object.entries(data).map(([name, t]) => [name, gather(t, positions)])),
    rows: () => (rows ??= given("rows", [batchSize], "int64")),
    training,
    ...noise,
    scalar(name, value) {
      const alike = scalars.filter((scalar) => scalar.name.replace(/#\d+$/, "") === name);
      const same = alike.find((scalar) => scalar.value === value);
      if (same) return same.tensor;
      const own = alike.length === 0 ? name : `${name}#${alike.length + 1}`;
      const tensor = input(`scalar.${own}`, []);
      scalars.push({ name: own, value, tensor });
      return tensor;
    },
  };
  const { loss, report = loss, figures = {}, updates = {}, project = {} } = lossOf(batch, state);
  const gradients = gradient(
    loss,
    trainable.map((name) => state[name]!),
  );
  return {
    report,
    figures: training ? figures : {},
    gradients,
    updates: training ? updates : {},
    project,
    draws,
    scalars,
  };
}

/** Scalars as they are said, where no run could say others. */
export const ownScalars: Batch["scalar"] = (_, value) => constant(value);

/** Scalars by name, with the values that the loss says. */
export const valuesOf = (scalars: readonly Scalar[]): Readonly<Record<string, number>> =>
  Object.fromEntries(scalars.map(({ name, value }) => [name, value]));

/** Inputs of a run for its scalars. @param given values by name, in place of those that the loss says. */
export const scalarFeeds = (
  scalars: readonly Scalar[],
  given: Readonly<Record<string, number>> = {},
): Record<string, NdArray> =>
  Object.fromEntries(
    scalars.map(({ name, value, tensor }) => [tensor.source.name!, float32([], [given[name] ?? value])]),
  );

/** Positions `[n, window]` of rows that follow those at `begins`. */
function eachOf(begins: Tensor, window: number): Tensor {
  const steps = constant(
    Array.from({ length: window }, (_, i) => i),
    "int64",
  );
  return add(reshape(begins, [...begins.shape, 1]), steps);
}

/**
 * A batch's noise, and what it was asked for so far.
 * @param given a tensor of this name and shape that is filled anew for every step.
 */
export function drawing(given: (name: string, shape: readonly number[]) => Tensor): {
  draws: readonly Draw[];
  noise: Pick<Batch, "normal" | "uniform" | "bernoulli">;
} {
  const draws: Draw[] = [];
  const draw = (shape: Shape, fill: Draw["fill"]) => {
    const sizes = shape.map((dim) => fixed(dim, "noise"));
    draws.push({ fill, shape: sizes });
    return given(`draw${draws.length - 1}`, sizes);
  };
  return {
    draws,
    noise: {
      normal: (shape) => draw(shape, (part, stream) => stream.fillNormal(part)),
      uniform: (shape) => draw(shape, (part, stream) => stream.fillUniform(part)),
      bernoulli: (probability, shape) =>
        draw(shape, (part, stream) => stream.fillBernoulli(part, probability)),
    },
  };
}

/** The noise `index` of one step: a function of the seed and of the two numbers alone. */
export function fillDraw(
  { fill }: Draw,
  into: Float32Array,
  random: Random,
  index: number,
  step: number,
): void {
  fill(into, random.fork("draw", index, step));
}

/** Bytes of the noise of a step. */
export const bytesOfDraws = (draws: readonly Draw[]): number =>
  draws.reduce((sum, { shape }) => sum + bytesOf(shape, "float32"), 0);

/** Memory for a noise of so many steps: kept from run to run, since fresh memory costs as much as the numbers in it. */
export class DrawSpace {
  #space = new Float32Array();

  of(steps: number, { shape }: Draw): Float32Array {
    const size = steps * sizeOf(shape);
    if (this.#space.length < size) this.#space = new Float32Array(size);
    return this.#space.subarray(0, size);
  }
}
