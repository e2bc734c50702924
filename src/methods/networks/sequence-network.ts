/**
 * @file Networks over time, behind one interface: rows in, states out, and what is carried from one block of a sequence to the next.
 */
import { affine, matmul } from "../../engine/ops/matmul.js";
import { expand, reshape, slice } from "../../engine/ops/shape.js";
import { constant, type Dim, type Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import type { Parameters, Symbols } from "../parameters.js";

/** States of a block of moments. */
export interface StatesOfBlock {
  /** The state after each moment `[steps, batch, k]`. */
  readonly states: Tensor;
  /** Numbers to carry on after each of the moments `from` to `to`, which is not among them: `[to − from, batch, carrySize]`. */
  carries(from: number, to: number): Tensor;
}

/** A network over time, for rows of one size. Names of its parameters begin with a word of its own. */
export interface SequenceNetwork {
  /** Numbers of a state, k. */
  readonly size: number;
  /** Numbers that a sequence carries from one moment to the next; 0 of each before its first. */
  readonly carrySize: number;
  /** Parameters before training. */
  initial(random: Random): Parameters;
  /** States of moments x `[steps, batch, inputs]` that follow `carry` `[batch, carrySize]`. The number of steps is known. */
  run(x: Tensor, carry: Tensor, p: Symbols): StatesOfBlock;
}

/** Sizes that a network is made of. */
export interface SequenceNetworkSizes {
  /** Beginning of the names of its parameters. */
  readonly name: string;
  /** Numbers of a row. */
  readonly inputs: number;
  /** Numbers of a state, k. */
  readonly size: number;
}

/** x W + b, or x W, of the rows of every moment: `[steps, batch, n]` to `[steps, batch, m]`. */
export function affineOverTime(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [steps, batch, n] = x.shape as [number, Dim, number];
  const rows = typeof batch === "number" ? steps * batch : `${steps} ${batch}`;
  const flat = reshape(x, [rows, n]);
  const output = bias ? affine(flat, weight, bias) : matmul(flat, weight);
  return reshape(output, [steps, batch, weight.shape[1]!]);
}

/** Numbers that sequences begin with, all 0: `[batch, size]` for x `[steps, batch, n]`. */
export function nothingCarried(x: Tensor, size: number): Tensor {
  const [, batch, n] = x.shape as [number, Dim, number];
  if (typeof batch === "number") return expand(constant([0]), [batch, size]);
  // The number of sequences is known when it runs.
  return matmul(reshape(slice(x, 0, 0, 1), [batch, n]), expand(constant([0]), [n, size]));
}
