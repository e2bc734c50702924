/**
 * @file Greedy layer-wise training: each layer by itself on the codes of the layers below, from the data up.
 *
 * Source: Hinton, Osindero & Teh (2006), "A fast learning algorithm for deep belief nets", Neural Computation; Bengio,
 * Lamblin, Popovici & Larochelle (2007), "Greedy layer-wise training of deep networks", NIPS.
 */
import { type Matrix, matrix, takeRows } from "../../data/matrix.js";
import { float32 } from "../../engine/arrays.js";
import { compileTraining } from "../../engine/compile-training.js";
import { optimizer } from "../../engine/optimizers.js";
import { input, int64Array, type Tensor } from "../../engine/tensor.js";
import type { TrainingState } from "../../engine/training-program.js";
import { asConstants, rowBlocks } from "../evaluate.js";
import { type FitContext, isFixed, type Trained } from "../method.js";
import { type Parameters, type Symbols, shapesOf } from "../parameters.js";

/** A layer as it is trained alone. */
export interface LayerTraining {
  readonly fitting: Pick<Trained, "initial" | "fixed" | "loss">;
  /** Codes of the layer's inputs, on which the next one is trained. */
  encode(x: Tensor, p: Symbols): Tensor;
}

export interface LayerSchedule {
  readonly epochs: number;
  readonly batchSize: number;
  /** Learning rate of Adam, > 0. */
  readonly learningRate: number;
}

/** Parameters that a layer learned, and the mean of its loss over each epoch. */
export interface TrainedLayer {
  readonly parameters: Parameters;
  readonly losses: readonly number[];
}

/** Numbers in the minibatches of one run at most: some tenths of a second of training. */
const RUN_NUMBERS = 2 ** 22;

/**
 * Trains layer after layer.
 * @param method its name, for errors.
 * @throws RangeError naming the layer whose loss is no longer finite; the signal's reason if it is raised.
 */
export async function trainLayerByLayer(
  method: string,
  x: Matrix,
  layers: readonly LayerTraining[],
  schedule: LayerSchedule,
  context: FitContext,
): Promise<readonly TrainedLayer[]> {
  const trained: TrainedLayer[] = [];
  let inputs = x;
  for (const [l, layer] of layers.entries()) {
    const random = context.random.fork("layer", l);
    const onPreparing: FitContext["onPreparing"] = ({ fraction, ...progress }) =>
      context.onPreparing?.({
        ...progress,
        layer: l + 1,
        layers: layers.length,
        fraction: (l + fraction) / layers.length,
      });
    const where = `${method}: layer ${l + 1} by itself`;
    const result = await trainLayer(where, inputs, layer, schedule, { ...context, random, onPreparing });
    trained.push(result);
    if (l + 1 < layers.length) inputs = await codesOf(inputs, layer, result.parameters, context);
  }
  return trained;
}

/** Trains one layer on whole batches; the rows left over in an epoch are others in the next. */
async function trainLayer(
  where: string,
  x: Matrix,
  { fitting }: LayerTraining,
  { epochs, batchSize, learningRate }: LayerSchedule,
  context: FitContext,
): Promise<TrainedLayer> {
  const { random, runtime, signal, onPreparing } = context;
  const size = Math.min(batchSize, x.rows);
  const initial = await fitting.initial(x, random.fork("initial"));
  const program = await compileTraining(
    {
      data: { x: [x.cols] },
      state: shapesOf(initial),
      trainable: Object.keys(initial).filter((name) => !isFixed(fitting, name)),
      loss: (batch, p) => fitting.loss({ ...batch, hasMissing: false }, p),
      optimizer: optimizer({ name: "adam" }),
      batchSize: size,
    },
    runtime,
  );
  try {
    let state: TrainingState = { ...initial, ...program.initialSlots() };
    let spare: TrainingState | undefined;
    const losses: number[] = [];
    const stepsAnEpoch = Math.floor(x.rows / size);
    const stepsARun = Math.max(1, Math.floor(RUN_NUMBERS / (size * x.cols)));
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const order = random.fork("order", epoch).permutation(x.rows);
      let sum = 0;
      for (let step = 0; step < stepsAnEpoch; step += stepsARun) {
        const steps = Math.min(stepsARun, stepsAnEpoch - step);
        const rows = order.subarray(step * size, (step + steps) * size);
        const { data } = takeRows(x, rows);
        const result = await program.run({
          state,
          data: { x: float32([rows.length, x.cols], data) },
          order: int64Array(rows.map((_, i) => i)),
          rows: int64Array(rows),
          firstStep: (epoch - 1) * stepsAnEpoch + step + 1,
          learningRates: new Array<number>(steps).fill(learningRate),
          random: random.fork("noise"),
          spare,
        });
        [state, spare] = [result.state, state];
        sum += result.losses.reduce((total, loss) => total + loss, 0);
        if (!Number.isFinite(sum)) {
          throw new RangeError(
            `${where}: the loss is no longer finite in epoch ${epoch}; try a learning rate below ${learningRate}`,
          );
        }
        const done = step + steps;
        const fraction = (epoch - 1 + done / stepsAnEpoch) / epochs;
        onPreparing?.({ layer: 1, layers: 1, epoch, epochs, loss: sum / done, fraction });
        // Lets a signal in, which a run keeps out.
        await new Promise((resolve) => setTimeout(resolve));
        signal?.throwIfAborted();
      }
      losses.push(sum / stepsAnEpoch);
    }
    const parameters = Object.fromEntries(Object.keys(initial).map((name) => [name, state[name]!]));
    return { parameters, losses };
  } finally {
    await program.release();
  }
}

async function codesOf(
  x: Matrix,
  { encode }: LayerTraining,
  parameters: Parameters,
  { runtime }: FitContext,
): Promise<Matrix> {
  const rows = input("x", ["rows", x.cols]);
  const codes = encode(rows, asConstants(parameters));
  const width = codes.shape[1] as number;
  const program = await runtime.program({ codes }, { inputs: [rows] });
  const out = matrix(x.rows, width);
  for (const { from, block } of rowBlocks(x, width)) {
    const result = await program.run({ x: block });
    out.data.set(result.codes!.data as Float32Array, from * width);
  }
  await program.release();
  return out;
}
