/**
 * @file Functions that assembly/tsne exports, on some memory. Addresses are in bytes.
 */
import { instanceOn } from "../../../parallel/wasm.js";
import { code } from "./code.wasm.js";

export interface TsneCode {
  attract(
    rowStart: number,
    columns: number,
    values: number,
    places: number,
    forces: number,
    from: number,
    to: number,
    dims: number,
  ): void;
  move(
    places: number,
    velocity: number,
    gains: number,
    attraction: number,
    repulsion: number,
    from: number,
    to: number,
    learningRate: number,
    momentum: number,
    exaggeration: number,
    share: number,
  ): void;
  /** @param out for eight numbers. */
  bounds(places: number, points: number, out: number): void;
  sort(mesh: number): void;
  spread(mesh: number, chunk: number): void;
  /** @param room for 32 numbers times the longest transform. */
  forwardRows(mesh: number, chunk: number, room: number): void;
  forwardMiddle(mesh: number, chunk: number, room: number): void;
  forwardLast(mesh: number, chunk: number, room: number): void;
  convolve(mesh: number, chunk: number, room: number): void;
  inverseMiddle(mesh: number, chunk: number, room: number): void;
  inverseRows(mesh: number, chunk: number, room: number): void;
  read(mesh: number, chunk: number): void;
  fieldTo(mesh: number, x: number, y: number, z: number, out: number): void;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as TsneCode;
