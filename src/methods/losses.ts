/**
 * @file Losses and penalties as values that a method takes; one of your own is built from the engine's operations.
 *
 * Convention: a loss is summed over the numbers of a row and averaged over rows. The lectures' ½ Σᵢ ‖x̂ᵢ − xᵢ‖² is
 * n/2 times the squared error here; a mean over all entries (PyTorch's `mse_loss`) is 1/d of it.
 */
import { sigmoid, softplus } from "../engine/ops/activations.js";
import { mul, square, sub } from "../engine/ops/arithmetic.js";
import { sum } from "../engine/ops/reduce.js";
import type { Tensor } from "../engine/tensor.js";
import type { Symbols } from "./method.js";
import { custom, type Option } from "./options.js";

/** A loss between rows and what a decoder makes of them. */
export interface Loss {
  readonly name: string;
  /** One number a row `[n]`, from x `[n, d]` and the decoder's output `[n, d]`. */
  rows(x: Tensor, output: Tensor): Tensor;
  /** From the decoder's output to x̂; default: the output itself. */
  link?(output: Tensor): Tensor;
}

/** A term added to a loss. */
export interface Penalty {
  readonly name: string;
  /** A scalar, or one number a row `[n]`, which is averaged; weights are up to you. */
  term(from: PenaltyInput): Tensor;
}

export interface PenaltyInput {
  /** The batch `[n, d]`, its codes `[n, k]` and its reconstruction `[n, d]`. */
  readonly x: Tensor;
  readonly z: Tensor;
  readonly xHat: Tensor;
  /** The method's parameters by name. */
  readonly parameters: Symbols;
}

/** ‖x − x̂‖² */
export const squaredError: Loss = {
  name: "squaredError",
  rows: (x, output) => sum(square(sub(output, x)), 1),
};

/**
 * −Σ x log x̂ + (1 − x) log(1 − x̂) with x̂ = σ(output), for x in [0, 1]; computed from the output before the sigmoid as
 * Σ log(1 + eᵒ) − x o, which neither overflows nor loses digits.
 */
export const binaryCrossEntropy: Loss = {
  name: "binaryCrossEntropy",
  rows: (x, output) => sum(sub(softplus(output), mul(x, output)), 1),
  link: sigmoid,
};

const LOSSES = [squaredError, binaryCrossEntropy];

/** An option that takes the name of a loss, or a loss. */
export function lossOption(spec: { default: string; help: string }): Option<string | Loss> {
  const names = LOSSES.map(({ name }) => name);
  return custom<string | Loss>({
    ...spec,
    want: `one of ${names.join(", ")}, or a loss { name, rows }`,
    accept: (value) =>
      isLoss(value) || names.includes(value as string) ? (value as string | Loss) : absentLoss(value),
  });
}

/** Stands for a loss of one's own in a model read from a file, which keeps its name alone: fit with it and it says so. */
function absentLoss(value: unknown): Loss | undefined {
  const name = customName(value);
  if (name === undefined) return undefined;
  return { name, rows: () => absent("loss", name) };
}

function absentPenalty(value: unknown): Penalty | undefined {
  const name = customName(value);
  return name === undefined ? undefined : { name, term: () => absent("penalty", name) };
}

function customName(value: unknown): string | undefined {
  const { custom: name } = (value ?? {}) as { custom?: unknown };
  return typeof name === "string" ? name : undefined;
}

function absent(kind: string, name: string): never {
  throw new RangeError(`the ${kind} "${name}" is not kept in files: give the method again to train with it`);
}

function isLoss(value: unknown): value is Loss {
  const { name, rows } = (value ?? {}) as Partial<Loss>;
  return typeof name === "string" && typeof rows === "function";
}

/** The loss of an option's value. */
export function lossOf(value: string | Loss): Loss {
  return typeof value === "string" ? LOSSES.find(({ name }) => name === value)! : value;
}

/** An option that takes a list of penalties; in code only. */
export function penaltiesOption(): Option<readonly Penalty[]> {
  return custom<readonly Penalty[]>({
    default: [],
    codeOnly: true,
    help: "terms added to the loss",
    want: "a list of penalties { name, term }",
    accept(value) {
      if (!Array.isArray(value)) return undefined;
      const penalties = value.map((one: unknown) => (isPenalty(one) ? one : absentPenalty(one)));
      return penalties.every((penalty) => penalty !== undefined) ? penalties : undefined;
    },
  });
}

function isPenalty(value: unknown): value is Penalty {
  const { name, term } = (value ?? {}) as Partial<Penalty>;
  return typeof name === "string" && typeof term === "function";
}
