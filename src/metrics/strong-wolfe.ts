/**
 * @file Line search for the strong Wolfe conditions on φ(α) = f(x + α p), with φ'(0) < 0:
 *
 *   φ(α) ≤ φ(0) + c₁ α φ'(0)      (sufficient decrease)
 *   |φ'(α)| ≤ c₂ |φ'(0)|          (curvature)
 *
 * Source: Nocedal & Wright (2006), "Numerical optimization", Algorithms 3.5 and 3.6, c₁ = 10⁻⁴, c₂ = 0.9; the
 * interpolation is their equation (3.59).
 */
const C1 = 1e-4;
const C2 = 0.9;
const MAX_DOUBLINGS = 30;
const MAX_BISECTIONS = 30;

/** φ and its derivative at a step; `P` is whatever the caller wants back with the accepted step. */
export interface LinePoint<P> {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
  readonly point: P;
}

/**
 * A step that fulfills both conditions, or the lowest found with sufficient decrease where rounding lets none
 * fulfill them. The result is `start` itself if no lower point was found.
 * @param start φ at step 0, of negative slope.
 * @param firstStep > 0.
 */
export async function strongWolfe<P>(
  phi: (step: number) => Promise<LinePoint<P>>,
  start: LinePoint<P>,
  firstStep: number,
): Promise<LinePoint<P>> {
  // A value that is NaN or infinite counts as no decrease.
  const decreases = (at: LinePoint<P>) => at.value <= start.value + C1 * at.step * start.slope;
  const flat = (at: LinePoint<P>) => Math.abs(at.slope) <= -C2 * start.slope;

  async function zoom(lowIn: LinePoint<P>, highIn: LinePoint<P>): Promise<LinePoint<P>> {
    let [low, high] = [lowIn, highIn];
    for (let i = 0; i < MAX_BISECTIONS; i++) {
      const at = await phi(between(low, high));
      if (!decreases(at) || at.value >= low.value) {
        high = at;
      } else {
        if (flat(at)) return at;
        if (at.slope * (high.step - low.step) >= 0) high = low;
        low = at;
      }
    }
    return low;
  }

  let previous = start;
  let step = firstStep;
  for (let i = 0; i < MAX_DOUBLINGS; i++) {
    const at = await phi(step);
    if (!decreases(at) || (i > 0 && at.value >= previous.value)) return zoom(previous, at);
    if (flat(at)) return at;
    if (at.slope >= 0) return zoom(at, previous);
    previous = at;
    step *= 2;
  }
  return previous;
}

/** The minimum of the cubic through both values and slopes, kept away from the ends; else the middle. */
function between<P>(a: LinePoint<P>, b: LinePoint<P>): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const cubic = b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const share = (cubic - a.step) / (b.step - a.step);
  return share > 0.1 && share < 0.9 ? cubic : (a.step + b.step) / 2;
}
