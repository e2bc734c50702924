/**
 * @file Steps of the next run: as many as fill a fraction of a second, all of one batch size.
 *
 * The order of the examples is a function of seed and epoch alone, so it does not matter where runs are cut.
 */
import type { Position } from "../files/model-file.js";
import type { Random } from "../random.js";
import type { Schedule } from "./schedule.js";
import { scheduleFactor } from "./schedule-factor.js";
import type { Examples } from "./windows.js";

/** Consecutive steps of one batch size. */
export interface RunPlan {
  readonly size: number;
  /** Numbers of examples, `steps · size` of them. */
  readonly examples: Uint32Array;
  /** One a step. */
  readonly learningRates: readonly number[];
}

export interface PlanSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
}

/** A run should take about this long: often enough to report and to stop, rarely enough to cost nothing. */
const RUN_SECONDS = 0.2;
/** Numbers in the minibatches of one run at most: a copy of them stays small where the runtime wants one. */
const RUN_NUMBERS = 2 ** 24;
const FIRST_RUN_STEPS = 4;

/** Plans the runs of one training. */
export class RunPlanner {
  readonly #examples: number;
  readonly #settings: PlanSettings;
  readonly #random: Random;
  readonly #stopAtEpochs: boolean;
  readonly #stepsAnEpoch: number;
  readonly #mostSteps: number;
  #steps = FIRST_RUN_STEPS;
  /** Before the schedule. */
  learningRate: number;
  #order: { epoch: number; rows: Uint32Array } | undefined;

  /**
   * @param numbers in an example.
   * @param stopAtEpochs whether something is to be done at the end of every epoch, so that no run may go past one.
   */
  constructor(
    { count }: Pick<Examples, "count">,
    numbers: number,
    settings: PlanSettings,
    random: Random,
    stopAtEpochs: boolean,
  ) {
    this.#examples = count;
    this.#settings = settings;
    this.learningRate = settings.learningRate;
    this.#random = random;
    this.#stopAtEpochs = stopAtEpochs;
    this.#stepsAnEpoch = Math.ceil(count / settings.batchSize);
    this.#mostSteps = Math.max(1, Math.floor(RUN_NUMBERS / (settings.batchSize * numbers)));
  }

  /**
   * The run to take from a position, or `undefined` at the end of training.
   * @param most steps at most, ≥ 1.
   */
  next(
    { step, epoch: firstEpoch, rowsDone: firstRow }: Position,
    most = Number.POSITIVE_INFINITY,
  ): RunPlan | undefined {
    const { epochs, batchSize } = this.#settings;
    if (firstEpoch > epochs) return undefined;
    const size = Math.min(batchSize, this.#examples - firstRow);
    const learningRates: number[] = [];
    const parts: Uint32Array[] = [];
    let [epoch, row] = [firstEpoch, firstRow];
    const wanted = size < batchSize ? 1 : Math.min(this.#steps, most);
    while (learningRates.length < wanted && this.#examples - row >= size) {
      parts.push(this.#orderOf(epoch).subarray(row, row + size));
      learningRates.push(this.#learningRate(step + learningRates.length + 1, epoch));
      row += size;
      if (row < this.#examples) continue;
      if (this.#stopAtEpochs || epoch === epochs) break;
      [epoch, row] = [epoch + 1, 0];
      // A run of the short last batch ends with it.
      if (size < batchSize) break;
    }
    return { size, examples: joined(parts, size), learningRates };
  }

  /** Learns from how long a run took how long the next should be. */
  took({ size, learningRates }: RunPlan, seconds: number): void {
    const { length } = learningRates;
    // A run that something else cut short tells too little of its fixed costs.
    if (size < this.#settings.batchSize || length < this.#steps) return;
    const wanted = Math.round((length * RUN_SECONDS) / Math.max(seconds, 1e-4));
    // The first runs warm up the runtime: grow in strides.
    this.#steps = Math.max(1, Math.min(wanted, length * 16, this.#mostSteps));
  }

  progress({ step }: Position): { epochs: number; fraction: number } {
    const { epochs } = this.#settings;
    return { epochs, fraction: step / (epochs * this.#stepsAnEpoch) };
  }

  #learningRate(step: number, epoch: number): number {
    const { schedule, epochs } = this.#settings;
    return this.learningRate * scheduleFactor(schedule, step, epochs * this.#stepsAnEpoch, epoch);
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      // With one batch an epoch there is nothing to shuffle, and rows keep their order.
      const rows =
        this.#settings.batchSize >= this.#examples
          ? Uint32Array.from({ length: this.#examples }, (_, i) => i)
          : this.#random.fork("order", epoch).permutation(this.#examples);
      this.#order = { epoch, rows };
    }
    return this.#order.rows;
  }
}

function joined(parts: readonly Uint32Array[], size: number): Uint32Array {
  const all = new Uint32Array(parts.length * size);
  parts.forEach((part, i) => {
    all.set(part, i * size);
  });
  return all;
}
