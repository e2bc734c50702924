/**
 * @file Training by gradients, a run of steps at a time: epochs of shuffled minibatches.
 */
import { allFinite, type Matrix } from "../data/matrix.js";
import type { Scaling } from "../data/scale.js";
import { compileSingleStep, compileTraining } from "../engine/compile-training.js";
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
  /** The loss, or a figure beside it, became NaN or infinite; `snapshot` is from before. */
  onDiverged(snapshot: TrainingSnapshot, step: number): never;
}

/** Steps asked for one by one after which it pays to compile a program for such. */
const STEPS_TO_SINGLE = 50;

/** A run of steps that was taken. */
export interface RunOfSteps {
  /** Loss of each step, before its update. */
  readonly losses: Float32Array;
  /** One for each epoch that ended in the run, and one for the epoch under way. */
  readonly reports: readonly Progress[];
}

/** A training under way: everything that is compiled for it, and where it stands. */
export class Trainer {
  readonly #args: TrainArguments;
  readonly #programs: ProgramsBySize;
  /** For runs of a single step; compiled when it pays. */
  readonly #single: ProgramsBySize;
  /** Steps that were asked for one by one. */
  #singleSteps = 0;
  readonly #validate: Validation | undefined;
  readonly #planner: RunPlanner;
  readonly #noise: Random;
  readonly #scalars: Record<string, number>;
  #snapshot: TrainingSnapshot;
  /** The last one whose own loss is known to be finite. */
  #good: TrainingSnapshot;
  #spare: TrainingState | undefined;

