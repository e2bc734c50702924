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
  gatherRows(
    points: number,
    d: number,
    width: number,
    numbers: number,
    center: number,
    left: number,
    out: number,
    from: number,
    to: number,
  ): void;
  addNearest(
    tile: number,
    cols: number,
    lists: number,
    queries: number,
    members: number,
    k: number,
    rows: number,
    squares: number,
    from: number,
    to: number,
  ): void;
  packMembers(
    points: number,
    d: number,
    width: number,
    members: number,
    count: number,
    center: number,
    panels: number,
    share: number,
    lost: number,
    from: number,
    to: number,
  ): void;
  scanMembers(
    points: number,
    d: number,
    width: number,
    center: number,
    queries: number,
    lists: number,
    members: number,
    count: number,
    panels: number,
    k: number,
    rows: number,
    squares: number,
    within: number,
    share: number,
    lost: number,
    from: number,
    to: number,
    room: number,
  ): void;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as NeighborsCode;
