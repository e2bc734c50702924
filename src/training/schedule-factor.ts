/**
 * @file The rate of every step of a schedule, as a factor of the base rate.
 */
import { cos, power } from "../elementary.js";
import type { Schedule } from "./schedule.js";

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
