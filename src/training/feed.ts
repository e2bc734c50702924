/**
 * @file Input of a run of steps: compiled programs by batch size, and the rows they take.
 */
import { type Matrix, takeRows } from "../data/matrix.js";
import { float32 } from "../engine/arrays.js";
import type { Runtime } from "../engine/session.js";
import { int64Array } from "../engine/tensor.js";
import type { RunArguments, TrainingProgram } from "../engine/training-program.js";
import type { Examples } from "./windows.js";

/** Input of a run on these examples: all data where that is free, else only their rows, gathered here. */
export function feed(
  x: Matrix,
  examples: Uint32Array,
  { begins, window = 1 }: Examples,
  runtime: Runtime,
): Pick<RunArguments, "data" | "order" | "rows"> {
  const first = begins(examples);
  const rows = int64Array(first);
  const count = first.length * window;
  if (!runtime.copiesInputs || count >= x.rows) {
    return { data: { x: float32([x.rows, x.cols], x.data) }, order: rows, rows };
  }
  const { data } = takeRows(
    x,
    Uint32Array.from({ length: count }, (_, i) => first[Math.floor(i / window)]! + (i % window)),
  );
  const order = int64Array(first.map((_, i) => i * window));
  return { data: { x: float32([count, x.cols], data) }, order, rows };
}

/** Training programs, compiled once for every batch size met: the whole one and the short last one. */
export class ProgramsBySize {
  readonly #compile: (size: number) => Promise<TrainingProgram>;
  readonly #programs = new Map<number, TrainingProgram>();

  constructor(compile: (size: number) => Promise<TrainingProgram>) {
    this.#compile = compile;
  }

  async of(size: number): Promise<TrainingProgram> {
    let program = this.#programs.get(size);
    if (!program) {
      program = await this.#compile(size);
      this.#programs.set(size, program);
    }
    return program;
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await program.release();
  }
}
