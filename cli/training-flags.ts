/**
 * @file Flags of gradient training.
 */
import { type Command, Option } from "commander";
import type { Method } from "../src/methods/method.js";
import type { FitOptions } from "../src/training/fit.js";
import { UsageError } from "./exit.js";
import {
  batchSize,
  flagOf,
  fraction,
  positiveNumber,
  type ScheduleFlag,
  schedule,
  wholeNumber,
} from "./flag-values.js";

export interface TrainingFlags {
  epochs?: number;
  batchSize?: number | "all";
  learningRate?: number;
  optimizer?: "adam" | "sgd";
  schedule?: ScheduleFlag;
  patience?: number;
  validation?: number;
}

const TRAINING_FLAGS = [
  "epochs",
  "batchSize",
  "learningRate",
  "optimizer",
  "schedule",
  "patience",
  "validation",
] as const satisfies readonly (keyof TrainingFlags)[];

export function addTrainingFlags(command: Command): Command {
  return command
    .optionsGroup("Training (each method has its own defaults):")
    .option("--epochs <count>", "passes over the data", wholeNumber(1))
    .option("--batch-size <rows>", "rows a step, or all", batchSize)
    .option("--learning-rate <rate>", "length of a step", positiveNumber)
    .addOption(new Option("--optimizer <name>", "rule of the steps").choices(["adam", "sgd"]))
    .option("--schedule <name>", "learning rate: constant, cosine or step:EPOCHS[:FACTOR]", schedule)
    .option("--validation <fraction>", "share of the rows to tell the loss on, not trained on", fraction)
    .option(
      "--patience <epochs>",
      "stop after so many epochs without a lower validation loss",
      wholeNumber(1),
    );
}

/** Whether a flag is one of training; some methods that are solved have an option of the same name. */
export function isTrainingFlag(name: string): boolean {
  return (TRAINING_FLAGS as readonly string[]).includes(name);
}

/** @throws UsageError for flags that change nothing for any of these methods. */
export function checkTrainingFlags(flags: TrainingFlags, methods: readonly Method[]): void {
  if (flags.patience !== undefined && flags.validation === undefined) {
    throw new UsageError("--patience wants --validation FRACTION, the rows to look at");
  }
  if (methods.some(({ fitting }) => fitting.kind === "trained")) return;
  const isOwn = (name: string) => methods.some(({ options }) => Object.hasOwn(options, name));
  const given = TRAINING_FLAGS.find((name) => flags[name] !== undefined && !isOwn(name));
  const names = methods.map(({ name }) => name).join(", ");
  if (given) throw new UsageError(`${names}: solved, not trained: ${flagOf(given)} does not apply`);
}

/** What `fit` is told of them; validation rows are split off elsewhere. */
export function trainingOptions(flags: TrainingFlags, rows: number): FitOptions {
  const { epochs, learningRate, optimizer, schedule, patience } = flags;
  // As large as it will be, so that it agrees with what a checkpoint says.
  const size = flags.batchSize === "all" ? rows : flags.batchSize && Math.min(flags.batchSize, rows);
  return { epochs, batchSize: size, learningRate, optimizer, schedule, patience };
}
