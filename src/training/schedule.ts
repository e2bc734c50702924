/**
 * @file Learning-rate schedules: the rate of every step as a factor of the base rate.
 */
import { cos, power } from "../elementary.js";

/** A schedule described as data. */
export type Schedule =
  | {
      /** The base rate throughout. */
      readonly name: "constant";
    }
  | {
      /**
       * From the base rate down to 0 along half a cosine over the whole training. Source: Loshchilov & Hutter (2017),
       * "SGDR", ICLR.
       */
      readonly name: "cosine";
    }
  | {
      /** Times `factor` after every `every` epochs. */
      readonly name: "step";
      /** Epochs from one change to the next, ≥ 1. */
      readonly every: number;
      /** Multiplies the rate at each change, in (0, 1]. Default .1. */
      readonly factor?: number | undefined;
    };

/**
 * The factor of a step.
 * @param step from 1 to `steps`.
 * @param epoch from 1.
 */
export function scheduleFactor(schedule: Schedule, step: number, steps: number, epoch: number): number {
  if (schedule.name === "cosine") {
    // (1 + cos 2x) / 2 = cos² x
    const root = cos((Math.PI * (step - 1)) / (2 * steps));
    return root * root;
  }
  if (schedule.name === "step") {
    return power(schedule.factor ?? 0.1, Math.floor((epoch - 1) / schedule.every));
  }
  return 1;
}

/** @throws RangeError for a schedule that makes no sense. */
export function checkSchedule(schedule: Schedule): void {
  if (schedule.name !== "step") {
    if (schedule.name !== "constant" && schedule.name !== "cosine") {
      throw new RangeError(`fit: schedule must be constant, cosine or step, got ${JSON.stringify(schedule)}`);
    }
    return;
  }
  if (!(Number.isInteger(schedule.every) && schedule.every >= 1)) {
    throw new RangeError(`fit: schedule.every must be an integer ≥ 1, got ${schedule.every}`);
  }
  const { factor = 0.1 } = schedule;
  if (!(factor > 0 && factor <= 1))
    throw new RangeError(`fit: schedule.factor must be in (0, 1], got ${factor}`);
}
