/**
 * @file A step of all points.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { codeOn } from "./code.js";

export interface MoveArgs extends Record<string, WebAssembly.Memory | Float32Array> {
  memory: WebAssembly.Memory;
  /** `[n, 4]`, as the rest. */
  places: Float32Array;
  velocity: Float32Array;
  gains: Float32Array;
  attraction: Float32Array;
  repulsion: Float32Array;
}

/** Points to a chunk. */
export const MOVE_CHUNK = 1024;

/** Scalars of a run: learning rate, momentum, exaggeration, and 1/Z. */
export const movePoints: Kernel<MoveArgs> = {
  name: "movePoints",
  run({ memory, places, velocity, gains, attraction, repulsion }, chunk, scalars) {
    const from = chunk * MOVE_CHUNK;
    codeOn(memory).move(
      places.byteOffset,
      velocity.byteOffset,
      gains.byteOffset,
      attraction.byteOffset,
      repulsion.byteOffset,
      from,
      Math.min(places.length / 4, from + MOVE_CHUNK),
      scalars[0]!,
      scalars[1]!,
      scalars[2]!,
      scalars[3]!,
    );
  },
};
