/**
 * @file Gradients held against central differences, first and second order, on the engine itself.
 */
import { expect } from "vitest";
import {
  add,
  constant,
  gradient,
  input,
  mul,
  type NdArray,
  runtime,
  square,
  sum,
  type Tensor,
  tanh,
} from "../../src/engine/index.js";
import { random } from "../../src/random.js";

/** A function of tensors of fixed shapes. */
export interface Case {
  shapes: readonly (readonly number[])[];
  f(...inputs: Tensor[]): Tensor;
  /** Where to look: away from kinks and poles. Default: standard normal numbers. */
  at?: (normal: number, index: number) => number;
  /** Default: float64 with a small step. */
  precision?: Precision;
}

export interface Precision {
  dtype: "float64" | "float32";
  step: number;
  tolerance: number;
  /** What is made of the gradient before it is differentiated again. */
  outer: (g: Tensor) => Tensor;
}

// Truncation h² f‴/6 and rounding ε|f|/h both stay near 1e-9; a wrong formula is off by its own size.
const DOUBLE: Precision = { dtype: "float64", step: 1e-5, tolerance: 2e-7, outer: tanh };
/** For operators that the runtime has in float32 alone: truncation and rounding are near 1e-4. */
export const SINGLE: Precision = { dtype: "float32", step: 1e-2, tolerance: 1e-3, outer: tanh };
/** The same for multilinear functions, on which central differences are exact at any step, and so on their squares. */
export const MULTILINEAR: Precision = { dtype: "float32", step: 0.25, tolerance: 5e-5, outer: square };

/** A fixed weighting of the outputs: a scalar in which no derivative cancels another by symmetry. */
function weighted(y: Tensor): Tensor {
  const size = y.shape.reduce<number>((p, dim) => p * Number(dim), 1);
  const weights = Float64Array.from({ length: size }, (_, i) => Math.sin(1 + 2 * i) + 0.3);
  const data = y.dtype === "float64" ? weights : Float32Array.from(weights);
  return sum(mul(y, constant({ dtype: y.dtype, shape: y.shape.map(Number), data })));
}

/** Checks ∂/∂x of a weighted sum of f, and ∂/∂x of a nonlinear function of that gradient. */
export async function checkGradients({ shapes, f, at = (x) => x, precision = DOUBLE }: Case): Promise<void> {
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape, precision.dtype));
  const value = weighted(f(...inputs));
  await compare(value, inputs, at, precision);
  const first = gradient(value, inputs);
  await compare(first.map((g) => weighted(precision.outer(g))).reduce(add), inputs, at, precision);
}

async function compare(value: Tensor, inputs: Tensor[], at: NonNullable<Case["at"]>, precision: Precision) {
  const { dtype, step, tolerance } = precision;
  const shapes = inputs.map((t) => t.shape.map(Number));
  const gradients = gradient(value, inputs);
  const outputs: Record<string, Tensor> = { value };
  gradients.forEach((g, i) => {
    outputs[`g${i}`] = g;
  });
  const program = await (await runtime()).program(outputs, { inputs });
  const stream = random(1);
  const feeds: Record<string, NdArray> = {};
  shapes.forEach((shape, i) => {
    const size = shape.reduce((p, n) => p * n, 1);
    feeds[`x${i}`] = {
      dtype,
      shape,
      data: filled(dtype, size, (j) => at(stream.normal(), j)),
    };
  });
  const analytic = await program.run(feeds);
  for (let i = 0; i < shapes.length; i++) {
    const x = feeds[`x${i}`]!.data as Float64Array | Float32Array;
    const g = analytic[`g${i}`]!.data as Float64Array | Float32Array;
    const scale = Math.max(1, ...g.map(Math.abs));
    for (let j = 0; j < x.length; j++) {
      const kept = x[j]!;
      const values: number[] = [];
      for (const h of [step, -step]) {
        x[j] = kept + h;
        values.push(Number((await program.run(feeds)).value!.data[0]));
      }
      x[j] = kept;
      const numeric = (values[0]! - values[1]!) / (2 * step);
      const difference = Math.abs(g[j]! - numeric) / scale;
      expect(difference, `input ${i}, element ${j}: ${g[j]} against ${numeric}`).toBeLessThan(tolerance);
    }
  }
  await program.release();
}

function filled(dtype: Precision["dtype"], size: number, value: (i: number) => number) {
  const values = Float64Array.from({ length: size }, (_, i) => value(i));
  return dtype === "float64" ? values : Float32Array.from(values);
}
