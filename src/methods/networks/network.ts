/**
 * @file Encoders and decoders as methods see them, whatever layers they are made of.
 */
import { gelu, relu, sigmoid, tanh } from "../../engine/ops/activations.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import type { Parameters, Symbols } from "../parameters.js";

/** An activation φ by name: `relu` max(0, a), `sigmoid` 1 / (1 + e⁻ᵃ), `tanh`, `gelu` a Φ(a), `linear` a. */
export type Activation = "relu" | "sigmoid" | "tanh" | "gelu" | "linear";
export const ACTIVATIONS = [
  "relu",
  "sigmoid",
  "tanh",
  "gelu",
  "linear",
] as const satisfies readonly Activation[];

/** φ by name. */
export const activations: Readonly<Record<Activation, (a: Tensor) => Tensor>> = {
  relu,
  sigmoid,
  tanh,
  gelu,
  linear: (a) => a,
};

/** Statistics that batch normalization takes, and the place for the new running ones. */
export interface Mode {
  readonly training: boolean;
  readonly updates: Record<string, Tensor>;
}

export const INFERENCE: Mode = { training: false, updates: {} };

/** An encoder and a decoder, for rows of d numbers. */
export interface Network {
  /** Parameters before training. */
  initial(d: number, random: Random): Parameters;
  /** Names of parameters that no gradient trains. */
  readonly fixed: readonly string[];
  /** Codes `[n, k]` of rows `[n, d]`. */
  encode(x: Tensor, p: Symbols, mode: Mode): Tensor;
  /** The decoder's output `[n, d]`, before any function of the output layer, of codes `[n, k]`. */
  decode(z: Tensor, p: Symbols, mode: Mode): Tensor;
}

/** An encoder of rows of d numbers. Its parameters have names that begin with `encoder.`. */
export interface EncoderNetwork {
  /** Parameters before training. */
  initial(d: number, random: Random): Parameters;
  /** Names of parameters that no gradient trains. */
  readonly fixed: readonly string[];
  /** True if the code of a row depends, while training, on the rows beside it. */
  readonly normalizes: boolean;
  /** Numbers in a code, k. */
  readonly codeSize: number;
  /** Codes `[n, k]` of rows `[n, d]`. */
  encode(x: Tensor, p: Symbols, mode: Mode): Tensor;
}
