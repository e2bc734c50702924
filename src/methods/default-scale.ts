/**
 * @file The scale of the data that a method wants where nobody said one.
 */
import type { ScaleKind } from "../data/scale.js";
import type { Method } from "./method.js";

/** Facts about data that the scale depends on. */
export interface DataFacts {
  /** Columns of a table, pixels of images, or numbers of an array whose meaning is not known. */
  readonly kind: "table" | "image" | "array";
  /** Least of all numbers observed; of images of bytes 0. */
  readonly min: number;
  /** Greatest of them; of images of bytes 255. */
  readonly max: number;
}

/** Whoever takes numbers: a method, or a distance. */
export interface TakesNumbers extends Pick<Method, "name" | "range"> {
  /** Solved at once, or trained by gradients. */
  readonly fitting: Pick<Method["fitting"], "kind">;
}

/** A scale and why it was chosen. */
export interface ChosenScale {
  /** Scale to fit with. */
  readonly scale: ScaleKind;
  /** Half a sentence, to be told with the scale: `the default for tables`. */
  readonly reason: string;
}

/**
 * The scale for a method where nobody said one. The range that a method declares comes first; then images are scaled to [0, 1] for
 * methods that are trained, whose steps and weights are made for numbers near 1; tables are standardized, since their columns
 * have units of their own; and what else there is stays as it is.
 * @throws RangeError if the method takes numbers ≥ 0 alone, and there are others.
 */
export function defaultScaleOf(
  { name, range, fitting }: TakesNumbers,
  { kind, min, max }: DataFacts,
): ChosenScale {
  const inUnit = min >= 0 && max <= 1;
  if (range === "unit") {
    return inUnit
      ? { scale: "none", reason: `${name} takes numbers in [0, 1], and they are` }
      : { scale: "unit", reason: `${name} takes numbers in [0, 1], and these go from ${min} to ${max}` };
  }
  if (range === "non-negative") {
    if (min < 0)
      throw new RangeError(
        `${name} takes numbers ≥ 0, and these go down to ${min} (scale "unit" would move every column to [0, 1])`,
      );
    return { scale: "none", reason: `${name} takes numbers ≥ 0, and they are` };
  }
  if (kind === "table") return { scale: "standard", reason: "the default for tables" };
  if (kind === "array") return { scale: "none", reason: "the default for arrays" };
  if (fitting.kind === "solved")
    return { scale: "none", reason: "the default for images of methods that are solved" };
  return inUnit
    ? { scale: "none", reason: "the pixels lie in [0, 1]" }
    : { scale: "unit", reason: "the default for images of methods that are trained" };
}

/** One scale for all of several methods that are compared: the one that the most demanding of them wants. */
export function commonScaleOf(methods: readonly TakesNumbers[], facts: DataFacts): ChosenScale {
  const chosen = methods.map((method) => defaultScaleOf(method, facts));
  return chosen.find(({ scale }) => scale === "unit") ?? chosen[0] ?? { scale: "none", reason: "" };
}
