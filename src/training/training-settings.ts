/**
 * @file Settings of a training: what was said of it, and the method's defaults for the rest.
 */
import { type OptimizerSpec, optimizer } from "../engine/optimizers.js";
import type { TrainingDefaults } from "../methods/method.js";
import { checkOptions } from "../methods/options.js";
import type { Schedule } from "./schedule.js";
import type { TrainingSettings } from "./trainer.js";
import { type TrainingOptions, trainingOptions } from "./training-options.js";

/**
 * Fills in the defaults.
 * @param rows of the data: a batch is no larger. @param where names the caller in errors.
 * @throws RangeError for values out of their range.
 */
export function trainingSettings(
  given: TrainingOptions,
  defaults: TrainingDefaults,
  rows: number,
  where = "fit",
): TrainingSettings {
  const {
    epochs = defaults.epochs,
    batchSize = defaults.batchSize || "all",
    learningRate = defaults.learningRate,
    optimizer: spec = defaults.optimizer,
    momentum,
    weightDecay,
    schedule = "constant",
    patience,
  }: TrainingOptions = checkOptions<TrainingOptions>(where, trainingOptions, given);
  const named: OptimizerSpec = typeof spec === "string" ? { name: spec } : spec;
  if (momentum !== undefined && named.name !== "sgd")
    throw new RangeError(`${where}: momentum is of the optimizer sgd, got ${momentum} for ${named.name}`);
  const whole = {
    ...named,
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
  };
  optimizer(whole);
  return {
    epochs,
    batchSize: Math.min(batchSize === "all" ? rows : batchSize, rows),
    learningRate,
    optimizer: whole,
    schedule: typeof schedule === "string" ? ({ name: schedule } as Schedule) : schedule,
    patience,
  };
}
