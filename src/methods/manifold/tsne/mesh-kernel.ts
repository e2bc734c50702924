/**
 * @file The stages of a mesh's field that threads share.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { ownRoom } from "../../../parallel/wasm.js";
import { codeOn } from "./code.js";
import { longestTransform } from "./mesh.js";

export interface MeshArgs extends Record<string, WebAssembly.Memory | Int32Array> {
  memory: WebAssembly.Memory;
  /** As `tellOfMesh` has filled them, in the memory. */
  words: Int32Array;
}

/** Stages of the work, in this order; the `middle` ones in three dimensions alone. */
export const STAGE = {
  spread: 0,
  forwardRows: 1,
  forwardMiddle: 2,
  convolve: 3,
  inverseMiddle: 4,
  inverseRows: 5,
  read: 6,
} as const;

/** Eight series, real and imaginary parts, before and after a stage. */
const NUMBERS_PER_ENTRY = 32;

export const roomFor = (memory: WebAssembly.Memory, length: number): number =>
  ownRoom(memory, NUMBERS_PER_ENTRY * length).byteOffset;

/** Scalars of a run: the stage. */
export const mesh: Kernel<MeshArgs> = {
  name: "mesh",
  run({ memory, words }, chunk, [stage]) {
    const code = codeOn(memory);
    const at = words.byteOffset;
    if (stage === STAGE.spread) return code.spread(at, chunk);
    if (stage === STAGE.read) return code.read(at, chunk);
    const room = roomFor(memory, longestTransform(words));
    if (stage === STAGE.forwardRows) code.forwardRows(at, chunk, room);
    else if (stage === STAGE.forwardMiddle) code.forwardMiddle(at, chunk, room);
    else if (stage === STAGE.convolve) code.convolve(at, chunk, room);
    else if (stage === STAGE.inverseMiddle) code.inverseMiddle(at, chunk, room);
    else code.inverseRows(at, chunk, room);
  },
};
