/**
 * @file Two figures that tell whether what a loss compares still tells rows apart, z `[n, m]` of the rows of a batch:
 *
 *   spread       √m mean over j of the standard deviation of uⱼ,  u = z / ‖z‖:  1 where directions are even, 0 where all are one;
 *                of a loss that compares z itself, and not its direction, mean over j of the standard deviation of zⱼ
 *   dimensions   (tr C)² / tr C²,  C the covariance of z:  m where it varies in all directions alike, 1 where in one alone
 *
 * A spread below .1 is a collapse, and so are dimensions below 1.2 of 4 or more.
 * Source: Chen & He (2021), "Exploring simple Siamese representation learning", CVPR, section 4.1 (spread); Jing, Vincent, LeCun &
 * Tian (2022), "Understanding dimensional collapse in contrastive self-supervised learning", ICLR.
 */
import { add, div, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { l2Normalize } from "../../engine/ops/normalization.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { constant, fixed, type Tensor } from "../../engine/tensor.js";

const LEAST_SPREAD = 0.1;
const LEAST_DIMENSIONS = 1.2;
/** Fewer numbers may well vary in one direction alone. */
const FEW_NUMBERS = 4;
/** Keeps 0 / 0 from NaN where all rows are one. */
const TINY = 1e-12;

/** Both figures of z `[n, m]`. @param scaleMatters the loss compares z itself. */
export function collapseFigures(z: Tensor, scaleMatters = false): Readonly<Record<string, Tensor>> {
  const m = fixed(z.shape[1]!, "spread");
  const compared = scaleMatters ? z : mul(l2Normalize(z), Math.sqrt(m));
  const deviations = sqrt(mean(square(sub(compared, mean(compared, 0))), 0));
  return { spread: mean(deviations), dimensions: dimensionsOf(z) };
}

/** Figures of a batch that tells nothing of it. */
export const NO_COLLAPSE: Readonly<Record<string, Tensor>> = { spread: constant(1), dimensions: constant(1) };

function dimensionsOf(z: Tensor): Tensor {
  const centered = sub(z, mean(z, 0));
  const unit = div(centered, sqrt(add(mean(square(centered)), TINY)));
  const covariances = matmul(unit, unit, { transposeA: true });
  return div(add(square(sum(square(unit))), TINY), add(sum(square(covariances)), TINY));
}

/** Remedies by the figure that tells a collapse, each beginning with a verb. */
export interface Remedies {
  readonly spread: string;
  readonly dimensions: string;
}

/**
 * A sentence where a fit ended in a collapse.
 * @param what is compared: `codes`, `projections`; @param m how many numbers it has; @param figures of the last epoch, if known.
 */
export function collapseNotes(
  name: string,
  what: string,
  m: number,
  figures: Readonly<Record<string, number>> | undefined,
  remedies: Remedies,
): string[] {
  const { spread = 1, dimensions = m } = figures ?? {};
  if (spread < LEAST_SPREAD)
    return [
      `${name}: ${what} have collapsed to nearly the same for every row (spread ${spread.toFixed(3)}, even is 1 and a collapse below ${LEAST_SPREAD}); ${remedies.spread}`,
    ];
  if (m >= FEW_NUMBERS && dimensions < LEAST_DIMENSIONS)
    return [
      `${name}: ${what} have collapsed to nearly a line (${dimensions.toFixed(2)} of ${m} dimensions, a collapse below ${LEAST_DIMENSIONS}); ${remedies.dimensions}`,
    ];
  return [];
}
