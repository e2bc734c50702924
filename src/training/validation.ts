/**
 * @file The loss on rows that are not trained on.
 */
import type { Matrix } from "../data/matrix.js";
import { compileTraining } from "../engine/compile-training.js";
import { optimizer } from "../engine/optimizers.js";
import type { Runtime } from "../engine/session.js";
import type { TrainingSpec, TrainingState } from "../engine/training-program.js";
import type { Random } from "../random.js";
import { feed, ProgramsBySize } from "./feed.js";
import type { Examples } from "./windows.js";

/** The mean loss on rows that are not trained on. */
export class Validation {
  readonly #x: Matrix;
  readonly #examples: Examples;
  readonly #batchSize: number;
  readonly #runtime: Runtime;
  readonly #random: Random;
  readonly #programs: ProgramsBySize;

  constructor(
    spec: Omit<TrainingSpec, "batchSize">,
    x: Matrix,
    examples: Examples,
    batchSize: number,
    runtime: Runtime,
    random: Random,
  ) {
    this.#x = x;
    this.#examples = examples;
    this.#batchSize = Math.min(batchSize, examples.count);
    this.#runtime = runtime;
    this.#random = random;
    const still = { ...spec, optimizer: optimizer({ name: "sgd" }), training: false };
    this.#programs = new ProgramsBySize((size) => compileTraining({ ...still, batchSize: size }, runtime));
  }

  /** @throws RangeError if the method has no loss of rows that are not trained on. */
  async compile(): Promise<void> {
    await this.#programs.of(this.#batchSize);
  }

  /** @param scalars of the loss, as training has them. */
  async loss(state: TrainingState, scalars: Readonly<Record<string, number>>): Promise<number> {
    const n = this.#examples.count;
    let sum = 0;
    for (let at = 0; at < n; ) {
      const size = Math.min(this.#batchSize, n - at);
      const steps = size < this.#batchSize ? 1 : Math.floor((n - at) / size);
      const examples = Uint32Array.from({ length: steps * size }, (_, i) => at + i);
      const program = await this.#programs.of(size);
      const { losses } = await program.run({
        state,
        ...feed(this.#x, examples, this.#examples, this.#runtime),
        // The same noise after every epoch: then a lower loss is a better model.
        firstStep: 1,
        learningRates: new Array<number>(steps).fill(0),
        random: this.#random,
        scalars,
      });
      for (const loss of losses) sum += loss * size;
      at += steps * size;
    }
    return sum / n;
  }

  release(): Promise<void> {
    return this.#programs.release();
  }
}
