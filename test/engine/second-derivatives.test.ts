import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  configureRuntime,
  constant,
  exp,
  gradient,
  input,
  matmul,
  mul,
  type NdArray,
  runtime,
  sigmoid,
  square,
  sum,
  type Tensor,
  tanh,
} from "../../src/engine/index.js";
import { random } from "../../src/random.js";
import { expectClose, float32 } from "../golden/golden.js";

// One float32 rounding is 6e-8; the longest chain here has some ten of them and sums of up to six terms.
const TOLERANCE = 2e-6;

const points = [-3, -1.25, -0.5, 0, 0.25, 1, 2.5];

/** f, f′, f″ and f‴ of a scalar function, by repeated differentiation of Σ f(x). */
async function derivatives(f: (x: Tensor) => Tensor): Promise<Float32Array[]> {
  const x = input("x", [points.length]);
  const orders = [f(x)];
  for (let order = 1; order <= 3; order++) orders.push(gradient(sum(orders[order - 1]!), [x])[0]!);
  const results = await evaluate(Object.fromEntries(orders.map((t, i) => [`f${i}`, t])), {
    x: float32([points.length], points),
  });
  return orders.map((_, i) => results[`f${i}`]!.data as Float32Array);
}

async function evaluate(
  outputs: Record<string, Tensor>,
  feeds: Record<string, NdArray>,
  inputs?: readonly Tensor[],
) {
  const program = await (await runtime()).program(outputs, { inputs });
  const results = await program.run(feeds);
  await program.release();
  return results;
}

