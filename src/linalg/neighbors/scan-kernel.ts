/**
 * @file Members packed in panels, and queries that pass over them, by the threads there are.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { ownRoom } from "../../parallel/wasm.js";
import { codeOn } from "./code.js";

/** Panels, of eight members each, to a chunk. */
export const PACK_CHUNK = 4;
/** Queries to a chunk, a multiple of 32. */
export const SCAN_CHUNK = 64;

/** Makes lower bounds of squared distances: from ‖t‖² and ‖q‖² it takes all but a share, and some more. */
export type Bounds = readonly [share: number, lost: number];
/** Leaves them as they are. */
export const NO_BOUNDS: Bounds = [1, 0];

interface MemoryArgs extends Record<string, WebAssembly.Memory> {
  memory: WebAssembly.Memory;
}

/** Scalars: addresses of points, of members, of a center and of panels; d, width, how many members, and as `Bounds` has them. */
export const packMembers: Kernel<MemoryArgs> = {
  name: "packMembers",
  run({ memory }, chunk, scalars) {
    const [points, members, center, panels, d, width, count, share, lost] = scalars as unknown as Nine;
    const from = chunk * PACK_CHUNK;
    const to = Math.min(Math.ceil(count / 8), from + PACK_CHUNK);
    codeOn(memory).packMembers(points, d, width, members, count, center, panels, share, lost, from, to);
  },
};

/**
 * Scalars: addresses of points, a center, panels, squares, queries, lists, members and rows; d, width, members, k, 1 if all are
 * of one set, how many queries, and as `Bounds` has them.
 */
export const scanMembers: Kernel<MemoryArgs> = {
  name: "scanMembers",
  run({ memory }, chunk, scalars) {
    const [points, center, panels, squares, queries, lists, members, ...rest] = scalars as unknown as Sixteen;
    const [rows, d, width, count, k, within, asking, share, lost] = rest;
    const room = ownRoom(memory, 32 * (d + 5)).byteOffset;
    const from = chunk * SCAN_CHUNK;
    const to = Math.min(asking, from + SCAN_CHUNK);
    codeOn(memory).scanMembers(
      ...([points, d, width, center, queries, lists, members, count, panels] as const),
      ...([k, rows, squares, within, share, lost, from, to, room] as const),
    );
  },
};

type Eight = [number, number, number, number, number, number, number, number];
type Nine = [...Eight, number];
type Sixteen = [...Eight, ...Eight];
