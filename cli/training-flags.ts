/**
 * @file Flags of gradient training, derived from the table that `fit` checks its options by.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { flagOf } from "../panels/flag-names.js";
import type { Method } from "../src/methods/method.js";
import type { Option as TrainingOption } from "../src/methods/options.js";
import { type TrainingOptions, trainingOptions } from "../src/training/training-options.js";
import { UsageError } from "./exit.js";
import { fraction } from "./flag-values.js";

export interface TrainingFlags extends TrainingOptions {
  /** Share of the rows. */
  validation?: number;
  /** File of the history. */
  log?: string;
}

const NAMES = Object.keys(trainingOptions) as (keyof TrainingOptions)[];
const TRAINING_FLAGS: readonly (keyof TrainingFlags)[] = [...NAMES, "validation", "log"];

export function addTrainingFlags(command: Command): Command {
  command.optionsGroup("Training (each method has its own defaults):");
  for (const name of NAMES) {
    const option: TrainingOption<unknown> = trainingOptions[name];
    command.addOption(
      new Option(`${flagOf(name)} <value>`, `${option.help}: ${option.want}`).argParser(parserOf(option)),
    );
  }
  return command
    .option(
      "--validation <fraction>",
      "share of the rows to tell the loss on, not trained on (of sequences the last rows of each)",
      fraction,
    )
    .option("--log <file>", "history of the training: .csv, .jsonl, .tfevents, or a folder for TensorBoard");
}

function parserOf(option: TrainingOption<unknown>): (text: string) => unknown {
  return (text) => {
    const value = option.accept(option.parse(text));
    if (value === undefined) throw new InvalidArgumentError(`Want ${option.want}.`);
    return value;
  };
}

/** True for a flag of training; some methods have an option of the same name, which is then meant. */
export function isTrainingFlag(name: string): boolean {
  return (TRAINING_FLAGS as readonly string[]).includes(name);
}

/** @throws UsageError for flags that change nothing for any of these methods. */
export function checkTrainingFlags(flags: TrainingFlags, methods: readonly Method[]): void {
  if (flags.patience !== undefined && flags.validation === undefined) {
    throw new UsageError("--patience wants --validation FRACTION, the rows to look at");
  }
  if (methods.some(({ fitting }) => fitting.kind === "trained")) {
    if (flags.momentum === undefined || methods.some((method) => takesMomentum(method, flags))) return;
    throw new UsageError("--momentum is of the optimizer sgd: --optimizer sgd");
  }
  const isOwn = (name: string) => methods.some(({ options }) => Object.hasOwn(options, name));
  const given = TRAINING_FLAGS.find((name) => flags[name] !== undefined && !isOwn(name));
  const names = methods.map(({ name }) => name).join(", ");
  if (given) throw new UsageError(`${names}: solved, not trained: ${flagOf(given)} does not apply`);
}

/** True if the method is trained by the optimizer that has momentum. */
function takesMomentum({ fitting }: Method, { optimizer }: TrainingFlags): boolean {
  if (fitting.kind === "solved") return false;
  const { name } = typeof optimizer === "object" ? optimizer : { name: optimizer };
  return (name ?? fitting.defaults.optimizer.name) === "sgd";
}

/** Options that `fit` is told; validation rows are split off elsewhere, and options of the method's own are its own. */
export function trainingFlagsFor(method: Method, flags: TrainingFlags, rows: number): TrainingOptions {
  const applies = (name: keyof TrainingOptions) =>
    !Object.hasOwn(method.options, name) && (name !== "momentum" || takesMomentum(method, flags));
  const given = NAMES.filter(applies).map((name) => [name, flags[name]]);
  const told: TrainingOptions = Object.fromEntries(given);
  // As large as it will be, so that it agrees with what a checkpoint says.
  const { batchSize } = told;
  if (batchSize === undefined) return told;
  return { ...told, batchSize: batchSize === "all" ? rows : Math.min(batchSize, rows) };
}
