/**
 * @file Options of training, described once: checked by `fit`, flags and help of the command line, and kept in model files.
 */
import type { OptimizerSpec } from "../engine/optimizers.js";
import { custom, integer, number, numberOr, type OptionTable, optional } from "../methods/options.js";
import { isSchedule, type Schedule } from "./schedule.js";

/** Options of training by gradients; each method that is trained has its own defaults for them. */
export interface TrainingOptions {
  /** Passes over the data, ≥ 1. */
  epochs?: number | undefined;
  /** Rows a step, ≥ 1; `all` takes every row in each step. The last batch of an epoch may be shorter. */
  batchSize?: number | "all" | undefined;
  /** Learning rate, before any schedule, > 0. */
  learningRate?: number | undefined;
  /** `adam`, `sgd`, or either with its coefficients. */
  optimizer?: OptimizerSpec["name"] | OptimizerSpec | undefined;
  /** Momentum of `sgd`, in [0, 1); goes before what `optimizer` says. */
  momentum?: number | undefined;
  /** Weight decay, ≥ 0: decoupled in `adam`, an L2 penalty in `sgd`; goes before what `optimizer` says. */
  weightDecay?: number | undefined;
  /** Change of the learning rate from step to step. Default: none. */
  schedule?: Schedule["name"] | Schedule | undefined;
  /** Stop after so many epochs without a lower validation loss, and keep the best; wants `validation`. */
  patience?: number | undefined;
}

const OF_THE_METHOD = "the method's own";

/** Every option of training. */
export const trainingOptions: OptionTable<TrainingOptions> = {
  epochs: optional(integer({ min: 1, help: "passes over the data" }), OF_THE_METHOD),
  batchSize: optional(
    numberOr(["all"], {
      want: "an integer ≥ 1",
      test: (v) => Number.isSafeInteger(v) && v >= 1,
      help: "rows a step",
    }),
    OF_THE_METHOD,
  ),
  learningRate: optional(
    number({ want: "a number > 0", test: (v) => v > 0, help: "length of a step" }),
    OF_THE_METHOD,
  ),
  optimizer: optional(
    custom<OptimizerSpec["name"] | OptimizerSpec>({
      want: "adam or sgd",
      choices: ["adam", "sgd"],
      help: "rule of the steps",
      accept: (v) => (v === "adam" || v === "sgd" || isSpec(v) ? v : undefined),
    }),
    OF_THE_METHOD,
  ),
  momentum: optional(
    number({
      want: "a number in [0, 1)",
      test: (v) => v >= 0 && v < 1,
      help: "share of a step that goes on in the next, of sgd",
    }),
    "0",
  ),
  weightDecay: optional(
    number({ want: "a number ≥ 0", test: (v) => v >= 0, help: "pull of the weights to 0" }),
    "0",
  ),
  schedule: optional(
    custom<Schedule["name"] | Schedule>({
      want: "constant, cosine, or step:EPOCHS[:FACTOR] with FACTOR in (0, 1]",
      choices: ["constant", "cosine"],
      help: "change of the learning rate",
      accept: (v) => (v === "constant" || v === "cosine" || isSchedule(v) ? v : undefined),
      parse: parseSchedule,
    }),
    "constant",
  ),
  patience: optional(
    integer({ min: 1, help: "stop after so many epochs without a lower validation loss" }),
    "all epochs",
  ),
};

const isSpec = (value: unknown): value is OptimizerSpec =>
  typeof value === "object" && value !== null && "name" in value;

function parseSchedule(text: string): unknown {
  const [name, every, factor, ...more] = text.split(":");
  if (name !== "step" || more.length > 0) return text;
  const numeric = (part: string) => (part.trim() === "" ? Number.NaN : Number(part));
  return {
    name,
    every: numeric(every ?? ""),
    ...(factor !== undefined && { factor: numeric(factor) }),
  };
}
