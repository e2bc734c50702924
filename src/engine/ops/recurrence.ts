/**
 * @file Recurrence over time, with gradients: states of a sequence, each made of the one before.
 *
 * Time is the first axis, `[steps, batch, …]`: what one step takes lies together. Steps are written out one after the other, in
 * as few operations as there can be, and so is the reverse pass: all of it that does not wait for the step after is computed at
 * once for all steps, from what each has saved. That takes a third of the time of the gradients of each step by itself. An ONNX
 * Loop takes as long forward and is compiled sooner; but it has no gradient to be differentiated again.
 */
import { type Dim, fixed, operation, show, type Tensor } from "../tensor.js";
import { sigmoid, tanh } from "./activations.js";
import { add, mul, sub } from "./arithmetic.js";
import { affine, matmul } from "./matmul.js";
import { spreadSum } from "./reduce.js";
import { concat, reshape, slice, split } from "./shape.js";
import { withGradient } from "./with-gradient.js";

/**
 * States of a gated recurrent unit `[steps, batch, k]`, from h₀ on, with the equations of PyTorch:
 *
 *   r = σ(x_r + h W_r),  z = σ(x_z + h W_z),  n = tanh(x_n + r ⊙ (h W_n + b)),  h ← n + z ⊙ (h − n)
 *
 * Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", EMNLP.
 * @param x of the inputs, with all other biases: x_r, x_z and x_n side by side, `[steps, batch, 3 k]`.
 * @param first h₀ `[batch, k]`.
 * @param weight W_r, W_z and W_n side by side, `[k, 3 k]`.
 * @param bias b `[k]`.
 * @throws RangeError for sizes that do not fit.
 */
export function gru(x: Tensor, first: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const [steps, batch] = stepsOf(x, "gru");
  const k = fixed(weight.shape[0]!, "gru");
  expectSizes("gru", { x, first, weight, bias }, [[steps, batch, 3 * k], [batch, k], [k, 3 * k], [k]]);
  const [gateWeight, candidateWeight] = split(weight, 1, [2 * k, k]) as [Tensor, Tensor];
  const [gateInputs, candidateInputs] = split(x, 2, [2 * k, k]) as [Tensor, Tensor];
  const ofGates = each(gateInputs);
  const ofCandidates = each(candidateInputs);
  const [gates, candidates, products, states]: Tensor[][] = [[], [], [], []];
  for (let t = 0, h = first; t < steps; t++) {
    const both = sigmoid(productPlus(h, gateWeight, ofGates[t]!));
    const [r, z] = split(both, 1, [k, k]) as [Tensor, Tensor];
    const product = affine(h, candidateWeight, bias);
    const n = tanh(add(mul(r, product), ofCandidates[t]!));
    h = add(mul(z, sub(h, n)), n);
    gates!.push(both);
    candidates!.push(n);
    products!.push(product);
    states!.push(h);
  }
  return withGradient(stacked(states!), [x, first, weight, bias], (g, y) => {
    const [r, z] = split(stacked(gates!), 2, [k, k]) as [Tensor, Tensor];
    const [n, product] = [stacked(candidates!), stacked(products!)];
    const before = previous(first, y);
    // ∂h/∂ of what is within each function, all of them times ∂loss/∂h.
    const ofN = mul(sub(1, z), sub(1, mul(n, n)));
    const ofZ = mul(sub(before, n), sub(z, mul(z, z)));
    const ofR = mul(mul(ofN, product), sub(r, mul(r, r)));
    const ofProduct = mul(ofN, r);
    const triple = (parts: Tensor[]) =>
      concat(
        parts.map((part) => reshape(part, [steps, batch, 1, k])),
        2,
      );
    const slopes = triple([ofR, ofZ, ofProduct]);
    const [slopeAt, keptAt, gAt] = [each(slopes), each(z), each(g)];
    const cotangents: Tensor[] = [];
    let atFirst: Tensor | undefined;
    for (let t = steps - 1, of = gAt[t]!; t >= 0; t--) {
      cotangents.unshift(of);
      const inside = reshape(mul(reshape(of, [batch, 1, k]), slopeAt[t]!), [batch, 3 * k]);
      const kept = mul(of, keptAt[t]!);
      of = productPlus(inside, weight, t > 0 ? add(kept, gAt[t - 1]!) : kept, true);
      if (t === 0) atFirst = of;
    }
    const all = reshape(stacked(cotangents), [steps, batch, 1, k]);
    const inside = reshape(mul(all, slopes), [rowsOf(steps, batch), 3 * k]);
    return [
      () => reshape(mul(all, triple([ofR, ofZ, ofN])), x.shape),
      () => atFirst!,
      () => matmul(rows(before), inside, { transposeA: true }),
      () => reshape(spreadSum(mul(stacked(cotangents), ofProduct), [0, 1]), [k]),
    ];
  });
}

