/**
 * @file Matrix products in all transpose forms, batched products, and the affine layer.
 */
import { operation, sameShape, show, type Tensor } from "../tensor.js";
import { add, broadcastShape, unbroadcast } from "./arithmetic.js";
import { spreadSum } from "./reduce.js";
import { reshape, transpose } from "./shape.js";

/** Options of a matrix product. */
export interface MatmulOptions {
  /** Use aᵀ (the last two axes swapped). */
  transposeA?: boolean | undefined;
  /** Use bᵀ (the last two axes swapped). */
  transposeB?: boolean | undefined;
}

/**
 * a b over the last two axes, `[…, m, k] · […, k, n]`; leading axes broadcast.
 * @throws RangeError for a rank below 2 or sizes that do not fit, TypeError for different element types.
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: MatmulOptions = {},
): Tensor {
  const [m, k] = lastTwo(a, transposeA);
  const [k2, n] = lastTwo(b, transposeB);
  if (k !== k2) {
    const form = `${show(a.shape)}${transposeA ? "ᵀ" : ""} · ${show(b.shape)}${transposeB ? "ᵀ" : ""}`;
    throw new RangeError(`matmul: inner sizes differ in ${form}`);
  }
  if (a.dtype !== b.dtype) throw new TypeError(`matmul: ${a.dtype} meets ${b.dtype}`);
  if (a.shape.length === 2 && b.shape.length === 2) {
    return operation("Gemm", {
      inputs: [a, b],
      shape: [m, n],
      attributes: { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
      vjp: (g) => gemmGradients(g, a, b, transposeA, transposeB),
    });
  }
  return batched(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b);
}

/**
 * x W + b in one operation: `[n, d] · [d, k] + [k]`; `transposeB` reads W as `[k, d]`.
 * @throws RangeError for sizes that do not fit, TypeError for different element types.
 */
export function affine(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  { transposeB = false }: MatmulOptions = {},
): Tensor {
  const product = matmul(x, w, { transposeB });
  if (bias.shape.length !== 1 || bias.shape[0] !== product.shape[1]) {
    throw new RangeError(`affine: bias wants shape [${product.shape[1]}], got ${show(bias.shape)}`);
  }
  if (bias.dtype !== x.dtype) throw new TypeError(`affine: ${x.dtype} meets ${bias.dtype}`);
  const before = affineOf
    .get(x)
    ?.find((layer) => layer.w === w && layer.bias === bias && layer.transposeB === transposeB);
  if (before) return before.output;
  const output = operation("Gemm", {
    inputs: [x, w, bias],
    shape: product.shape,
    attributes: { transA: 0, transB: transposeB ? 1 : 0 },
    vjp: (g) => [...gemmGradients(g, x, w, false, transposeB), () => reshape(spreadSum(g, [0]), bias.shape)],
  });
  affineOf.set(x, [...(affineOf.get(x) ?? []), { w, bias, transposeB, output }]);
  return output;
}

/**
 * Layers by what they are applied to: one that stands twice in a formula is one, so that what flows back to it is added up
 * before its gradients are computed, and not after.
 */
const affineOf = new WeakMap<Tensor, { w: Tensor; bias: Tensor; transposeB: boolean; output: Tensor }[]>();

/**
 * before + term. A product is added up where the sum before it stands: a pass over memory less. So are the gradients of weights that
 * several rows went through in turn.
 */
export function addTo(before: Tensor, term: Tensor): Tensor {
  const { op, inputs, attributes } = term.source;
  const [a, b, bias] = inputs;
  if (op !== "Gemm" || bias || !sameShape(before.shape, term.shape)) return add(before, term);
  const [tA, tB] = [attributes.transA === 1, attributes.transB === 1];
  return operation("Gemm", {
    inputs: [a!, b!, before],
    shape: term.shape,
    attributes,
    vjp: (g) => [...gemmGradients(g, a!, b!, tA, tB), () => g],
  });
}

function gemmGradients(
  g: Tensor,
  a: Tensor,
  b: Tensor,
  tA: boolean,
  tB: boolean,
): [() => Tensor, () => Tensor] {
  return [
    () => (tA ? matmul(b, g, { transposeA: tB, transposeB: true }) : matmul(g, b, { transposeB: !tB })),
    () => (tB ? matmul(g, a, { transposeA: true, transposeB: tA }) : matmul(a, g, { transposeA: !tA })),
  ];
}

function batched(a: Tensor, b: Tensor): Tensor {
  const lead = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul");
  return operation("MatMul", {
    inputs: [a, b],
    shape: [...lead, a.shape.at(-2)!, b.shape.at(-1)!],
    vjp: (g) => [
      () => unbroadcast(batched(g, swapLast(b)), a.shape),
      () => unbroadcast(batched(swapLast(a), g), b.shape),
    ],
  });
}

function lastTwo(t: Tensor, transposed: boolean) {
  if (t.shape.length < 2) throw new RangeError(`matmul: wants rank ≥ 2, got ${show(t.shape)}`);
  const [rows, cols] = [t.shape.at(-2)!, t.shape.at(-1)!];
  return transposed ? [cols, rows] : [rows, cols];
}

function swapLast(t: Tensor): Tensor {
  const rank = t.shape.length;
  return transpose(t, [...t.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2));
}
