/**
 * @file The nearest of a few candidate rows, by distances in float64.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { ownRoom } from "../../parallel/wasm.js";
import { codeOn } from "./code.js";

/** Queries that are worth dealing out at a time. */
export const CHUNK_ROWS = 64;

interface MeasureArgs
  extends Record<
    string,
    WebAssembly.Memory | Float32Array | Float64Array | Int32Array | Uint32Array | number
  > {
  /** Addresses of the rows, the queries and the candidates. */
  memory: WebAssembly.Memory;
  /** `[n, d]` */
  x: Float32Array;
  /** `[m, d]` */
  queries: Float32Array;
  n: number;
  d: number;
  k: number;
  /** 1 where a query is the row of its number, and not its own neighbor. */
  within: number;
  cosine: number;
  /** `[*, size]`: candidates of the queries from `first` on. */
  candidates: Uint32Array;
  size: number;
  /** `[*]`; negative for a query whose candidates are all rows. */
  counts: Int32Array;
  /** `[m, k]`, written. */
  indices: Uint32Array;
  /** `[m, k]`, written. */
  distances: Float64Array;
}

/** Scalars: the query whose candidates stand first, how many queries there are, and how many a chunk takes. */
export const measureCandidates: Kernel<MeasureArgs> = {
  name: "measureCandidates",
  run(args, chunk, scalars) {
    const { memory, x, queries, n, d, k, within, cosine, candidates, size, counts } = args;
    const { squaredDistances, cosineDistances } = codeOn(memory);
    const distancesTo = cosine ? cosineDistances : squaredDistances;
    const room = ownRoom(memory, 2 * size);
    const measured = new Float64Array(room.buffer, room.byteOffset, size);
    const [first, asked, chunkRows] = [scalars[0]!, scalars[1]!, scalars[2]!];
    const end = Math.min(asked, (chunk + 1) * chunkRows);
    // Not in the shared arrays themselves: moving numbers about in shared memory is slow.
    const nearest = new Float64Array(k);
    const rows = new Uint32Array(k);
    for (let i = chunk * chunkRows; i < end; i++) {
      const query = first + i;
      const at = queries.byteOffset + 4 * d * query;
      const count = counts[i]!;
      const all = count < 0;
      nearest.fill(Number.POSITIVE_INFINITY);
      const list = all ? 0 : candidates.byteOffset + 4 * size * i;
      // Rows that come in order cannot get ahead of k equal to the query.
      for (let from = 0; from < (all ? n : count) && nearest[k - 1]! > 0; from += size) {
        const some = Math.min(size, (all ? n : count) - from);
        distancesTo(x.byteOffset, d, at, list, from, some, measured.byteOffset);
        for (let c = 0; c < some; c++) {
          const row = all ? from + c : candidates[i * size + c]!;
          if (within === 1 && row === query) continue;
          if (measured[c]! <= nearest[k - 1]!) insert(nearest, rows, measured[c]!, row);
        }
      }
      for (let r = 0; r < k; r++) {
        args.distances[query * k + r] = cosine ? nearest[r]! : Math.sqrt(nearest[r]!);
        args.indices[query * k + r] = rows[r]!;
      }
    }
  },
};

/** Lists that are moved number by number: where they are longer, a search and a copy of memory are quicker. */
const SHORT = 64;

/** Puts a row into the ascending list, of equally distant ones the earlier row first, and drops the last. */
export function insert(distances: Float64Array, rows: Uint32Array, distance: number, row: number): void {
  const k = distances.length;
  const isAfter = (at: number) => {
    const there = distances[at]!;
    return there < distance || (there === distance && rows[at]! < row);
  };
  if (isAfter(k - 1)) return;
  let place = k - 1;
  if (k <= SHORT) {
    for (; place > 0 && !isAfter(place - 1); place--) {
      distances[place] = distances[place - 1]!;
      rows[place] = rows[place - 1]!;
    }
  } else {
    let low = 0;
    while (low < place) {
      const middle = (low + place) >> 1;
      if (isAfter(middle)) low = middle + 1;
      else place = middle;
    }
    distances.copyWithin(place + 1, place);
    rows.copyWithin(place + 1, place);
  }
  distances[place] = distance;
  rows[place] = row;
}
