/**
 * @file Learning a dictionary: codes with the atoms fixed, then atoms with the codes fixed, by minibatches or all at once.
 *
 * Online, each minibatch's codes take the place of those its rows had before in A = Σ zzᵀ and C = Σ zxᵀ, and the atoms
 * move (updateAtoms). In the first pass what was coded with worse atoms is forgotten step by step: before the codes of
 * the t-th batch come in, A and C are scaled by (1 − 1/t)^ρ. Once the atoms have found their places, small batches gain
 * nothing over large ones: every pass takes batches half as large again, until all rows are one.
 *
 * A pass moves atoms a short way along a long valley, so the next one starts further along, at B + μ (B − B'), B' the
 * atoms after the pass before, with Nesterov's μ; it starts again from 0 when the objective has risen.
 * Source: Mairal, Bach, Ponce & Sapiro (2010), "Online learning for matrix factorization and sparse coding", JMLR 11,
 * algorithms 1 and 2, section 3.4 (fixed data sets, forgetting); momentum: Nesterov (1983); its restarts: O'Donoghue &
 * Candès (2015), Foundations of Computational Mathematics.
 */
import type { Matrix } from "../../data/matrix.js";
import { power } from "../../elementary.js";
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

/**
 * ρ: the codes of the t-th row count (t/n)^ρ at the end of the first pass, which leaves about n/ρ rows. Of long data, some
 * twenty rows an atom are enough.
 */
function forgettingOf(n: number, k: number): number {
  return Math.max(2, Math.min(8, Math.round(n / (20 * k))));
}

/** Factor by which a batch grows from pass to pass. */
const GROWTH = 1.5;

/** Atoms `[k, d]` learned from rows x. */
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
      const objective = await onePass(coder, atoms, sums, order.permutation(n), {
        batchSize,
        forgetting: pass === 1 ? forgettingOf(n, k) : 0,
        nonNegative,
      });
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

/**
 * Codes of all rows and moves of the atoms, a batch at a time.
 * @param forgetting ρ, or 0.
 * @returns Σᵢ of the objective, each row's before its move.
 */
async function onePass(
  coder: RowCoder,
  atoms: Float64Array,
  sums: CodeSums,
  order: Uint32Array,
  { batchSize, forgetting, nonNegative }: { batchSize: number; forgetting: number; nonNegative: boolean },
): Promise<number> {
  const n = order.length;
  if (batchSize === n) {
    for (const sum of [sums.products, sums.targets, sums.uses]) sum.fill(0);
    const objective = await coder.code(undefined, atoms, sums);
    updateAtoms(atoms, sums, nonNegative);
    return objective;
  }
  let objective = 0;
  const kept: number[] = [];
  for (let from = 0; from < n; from += batchSize) {
    const to = Math.min(n, from + batchSize);
    kept.push(power(from / to, forgetting));
    if (forgetting > 0) scale(sums, kept.at(-1)!);
    objective += await coder.code(order.subarray(from, to), atoms, sums);
    updateAtoms(atoms, sums, nonNegative);
  }
  if (forgetting === 0) return objective;
  for (let batch = kept.length - 1, weight = 1; batch >= 0; weight *= kept[batch--]!) {
    for (const row of order.subarray(batch * batchSize, (batch + 1) * batchSize)) coder.weights[row] = weight;
  }
  return objective;
}

function scale({ products, targets }: CodeSums, factor: number): void {
  for (let i = 0; i < products.length; i++) products[i]! *= factor;
  for (let i = 0; i < targets.length; i++) targets[i]! *= factor;
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