/**
 * States `[steps, batch, k]` of h ← h A + v, from h₀ on.
 * @param v `[steps, batch, k]`.
 * @param first h₀ `[batch, k]`.
 * @param transition A `[k, k]`.
 * @throws RangeError for sizes that do not fit.
 */
export function linearRecurrence(v: Tensor, first: Tensor, transition: Tensor): Tensor {
  const [steps, batch] = stepsOf(v, "linearRecurrence");
  const k = v.shape[2]!;
  expectSizes("linearRecurrence", { v, first, transition }, [
    [steps, batch, k],
    [batch, k],
    [k, k],
  ]);
  const states: Tensor[] = [];
  for (const [t, of] of each(v).entries()) states.push(productPlus(states[t - 1] ?? first, transition, of));
  return withGradient(stacked(states), [v, first, transition], (g, y) => {
    const cotangents: Tensor[] = [];
    for (const of of each(g).toReversed()) {
      const after = cotangents[0];
      cotangents.unshift(after ? productPlus(after, transition, of, true) : of);
    }
    const all = stacked(cotangents);
    return [
      () => all,
      () => matmul(cotangents[0]!, transition, { transposeB: true }),
      () => matmul(rows(previous(first, y)), rows(all), { transposeA: true }),
    ];
  });
}

/** a b + c in one operation, or a bᵀ + c; c `[m, n]`. */
function productPlus(a: Tensor, b: Tensor, c: Tensor, transposeB = false): Tensor {
  const product = matmul(a, b, { transposeB });
  const { attributes, vjp } = product.source;
  return operation("Gemm", {
    inputs: [a, b, c],
    shape: product.shape,
    attributes,
    vjp: (g, y) => [...vjp!(g, y), () => g],
  });
}

/** `[batch, …]` of every step. */
function each(all: Tensor): Tensor[] {
  const [steps, ...rest] = all.shape;
  const sizes = Array.from({ length: Number(steps) }, () => 1);
  return split(all, 0, sizes).map((part) => reshape(part, rest));
}

/** The same with time in front again. */
const stacked = (steps: readonly Tensor[]): Tensor =>
  concat(
    steps.map((t) => reshape(t, [1, ...t.shape])),
    0,
  );

/** The state before each step. */
function previous(first: Tensor, y: Tensor): Tensor {
  const begun = reshape(first, [1, ...first.shape]);
  const steps = Number(y.shape[0]);
  return steps === 1 ? begun : concat([begun, slice(y, 0, 0, steps - 1)], 0);
}

const rowsOf = (steps: number, batch: Dim): Dim =>
  typeof batch === "number" ? steps * batch : `${steps} ${batch}`;

/** `[steps, batch, k]` as rows. */
const rows = (all: Tensor): Tensor => {
  const [steps, batch, k] = all.shape;
  return reshape(all, [rowsOf(Number(steps), batch!), k!]);
};

function stepsOf(x: Tensor, where: string): [steps: number, batch: Dim] {
  if (x.shape.length !== 3) throw new RangeError(`${where}: wants [steps, batch, …], got ${show(x.shape)}`);
  return [fixed(x.shape[0]!, where), x.shape[1]!];
}

function expectSizes(
  where: string,
  tensors: Readonly<Record<string, Tensor>>,
  want: readonly (readonly Dim[])[],
): void {
  Object.entries(tensors).forEach(([name, { shape }], i) => {
    if (shape.length !== want[i]!.length || shape.some((dim, axis) => dim !== want[i]![axis]))
      throw new RangeError(`${where}: ${name} must be ${show(want[i]!)}, got ${show(shape)}`);
  });
}
