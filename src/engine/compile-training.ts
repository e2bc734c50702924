/**
 * @file Compiling training: in the form that is faster, with its memory counted first.
 */
import { ADDRESSABLE_32, inBytes, refuseMoreThanMemory } from "../parallel/memory.js";
import { TrainingMemory } from "./flat-state.js";
import { bytesOf } from "./footprint.js";
import type { Runtime } from "./session.js";
import { type Shape, show } from "./tensor.js";
import { compileLoop } from "./train-loop.js";
import { compileSteps, hasSteps, suitsSteps } from "./train-steps.js";
import type { TrainingProgram, TrainingSpec } from "./training-program.js";
import { stateShapes } from "./training-state.js";

/**
 * Compiles training for one batch size. Both forms give the same bits.
 * @param memory of programs with the same state that take turns. Default: its own.
 * @throws MemoryError, before anything is allocated, if training asks for more memory than there is.
 */
export async function compileTraining(
  spec: TrainingSpec,
  runtime: Runtime,
  memory = new TrainingMemory(),
): Promise<TrainingProgram> {
  const shapes = stateShapes(spec);
  const stateBytes = Object.values(shapes).reduce((sum, shape) => sum + bytesOf(shape, "float32"), 0);
  const limit = runtime.backend === "wasm" ? ADDRESSABLE_32 : undefined;
  const refuse = (stepBytes: number) =>
    // A run is given the state and gives the next.
    refuseMoreThanMemory(
      2 * stateBytes + stepBytes,
      () => asked(shapes, stateBytes, spec.batchSize, stepBytes),
      limit,
    );
  refuse(0);
  const steps = suitsSteps(spec, runtime) ? await compileSteps(spec, runtime, refuse, memory) : undefined;
  return steps ?? compileLoop(spec, runtime, refuse);
}

/**
 * Compiles training for runs of a single step, without the loop, whose beginning takes as long as a small step or several. The same bits.
 * @param memory of programs with the same state that take turns.
 * @returns `undefined` where there is no such form, or where runs of many steps have it already.
 */
export async function compileSingleStep(
  spec: TrainingSpec,
  runtime: Runtime,
  memory: TrainingMemory,
): Promise<TrainingProgram | undefined> {
  // Memory of a step was counted when the loop was compiled.
  const isNew = hasSteps(spec, runtime) && !suitsSteps(spec, runtime);
  return isNew ? compileSteps(spec, runtime, () => {}, memory) : undefined;
}

/** The array that asks for memory, for an error. */
function asked(
  shapes: Readonly<Record<string, Shape>>,
  stateBytes: number,
  batchSize: number,
  stepBytes: number,
): string {
  const size = ([, shape]: [string, Shape]) => bytesOf(shape, "float32");
  const [name, shape] = Object.entries(shapes).reduce((a, b) => (size(b) > size(a) ? b : a));
  const step = stepBytes > 0 ? `, a step on ${batchSize} rows ${inBytes(stepBytes)}` : "";
  return `training (parameters and moments ${inBytes(stateBytes)}, the largest ${name} ${show(shape)}${step})`;
}
