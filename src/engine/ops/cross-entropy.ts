/**
 * @file The binary cross-entropy of logits, summed over rows.
 */
import { constant, operation, type Tensor } from "../tensor.js";
import { sigmoid, softplus } from "./activations.js";
import { mul, neg, sub } from "./arithmetic.js";
import { sum } from "./reduce.js";
import { stopGradient } from "./select.js";
import { reshape } from "./shape.js";

/** So many factors from ½ to 1 have a product that float32 holds. */
const MOST_FACTORS = 120;
/** With fewer, a logarithm of each number costs as little. */
const FEWEST_FACTORS = 8;

/**
 * Σⱼ log(1 + e^{oⱼ}) − xⱼ oⱼ of every row `[n]`, for x and o `[n, d]`: −Σ x log σ(o) + (1 − x) log(1 − σ(o)), without
 * overflow and with gradient σ(o) − x.
 *
 * In float32 the logarithms of a row are taken of products, Σ log(1 + e^−|oⱼ|) = −log Π σ(|oⱼ|), which is half of the
 * passes over memory; to 1e-6 of its value.
 */
export function crossEntropyOfLogits(x: Tensor, o: Tensor): Tensor {
  const [n, d] = o.shape;
  const factors = typeof d === "number" ? largestDivisor(d, MOST_FACTORS) : 1;
  if (o.dtype !== "float32" || factors < FEWEST_FACTORS) return sum(sub(softplus(o), mul(x, o)), 1);
  const parts = [n!, (d! as number) / factors, factors] as const;
  const still = stopGradient(o);
  // Σ max(0, o) − x o: the gradient of the whole flows through it to o, and to x.
  const rectified = operation("Relu", { inputs: [o], shape: o.shape, vjp: (g) => [() => g] });
  const entries = operation("Sub", {
    inputs: [rectified, mul(x, still)],
    shape: o.shape,
    vjp: (g) => [() => mul(g, sub(sigmoid(o), x)), () => neg(g)],
  });
  const linear = operation("ReduceSum", {
    inputs: [entries, constant([1], "int64")],
    shape: [n!],
    attributes: { keepdims: 0 },
    // A column, which spreads over its rows where it is multiplied: an array less to fill.
    vjp: (g) => [() => reshape(g, [n!, 1]), undefined],
  });
  const size = operation("LeakyRelu", {
    inputs: [still],
    shape: o.shape,
    attributes: { alpha: { float: -1 } },
  });
  const products = operation("ReduceProd", {
    inputs: [reshape(sigmoid(size), parts), constant([2], "int64")],
    shape: [n!, parts[1], 1],
    attributes: { keepdims: 1 },
  });
  // The runtime's Log is vectorized, and its last bit depends on where threads share the work; this one is not.
  const logs = operation("ReduceLogSum", {
    inputs: [products, constant([2], "int64")],
    shape: [n!, parts[1]],
    attributes: { keepdims: 0 },
  });
  return sub(linear, sum(logs, 1));
}

function largestDivisor(n: number, most: number): number {
  for (let divisor = Math.min(n, most); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
