/**
 * @file The arrays that training changes: parameters, state that no gradient trains, and the optimizer's moments.
 */
import { fixed, type NdArray, type Shape, sameShape, show, sizeOf, zeros } from "./tensor.js";
import type { TrainingSpec, TrainingState } from "./training-program.js";

/** Names in the state that gradients train. */
export const trainedOf = ({ trainable, training = true }: TrainingSpec): readonly string[] =>
  training ? trainable : [];

/** Names of the optimizer's moments of a parameter. */
export const slotsOf = ({ optimizer }: TrainingSpec, name: string): string[] =>
  Array.from({ length: optimizer.slots }, (_, i) => `${name}.slot${i}`);

/** Shapes of all arrays. */
export function stateShapes(spec: TrainingSpec): Record<string, Shape> {
  const shapes: Record<string, Shape> = { ...spec.state };
  for (const name of trainedOf(spec))
    for (const slot of slotsOf(spec, name)) shapes[slot] = spec.state[name]!;
  return shapes;
}

/** Moments before the first step. */
export function initialSlots(spec: TrainingSpec): TrainingState {
  const slots = trainedOf(spec).flatMap((name) =>
    slotsOf(spec, name).map((slot) => {
      const shape = spec.state[name]!.map((dim) => fixed(dim, "state"));
      const array: NdArray = { dtype: "float32", shape, data: zeros("float32", sizeOf(shape)) };
      return [slot, array] as const;
    }),
  );
  return Object.fromEntries(slots);
}

/** @throws RangeError if there is no such array, or it has another shape. */
export function expectShape(name: string, array: NdArray | undefined, shape: Shape): NdArray {
  if (!array || !sameShape(array.shape, shape)) {
    throw new RangeError(
      `training: state "${name}" wants shape ${show(shape)}, got ${array ? show(array.shape) : "none"}`,
    );
  }
  return array;
}
