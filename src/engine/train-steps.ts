/**
 * @file Training as a graph of one step, which gives the gradients, and the optimizer's code outside of it.
 *
 * In a graph Adam is ten operations, and each goes through all parameters once: half of a step of wide layers. Its code goes
 * through them once. Native runtimes alone: others copy parameters and gradients in and out.
 */
import { float32, int64 } from "./arrays.js";
import { FlatState, type TrainingMemory, trainedNumbers } from "./flat-state.js";
import { peakBytesOf } from "./footprint.js";
import type { Runtime } from "./session.js";
import { input, type NdArray, sizeOf, type Tensor, zeros } from "./tensor.js";
import type { TrainingProgram, TrainingSpec, TrainingState } from "./training-program.js";
import { expectShape, initialSlots, trainedOf } from "./training-state.js";
import { bytesOfDraws, fillDraw, scalarFeeds, trainingStep, valuesOf } from "./training-step.js";

/** With fewer numbers to train, what a run of a graph costs is more than is saved. */
const LEAST_NUMBERS = 1e5;

/** True where there may be this form; it holds no slices for rows. */
export function hasSteps(spec: TrainingSpec, runtime: Runtime): boolean {
  const { training = true, perRow } = spec;
  return training && !perRow && !runtime.copiesInputs && FlatState.fits(spec);
}

/** True where this form is the faster one, for runs of many steps. */
export function suitsSteps(spec: TrainingSpec, runtime: Runtime): boolean {
  return hasSteps(spec, runtime) && trainedNumbers(spec) >= LEAST_NUMBERS;
}

/**
 * @param refuse is told the bytes of a step before anything is compiled, and may throw.
 * @returns `undefined` if the loss projects what is trained after a step.
 */
export async function compileSteps(
  spec: TrainingSpec,
  runtime: Runtime,
  refuse: (stepBytes: number) => void,
  memory: TrainingMemory,
): Promise<TrainingProgram | undefined> {
  const { batchSize, optimizer } = spec;
  const trainable = trainedOf(spec);
  const dataInputs = Object.entries(spec.data).map(
    ([name, shape]) => [name, input(`data_${name}`, ["rows", ...shape])] as const,
  );
  const stateInputs = Object.entries(spec.state).map(([name, shape]) => [name, input(name, shape)] as const);
  const stepInputs: Tensor[] = [];
  const { report, figures, gradients, updates, project, draws, scalars } = trainingStep(
    spec,
    Object.fromEntries(dataInputs),
    Object.fromEntries(stateInputs),
    trainable,
    (name, shape, dtype) => {
      const given = input(name, shape, dtype);
      stepInputs.push(given);
      return given;
    },
  );
  if (Object.keys(project).length > 0) return undefined;

  const others = Object.keys(spec.state).filter((name) => !trainable.includes(name));
  const updated = others.filter((name) => updates[name]);
  const outputs = Object.fromEntries([
    ...trainable.map((name, i) => [`${name}.gradient`, gradients[i]!] as const),
    ...updated.map((name) => [`${name}.next`, updates[name]!] as const),
    ["loss", report],
    ...Object.entries(figures).map(([name, figure]) => [`${name}.figure`, figure] as const),
  ]);
  refuse(peakBytesOf(Object.values(outputs)) + bytesOfDraws(draws));
  const inputs = [
    ...stepInputs,
    ...dataInputs.map(([, t]) => t),
    ...scalars.map(({ tensor }) => tensor),
    ...stateInputs.map(([, t]) => t),
  ];
  const program = await runtime.program(outputs, { inputs });
  const takesRows = stepInputs.some((t) => t.source.name === "rows");
  const noises = draws.map(({ shape }) => float32(shape, new Float32Array(sizeOf(shape))));

  return {
    scalars: valuesOf(scalars),
    initialSlots: () => initialSlots(spec),
    async run({
      state,
      data,
      order,
      rows = order,
      firstStep,
      learningRates,
      random,
      scalars: values,
      spare,
    }) {
      const flat = memory.of(spec);
      flat.load(state);
      const feeds: Record<string, NdArray> = { ...flat.parameters(), ...scalarFeeds(scalars, values) };
      for (const name of others) feeds[name] = expectShape(name, state[name], spec.state[name]!);
      for (const [name, array] of Object.entries(data)) feeds[`data_${name}`] = array;
      draws.forEach((_, i) => {
        feeds[`draw${i}`] = noises[i]!;
      });
      const gradientArrays = flat.gradients();
      const loss = float32([], [0]);
      const losses = new Float32Array(learningRates.length);
      const figureOutputs = Object.fromEntries(
        Object.keys(figures).map((name) => [`${name}.figure`, float32([], [0])]),
      );
      const told = Object.fromEntries(
        Object.keys(figures).map((name) => [name, new Float32Array(learningRates.length)]),
      );
      // Other state is read from one array and written to another, and the other way around in the next step.
      const rooms = [0, 1].map(() => Object.fromEntries(updated.map((name) => [name, like(feeds[name]!)])));
      for (const [k, learningRate] of learningRates.entries()) {
        const part = (numbers: BigInt64Array) =>
          int64([batchSize], numbers.subarray(k * batchSize, (k + 1) * batchSize));
        feeds.order = part(order);
        if (takesRows) feeds.rows = part(rows);
        draws.forEach((draw, i) => {
          fillDraw(draw, noises[i]!.data as Float32Array, random, i, firstStep + k);
        });
        const next = rooms[k % 2]!;
        await program.run(feeds, { ...outputsOf(next), ...gradientArrays, loss, ...figureOutputs });
        losses[k] = loss.data[0] as number;
        for (const name of Object.keys(figures))
          told[name]![k] = figureOutputs[`${name}.figure`]!.data[0] as number;
        Object.assign(feeds, next);
        flat.step(optimizer, optimizer.scalars(firstStep + k, learningRate));
      }
      const rest: TrainingState = Object.fromEntries(others.map((name) => [name, feeds[name]!]));
      return { state: flat.save(rest, spare), losses, figures: told };
    },
    release: () => program.release(),
  };
}

/** An array of zeros of the same shape. */
const like = ({ dtype, shape, data }: NdArray): NdArray => ({
  dtype,
  shape,
  data: zeros(dtype, data.length),
});

/** Arrays by the names of the outputs that are their next values. */
const outputsOf = (arrays: Readonly<Record<string, NdArray>>): Record<string, NdArray> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.next`, array]));
