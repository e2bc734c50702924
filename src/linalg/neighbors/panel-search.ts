/**
 * @file Squared distances of chosen queries to chosen members without writing them down, taken into lists: for rows of few columns.
 */

import { gatherTeam } from "../../parallel/team.js";
import { float32On, uint32On } from "../../parallel/wasm.js";
import type { Breathing } from "../breathing.js";
import type { ListSearch } from "./nearest-lists.js";
import { NO_BOUNDS, PACK_CHUNK, packMembers, SCAN_CHUNK, scanMembers } from "./scan-kernel.js";

/** Members packed at a time, and queries that pass over them. */
const MOST_MEMBERS = 8192;
const MOST_QUERIES = 2 ** 16;

export function panelSearch(
  memory: WebAssembly.Memory,
  width: number,
  breathe: Breathing["breathe"],
): ListSearch {
  const numbers = uint32On(memory, MOST_MEMBERS);
  const panels = float32On(memory, MOST_MEMBERS * width);
  const asking = uint32On(memory, MOST_QUERIES);
  const lists = uint32On(memory, MOST_QUERIES);
  const packing = gatherTeam(packMembers, { memory });
  const scanning = gatherTeam(scanMembers, { memory });
  const addresses = (...arrays: Float32Array[] | Uint32Array[]) => arrays.map(({ byteOffset }) => byteOffset);

  return {
    async offer(into, queries, of, { points, rows }, center, within) {
      const { d } = points;
      for (let at = 0; at < rows.length; at += MOST_MEMBERS) {
        const count = Math.min(MOST_MEMBERS, rows.length - at);
        numbers.set(rows.subarray(at, at + count));
        packing.run(
          Math.ceil(count / (8 * PACK_CHUNK)),
          ...[points.data, numbers, center, panels].map(({ byteOffset }) => byteOffset),
          ...[d, width, count, ...NO_BOUNDS],
        );
        for (let first = 0; first < queries.rows.length; first += MOST_QUERIES) {
          const some = queries.rows.subarray(first, first + MOST_QUERIES);
          asking.set(some);
          lists.set(of.subarray(first, first + MOST_QUERIES));
          await scanning.runInPieces(
            breathe,
            Math.ceil(some.length / SCAN_CHUNK),
            ...addresses(queries.points.data, center, panels, into.squares),
            ...addresses(asking, lists, numbers, into.rows),
            ...[d, width, count, into.k, Number(within), some.length, ...NO_BOUNDS],
          );
        }
      }
    },
    release() {
      packing.release();
      scanning.release();
    },
  };
}
