/**
 * @file Units of columns that far rows do not change: a median and a spread between quartiles in place of mean and standard deviation.
 */
import type { Numbers } from "../data/matrix.js";
import { fitScale, type ScaleHints, type ScaleKind, type Scaling } from "../data/scale.js";
import { fitCentering } from "../training/centering.js";

/** Distance of the quartiles of a normal distribution, in standard deviations. */
const NORMAL_QUARTILES = 1.3489795003921634;

/** Units of a scaling for rows, none of which draws them: robust ones for `standard`; for the others as a fit has them. */
export function unitsAmongFarRows(x: Numbers, kind: ScaleKind, hints: ScaleHints): Scaling {
  return kind === "standard" ? robustUnits(x, hints) : centeredScale(x, kind, hints);
}

/** Scaling as `fit` has it for methods that center by themselves. */
export function centeredScale(x: Numbers, kind: ScaleKind, hints: ScaleHints): Scaling {
  return kind === "none" ? fitCentering(x) : fitScale(x, kind, hints);
}

/**
 * x ↦ (x − median) / ((Q₃ − Q₁) / 1.349), column by column: for normal numbers the standard deviation. Columns whose quartiles are equal
 * have their standard deviation, and so have indicators of a category, with the factor that these have in common.
 * @param x `[n, d]`; missing numbers are passed over.
 */
export function robustUnits(x: Numbers, hints: ScaleHints = {}): Scaling {
  const standard = fitScale(x, "standard", hints);
  const [offset, factor] = [[...standard.offset], [...standard.factor]];
  const category = new Set(
    (hints.groups ?? []).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)),
  );
  for (let j = 0; j < x.cols; j++) {
    if (category.has(j)) continue;
    const sorted = sortedColumn(x, j);
    if (sorted.length === 0) continue;
    offset[j] = quantileOf(sorted, 0.5);
    const spread = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / NORMAL_QUARTILES;
    if (spread > 0) factor[j] = spread;
  }
  return { kind: "standard", offset, factor };
}

/** Numbers of a column that are there, ascending. */
export function sortedColumn({ data, rows, cols }: Numbers, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!)
    .filter((value) => !Number.isNaN(value))
    .sort();
}

/**
 * The q-quantile of numbers in ascending order, interpolated between the two nearest.
 * Source: Hyndman & Fan (1996), "Sample quantiles in statistical packages", definition 7.
 */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}

/** Count of the numbers in ascending order that lie below a value. @param withIt counts those that are equal too. */
export function countBelow(sorted: ArrayLike<number>, value: number, withIt = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (withIt && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
