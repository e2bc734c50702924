/**
 * @file The curve by which a distance on the map becomes a membership: 1/(1 + a d²ᵇ), as near as can be to 1 up to `minDist`
 * and e^(−(d − minDist)/spread) beyond.
 *
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426, definition 11: least squares over 300 distances up to 3 · spread.
 */
import { exp, log } from "../../../elementary.js";

/** a and b of φ(d) = 1/(1 + a d²ᵇ). */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

const POINTS = 300;
/** In units of `spread`. */
const FARTHEST = 3;
const MOST_STEPS = 200;
/** Damping at which no step is of use any more. */
const MOST_DAMPING = 1e12;

/**
 * The least squares by Levenberg and Marquardt's steps in ln a and ln b, from a = b = 1, until they no longer change it.
 * @param minDist ≥ 0. @param spread > 0.
 */
export function fitCurve(minDist: number, spread: number): Curve {
  // In units of the spread, so that numbers are near 1; a is put right at the end.
  const near = minDist / spread;
  const logs = new Float64Array(POINTS - 1);
  const wanted = new Float64Array(POINTS - 1);
  for (let i = 1; i < POINTS; i++) {
    const d = (FARTHEST * i) / (POINTS - 1);
    logs[i - 1] = log(d);
    wanted[i - 1] = d < near ? 1 : exp(near - d);
  }
  let [logA, logB] = [0, 0];
  let { error, gradient, normal } = squares(logs, wanted, logA, logB);
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS && damping < MOST_DAMPING; step++) {
    const [aa, ab, bb] = normal;
    const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = p * q - ab * ab;
    if (!(determinant > 0)) break;
    const moveA = (ab * gradient[1] - q * gradient[0]) / determinant;
    const moveB = (ab * gradient[0] - p * gradient[1]) / determinant;
    const next = squares(logs, wanted, logA + moveA, logB + moveB);
    if (next.error < error) {
      [logA, logB] = [logA + moveA, logB + moveB];
      ({ error, gradient, normal } = next);
      damping /= 10;
    } else damping *= 10;
  }
  const b = growth(logB);
  return { a: growth(logA - 2 * b * log(spread)), b };
}

interface Squares {
  readonly error: number;
  /** Slopes along ln a and ln b, halved, as the rest. */
  readonly gradient: readonly [number, number];
  readonly normal: readonly [number, number, number];
}

/** ½ of the sum of squares, its gradient and JᵀJ. */
function squares(logs: Float64Array, wanted: Float64Array, logA: number, logB: number): Squares {
  const b = growth(logB);
  let [error, ga, gb, aa, ab, bb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < logs.length; i++) {
    // φ = 1/(1 + eᵘ), ∂φ/∂u = −φ (1 − φ).
    const u = logA + 2 * b * logs[i]!;
    const phi = u > 0 ? exp(-u) / (1 + exp(-u)) : 1 / (1 + exp(u));
    const rest = phi - wanted[i]!;
    const byA = -phi * (1 - phi);
    const byB = byA * 2 * b * logs[i]!;
    error += 0.5 * rest * rest;
    ga += rest * byA;
    gb += rest * byB;
    aa += byA * byA;
    ab += byA * byB;
    bb += byB * byB;
  }
  return { error, gradient: [ga, gb], normal: [aa, ab, bb] };
}

/** eˣ */
function growth(x: number): number {
  return x <= 0 ? exp(x) : 1 / exp(-x);
}
