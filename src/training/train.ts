/**
 * @file Training by gradients: epochs of shuffled minibatches, in runs of many steps.
 */
import { allFinite, type Matrix } from "../data/matrix.js";
import type { Scaling } from "../data/scale.js";
import { compileTraining } from "../engine/compile-training.js";
import { TrainingMemory } from "../engine/flat-state.js";
import { type OptimizerSpec, optimizer } from "../engine/optimizers.js";
import type { Runtime } from "../engine/session.js";
import { isSlot, type TrainingSpec, type TrainingState } from "../engine/training-program.js";
import type { Position } from "../files/model-file.js";
import { type FitContext, isFixed, type Trained } from "../methods/method.js";
import type { Epoch } from "../methods/model.js";
import { type Parameters, shapesOf } from "../methods/parameters.js";
import type { Random } from "../random.js";
import { breather } from "./breather.js";
import { feed, ProgramsBySize } from "./feed.js";
import { race } from "./race.js";
import { RunPlanner } from "./run-plan.js";
import type { Schedule } from "./schedule.js";
import { Validation } from "./validation.js";
import type { Examples } from "./windows.js";

export interface TrainingSettings {
  readonly epochs: number;
  /** Rows a step, or windows, at most as many as there are. */
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer: OptimizerSpec;
  readonly schedule: Schedule;
  /** Stop after so many epochs without a lower validation loss; `undefined`: never. */
  readonly patience: number | undefined;
}

/** Progress of training, as `onProgress` is told: at the end of every epoch, and in long epochs some times a second. */
export interface Progress {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** Share of the whole training that is done, in [0, 1]. */
  readonly fraction: number;
  /** Mean loss over the rows of this epoch so far. */
  readonly loss: number;
  /** Means of the method's own figures over these rows, by name, of methods that have any. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Mean loss on the validation rows, at the end of an epoch. */
  readonly validationLoss?: number;
  /** True at the end of an epoch. */
  readonly epochEnd: boolean;
}

/** Everything that changes while training: enough to go on from. */
export interface TrainingSnapshot {
  readonly state: TrainingState;
  readonly position: Position;
  readonly history: readonly Epoch[];
  /** Parameters with the lowest validation loss so far. */
  readonly best: Parameters | undefined;
}

export interface TrainArguments {
  readonly fitting: Trained;
  readonly x: Matrix;
  /** Examples among the rows of x, which steps are taken on. */
  readonly examples: Examples;
  /** From the user's units to those of x. */
  readonly scaling: Scaling;
  /** Rows that are not trained on, and the examples among them. */
  readonly validation: { readonly x: Matrix; readonly examples: Examples } | undefined;
  readonly settings: TrainingSettings;
  readonly random: Random;
  readonly runtime: Runtime;
  readonly signal: AbortSignal | undefined;
  readonly onPreparing: FitContext["onPreparing"];
  readonly resume: TrainingSnapshot | undefined;
  /**
   * Called after every run, with a report for each epoch that ended in it and one for the epoch under way. A later run may
   * be put into the arrays of the snapshot's state.
   */
  onRun(snapshot: TrainingSnapshot, reports: readonly Progress[]): void | Promise<void>;
  /** The loss, or a figure beside it, became NaN or infinite; `snapshot` is from before. */
  onDiverged(snapshot: TrainingSnapshot, step: number): never;
}

/** Trains to the end; gives the parameters and the history. */
export async function train(
  args: TrainArguments,
): Promise<{ parameters: Parameters; history: readonly Epoch[] }> {
  const { fitting, x, examples, validation, settings, random, runtime, resume } = args;
  const { batchSize } = settings;
  const hasMissing = !allFinite(x.data) || (validation !== undefined && !allFinite(validation.x.data));
  const initial = resume ? parametersOf(resume.state) : await firstParameters(args);
  const spec: Omit<TrainingSpec, "batchSize"> = {
    data: { x: [x.cols] },
    window: examples.window,
    state: shapesOf(initial),
    trainable: Object.keys(initial).filter((name) => !isFixed(fitting, name)),
    ...(fitting.perRow && { perRow: fitting.perRow }),
    loss: (batch, p) => fitting.loss({ ...batch, hasMissing }, p),
    optimizer: optimizer(settings.optimizer),
  };
  const oneThread: Runtime = {
    ...runtime,
    program: (outputs, options) => runtime.program(outputs, { ...options, threads: 1 }),
  };
  const memory = new TrainingMemory();
  const programs = new ProgramsBySize(async (size) => {
    const compile = (on: Runtime) => compileTraining({ ...spec, batchSize: size }, on, memory);
    const program = await compile(runtime);
    return runtime.backend === "native" ? race(program, () => compile(oneThread)) : program;
  });
  const validate =
    validation &&
    new Validation(spec, validation.x, validation.examples, batchSize, runtime, random.fork("validation"));
  try {
    const slots = resume ? {} : (await programs.of(batchSize)).initialSlots();
    const first: TrainingSnapshot = resume ?? {
      state: { ...initial, ...slots },
      position: { step: 0, epoch: 1, rowsDone: 0, lossSum: 0 },
      history: [],
      best: undefined,
    };
    // Rows that cannot be validated are refused before training and not after its first epoch.
    await validate?.compile();
    return await takeSteps(args, programs, validate, first);
  } finally {
    await programs.release();
    await validate?.release();
  }
}

