/**
 * @file Exports of assembly/neighbors, on some memory. Addresses are in bytes.
 */
import { instanceOn } from "../../parallel/wasm.js";
import { code } from "./code.wasm.js";

type Distances = (
  x: number,
  d: number,
  query: number,
  rows: number,
  first: number,
  count: number,
  out: number,
) => void;

export interface NeighborsCode {
  addRows(
    lists: number,
    cols: number,
    firstList: number,
    firstRow: number,
    firstSelf: number,
    from: number,
    to: number,
    room: number,
  ): void;
  addColumns(
    lists: number,
    rows: number,
    cols: number,
    firstList: number,
    firstRow: number,
    from: number,
    to: number,
    room: number,
  ): void;
  finish(lists: number, from: number, to: number, room: number): void;
  readonly squaredDistances: Distances;
  readonly cosineDistances: Distances;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as NeighborsCode;
