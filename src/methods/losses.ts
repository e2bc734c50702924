/**
 * @file Losses as values that a method takes; one of your own is built from the engine's operations.
 *
 * Convention: a loss is one number a row, and averaged over rows. The squared error is summed over the numbers of a row:
 * the lectures' ½ Σᵢ ‖x̂ᵢ − xᵢ‖² is n/2 times it, a mean over all entries (PyTorch's `mse_loss`) 1/d of it.
 */
import { logSoftmax, relu, sigmoid, softmax, softplus } from "../engine/ops/activations.js";
import { abs, add, mul, neg, sqrt, square, sub } from "../engine/ops/arithmetic.js";
import { crossEntropyOfLogits } from "../engine/ops/cross-entropy.js";
import { sum } from "../engine/ops/reduce.js";
import { fixed, type Tensor } from "../engine/tensor.js";
import type { Method } from "./method.js";
import { namedValue } from "./named-values.js";
import { custom, type Option } from "./options.js";
import { ofRange } from "./range.js";

/** A loss between rows and what a decoder makes of them. */
export interface Loss {
  /** Name, as errors and model files give it. */
  readonly name: string;
  /**
   * One number a row `[n]`, from x `[n, d]` and the decoder's output `[n, d]`.
   * @param observed `[n, d]`, 1 for numbers that count and 0 for those that do not; without it, all count. A loss that
   *   takes no third argument cannot be used where numbers are hidden or missing.
   */
  rows(x: Tensor, output: Tensor, observed?: Tensor): Tensor;
  /** From the decoder's output to x̂; default: the output itself. */
  link?(output: Tensor): Tensor;
  /** `unit`: numbers must lie in [0, 1]. Default: any. */
  readonly domain?: "unit";
}

/** Sum over a row of the terms of entries that count. */
const overRow = (terms: Tensor, observed: Tensor | undefined): Tensor =>
  sum(observed ? mul(terms, observed) : terms, 1);

/** ‖x − x̂‖² */
export const squaredError: Loss = {
  name: "squaredError",
  rows: (x, output, observed) => overRow(square(sub(output, x)), observed),
};

/** ‖x − x̂‖² / d; d counts hidden entries too, so that rows weigh as what they show. */
export const meanSquared: Loss = {
  name: "meanSquared",
  rows: (x, output, observed) =>
    mul(squaredError.rows(x, output, observed), 1 / fixed(x.shape[1]!, "meanSquared")),
};

/** Keeps the gradient of a norm finite at 0; far below what float32 resolves of any error worth training on. */
const NORM_EPSILON = 1e-12;

/**
 * ‖x − x̂‖₂: an outlier pulls no harder than any other row, whatever its distance.
 * Source: Lai, Zou & Lerman (2019), "Robust subspace recovery layer for unsupervised anomaly detection".
 */
export const unsquared: Loss = {
  name: "unsquared",
  rows: (x, output, observed) => sqrt(add(squaredError.rows(x, output, observed), NORM_EPSILON)),
};

/**
 * Σ ½ r² where |r| ≤ δ and δ (|r| − ½ δ) beyond, of every number r of x − x̂.
 * @param delta δ > 0, default 1.
 * Source: Huber (1964), "Robust estimation of a location parameter", Annals of Mathematical Statistics.
 * @throws RangeError for a delta that is no number > 0.
 */
export function huber(delta = 1): Loss {
  if (!(delta > 0 && Number.isFinite(delta)))
    throw new RangeError(`huber: delta must be a number > 0, got ${delta}`);
  return {
    name: `huber:${delta}`,
    rows(x, output, observed) {
      // With c = min(|r|, δ) both branches are c (|r| − ½ c).
      const size = abs(sub(output, x));
      const near = sub(size, relu(sub(size, delta)));
      return overRow(mul(near, sub(size, mul(near, 0.5))), observed);
    },
  };
}

/**
 * −Σ x log x̂ + (1 − x) log(1 − x̂) with x̂ = σ(output), for x in [0, 1]; computed from the output before the sigmoid as
 * Σ log(1 + eᵒ) − x o, which neither overflows nor loses digits.
 */
export const binaryCrossEntropy: Loss = {
  name: "binaryCrossEntropy",
  rows: (x, output, observed) =>
    observed ? overRow(sub(softplus(output), mul(x, output)), observed) : crossEntropyOfLogits(x, output),
  link: sigmoid,
  domain: "unit",
};

/** −Σ x log x̂ with x̂ = softmax(output), for rows that are distributions over their columns, or counts as shares. */
export const crossEntropy: Loss = {
  name: "crossEntropy",
  rows: (x, output, observed) => overRow(neg(mul(x, logSoftmax(output))), observed),
  link: (output) => softmax(output),
  domain: "unit",
};

const BY_NAME: Readonly<Record<string, (argument?: number) => Loss>> = {
  squaredError: () => squaredError,
  meanSquared: () => meanSquared,
  unsquared: () => unsquared,
  huber: (delta) => huber(delta),
  binaryCrossEntropy: () => binaryCrossEntropy,
  crossEntropy: () => crossEntropy,
};

/** An option that takes the name of a loss, or a loss. */
export function lossOption(spec: { default: string; help: string }): Option<string | Loss> {
  return custom<string | Loss>({
    ...spec,
    want: `one of ${Object.keys(BY_NAME).join(", ")} (huber:DELTA for another δ than 1), or a loss { name, rows }`,
    accept: (value) => (isLoss(value) || namedLoss(value) ? (value as string | Loss) : absentLoss(value)),
  });
}

function namedLoss(value: unknown): Loss | undefined {
  return typeof value === "string" ? namedValue(value, BY_NAME) : undefined;
}

/** A loss of a file: one of ours by its name; for one of its user's own a stand-in that says so when fitted with. */
function absentLoss(value: unknown): Loss | undefined {
  const { custom: name } = (value ?? {}) as { custom?: unknown };
  if (typeof name !== "string") return undefined;
  const rows: Loss["rows"] = (_x, _output, _observed) => {
    throw new RangeError(`the loss "${name}" is not kept in files: give the method again to train with it`);
  };
  return namedLoss(name) ?? { name, rows };
}

function isLoss(value: unknown): value is Loss {
  const { name, rows } = (value ?? {}) as Partial<Loss>;
  return typeof name === "string" && typeof rows === "function";
}

/** The loss of an option's value. */
export function lossOf(value: string | Loss): Loss {
  return typeof value === "string" ? namedLoss(value)! : value;
}

/** @throws RangeError if a loss cannot leave out what is hidden: it takes no third argument. */
export function checkLeavesOut(method: string, { name, rows }: Loss): void {
  if (rows.length < 3) {
    throw new RangeError(
      `${method}: the loss "${name}" must leave out what is hidden, rows(x, output, observed), and takes ${rows.length} arguments`,
    );
  }
}

/** The range of a method whose rows a loss compares. */
export function rangeOfLoss(method: string, { name, domain }: Loss): Pick<Method, "range" | "checkValues"> {
  return ofRange(`${method}: ${name}`, domain);
}

/** True for losses that a shift of both rows leaves as they are: those of this file that bring no link. */
export function seesDifferencesAlone({ name }: Loss): boolean {
  const known = namedLoss(name);
  return known !== undefined && known.link === undefined;
}
