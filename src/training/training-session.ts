/**
 * @file Training under way, held in the hand: steps, pauses, another learning rate, and the model so far.
 */
import type { Dataset } from "../data/dataset.js";
import { fingerprint } from "../data/fingerprint.js";
import type { Matrix, MatrixLike } from "../data/matrix.js";
import { applyScale, type Scaling } from "../data/scale.js";
import { type TrainingRecord, writeCheckpoint } from "../files/model-file.js";
import type { Method, Trained } from "../methods/method.js";
import type { Epoch } from "../methods/model.js";
import type { Json } from "../methods/options.js";
import type { Parameters } from "../methods/parameters.js";
import { breather } from "./breather.js";
import { DivergedError, InterruptedError } from "./errors.js";
import type { FitOptions } from "./fit-options.js";
import { fittedModel } from "./fitted.js";
import { withNotes } from "./notes.js";
import { checkedFinite, type Preparation, prepare } from "./preparation.js";
import { resumedOptions, type Sequenced, snapshotOf } from "./resume.js";
import { type Computed, SnapshotParts } from "./snapshot-parts.js";
import { copied, parametersOf, Trainer, type TrainingSettings } from "./trainer.js";
import { type TrainingOptions, trainingOptions } from "./training-options.js";
import { trainingSettings } from "./training-settings.js";
import { examplesOf } from "./windows.js";

/** Parameters of a training as they stood after a step, in arrays of their own. */
export interface Snapshot {
  /** Steps that were taken. */
  readonly step: number;
  /** Arrays by name, as training has them: methods may finish them before a model has them. */
  readonly parameters: Parameters;
}

/**
 * Begins a training by gradients and takes no step: the same as `fit` does, step by step.
 *
 * Taken to its end with nothing changed on the way, `model()` is the model of `fit`, bit for bit. Release it when it is no
 * longer needed.
 * @param method trained by gradients. @param data rows `[n, d]`, or a data set. @param options those of `fit`.
 * @throws RangeError for a method that is solved, or data or options that do not fit.
 */
export async function startTraining<Model>(
  method: Method<Model>,
  data: MatrixLike | Dataset,
  options: FitOptions = {},
): Promise<TrainingSession<Model>> {
  const prepared = await prepare(method, data, options, {});
  if (method.fitting.kind === "solved")
    throw new RangeError(`startTraining: ${method.name} is solved, not trained step by step: use fit`);
  return TrainingSession.begin(prepared);
}

/** A training under way, as `startTraining` gives it. */
export class TrainingSession<Model> {
  readonly #prepared: Preparation<Model>;
  readonly #settings: TrainingSettings;
  readonly #trainer: Trainer;
  readonly #parts: SnapshotParts;
  readonly #breathe = breather();
  /** Steps in an epoch. */
  readonly stepsPerEpoch: number;
  #learningRate: number;
  #busy = false;
  #pausing = false;

  private constructor(
    prepared: Preparation<Model>,
    settings: TrainingSettings,
    trainer: Trainer,
    examples: number,
  ) {
    this.stepsPerEpoch = Math.ceil(examples / settings.batchSize);
    this.#prepared = prepared;
    this.#settings = settings;
    this.#trainer = trainer;
    this.#learningRate = settings.learningRate;
    this.#parts = new SnapshotParts(prepared);
  }

  /** @internal */
  static async begin<Model>(prepared: Preparation<Model>): Promise<TrainingSession<Model>> {
    const { method, options, x, raw, sequences, validation, info, context, from } = prepared;
    const fitting = method.fitting as Trained;
    const { scale } = info;
    const examples = examplesOf(fitting, raw, sequences, `fit ${method.name}`);
    const { count } = examples;
    const settings = settingsOf(fitting, from ? resumedOptions(options, from, count) : options, count);
    let session: TrainingSession<Model> | undefined;
    const trainer = await Trainer.start({
      fitting,
      x,
      examples,
      scaling: scale,
      validation: validation && validationOf(validation, method, scale),
      settings,
      random: context.random,
      runtime: context.runtime,
      signal: context.signal,
      onPreparing: options.onPreparing,
      resume: from && snapshotOf(from),
      onDiverged(snapshot, step) {
        throw new DivergedError(
          `fit: the loss of ${method.name} is no longer finite after step ${step}; ` +
            `try a learning rate below ${session!.learningRate}, or scale the data`,
          session!.#checkpointOf(snapshot),
        );
      },
    });
    session = new TrainingSession(prepared, settings, trainer, count);
    return session;
  }

