/**
 * @file Confidence interval of a mean by Student's t.
 *
 *   x̄ ± t_{ν, (1 + level) / 2} · s / √n,   ν = n − 1
 *
 * The probability that |T| ≤ t is, for a whole number ν of degrees of freedom and tan θ = t / √ν, a finite sum of powers of
 * sin θ and cos θ. Sources: Student (1908), "The probable error of a mean", Biometrika 6(1); Abramowitz & Stegun (1964),
 * "Handbook of mathematical functions", 26.7.3 and 26.7.4.
 */

/** A mean, and how far from it the true one may lie. */
export interface ConfidenceInterval {
  /** x̄ */
  readonly mean: number;
  /** Half the width of the interval: it is mean ± this. Not there for a single value, which tells nothing of it. */
  readonly halfWidth?: number;
}

/**
 * The interval that covers the mean of normally distributed values with a probability of `level`.
 * @param values one or more. @param level in (0, 1). Default 0.95.
 * @throws RangeError for no values, or a level out of range.
 */
export function confidenceInterval(values: readonly number[], level = 0.95): ConfidenceInterval {
  const n = values.length;
  if (n === 0) throw new RangeError("confidenceInterval: want at least one value, got none");
  if (!(level > 0 && level < 1))
    throw new RangeError(`confidenceInterval: level must be a number in (0, 1), got ${level}`);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  return { mean, halfWidth: (quantileOfT(level, n - 1) * deviation) / Math.sqrt(n) };
}

/** The t with P(|T| ≤ t) = level. */
function quantileOfT(level: number, freedom: number): number {
  // θ rather than t: its range is finite, and the probability rises steadily over it.
  let [low, high] = [0, Math.PI / 2];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return Math.sqrt(freedom) * Math.tan(middle);
    if (within(middle, freedom) < level) low = middle;
    else high = middle;
  }
}

/** P(|T| ≤ √ν tan θ). */
function within(angle: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine ** 2 * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
