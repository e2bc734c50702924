/**
 * @file The lasso of many rows from codes that are nearly right, by an active set on the Gram matrix.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α ‖z‖₁,   and z ≥ 0 if asked
 *
 * While A are the atoms in use and s their signs, z_A moves towards G_AA⁻¹ (c_A − α s). Where a coefficient meets 0 on the
 * way it stops there and leaves; once there, the atoms whose correlations |gⱼ|, g = c − G z, exceed α most come in with
 * their signs. Each step lowers the objective, so it ends, and at the optimum; from the codes of a dictionary that
 * has changed little it takes one step or two. What stops it, atoms within the span of those in use, coordinate
 * descent goes on from.
 * Source: Lee, Battle, Raina & Ng (2007), "Efficient sparse coding algorithms", NIPS, algorithm 1 (feature-sign search).
 */
import { factorRow, solveLower, solveUpper } from "../../linalg/small-cholesky.js";
import type { Kernel } from "../../parallel/kernel.js";
import { float64On, int32On } from "../../parallel/wasm.js";
import { codeOn, type SparseCode } from "./code.js";
import { descend } from "./coordinate-descent.js";
import { CHUNK_ROWS } from "./row-kernel.js";

/** Its scalars: the number of rows, α, and 1 where codes must be ≥ 0, else 0. */
export interface ActiveSetArgs {
  /** Where the arrays are. */
  readonly memory: WebAssembly.Memory;
  /** G `[k, k]`. */
  readonly gram: Float64Array;
  /** c of every row `[n, k]`. */
  readonly correlations: Float64Array;
  /** z of every row `[n, k]`: where to start, and what is found. */
  readonly codes: Float64Array;
  readonly [name: string]: Float64Array | WebAssembly.Memory;
}

/** The square of an atom off the span of those in use, as a share of its own, below which it counts as within. */
const DEPENDENT = 1e-9;
/** How far a correlation may exceed α, as a share of α and of the largest correlation. */
const [EXCESS, ROUNDING] = [1e-9, 1e-12];
/** The share of the largest correlation from which others come in beside it. */
const NEARLY = 0.8;
/** Most steps, as a multiple of the number of atoms. */
const STEPS_PER_ATOM = 20;
const [IDLE, ACTIVE, WITHIN_SPAN] = [0, 1, 2];

export const activeSetRows: Kernel<ActiveSetArgs> = {
  name: "activeSetRows",
  run({ memory, gram, correlations, codes }, chunk, scalars) {
    const [rows, alpha, nonNegative] = scalars as unknown as [number, number, number];
    const k = Math.sqrt(gram.length);
    let search = searches.get(memory);
    if (!search) {
      search = new ActiveSet(memory, k);
      searches.set(memory, search);
    }
    const end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
    for (let row = chunk * CHUNK_ROWS; row < end; row++) {
      const c = correlations.subarray(row * k, (row + 1) * k);
      const z = codes.subarray(row * k, (row + 1) * k);
      if (!search.solve(gram, c, alpha, nonNegative === 1, z)) descend(gram, c, alpha, nonNegative === 1, z);
    }
  },
};

/** Each thread's own: the factor is too large to be made for every chunk. */
const searches = new WeakMap<WebAssembly.Memory, ActiveSet>();

/** The arrays of one row's search, which serve one row after the other. */
class ActiveSet {
  readonly atoms: number;
  readonly #code: SparseCode;
  /** As z, three places longer than k, for `residual`. */
  readonly #set: Int32Array;
  readonly #state: Uint8Array;
  readonly #signs: Float64Array;
  readonly #z: Float64Array;
  readonly #goal: Float64Array;
  readonly #g: Float64Array;
  /** L of G_AA = L Lᵀ, a row every k numbers. */
  readonly #l: Float64Array;
  #count = 0;

  constructor(memory: WebAssembly.Memory, k: number) {
    this.atoms = k;
    this.#code = codeOn(memory);
    this.#set = int32On(memory, k + 3);
    this.#state = new Uint8Array(k);
    this.#signs = new Float64Array(k);
    this.#z = float64On(memory, k + 3);
    this.#goal = new Float64Array(k);
    this.#g = float64On(memory, k);
    this.#l = new Float64Array(k * k);
  }

