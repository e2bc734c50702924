/**
 * @file L-BFGS: minimizes a smooth function with a quasi-Newton direction p = −H g from the last m steps
 * sᵢ = xᵢ₊₁ − xᵢ and gradient changes yᵢ = gᵢ₊₁ − gᵢ, by two loops over them, in float64.
 *
 * Source: Nocedal & Wright (2006), "Numerical optimization", Algorithms 7.4 (two-loop recursion) and 7.5, with the
 * scaling H⁰ = sᵀy / yᵀy of equation (7.20).
 */
import { type LinePoint, strongWolfe } from "./strong-wolfe.js";

/** A function with its gradient. It must not keep or change `x`, and gives a new gradient array each time. */
export type Objective = (x: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

export interface LbfgsOptions {
  /** Iterations at most, ≥ 0. */
  maxIter: number;
  /** Converged when no entry of the gradient is larger than this, ≥ 0. */
  tol: number;
  /** Remembered steps m, ≥ 1. Default: 10. */
  memory?: number | undefined;
}

export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** False if `maxIter` was reached first, or rounding let the function fall no further. */
  readonly converged: boolean;
}

interface Evaluated {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** sᵀy > 0 */
  readonly sy: number;
}

/** Minimizes `f` from `x0`, which is not changed. Deterministic. */
export async function lbfgs(
  f: Objective,
  x0: Float64Array,
  { maxIter, tol, memory = 10 }: LbfgsOptions,
): Promise<LbfgsResult> {
  const pairs: Pair[] = [];
  let x: Float64Array = x0.slice();
  let { value, gradient } = await f(x);
  let iterations = 0;
  while (largest(gradient) > tol && iterations < maxIter) {
    const p = direction(gradient, pairs);
    const start: LinePoint<Evaluated> = { step: 0, value, slope: dot(gradient, p), point: { x, gradient } };
    // The first direction has the length of the gradient, which says nothing of how far to go.
    const firstStep = pairs.length === 0 ? 1 / Math.sqrt(dot(p, p)) : 1;
    const found = await strongWolfe((step) => along(f, x, p, step), start, firstStep);
    if (found.step === 0) break;
    remember(pairs, difference(found.point.x, x), difference(found.point.gradient, gradient), memory);
    ({ x, gradient } = found.point);
    value = found.value;
    iterations++;
  }
  return { x, value, iterations, converged: largest(gradient) <= tol };
}

async function along(
  f: Objective,
  x: Float64Array,
  p: Float64Array,
  step: number,
): Promise<LinePoint<Evaluated>> {
  const moved = x.map((entry, i) => entry + step * p[i]!);
  const { value, gradient } = await f(moved);
  return { step, value, slope: dot(gradient, p), point: { x: moved, gradient } };
}

/** −H g by the two-loop recursion, `pairs` from old to new. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, sy } = pairs[i]!;
    alphas[i] = dot(s, q) / sy;
    addScaled(q, -alphas[i]!, y);
  }
  const last = pairs.at(-1);
  const scale = last ? last.sy / dot(last.y, last.y) : 1;
  for (let j = 0; j < q.length; j++) q[j]! *= scale;
  pairs.forEach(({ s, y, sy }, i) => {
    addScaled(q, alphas[i]! - dot(y, q) / sy, s);
  });
  for (let j = 0; j < q.length; j++) q[j] = -q[j]!;
  return q;
}

/** A pair without positive curvature, which only rounding can give here, would make H indefinite. */
function remember(pairs: Pair[], s: Float64Array, y: Float64Array, memory: number): void {
  const sy = dot(s, y);
  if (sy <= Number.EPSILON * dot(y, y)) return;
  pairs.push({ s, y, sy });
  if (pairs.length > memory) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((entry, i) => entry - b[i]!);
}

function largest(a: Float64Array): number {
  return a.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
}
