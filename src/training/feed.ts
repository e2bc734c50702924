/**
 * @file Input of a run of steps: compiled programs by batch size, and the rows they take.
 */
import { type Matrix, takeRows } from "../data/matrix.js";
import { float32 } from "../engine/arrays.js";
import type { Runtime } from "../engine/session.js";
import { int64Array } from "../engine/tensor.js";
import type { RunArguments, TrainingProgram } from "../engine/training-program.js";

/** Input of a run: all data where that is free, else only its rows, gathered here. */
export function feed(
  x: Matrix,
  rows: Uint32Array,
  runtime: Runtime,
): Pick<RunArguments, "data" | "order" | "rows"> {
  const numbers = int64Array(rows);
  if (!runtime.copiesInputs || rows.length >= x.rows) {
    return { data: { x: float32([x.rows, x.cols], x.data) }, order: numbers, rows: numbers };
  }
  const { data } = takeRows(x, rows);
  const order = int64Array(rows.map((_, i) => i));
  return { data: { x: float32([rows.length, x.cols], data) }, order, rows: numbers };
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
