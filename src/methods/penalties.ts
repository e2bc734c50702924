/**
 * @file Penalties as values that a method takes: terms Ω added to its loss. One of your own is built from the engine's
 * operations.
 */
import { abs, add, div, log, mul, sqrt, square, sub } from "../engine/ops/arithmetic.js";
import { mean, sum } from "../engine/ops/reduce.js";
import { maximum, minimum } from "../engine/ops/select.js";
import { reshape } from "../engine/ops/shape.js";
import type { Tensor } from "../engine/tensor.js";
import { namedValue } from "./named-values.js";
import { custom, type Option } from "./options.js";
import type { Symbols } from "./parameters.js";

/** A term added to a loss. */
export interface Penalty {
  /** Name, as errors and model files give it. */
  readonly name: string;
  /** A scalar, or one number a row `[n]`, which is averaged; weights are up to you. */
  term(from: PenaltyInput): Tensor;
}

/** Symbolic tensors that a penalty may depend on. */
export interface PenaltyInput {
  /** The batch x `[n, d]`, in the units of training. */
  readonly x: Tensor;
  /** Its codes z `[n, k]`. */
  readonly z: Tensor;
  /** Its reconstruction x̂ `[n, d]`. */
  readonly xHat: Tensor;
  /** The method's parameters by name. */
  readonly parameters: Symbols;
  /** A number `[]`, such as a weight, that training can be given another value of under this name. */
  scalar(name: string, value: number): Tensor;
}

/**
 * λ ‖z‖₁
 * @param weight λ > 0.
 * @throws RangeError for a weight that is no number > 0.
 */
export function l1(weight: number): Penalty {
  checkPositive("l1", "weight", weight);
  return { name: `l1:${weight}`, term: ({ z, scalar }) => mul(sum(abs(z), 1), scalar("l1", weight)) };
}

/**
 * λ ‖z‖²
 * @param weight λ > 0.
 * @throws RangeError for a weight that is no number > 0.
 */
export function l2(weight: number): Penalty {
  checkPositive("l2", "weight", weight);
  return { name: `l2:${weight}`, term: ({ z, scalar }) => mul(sum(square(z), 1), scalar("l2", weight)) };
}

/** Probabilities are kept so far from 0 and 1 that their logarithms stay finite. */
const CLIP = 1e-6;

/**
 * λ Σⱼ KL(ρ ‖ ρ̂ⱼ) = λ Σⱼ ρ log(ρ/ρ̂ⱼ) + (1 − ρ) log((1 − ρ)/(1 − ρ̂ⱼ)), with ρ̂ⱼ the mean of code j over the batch, for
 * codes in [0, 1].
 * @param target ρ in (0, 1), default .05.
 * Source: Ng (2011), "Sparse autoencoder", CS294A lecture notes.
 * @throws RangeError for a weight that is no number > 0, or a target outside of (0, 1).
 */
export function kl(weight: number, target = 0.05): Penalty {
  checkPositive("kl", "weight", weight);
  if (!(target > 0 && target < 1))
    throw new RangeError(`kl: target must be a number in (0, 1), got ${target}`);
  return {
    name: `kl:${weight}:${target}`,
    term({ z, scalar }) {
      const active = minimum(maximum(mean(z, 0), CLIP), 1 - CLIP);
      const on = mul(log(div(target, active)), target);
      const off = mul(log(div(1 - target, sub(1, active))), 1 - target);
      return mul(sum(add(on, off)), scalar("kl", weight));
    },
  };
}

/**
 * λ Σ_g ‖z_g‖₂ over groups of neighboring codes: whole groups fall silent. The number of codes must be a multiple of size.
 * @param size of a group, ≥ 1, default 2.
 * Source: Yuan & Lin (2006), "Model selection and estimation in regression with grouped variables", JRSS B.
 * @throws RangeError for a weight that is no number > 0, or a size that is no integer ≥ 1.
 */
export function group(weight: number, size = 2): Penalty {
  checkPositive("group", "weight", weight);
  if (!(Number.isInteger(size) && size >= 1))
    throw new RangeError(`group: size must be an integer ≥ 1, got ${size}`);
  return {
    name: `group:${weight}:${size}`,
    term({ z, scalar }) {
      const [n, k] = z.shape as [number, number];
      if (k % size !== 0) throw new RangeError(`group: ${k} codes are no multiple of groups of ${size}`);
      const squares = sum(square(reshape(z, [n, k / size, size])), 2);
      // Without it the gradient of a silent group would be 0/0.
      return mul(sum(sqrt(add(squares, 1e-12)), 1), scalar("group", weight));
    },
  };
}

function checkPositive(penalty: string, name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new RangeError(`${penalty}: ${name} must be a number > 0, got ${value}`);
}

const BY_NAME: Readonly<Record<string, (a: number, b?: number) => Penalty>> = {
  l1: (weight) => l1(weight),
  l2: (weight) => l2(weight),
  kl: (weight, target) => kl(weight, target),
  group: (weight, size) => group(weight, size),
};

/** An option that takes a list of penalties; ours also in words, `l1:0.01,kl:0.1:0.05`. */
export function penaltiesOption(): Option<readonly (Penalty | string)[]> {
  return {
    ...custom<readonly (Penalty | string)[]>({
      default: [],
      help: "terms added to the loss",
      want: "a list of l1:WEIGHT, l2:WEIGHT, kl:WEIGHT:TARGET, group:WEIGHT:SIZE or penalties { name, term }",
      accept(value) {
        if (!Array.isArray(value)) return undefined;
        return value.every((one) => penaltyOf(one) !== undefined)
          ? (value as (Penalty | string)[])
          : undefined;
      },
    }),
    parse: (text) => (text === "" ? [] : text.split(",")),
  };
}

/** The penalties of an option's value. */
export function penaltiesOf(values: readonly (Penalty | string)[]): readonly Penalty[] {
  return values.map((value) => penaltyOf(value)!);
}

function penaltyOf(value: unknown): Penalty | undefined {
  if (typeof value === "string") return namedValue(value, BY_NAME);
  return isPenalty(value) ? value : absentPenalty(value);
}

/** A penalty of a file: one of ours by its name; for one of its user's own a stand-in that says so when fitted with. */
function absentPenalty(value: unknown): Penalty | undefined {
  const { custom: name } = (value ?? {}) as { custom?: unknown };
  if (typeof name !== "string") return undefined;
  const term = () => {
    throw new RangeError(
      `the penalty "${name}" is not kept in files: give the method again to train with it`,
    );
  };
  return namedValue(name, BY_NAME) ?? { name, term };
}

function isPenalty(value: unknown): value is Penalty {
  const { name, term } = (value ?? {}) as Partial<Penalty>;
  return typeof name === "string" && typeof term === "function";
}
