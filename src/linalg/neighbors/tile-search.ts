/**
 * @file Squared distances of chosen queries to chosen members by products in float32, taken into lists: for rows of many columns.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { gatherTeam, type Team } from "../../parallel/team.js";
import { float32On, uint32On } from "../../parallel/wasm.js";
import type { Breathing } from "../breathing.js";
import { gemm32 } from "../gemm.js";
import { addNearest, GATHER_CHUNK, gatherRows } from "./nearest-kernel.js";
import { type ListSearch, type NearestLists, NOBODY, type Some } from "./nearest-lists.js";

/** Numbers of a tile, 4 MiB. */
const TILE_NUMBERS = 2 ** 20;
/** Rows of either side of a tile, at most. */
const MOST_ROWS = 4096;

/** One side of a product, gathered. */
class Side {
  readonly numbers: Uint32Array<ArrayBuffer>;
  readonly #shared: Float32Array<ArrayBuffer>;
  /** The engine takes no shared memory. */
  readonly #own: Float32Array<ArrayBuffer>;

  constructor(memory: WebAssembly.Memory, width: number) {
    this.numbers = uint32On(memory, MOST_ROWS);
    this.#shared = float32On(memory, MOST_ROWS * width);
    this.#own = new Float32Array(MOST_ROWS * width);
  }

  gather(team: Team, { points, rows }: Some, center: Float32Array, left: boolean): Matrix {
    const { length: count } = rows;
    this.numbers.set(rows);
    team.run(
      Math.ceil(count / GATHER_CHUNK),
      ...[points.data, this.numbers, center, this.#shared].map(({ byteOffset }) => byteOffset),
      ...[points.d, points.width, Number(left), count],
    );
    const data = this.#own.subarray(0, count * points.width);
    data.set(this.#shared.subarray(0, data.length));
    return matrix(count, points.width, data);
  }
}

export function tileSearch(
  memory: WebAssembly.Memory,
  width: number,
  breathe: Breathing["breathe"],
): ListSearch {
  const left = new Side(memory, width);
  const right = new Side(memory, width);
  const lists = uint32On(memory, MOST_ROWS);
  const tile = float32On(memory, TILE_NUMBERS);
  const product = new Float32Array(TILE_NUMBERS);
  const gathering = gatherTeam(gatherRows, { memory });
  const adding = gatherTeam(addNearest, { memory });

  /** Takes the product of what is gathered. */
  function take(into: NearestLists, data: Float32Array, queries: number, members: number): void {
    tile.set(data);
    const arrays = [tile, lists, left.numbers, right.numbers, into.rows, into.squares];
    adding.run(
      Math.ceil(queries / GATHER_CHUNK),
      ...arrays.map(({ byteOffset }) => byteOffset),
      ...[members, into.k, queries],
    );
  }

  return {
    async offer(into, queries, of, members, center, within) {
      for (let at = 0; at < members.rows.length; at += MOST_ROWS) {
        const some = { ...members, rows: members.rows.subarray(at, at + MOST_ROWS) };
        const theirs = right.gather(gathering, some, center, false);
        const most = Math.min(MOST_ROWS, Math.floor(TILE_NUMBERS / theirs.rows));
        for (let first = 0; first < queries.rows.length; first += most) {
          const asking = { ...queries, rows: queries.rows.subarray(first, first + most) };
          const ours = left.gather(gathering, asking, center, true);
          if (!within) left.numbers.fill(NOBODY, 0, ours.rows);
          lists.set(of.subarray(first, first + most));
          const { data } = await gemm32(ours, theirs, { transposeB: true, into: product });
          take(into, data, ours.rows, theirs.rows);
          await breathe?.();
        }
      }
    },
    release() {
      gathering.release();
      adding.release();
    },
  };
}