  /** Seed of all that is random in it. */
  get seed(): number {
    return this.#prepared.info.seed;
  }

  /** From the units of the data to those of training. */
  get scaling(): Scaling {
    return this.#prepared.info.scale;
  }

  /** Steps that were taken. */
  get stepsTaken(): number {
    return this.#trainer.snapshot.position.step;
  }

  /** The epoch under way, from 1. */
  get epoch(): number {
    return this.#trainer.snapshot.position.epoch;
  }

  /** One entry for every epoch that is over. */
  get history(): readonly Epoch[] {
    return this.#trainer.snapshot.history;
  }

  /** True once all epochs are over, or patience is at its end. */
  get done(): boolean {
    return this.#trainer.done;
  }

  /** Length of a step before the schedule. */
  get learningRate(): number {
    return this.#learningRate;
  }

  /** Numbers of the loss that can be changed on the way, such as `noise` or the weight of a penalty, by name. */
  get scalars(): Readonly<Record<string, number>> {
    return this.#trainer.scalars;
  }

  /**
   * Takes steps.
   * @param count an integer ≥ 1. Default 1.
   * @returns the loss of each, before its update; fewer than asked for where training ends.
   * @throws RangeError for another count; `DivergedError`; an Error while another run is under way.
   */
  async step(count = 1): Promise<Float32Array> {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new RangeError(`step: count must be an integer ≥ 1, got ${count}`);
    return this.#alone("step", async () => {
      const parts: Float32Array[] = [];
      for (let taken = 0; taken < count && !this.done; taken += parts.at(-1)!.length) {
        parts.push(await this.#advance(count - taken));
      }
      return Float32Array.from(parts.flatMap((part) => [...part]));
    });
  }

  /**
   * Takes all steps that are left, or those until `pause` is called.
   * @returns true at the end of training, false where it was paused.
   * @throws `InterruptedError` where the signal of the options stops it, `DivergedError`, both with a checkpoint; an Error
   *   while another run is under way.
   */
  async run(): Promise<boolean> {
    return this.#alone("run", async () => {
      this.#pausing = false;
      while (!this.done && !this.#pausing) await this.#advance();
      return this.done;
    });
  }

  /** Lets `run` end after the steps under way, a fraction of a second. */
  pause(): void {
    this.#pausing = true;
  }

  /** Changes the length of steps, before the schedule, from the next step on. @throws RangeError for no number > 0. */
  setLearningRate(rate: number): void {
    if (!(Number.isFinite(rate) && rate > 0))
      throw new RangeError(`setLearningRate: want a number > 0, got ${rate}`);
    this.#learningRate = rate;
    this.#trainer.setLearningRate(rate);
  }

  /**
   * Changes a number of the loss, one of `scalars`, from the next step on. The model's options go on saying what it began with.
   * @throws RangeError for a name that is none of them, or no number ≥ 0.
   */
  setScalar(name: string, value: number): void {
    const names = Object.keys(this.scalars);
    if (!names.includes(name)) {
      const there = names.length > 0 ? names.join(", ") : "none";
      throw new RangeError(`setScalar: there is no number "${name}" in this loss (there are: ${there})`);
    }
    if (!(Number.isFinite(value) && value >= 0))
      throw new RangeError(`setScalar: ${name} must be a number ≥ 0, got ${value}`);
    this.#trainer.setScalar(name, value);
  }

  /** Parameters as they stand, copied. */
  snapshot(): Snapshot {
    return { step: this.stepsTaken, parameters: copied(parametersOf(this.#trainer.snapshot.state)) };
  }

  /**
   * Codes of rows by the parameters of a snapshot. Compiled at its first call, and never again.
   * @param x rows `[n, d]`, in the units of the data. @param snapshot default: now.
   * @throws RangeError for other rows, or a method without codes.
   */
  encode(x: MatrixLike, snapshot?: Snapshot): Promise<Matrix> {
    return this.#part("encode", x, snapshot);
  }

  /** Rows `[n, d]` of codes `[n, k]`, as `encode`. */
  decode(z: MatrixLike, snapshot?: Snapshot): Promise<Matrix> {
    return this.#part("decode", z, snapshot);
  }

  /** Reconstructions `[n, d]` of rows, as `encode`. */
  reconstruct(x: MatrixLike, snapshot?: Snapshot): Promise<Matrix> {
    return this.#part("reconstruct", x, snapshot);
  }

  /** A checkpoint of where training stands, for `resume`. */
  checkpoint(): Uint8Array {
    return this.#checkpointOf(this.#trainer.snapshot);
  }

  /** The model as `fit` would give it if training ended here: with validation rows that of the best epoch so far. */
  async model(): Promise<Model> {
    const { method, info, x, context } = this.#prepared;
    const parameters = copied(this.#trainer.parameters());
    const finished = (await (method.fitting as Trained).finish?.(parameters, context)) ?? parameters;
    const record = {
      ...info,
      training: this.#record(),
      history: this.history,
      parameters: checkedFinite(method, finished),
    };
    return fittedModel(method, await withNotes(method, record, x));
  }

  /** Frees what was compiled; models and snapshots stay. */
  async release(): Promise<void> {
    await this.#trainer.release();
    await this.#parts.release();
  }

  #part(part: Computed, rows: MatrixLike, snapshot = this.snapshot()): Promise<Matrix> {
    return this.#parts.compute(part, rows, snapshot.parameters);
  }

  async #alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Error(`${what}: steps are being taken; pause them, and wait for them to end`);
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  /** A run of steps, told of; timers and signals come in between. */
  async #advance(most?: number): Promise<Float32Array> {
    const { signal, onProgress, onCheckpoint } = this.#prepared.options;
    const { losses, reports } = await this.#trainer.advance(most);
    for (const progress of reports) onProgress?.(progress);
    await this.#breathe();
    let over = false;
    await onCheckpoint?.(() => {
      if (over) throw new Error("fit: onCheckpoint: ask for the checkpoint before the callback is over");
      return this.checkpoint();
    });
    over = true;
    const { epoch, epochs, fraction } = reports.at(-1)!;
    if (signal?.aborted && fraction < 1)
      throw new InterruptedError(`fit: interrupted in epoch ${epoch} of ${epochs}`, this.checkpoint());
    return losses;
  }

  #checkpointOf({ state, position, history, best }: Trainer["snapshot"]): Uint8Array {
    const training = this.#record();
    const { info } = this.#prepared;
    return writeCheckpoint({
      ...info,
      training,
      history,
      position,
      parameters: state,
      ...(best && { best }),
    });
  }

  /** Options of training as files keep them. */
  #record(): TrainingRecord {
    const { epochs, batchSize, optimizer, schedule, patience } = this.#settings;
    const { validation } = this.#prepared;
    return {
      epochs,
      batchSize,
      learningRate: this.#learningRate,
      optimizer: optimizer as unknown as Record<string, Json>,
      schedule: schedule as unknown as Record<string, Json>,
      ...(patience !== undefined && { patience }),
      ...(validation && {
        validation: {
          rows: validation.x.rows,
          fingerprint: fingerprint(validation.x),
          ...(validation.sequences && { sequences: validation.sequences }),
        },
      }),
    };
  }
}

function settingsOf({ defaults }: Trained, options: FitOptions, rows: number): TrainingSettings {
  const given = Object.keys(trainingOptions).map((name) => [name, options[name as keyof TrainingOptions]]);
  const settings = trainingSettings(Object.fromEntries(given), defaults, rows);
  if (settings.patience !== undefined && !options.validation)
    throw new RangeError("fit: patience wants validation rows to look at");
  return settings;
}

/** Validation rows in the units of fitting, and the examples among them. */
function validationOf({ x: rows, sequences = [rows.rows] }: Sequenced, method: Method, scale: Scaling) {
  const where = "fit: validation";
  const x = applyScale(rows, scale, where);
  method.checkValues?.(x);
  return { x, examples: examplesOf(method.fitting as Trained, x, sequences, where) };
}