async function firstParameters(args: TrainArguments): Promise<Parameters> {
  const { fitting, x, scaling, random, runtime, signal, onPreparing } = args;
  const drawn = await fitting.initial(x, random.fork("initial"));
  const breathe = breather(signal);
  const context = { random: random.fork("prepare"), runtime, signal, scaling, onPreparing, breathe };
  return fitting.prepare?.(drawn, x, context) ?? drawn;
}

/** All steps from `first` to the end. */
async function takeSteps(
  args: TrainArguments,
  programs: ProgramsBySize,
  validate: Validation | undefined,
  first: TrainingSnapshot,
): Promise<{ parameters: Parameters; history: readonly Epoch[] }> {
  const { x, examples, settings, random, runtime } = args;
  let snapshot = first;
  // The last one whose own loss is known to be finite.
  let good = snapshot;
  let spare: TrainingState | undefined;
  const numbers = (examples.window ?? 1) * x.cols;
  const planner = new RunPlanner(examples, numbers, settings, random, validate !== undefined);
  const noise = random.fork("noise");
  const { patience = Number.POSITIVE_INFINITY } = settings;
  const next = () =>
    (snapshot.position.epochsWithoutProgress ?? 0) < patience ? planner.next(snapshot.position) : undefined;

  for (let plan = next(); plan; plan = next()) {
    const { size, learningRates } = plan;
    const firstStep = snapshot.position.step + 1;
    const started = performance.now();
    const program = await programs.of(size);
    const { state, losses, figures } = await program.run({
      state: snapshot.state,
      ...feed(x, plan.examples, examples, runtime),
      firstStep,
      learningRates,
      random: noise,
      spare,
    });
    planner.took(plan, (performance.now() - started) / 1000);
    const told = Object.entries(figures);
    const bad = losses.findIndex(
      (loss, i) => !Number.isFinite(loss) || told.some(([, values]) => !Number.isFinite(values[i])),
    );
    if (bad >= 0) args.onDiverged(bad > 0 ? snapshot : good, firstStep + bad);
    spare = good === snapshot ? undefined : good.state;
    good = snapshot;

    const reports: Progress[] = [];
    snapshot = { ...snapshot, state };
    for (const [i, loss] of losses.entries()) {
      const now = Object.fromEntries(told.map(([name, values]) => [name, values[i]!]));
      snapshot = { ...snapshot, position: afterStep(snapshot.position, loss, now, size) };
      const { epoch, rowsDone } = snapshot.position;
      if (rowsDone < examples.count) continue;
      const means = meansOf(snapshot.position);
      const validationLoss = await validate?.loss(state);
      snapshot = afterEpoch(snapshot, validationLoss);
      reports.push({
        ...planner.progress(snapshot.position),
        epoch,
        ...means,
        ...(validationLoss !== undefined && { validationLoss }),
        epochEnd: true,
      });
    }
    if (snapshot.position.rowsDone > 0) {
      const { position } = snapshot;
      const progress = planner.progress(position);
      reports.push({ ...progress, epoch: position.epoch, ...meansOf(position), epochEnd: false });
    }
    await args.onRun(snapshot, reports);
  }
  // The last update comes after the last loss, so it has to be looked at by itself.
  const parameters = snapshot.best ?? parametersOf(snapshot.state);
  const finite = Object.values(parameters).every(
    ({ data }) => !(data instanceof Float32Array) || allFinite(data),
  );
  if (!finite) args.onDiverged(good, snapshot.position.step);
  return { parameters, history: snapshot.history };
}

/** The parameters among the arrays of a training state: all but the optimizer's. */
export function parametersOf(state: TrainingState): Parameters {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !isSlot(name)));
}

/** The same parameters in arrays that no later run is put into. */
function copied(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, array]) => [name, { ...array, data: array.data.slice() }]),
  );
}

function afterStep(
  position: Position,
  loss: number,
  figures: Readonly<Record<string, number>>,
  rows: number,
): Position {
  const sums = Object.entries(figures).map(
    ([name, figure]) => [name, (position.figureSums?.[name] ?? 0) + figure * rows] as const,
  );
  return {
    ...position,
    step: position.step + 1,
    rowsDone: position.rowsDone + rows,
    lossSum: position.lossSum + loss * rows,
    ...(sums.length > 0 && { figureSums: Object.fromEntries(sums) }),
  };
}

/** Means over the rows of the epoch that are done. */
function meansOf({ rowsDone, lossSum, figureSums }: Position): Pick<Epoch, "loss" | "figures"> {
  const figures = figureSums && {
    figures: Object.fromEntries(Object.entries(figureSums).map(([name, sum]) => [name, sum / rowsDone])),
  };
  return { loss: lossSum / rowsDone, ...figures };
}

function afterEpoch(snapshot: TrainingSnapshot, validationLoss: number | undefined): TrainingSnapshot {
  const { step, epoch, bestValidationLoss, epochsWithoutProgress = 0 } = snapshot.position;
  const entry: Epoch = {
    epoch,
    ...meansOf(snapshot.position),
    ...(validationLoss !== undefined && { validationLoss }),
  };
  const next = { step, epoch: epoch + 1, rowsDone: 0, lossSum: 0 };
  const history = [...snapshot.history, entry];
  if (validationLoss === undefined) return { ...snapshot, position: next, history };
  const better = bestValidationLoss === undefined || validationLoss < bestValidationLoss;
  return {
    state: snapshot.state,
    history,
    best: better ? copied(parametersOf(snapshot.state)) : snapshot.best,
    position: {
      ...next,
      bestValidationLoss: better ? validationLoss : bestValidationLoss,
      epochsWithoutProgress: better ? 0 : epochsWithoutProgress + 1,
    },
  };
}
