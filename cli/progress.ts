/**
 * @file Progress of long work: a bar on a terminal, a line each 10 % elsewhere.
 */
import type { Iteration, Preparation } from "../src/methods/method.js";
import type { InversionProgress } from "../src/tasks/inverse-problem/descend.js";
import type { Progress } from "../src/training/train.js";
import type { Messages } from "./messages.js";

const BAR = 24;
const REDRAW_MS = 100;

class WorkProgress<P extends { readonly fraction: number }> {
  readonly #messages: Messages;
  readonly #name: string;
  readonly #described: (progress: P) => string;
  readonly #started = performance.now();
  #startFraction: number | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #tenths = 0;

  constructor(messages: Messages, name: string, described: (progress: P) => string) {
    this.#messages = messages;
    this.#name = name;
    this.#described = described;
  }

  update(progress: P): void {
    if (this.#messages.quiet) return;
    this.#messages.release();
    this.#startFraction ??= progress.fraction;
    if (this.#messages.terminal.stderr.isTTY) this.#draw(progress);
    else this.#line(progress);
  }

  #draw(progress: P): void {
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS && progress.fraction < 1) return;
    this.#drawnAt = now;
    const filled = Math.floor(progress.fraction * BAR);
    const bar = `[${"=".repeat(filled)}${" ".repeat(BAR - filled)}]`;
    const text = `${this.#name} ${bar} ${percent(progress)}  ${this.#described(progress)}${this.#remaining(progress, now)}`;
    const shown = text.slice(0, (this.#messages.terminal.stderr.columns ?? 80) - 1);
    this.#messages.draw(shown);
  }

  #line(progress: P): void {
    const tenths = Math.floor(progress.fraction * 10);
    if (tenths <= this.#tenths) return;
    this.#tenths = tenths;
    this.#messages.note(`${this.#name} ${percent(progress)}  ${this.#described(progress)}`);
  }

  #remaining({ fraction }: P, now: number): string {
    const done = fraction - this.#startFraction!;
    const seconds = (now - this.#started) / 1000;
    if (done <= 0 || seconds < 2 || fraction >= 1) return "";
    return `  ${duration((seconds * (1 - fraction)) / done)} left`;
  }
}

/** Of training. */
export class TrainingProgress extends WorkProgress<Progress> {
  constructor(messages: Messages, name: string) {
    super(messages, name, ({ epoch, epochs, loss, validationLoss }) => {
      const validation = validationLoss === undefined ? "" : `  validation ${validationLoss.toPrecision(5)}`;
      return `epoch ${epoch}/${epochs}  loss ${loss.toPrecision(5)}${validation}`;
    });
  }
}

/** Of a solver. */
export class IterationProgress extends WorkProgress<Iteration> {
  constructor(messages: Messages, name: string) {
    super(messages, name, ({ iteration, iterations, objective }) => {
      const stands = objective === undefined ? "" : `  objective ${objective.toPrecision(5)}`;
      return `iteration ${iteration}/${iterations}${stands}`;
    });
  }
}

/** Of layers trained by themselves. */
export class PreparationProgress extends WorkProgress<Preparation> {
  constructor(messages: Messages, name: string) {
    super(messages, `${name}, layer by layer`, ({ layer, layers, epoch, epochs, loss }) => {
      return `layer ${layer}/${layers}  epoch ${epoch}/${epochs}  loss ${loss.toPrecision(5)}`;
    });
  }
}

/** Of an inverse problem. */
export class DescentProgress extends WorkProgress<InversionProgress> {
  constructor(messages: Messages, name: string) {
    super(messages, name, ({ step, steps, objective }) => {
      return `step ${step}/${steps}  objective ${objective.toPrecision(5)}`;
    });
  }
}

const percent = ({ fraction }: { readonly fraction: number }): string =>
  `${String(Math.floor(fraction * 100)).padStart(3)} %`;

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