const s = (x: number) => 1 / (1 + Math.exp(-x));
const functions: Record<string, { f: (x: Tensor) => Tensor; closed: ((x: number) => number)[] }> = {
  tanh: {
    f: tanh,
    closed: [
      Math.tanh,
      (x) => 1 - Math.tanh(x) ** 2,
      (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
      (x) => (6 * Math.tanh(x) ** 2 - 2) * (1 - Math.tanh(x) ** 2),
    ],
  },
  sigmoid: {
    f: sigmoid,
    closed: [
      s,
      (x) => s(x) * (1 - s(x)),
      (x) => s(x) * (1 - s(x)) * (1 - 2 * s(x)),
      (x) => s(x) * (1 - s(x)) * (1 - 6 * s(x) + 6 * s(x) ** 2),
    ],
  },
  exp: { f: exp, closed: [Math.exp, Math.exp, Math.exp, Math.exp] },
  "exp of −x²/2": {
    f: (x) => exp(mul(square(x), -0.5)),
    closed: [
      (x) => Math.exp(-x * x * 0.5),
      (x) => -x * Math.exp(-x * x * 0.5),
      (x) => (x * x - 1) * Math.exp(-x * x * 0.5),
      (x) => (3 * x - x ** 3) * Math.exp(-x * x * 0.5),
    ],
  },
};

const [m, k, n] = [4, 3, 5];
const stream = random(5);
const normal = (size: number) => Array.from({ length: size }, () => Math.fround(stream.normal()));
const a = normal(m * k);
const b = normal(k * n);
const v = normal(m * k);

/** A B by the definition, float64. */
function product(x: readonly number[], y: readonly number[], rows: number, inner: number, cols: number) {
  return Array.from({ length: rows * cols }, (_, at) => {
    const [i, j] = [Math.floor(at / cols), at % cols];
    return Array.from({ length: inner }, (_, p) => x[i * inner + p]! * y[p * cols + j]!).reduce(
      (t, u) => t + u,
    );
  });
}
const transposed = (x: readonly number[], rows: number, cols: number) =>
  Array.from({ length: rows * cols }, (_, at) => x[(at % rows) * cols + Math.floor(at / rows)]!);

for (const backend of ["native", "wasm"] as const) {
  describe(`in float32 on the ${backend} runtime`, () => {
    beforeAll(() => configureRuntime({ backend }));
    afterAll(() => configureRuntime({}));

    test("it is the runtime asked for", async () => {
      expect((await runtime()).backend).toBe(backend);
    });

    for (const [name, { f, closed }] of Object.entries(functions)) {
      test(`three derivatives of ${name}`, async () => {
        const got = await derivatives(f);
        closed.forEach((g, order) => {
          expectClose(got[order]!, points.map(g), TOLERANCE, `derivative ${order} of ${name}`);
        });
      });
    }

    // f = ½‖A B‖²: ∇_A = A B Bᵀ, and its derivative along V is V B Bᵀ.
    test("Hessian-vector product through matmul", async () => {
      const [A, B, V] = [input("a", [m, k]), input("b", [k, n]), input("v", [m, k])];
      const [first] = gradient(mul(sum(square(matmul(A, B))), 0.5), [A]);
      const [second] = gradient(sum(mul(first!, V)), [A]);
      const results = await evaluate(
        { first: first!, second: second! },
        { a: float32([m, k], a), b: float32([k, n], b), v: float32([m, k], v) },
      );
      const gram = product(b, transposed(b, k, n), k, n, k);
      expectClose(results.first!.data, product(a, gram, m, k, k), TOLERANCE, "gradient");
      expectClose(results.second!.data, product(v, gram, m, k, k), TOLERANCE, "Hessian-vector product");
    });

    // f = ½‖A B Bᵀ‖², B in both products: its derivative along V is symmetric in what it is taken of, uᵀ H v = vᵀ H u.
    test("Hessian of a factor of two products is symmetric", async () => {
      const [A, B] = [constant(float32([m, k], a)), input("b", [k, n])];
      const f = mul(sum(square(matmul(matmul(A, B), B, { transposeB: true }))), 0.5);
      const [first] = gradient(f, [B]);
      const [u, w] = [normal(k * n), normal(k * n)];
      const along = (direction: number[]) =>
        gradient(sum(mul(first!, constant(float32([k, n], direction)))), [B])[0]!;
      const { uH, wH } = await evaluate({ uH: along(u), wH: along(w) }, { b: float32([k, n], b) });
      const dot = (x: ArrayLike<number>, y: readonly number[]) => y.reduce((t, v, i) => t + v * x[i]!, 0);
      const [left, right] = [dot(uH!.data as Float32Array, w), dot(wH!.data as Float32Array, u)];
      expect(Math.abs(left)).toBeGreaterThan(1e-2);
      expect(Math.abs(left - right)).toBeLessThan(1e-4 * Math.abs(left));
    });

    // f = Σ C ⊙ (A B): ∇_A = C Bᵀ does not depend on A, its derivative in B along V is C (·)ᵀ: a mixed second derivative.
    test("mixed second derivative through a bilinear product", async () => {
      const c = normal(m * n);
      const [A, B] = [input("a", [m, k]), input("b", [k, n])];
      const C = constant(float32([m, n], c));
      const V = constant(float32([m, k], v));
      const [first] = gradient(sum(mul(C, matmul(A, B))), [A]);
      const [mixed, pure] = gradient(sum(mul(first!, V)), [B, A]);
      const results = await evaluate(
        { mixed: mixed!, pure: pure! },
        { a: float32([m, k], a), b: float32([k, n], b) },
        [A, B],
      );
      expectClose(results.mixed!.data, product(transposed(v, m, k), c, k, m, n), TOLERANCE, "Vᵀ C");
      expectClose(results.pure!.data, new Array(m * k).fill(0), 0, "∂²/∂A²");
    });

    // f = Σ tanh(x W): H_W v has the closed form Σ over rows of −2 t (1 − t²) (x·v) x for every output.
    test("Hessian-vector product through tanh of matmul", async () => {
      const [X, W, V] = [input("a", [m, k]), input("w", [k, n]), input("v", [k, n])];
      const along = normal(k * n);
      const [first] = gradient(sum(tanh(matmul(X, W))), [W]);
      const [second] = gradient(sum(mul(first!, V)), [W]);
      const results = await evaluate(
        { second: second! },
        { a: float32([m, k], a), w: float32([k, n], b), v: float32([k, n], along) },
      );
      const t = product(a, b, m, k, n).map(Math.tanh);
      const xv = product(a, along, m, k, n);
      const inner = t.map((value, i) => -2 * value * (1 - value ** 2) * xv[i]!);
      expectClose(results.second!.data, product(transposed(a, m, k), inner, k, m, n), TOLERANCE, "H v");
    });
  });
}
