/**
 * @file Rows that may be among the k nearest of a query, kept as lower bounds of squared distances come in.
 *
 * A list has room for 2 k + 32 rows. How it stays that short: assembly/neighbors/candidates.ts.
 */
import { gatherTeam, type Team } from "../../parallel/team.js";
import { float32On, int32On, uint32On } from "../../parallel/wasm.js";
import { addCandidates, CHUNK } from "./candidates-kernel.js";

/** In `counts`: more rows than there is room for are equally near, within the error: all are candidates. */
export const TOO_MANY = -1;

/** Room that must be left after leaving out, so that it is not done for every row that comes. */
const LEAST_ROOM = 8;

/** A first row that no query is. */
const NOBODY = -(2 ** 30);

export function listSize(k: number): number {
  return 2 * k + 32;
}

export class Candidates {
  /** `[queries, listSize(k)]`, in no order. */
  readonly rows: Uint32Array;
  /** `[queries]`: how many of the list are used, or negative: then all rows are candidates. */
  readonly counts: Int32Array;
  /** `[queries]` and `[n]`: what is to be added to a lower bound to have an upper one, eᵢ + eⱼ. */
  readonly queryErrors: Float32Array;
  readonly rowErrors: Float32Array;
  readonly #tile: Float32Array;
  readonly #limits: Float32Array;
  readonly #team: Team;

  /** @param tileSize numbers of a tile, at most. */
  constructor(memory: WebAssembly.Memory, k: number, queries: number, n: number, tileSize: number) {
    const size = listSize(k);
    this.rows = uint32On(memory, queries * size);
    this.counts = int32On(memory, queries);
    this.queryErrors = float32On(memory, queries);
    this.rowErrors = float32On(memory, n);
    this.#tile = float32On(memory, tileSize);
    this.#limits = float32On(memory, queries);
    const lower = float32On(memory, queries * size);
    // As `Lists` in assembly/neighbors/candidates.ts has them.
    const arrays = [
      ...[this.rows, lower, this.counts, this.#limits],
      ...[this.queryErrors, this.rowErrors, this.#tile],
    ];
    const told = [k, size, LEAST_ROOM, TOO_MANY, ...arrays.map(({ byteOffset }) => byteOffset)];
    const words = int32On(memory, told.length);
    words.set(told);
    this.#team = gatherTeam(addCandidates, { memory, words, size });
    this.clear();
  }

  clear(): void {
    this.counts.fill(0);
    this.#limits.fill(Number.POSITIVE_INFINITY);
  }

  /**
   * Takes a tile of lower bounds `[queries, cols]`, of all queries and the rows from `firstRow` on.
   * @param firstSelf the row that the first query itself is, if they are rows: no row is its own neighbor.
   */
  addTile(tile: Float32Array, queries: number, cols: number, firstRow: number, firstSelf = NOBODY): void {
    this.#tile.set(tile);
    this.#team.run(Math.ceil(queries / CHUNK), queries, cols, 0, firstRow, firstSelf);
  }

  /**
   * The same of a set with itself, `[rows, cols]` from row `first` and column `firstCol` ≥ `first`: what is right of the
   * diagonal counts for both.
   */
  addSymmetricTile(tile: Float32Array, rows: number, cols: number, first: number, firstCol: number): void {
    this.#tile.set(tile);
    const columns = firstCol > first ? cols : 0;
    this.#team.run(
      Math.ceil(rows / CHUNK) + Math.ceil(columns / CHUNK),
      ...[rows, cols, first, firstCol, firstCol === first ? first : NOBODY],
    );
  }

  /** Leaves out what can be left out. */
  finish(): void {
    const lists = this.counts.length;
    this.#team.run(Math.ceil(lists / CHUNK), lists, 0);
  }

  release(): void {
    this.#team.release();
  }
}
