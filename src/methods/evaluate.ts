/**
 * @file Computing tensors over parameters once, outside of training.
 */
import { emit } from "../engine/onnx.js";
import type { Runtime } from "../engine/session.js";
import { constant, type NdArray, type Tensor } from "../engine/tensor.js";
import type { Parameters, Symbols } from "./method.js";

/** Parameters as constants of a graph. */
export function asConstants(parameters: Parameters): Symbols {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, constant(value)]));
}

/** The value of a tensor that depends on constants alone. */
export async function evaluate(tensor: Tensor, runtime: Runtime): Promise<NdArray> {
  const program = await runtime.compile(emit({ value: tensor }));
  const { value } = await program.run({});
  await program.release();
  return value!;
}
