/**
 * @file Progress of long work: a bar on a terminal, a line each 10 % elsewhere.
 */
import { bar, duration, percent } from "../panels/progress-text.js";
import type { Messages } from "./messages.js";

const REDRAW_MS = 100;

export class WorkProgress<P extends { readonly fraction: number }> {
  readonly #messages: Messages;
  readonly #name: string;
  readonly #described: (progress: P) => string;
  readonly #started = performance.now();
  readonly #drawnAlone: boolean;
  #startFraction: number | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #tenths = 0;

  /**
   * @param described what there is to say of it beside how far it is.
   * @param drawnAlone where there is no terminal to draw on, nothing is said: for one of many pieces of work.
   */
  constructor(messages: Messages, name: string, described: (progress: P) => string, drawnAlone = false) {
    this.#messages = messages;
    this.#name = name;
    this.#described = described;
    this.#drawnAlone = drawnAlone;
  }

  update(progress: P): void {
    if (this.#messages.quiet) return;
    this.#messages.release();
    this.#startFraction ??= progress.fraction;
    if (this.#messages.terminal.stderr.isTTY) this.#draw(progress);
    else if (!this.#drawnAlone) this.#line(progress);
  }

  #draw(progress: P): void {
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS && progress.fraction < 1) return;
    this.#drawnAt = now;
    const drawn = `${bar(progress.fraction)} ${percent(progress.fraction)}`;
    const text = `${this.#name} ${drawn}  ${this.#described(progress)}${this.#remaining(progress, now)}`;
    const shown = text.slice(0, (this.#messages.terminal.stderr.columns ?? 80) - 1);
    this.#messages.draw(shown);
  }

  #line(progress: P): void {
    const tenths = Math.floor(progress.fraction * 10);
    if (tenths <= this.#tenths) return;
    this.#tenths = tenths;
    this.#messages.note(`${this.#name} ${percent(progress.fraction)}  ${this.#described(progress)}`);
  }

  #remaining({ fraction }: P, now: number): string {
    const done = fraction - this.#startFraction!;
    const seconds = (now - this.#started) / 1000;
    if (done <= 0 || seconds < 2 || fraction >= 1) return "";
    return `  ${duration((seconds * (1 - fraction)) / done)} left`;
  }
}
