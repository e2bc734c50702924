import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lbfgs } from "../../src/metrics/lbfgs.js";
import { type LinePoint, strongWolfe } from "../../src/metrics/strong-wolfe.js";

/** Σ cᵢ (xᵢ − aᵢ)² / 2 */
function quadratic(curvature: number[], at: number[]) {
  return async (x: Float64Array) => {
    const gradient = x.map((entry, i) => curvature[i]! * (entry - at[i]!));
    const value = x.reduce((sum, entry, i) => sum + (curvature[i]! * (entry - at[i]!) ** 2) / 2, 0);
    return { value, gradient };
  };
}

/** Rosenbrock's function, the minimum 0 at (1, 1) in a curved valley. */
async function rosenbrock(x: Float64Array) {
  const [a, b] = [x[0]!, x[1]!];
  const value = 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  const gradient = Float64Array.of(-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a));
  return { value, gradient };
}

describe("L-BFGS", () => {
  test("finds the minimum of any quadratic whose curvatures span three decades", async () => {
    const term = fc.record({
      curvature: fc.double({ min: 0.1, max: 100, noNaN: true }),
      at: fc.double({ min: -10, max: 10, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(term, { minLength: 1, maxLength: 12 }), async (terms) => {
        const at = terms.map((t) => t.at);
        const f = quadratic(
          terms.map((t) => t.curvature),
          at,
        );
        const found = await lbfgs(f, new Float64Array(at.length), { maxIter: 300, tol: 1e-8 });
        expect(found.converged).toBe(true);
        // A gradient below 1e-8 with curvature of at least 0.1 is a distance below 1e-7.
        found.x.forEach((entry, i) => {
          expect(Math.abs(entry - at[i]!)).toBeLessThan(1e-7);
        });
      }),
    );
  });

  test("follows Rosenbrock's valley to (1, 1) and leaves the start as it was", async () => {
    const start = Float64Array.of(-1.2, 1);
    const found = await lbfgs(rosenbrock, start, { maxIter: 100, tol: 1e-10 });
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(1, 9);
    expect(found.x[1]).toBeCloseTo(1, 9);
    expect(found.iterations).toBeLessThan(60);
    expect([...start]).toEqual([-1.2, 1]);
  });

  test("says so when the iterations run out, with the lowest point so far", async () => {
    const start = Float64Array.of(-1.2, 1);
    const found = await lbfgs(rosenbrock, start, { maxIter: 3, tol: 1e-10 });
    expect(found).toMatchObject({ converged: false, iterations: 3 });
    expect(found.value).toBeLessThan((await rosenbrock(start)).value);
    expect((await rosenbrock(found.x)).value).toBe(found.value);
  });

  test("steps back from where the function is not defined", async () => {
    // x − log x, minimum at 1; its logarithm is NaN for x < 0.
    const f = async ([x]: Float64Array) => ({
      value: x! - Math.log(x!),
      gradient: Float64Array.of(1 - 1 / x!),
    });
    const found = await lbfgs(f, Float64Array.of(0.01), { maxIter: 100, tol: 1e-9 });
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(1, 8);
  });

  test("takes no step where the gradient is already small", async () => {
    const found = await lbfgs(quadratic([2], [3]), Float64Array.of(3), { maxIter: 10, tol: 1e-9 });
    expect(found).toMatchObject({ iterations: 0, converged: true, value: 0 });
  });

  test("stops where no step lowers the function, and does not call that converged", async () => {
    // A gradient that points the wrong way, as rounding can make it.
    const f = async ([x]: Float64Array) => ({ value: x! ** 2, gradient: Float64Array.of(-1) });
    const found = await lbfgs(f, Float64Array.of(0), { maxIter: 10, tol: 1e-9 });
    expect(found).toMatchObject({ iterations: 0, converged: false });
  });
});

test("an accepted step fulfills both Wolfe conditions, from first steps far too short and far too long", async () => {
  const coefficient = fc.double({ min: 0.1, max: 10, noNaN: true });
  await fc.assert(
    fc.asyncProperty(coefficient, coefficient, fc.integer({ min: -6, max: 6 }), async (a, b, decade) => {
      // φ(s) = a s⁴ / 4 − b s falls until s = (b/a)^(1/3).
      const phi = async (step: number): Promise<LinePoint<null>> => ({
        step,
        value: (a * step ** 4) / 4 - b * step,
        slope: a * step ** 3 - b,
        point: null,
      });
      const found = await strongWolfe(phi, await phi(0), 10 ** decade);
      expect(found.value).toBeLessThanOrEqual(-1e-4 * found.step * b);
      expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * b);
    }),
  );
});