  /** @returns whether it came to the optimum. */
  solve(gram: Float64Array, c: Float64Array, alpha: number, nonNegative: boolean, z: Float64Array): boolean {
    const [k, state] = [this.atoms, this.#state];
    state.fill(IDLE);
    this.#count = 0;
    let largest = 0;
    for (let j = 0; j < k; j++) {
      if (z[j] !== 0) this.#enter(j, z[j]!);
      if (Math.abs(c[j]!) > largest) largest = Math.abs(c[j]!);
    }
    const least = alpha + Math.max(EXCESS * alpha, ROUNDING * largest);
    let factored = 0;
    let done = false;
    for (let step = 0; step < STEPS_PER_ATOM * k && !done; step++) {
      if (!this.#factor(gram, factored)) {
        // Atoms in use at the start that are dependent: from nothing instead.
        state.fill(IDLE);
        this.#count = 0;
      }
      const stopped = this.#move(c, alpha);
      factored = stopped < 0 ? this.#count : stopped;
      if (stopped >= 0) continue;
      this.#correlate(gram, c);
      done = !this.#enterViolating(least, nonNegative);
    }
    z.fill(0);
    for (let i = 0; i < this.#count; i++) z[this.#set[i]!] = this.#z[i]!;
    return done && !this.#leavesOut(least, nonNegative);
  }

  /** @param value its coefficient; where it is 0, the sign is that of its correlation. */
  #enter(atom: number, value: number): void {
    const at = this.#count++;
    this.#set[at] = atom;
    this.#z[at] = value;
    this.#signs[at] = (value === 0 ? this.#g[atom]! : value) > 0 ? 1 : -1;
    this.#state[atom] = ACTIVE;
  }

  #leave(at: number): void {
    const [set, z, signs] = [this.#set, this.#z, this.#signs];
    this.#count--;
    for (let i = at; i < this.#count; i++) {
      set[i] = set[i + 1]!;
      z[i] = z[i + 1]!;
      signs[i] = signs[i + 1]!;
    }
  }

  /**
   * Rows of L from `from` on. An atom within the span of those before it that has come in just now is put aside.
   * @returns false if one with a coefficient is.
   */
  #factor(gram: Float64Array, from: number): boolean {
    const [k, l, set] = [this.atoms, this.#l, this.#set];
    for (let i = from; i < this.#count; i++) {
      const [row, g] = [i * k, set[i]! * k];
      for (let j = 0; j <= i; j++) l[row + j] = gram[g + set[j]!]!;
      if (factorRow(l, k, i, DEPENDENT)) continue;
      if (this.#z[i] !== 0) return false;
      this.#state[set[i]!] = WITHIN_SPAN;
      this.#leave(i--);
    }
    return true;
  }

  /**
   * Goes to G_AA⁻¹ (c_A − α s), or as far as the first coefficient that meets 0.
   * @returns where that one stood, or −1.
   */
  #move(c: Float64Array, alpha: number): number {
    const [k, l, set, signs, z, goal, count] = [
      this.atoms,
      this.#l,
      this.#set,
      this.#signs,
      this.#z,
      this.#goal,
      this.#count,
    ];
    for (let i = 0; i < count; i++) goal[i] = c[set[i]!]! - alpha * signs[i]!;
    solveLower(l, k, 0, count, goal, 0);
    solveUpper(l, k, count, goal, 0);
    let share = 1;
    let first = -1;
    for (let i = 0; i < count; i++) {
      if (goal[i]! * signs[i]! > 0) continue;
      const reached = z[i] === 0 ? 0 : z[i]! / (z[i]! - goal[i]!);
      if (first < 0 || reached < share) {
        share = reached;
        first = i;
      }
    }
    if (first < 0) {
      for (let i = 0; i < count; i++) z[i] = goal[i]!;
      return -1;
    }
    for (let i = 0; i < count; i++) z[i]! += share * (goal[i]! - z[i]!);
    const state = this.#state;
    state[set[first]!] = IDLE;
    // Those put aside may be off the span of the fewer atoms.
    for (let j = 0; j < k; j++) if (state[j] === WITHIN_SPAN) state[j] = IDLE;
    this.#leave(first);
    return first;
  }

  /** g = c − G z */
  #correlate(gram: Float64Array, c: Float64Array): void {
    this.#code.residual(
      gram.byteOffset,
      this.atoms,
      this.#set.byteOffset,
      this.#z.byteOffset,
      this.#count,
      c.byteOffset,
      this.#g.byteOffset,
    );
  }

  /** Lets in the idle atom whose correlation is largest, if above `least`, and those nearly so. @returns whether any. */
  #enterViolating(least: number, nonNegative: boolean): boolean {
    const [k, g, state] = [this.atoms, this.#g, this.#state];
    let most = 0;
    for (let j = 0; j < k; j++) {
      const size = nonNegative ? g[j]! : Math.abs(g[j]!);
      if (size > most && state[j] === IDLE) most = size;
    }
    if (most <= least) return false;
    const enough = Math.max(least, NEARLY * most);
    for (let j = 0; j < k; j++) {
      const size = nonNegative ? g[j]! : Math.abs(g[j]!);
      if (size > enough && state[j] === IDLE) this.#enter(j, 0);
    }
    return true;
  }

  /** Whether an atom put aside would lower the objective. */
  #leavesOut(least: number, nonNegative: boolean): boolean {
    for (let j = 0; j < this.atoms; j++) {
      const size = nonNegative ? this.#g[j]! : Math.abs(this.#g[j]!);
      if (this.#state[j] === WITHIN_SPAN && size > least) return true;
    }
    return false;
  }
}
