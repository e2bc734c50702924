/**
 * @file Progress of long work in a line.
 */
import type { Iteration, Preparation } from "../src/methods/method.js";
import type { InversionProgress } from "../src/tasks/inverse-problem/descend.js";
import type { Progress } from "../src/training/trainer.js";

const BAR = 24;

/** A bar that is filled from the left. @param fraction in [0, 1]. */
export function bar(fraction: number): string {
  const filled = Math.floor(fraction * BAR);
  return `[${"=".repeat(filled)}${" ".repeat(BAR - filled)}]`;
}

/** `  7 %` */
export function percent(fraction: number): string {
  return `${String(Math.floor(fraction * 100)).padStart(3)} %`;
}

/** `45 s`, `3 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Line of a training. */
export function trainingText({ epoch, epochs, loss, validationLoss }: Progress): string {
  const validation = validationLoss === undefined ? "" : `  validation ${validationLoss.toPrecision(5)}`;
  return `epoch ${epoch}/${epochs}  loss ${loss.toPrecision(5)}${validation}`;
}

/** Line of a solver. */
export function iterationText({ iteration, iterations, objective }: Iteration): string {
  const stands = objective === undefined ? "" : `  objective ${objective.toPrecision(5)}`;
  return `iteration ${iteration}/${iterations}${stands}`;
}

/** Line of layers trained by themselves. */
export function preparationText({ layer, layers, epoch, epochs, loss }: Preparation): string {
  return `layer ${layer}/${layers}  epoch ${epoch}/${epochs}  loss ${loss.toPrecision(5)}`;
}

/** Line of an inverse problem. */
export function descentText({ step, steps, objective }: InversionProgress): string {
  return `step ${step}/${steps}  objective ${objective.toPrecision(5)}`;
}
