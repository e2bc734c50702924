/**
 * @file Colors and shapes of rows by a column: a scale for numbers, 20 colors for classes, their shapes beyond these.
 */
import { isQuantity } from "../../src/data/labels.js";
import { type Limits, robustLimits } from "./limits.js";
import { LIGHT, SCALE_STEPS } from "./palette.js";

/** Colors that stay distinct, and shapes that each may have. */
export const MOST_COLORS = LIGHT.classes.length;
export const SHAPES = 3;

export interface Coloring {
  /** Groups that are drawn alike `[n]`. */
  readonly groups: Uint16Array;
  /** Names of the groups, or the ends of the scale, or neither where all rows are alike. */
  readonly names: readonly string[] | undefined;
  readonly range: Limits | undefined;
  /** Groups there are. */
  readonly count: number;
  /** Group that is drawn gray and under all others. */
  readonly under?: number;
}

/** Name of rows without a label. */
export const UNLABELED = "(none)";

/** @param labels one a row. @param classes true if numbers are names as well. @param under name that is drawn under the others, and named last. */
export function coloring(
  labels: readonly string[] | undefined,
  rows: number,
  classes = false,
  under?: string,
): Coloring {
  if (!labels) return { groups: new Uint16Array(rows), names: undefined, range: undefined, count: 1 };
  const told = labels.filter((label) => label !== "");
  if (!classes && told.length === labels.length && isQuantity(labels)) {
    const values = labels.map(Number);
    const range = robustLimits(values);
    const { low, high } = range;
    const groups = Uint16Array.from(values, (value) => {
      const share = high > low ? (value - low) / (high - low) : 0.5;
      return Math.max(0, Math.min(SCALE_STEPS - 1, Math.floor(share * SCALE_STEPS)));
    });
    return { groups, names: undefined, range, count: SCALE_STEPS };
  }
  const different = classNames(labels);
  const beneath = under !== undefined && different.includes(under);
  const names = beneath ? [...different.filter((name) => name !== under), under] : different;
  const places = new Map(names.map((name, i) => [name, i]));
  const groups = Uint16Array.from(labels, (label) => places.get(label || UNLABELED)!);
  return {
    ...{ groups, names, range: undefined, count: names.length },
    ...(beneath && { under: names.length - 1 }),
  };
}

/** Different labels, numbers in them by their value; those without a label last. */
function classNames(labels: readonly string[]): string[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const different = new Set(labels);
  const missing = different.delete("");
  return [...[...different].sort(compare), ...(missing ? [UNLABELED] : [])];
}
