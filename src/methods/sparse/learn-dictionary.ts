/**
 * @file Learning a dictionary: codes with the atoms fixed, then atoms with the codes fixed, by minibatches or all at once.
 *
 * Online, each minibatch's codes take the place of those its rows had before in A = Σ zzᵀ and C = Σ zxᵀ, and the atoms
 * move (updateAtoms). Once the atoms have found their places small batches gain nothing over large ones: every pass
 * takes batches half as large again, until all rows are one.
 *
 * A pass moves atoms a short way along a long valley, so the next one starts further along, at B + μ (B − B'), B' the
 * atoms after the pass before, with Nesterov's μ; it starts again from 0 when the objective has risen.
 * Source: Mairal, Bach, Ponce & Sapiro (2010), "Online learning for matrix factorization and sparse coding", JMLR 11,
 * algorithms 1 and 2 and section 3.4.1 (fixed data sets); momentum: Nesterov (1983); its restarts: O'Donoghue & Candès
 * (2015), Foundations of Computational Mathematics.
 */
import type { Matrix } from "../../data/matrix.js";
import type { FitContext } from "../method.js";
import { type CodeSums, codeSums, intoBall, updateAtoms } from "./atom-updates.js";
import { initialAtoms, replaceUnused } from "./initial-atoms.js";
import { type RowCoder, rowCoder } from "./row-coder.js";
import type { SparsePenalty } from "./sparse-codes.js";

export interface LearnOptions {
  readonly penalty: SparsePenalty;
  /** Rows of the first minibatches; at least as many as there are rows for batch updates. */
  readonly batchSize: number;
  readonly nonNegativeDictionary: boolean;
  readonly maxIter: number;
  readonly tol: number;
}

/** By what a batch grows from pass to pass. */
const GROWTH = 1.5;

/** Atoms `[k, d]` learnt from rows x. */
export async function learnDictionary(
  x: Matrix,
  k: number,
  options: LearnOptions,
  context: FitContext,
): Promise<Float64Array> {
  const { nonNegativeDictionary: nonNegative, maxIter, tol } = options;
  const { rows: n, cols: d } = x;
  const atoms = initialAtoms(x, k, nonNegative, context.random.fork("atoms"));
  const order = context.random.fork("order");
  const coder = rowCoder(x, k, options.penalty, context);
  const sums = codeSums(k, d);
  // OMP's codes jump as atoms move, and momentum would carry them away.
  const momentum = options.penalty.kind === "l0" ? undefined : new Momentum(atoms, d, nonNegative);
  let before = Number.POSITIVE_INFINITY;
  try {
    for (let pass = 1, size = options.batchSize; pass <= maxIter; pass++, size *= GROWTH) {
      const batchSize = Math.min(n, Math.round(size));
      const objective = await onePass(coder, atoms, sums, order.permutation(n), batchSize, nonNegative);
      context.onIteration?.({
        iteration: pass,
        iterations: maxIter,
        objective: objective / n,
        fraction: pass / maxIter,
      });
      const drop = before - objective;
      if (drop >= 0 && drop <= tol * objective) break;
      before = objective;
      if (pass === maxIter) break;
      momentum?.extrapolate(drop < 0);
      const replaced = replaceUnused(atoms, sums.uses, x.data, coder.losses, nonNegative);
      for (const j of replaced) momentum?.forget(j);
    }
  } finally {
    coder.release();
  }
  return atoms;
}

/** Codes of all rows and moves of the atoms, a batch at a time. @returns Σᵢ of the objective, each row's before its move. */
async function onePass(
  coder: RowCoder,
  atoms: Float64Array,
  sums: CodeSums,
  order: Uint32Array,
  batchSize: number,
  nonNegative: boolean,
): Promise<number> {
  const whole = batchSize === order.length;
  if (whole) for (const sum of [sums.products, sums.targets, sums.uses]) sum.fill(0);
  let objective = 0;
  for (let from = 0; from < order.length; from += batchSize) {
    const batch = whole ? undefined : order.subarray(from, from + batchSize);
    objective += await coder.code(batch, atoms, sums);
    updateAtoms(atoms, sums, nonNegative);
  }
  return objective;
}

/** Nesterov's extrapolation from pass to pass. */
class Momentum {
  readonly #atoms: Float64Array;
  readonly #d: number;
  readonly #nonNegative: boolean;
  /** The atoms after the pass before. */
  readonly #last: Float64Array;
  #t = 1;

  constructor(atoms: Float64Array, d: number, nonNegative: boolean) {
    this.#atoms = atoms;
    this.#d = d;
    this.#nonNegative = nonNegative;
    this.#last = atoms.slice();
  }

  /** @param rose whether the objective did. */
  extrapolate(rose: boolean): void {
    const [atoms, last, d] = [this.#atoms, this.#last, this.#d];
    if (rose) {
      this.#t = 1;
      last.set(atoms);
      return;
    }
    const t = (1 + Math.sqrt(1 + 4 * this.#t ** 2)) / 2;
    const share = (this.#t - 1) / t;
    this.#t = t;
    for (let i = 0; i < atoms.length; i++) {
      const now = atoms[i]!;
      const ahead = now + share * (now - last[i]!);
      atoms[i] = this.#nonNegative && ahead < 0 ? 0 : ahead;
      last[i] = now;
    }
    for (let from = 0; from < atoms.length; from += d) intoBall(atoms, from, d);
  }

  /** Atom j has been replaced, and has no way behind it. */
  forget(j: number): void {
    const [from, to] = [j * this.#d, (j + 1) * this.#d];
    this.#last.set(this.#atoms.subarray(from, to), from);
  }
}
