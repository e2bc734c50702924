/**
 * @file Training as one graph: an ONNX Loop of K steps, each of them minibatch, forward, backward and update.
 */
import { float32, int64 } from "./arrays.js";
import { peakBytesOf } from "./footprint.js";
import { gather } from "./ops/gather.js";
import { loop } from "./ops/loop.js";
import { putSlices, stepsWithoutRepeats, takeSlices } from "./row-slices.js";
import type { Runtime } from "./session.js";
import { input, type NdArray, sizeOf, type Tensor } from "./tensor.js";
import {
  parameterOfSlot,
  type RunArguments,
  type RunResult,
  type TrainingProgram,
  type TrainingSpec,
} from "./training-program.js";
import { expectShape, initialSlots, slotsOf, stateShapes, trainedOf } from "./training-state.js";
import {
  bytesOfDraws,
  DrawSpace,
  fillDraw,
  type Step,
  scalarFeeds,
  trainingStep,
  valuesOf,
} from "./training-step.js";

/** @param refuse is told the bytes of a step before anything is compiled, and may throw. */
export async function compileLoop(
  spec: TrainingSpec,
  runtime: Runtime,
  refuse: (stepBytes: number) => void,
): Promise<TrainingProgram> {
  const { batchSize, optimizer, training = true } = spec;
  const trainable = trainedOf(spec);
  const rates = training ? (spec.perRow ?? {}) : {};
  const isPerRow = (name: string) => Object.hasOwn(rates, parameterOfSlot(name));
  const dataInputs = mapValues(spec.data, (shape, name) => input(`data_${name}`, ["rows", ...shape]));
  const count = input("steps", [], "int64");
  const scalarsFor = (prefix: string) =>
    optimizer.scalars(1, 0).map((_, i) => input(`${prefix}scalar${i}`, ["steps"]));
  const scalarInputs = scalarsFor("");
  const ratedInputs = mapValues(rates, (_, name) => scalarsFor(`${name}.`));

  const shapes = stateShapes(spec);
  // Each step is given the slices of its own rows, of arrays that have a slice for every row.
  const initial = mapValues(shapes, (shape, name) =>
    input(name, isPerRow(name) ? ["steps", batchSize, ...shape.slice(1)] : shape),
  );
  const names = Object.keys(initial);
  const sliced = names.filter(isPerRow);
  const carried = names.filter((name) => !isPerRow(name));
  /** Those with something for every step. */
  const stepInputs: Tensor[] = [];
  let step: Step | undefined;

  const states = carried.map((name) => initial[name]!);
  const { state, collected } = loop(count, states, (iteration, tensors) => {
    const current = Object.fromEntries([
      ...carried.map((name, i) => [name, tensors[i]!] as const),
      ...sliced.map((name) => [name, gather(initial[name]!, iteration)] as const),
    ]);
    const state = mapValues(spec.state, (_, name) => current[name]!);
    step = trainingStep(spec, dataInputs, state, trainable, (name, shape, dtype) => {
      const all = input(name, ["steps", ...shape], dtype);
      stepInputs.push(all);
      return gather(all, iteration);
    });
    const { report, figures, gradients, updates, project } = step;
    const now = (inputs: readonly Tensor[]) => inputs.map((t) => gather(t, iteration));
    const [common, rated] = [now(scalarInputs), mapValues(ratedInputs, now)];
    const next = { ...current, ...updates };
    trainable.forEach((name, i) => {
      const slots = slotsOf(spec, name);
      const [updated, ...moments] = optimizer.update(
        current[name]!,
        gradients[i]!,
        slots.map((slot) => current[slot]!),
        rated[name] ?? common,
      );
      next[name] = project[name]?.(updated!) ?? updated!;
      slots.forEach((slot, s) => {
        next[slot] = moments[s]!;
      });
    });
    return {
      state: carried.map((name) => next[name]!),
      collect: [report, ...Object.values(figures), ...sliced.map((name) => next[name]!)],
    };
  });

  const { draws, scalars } = step!;
  const figureNames = Object.keys(step!.figures);
  const inputs = [
    count,
    ...stepInputs,
    ...scalarInputs,
    ...Object.values(ratedInputs).flat(),
    ...Object.values(dataInputs),
    ...scalars.map(({ tensor }) => tensor),
    ...Object.values(initial),
  ];
  const outputs = Object.fromEntries([
    ...carried.map((name, i) => [`${name}.next`, state[i]!] as const),
    ["losses", collected[0]!],
    ...figureNames.map((name, i) => [`${name}.figure`, collected[1 + i]!] as const),
    ...sliced.map((name, i) => [`${name}.next`, collected[1 + figureNames.length + i]!] as const),
  ]);
  refuse(peakBytesOf(Object.values(outputs)) + bytesOfDraws(draws));
  const program = await runtime.program(outputs, { inputs });
  const takesRows = stepInputs.some((t) => t.source.name === "rows");
  const spaces = draws.map(() => new DrawSpace());

  /** Steps of which each row is in one at most, where there are slices for every row. */
  async function runOnce(args: RunArguments): Promise<RunResult> {
    const {
      state: before,
      data,
      order: positions,
      rows = positions,
      firstStep,
      learningRates,
      random,
      scalars: values,
    } = args;
    const steps = learningRates.length;
    const feeds: Record<string, NdArray> = {
      ...scalarFeeds(scalars, values),
      steps: int64([], [steps]),
      order: int64([steps, batchSize], positions),
      ...(takesRows && { rows: int64([steps, batchSize], rows) }),
    };
    const feedScalars = (inputs: readonly Tensor[], factor: number) => {
      const scalars = learningRates.map((rate, i) => optimizer.scalars(firstStep + i, rate * factor));
      inputs.forEach((t, s) => {
        const data = Float32Array.from(scalars, (v) => v[s]!);
        feeds[t.source.name!] = float32([steps], data);
      });
    };
    feedScalars(scalarInputs, 1);
    for (const [name, inputs] of Object.entries(ratedInputs)) feedScalars(inputs, rates[name]!);
    for (const [name, array] of Object.entries(data)) feeds[`data_${name}`] = array;
    draws.forEach((draw, i) => {
      const noise = spaces[i]!.of(steps, draw);
      const size = sizeOf(draw.shape);
      for (let k = 0; k < steps; k++)
        fillDraw(draw, noise.subarray(k * size, (k + 1) * size), random, i, firstStep + k);
      feeds[`draw${i}`] = float32([steps, ...draw.shape], noise);
    });
    for (const name of names) {
      const array = expectShape(name, before[name], shapes[name]!);
      feeds[name] = isPerRow(name) ? takeSlices(array, rows, steps) : array;
    }
    const results = await program.run(feeds);
    const after = (name: string) => {
      const array = results[`${name}.next`]!;
      return isPerRow(name) ? putSlices(before[name]!, rows, array) : array;
    };
    return {
      state: Object.fromEntries(names.map((name) => [name, after(name)])),
      losses: results.losses!.data as Float32Array,
      figures: Object.fromEntries(
        figureNames.map((name) => [name, results[`${name}.figure`]!.data as Float32Array]),
      ),
    };
  }

  return {
    scalars: valuesOf(scalars),
    initialSlots: () => initialSlots(spec),
    async run(args) {
      if (sliced.length === 0) return runOnce(args);
      const { order: positions, rows = positions, firstStep, learningRates } = args;
      let state = args.state;
      const losses = new Float32Array(learningRates.length);
      const figures = Object.fromEntries(
        figureNames.map((name) => [name, new Float32Array(learningRates.length)]),
      );
      let from = 0;
      for (const steps of stepsWithoutRepeats(rows, batchSize)) {
        const [low, high] = [from * batchSize, (from + steps) * batchSize];
        const part = await runOnce({
          ...args,
          state,
          order: positions.subarray(low, high),
          rows: rows.subarray(low, high),
          firstStep: firstStep + from,
          learningRates: learningRates.slice(from, from + steps),
        });
        state = part.state;
        losses.set(part.losses, from);
        for (const name of figureNames) figures[name]!.set(part.figures[name]!, from);
        from += steps;
      }
      return { state, losses, figures };
    },
    release: () => program.release(),
  };
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  f: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}