  private constructor(
    args: TrainArguments,
    programs: ProgramsBySize,
    single: ProgramsBySize,
    validate: Validation | undefined,
    first: TrainingSnapshot,
    scalars: Readonly<Record<string, number>>,
  ) {
    const { x, examples, settings, random } = args;
    this.#args = args;
    this.#programs = programs;
    this.#single = single;
    this.#validate = validate;
    this.#planner = new RunPlanner(
      examples,
      (examples.window ?? 1) * x.cols,
      settings,
      random,
      validate !== undefined,
    );
    this.#noise = random.fork("noise");
    this.#scalars = { ...scalars };
    this.#snapshot = first;
    this.#good = first;
  }

  /** Draws or takes up the parameters, and compiles the steps. */
  static async start(args: TrainArguments): Promise<Trainer> {
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
    const single = new ProgramsBySize(async (size) => {
      const compile = (on: Runtime) => compileSingleStep({ ...spec, batchSize: size }, on, memory);
      const program = await compile(runtime);
      if (program) return race(program, async () => (await compile(oneThread))!);
      // Released once, with those it is one of.
      return { ...(await programs.of(size)), release: async () => {} };
    });
    const validate =
      validation &&
      new Validation(spec, validation.x, validation.examples, batchSize, runtime, random.fork("validation"));
    try {
      const program = await programs.of(batchSize);
      const first: TrainingSnapshot = resume ?? {
        state: { ...initial, ...program.initialSlots() },
        position: { step: 0, epoch: 1, rowsDone: 0, lossSum: 0 },
        history: [],
        best: undefined,
      };
      // Rows that cannot be validated are refused before training and not after its first epoch.
      await validate?.compile();
      return new Trainer(args, programs, single, validate, first, program.scalars);
    } catch (error) {
      await programs.release();
      await validate?.release();
      throw error;
    }
  }

  /** The state now; a later run may be put into its arrays. */
  get snapshot(): TrainingSnapshot {
    return this.#snapshot;
  }

  /** Numbers of the loss that can be changed, by name. */
  get scalars(): Readonly<Record<string, number>> {
    return this.#scalars;
  }

  /** True after the last step, or where patience is at its end. */
  get done(): boolean {
    const { patience = Number.POSITIVE_INFINITY, epochs } = this.#args.settings;
    const { epoch, epochsWithoutProgress = 0 } = this.#snapshot.position;
    return epoch > epochs || epochsWithoutProgress >= patience;
  }

  /** From the next step on. */
  setLearningRate(rate: number): void {
    this.#planner.learningRate = rate;
  }

  /** From the next step on. @throws RangeError for a name that the loss has no number of. */
  setScalar(name: string, value: number): void {
    this.#scalars[name] = value;
  }

  /**
   * Takes the next steps: as many as fill a fraction of a second.
   * @param most no more than these, ≥ 1.
   */
  async advance(most = Number.POSITIVE_INFINITY): Promise<RunOfSteps> {
    const { x, examples, runtime } = this.#args;
    const plan = this.#planner.next(this.#snapshot.position, most)!;
    const { size, learningRates } = plan;
    const firstStep = this.#snapshot.position.step + 1;
    const started = performance.now();
    if (most === 1) this.#singleSteps++;
    const isSingle = most === 1 && this.#singleSteps > STEPS_TO_SINGLE;
    const program = await (isSingle ? this.#single : this.#programs).of(size);
    const { state, losses, figures } = await program.run({
      state: this.#snapshot.state,
      ...feed(x, plan.examples, examples, runtime),
      firstStep,
      learningRates,
      random: this.#noise,
      scalars: this.#scalars,
      spare: this.#spare,
    });
    this.#planner.took(plan, (performance.now() - started) / 1000);
    const told = Object.entries(figures);
    const bad = losses.findIndex(
      (loss, i) => !Number.isFinite(loss) || told.some(([, values]) => !Number.isFinite(values[i])),
    );
    if (bad >= 0) this.#args.onDiverged(bad > 0 ? this.#snapshot : this.#good, firstStep + bad);
    this.#spare = this.#good === this.#snapshot ? undefined : this.#good.state;
    this.#good = this.#snapshot;
    this.#snapshot = { ...this.#snapshot, state };
    return { losses, reports: await this.#reports(losses, told, size) };
  }

  /** Counts the steps that were taken. */
  async #reports(
    losses: Float32Array,
    told: readonly (readonly [string, Float32Array])[],
    size: number,
  ): Promise<readonly Progress[]> {
    const reports: Progress[] = [];
    for (const [i, loss] of losses.entries()) {
      const now = Object.fromEntries(told.map(([name, values]) => [name, values[i]!]));
      this.#snapshot = { ...this.#snapshot, position: afterStep(this.#snapshot.position, loss, now, size) };
      const { epoch, rowsDone } = this.#snapshot.position;
      if (rowsDone < this.#args.examples.count) continue;
      const means = meansOf(this.#snapshot.position);
      const validationLoss = await this.#validate?.loss(this.#snapshot.state, this.#scalars);
      this.#snapshot = afterEpoch(this.#snapshot, validationLoss);
      reports.push({
        ...this.#planner.progress(this.#snapshot.position),
        epoch,
        ...means,
        ...(validationLoss !== undefined && { validationLoss }),
        epochEnd: true,
      });
    }
    const { position } = this.#snapshot;
    if (position.rowsDone > 0) {
      const progress = this.#planner.progress(position);
      reports.push({ ...progress, epoch: position.epoch, ...meansOf(position), epochEnd: false });
    }
    return reports;
  }

  /** Parameters as training gives them where it ends here: those with the lowest validation loss, if that is told. */
  parameters(): Parameters {
    const parameters = this.#snapshot.best ?? parametersOf(this.#snapshot.state);
    // The last update comes after the last loss, so it has to be looked at by itself.
    const finite = Object.values(parameters).every(
      ({ data }) => !(data instanceof Float32Array) || allFinite(data),
    );
    if (!finite) this.#args.onDiverged(this.#good, this.#snapshot.position.step);
    return parameters;
  }

  async release(): Promise<void> {
    await this.#programs.release();
    await this.#single.release();
    await this.#validate?.release();
  }
}

async function firstParameters(args: TrainArguments): Promise<Parameters> {
  const { fitting, x, scaling, random, runtime, signal, onPreparing } = args;
  const drawn = await fitting.initial(x, random.fork("initial"));
  const breathe = breather(signal);
  const context = { random: random.fork("prepare"), runtime, signal, scaling, onPreparing, breathe };
  return fitting.prepare?.(drawn, x, context) ?? drawn;
}

/** The parameters among the arrays of a training state: all but the optimizer's. */
export function parametersOf(state: TrainingState): Parameters {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !isSlot(name)));
}

/** The same parameters in arrays that no later run is put into. */
export function copied(parameters: Parameters): Parameters {
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
