/**
 * @file Convolution, pooling, transposed convolution and fully connected layers, described as plain data.
 *
 *   h₀ = x,  h_{l+1} = φ_l(K_l * h_l + b_l)  or  max-, average-pooling of h_l  or  φ_l(h_l W_l + b_l)
 *
 * Images are `[channels, height, width]`, channel by channel in a row of the data. The code is the encoder's last output,
 * one row. A fully connected layer takes an image as one row; a decoder that starts with an image takes the code as the
 * image that the encoder ended with.
 */
import { conv, convolvedSize, convTranspose, type Pair, pairOf } from "../../engine/ops/convolution.js";
import { affine } from "../../engine/ops/matmul.js";
import { averagePool, maxPool } from "../../engine/ops/pooling.js";
import { reshape } from "../../engine/ops/shape.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { array, arrayOf } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import type { ImageSize } from "./image-size.js";
import { ACTIVATIONS, type Activation, activations, type Network } from "./network.js";

interface Windowed {
  /** Default 1; of a pooling layer, its window. */
  readonly stride?: Pair | undefined;
  /** Zeros on each side; default 0. */
  readonly padding?: Pair | undefined;
}

interface Activated {
  /** Default `relu`; in the last layer of the encoder `linear`. The last layer of the decoder takes none. */
  readonly activation?: Activation | undefined;
}

/** One layer. A number of pixels may be one for both directions, or `[vertical, horizontal]`. */
export type Layer =
  /** So many filters of `kernel` pixels. */
  | ({
      /** Filters of a convolution, ≥ 1: the channels of its output. */
      readonly conv: number;
      /** Size of a filter in pixels. */
      readonly kernel: Pair;
    } & Windowed &
      Activated)
  /** So many channels, each pixel spread by filters of `kernel` pixels. */
  | ({
      /** Channels of the output of a transposed convolution, ≥ 1. */
      readonly convTranspose: number;
      /** Size of a filter in pixels. */
      readonly kernel: Pair;
      /** Pixels added at the far side of the output, as PyTorch has it. Default 0. */
      readonly outputPadding?: Pair | undefined;
    } & Windowed &
      Activated)
  /** The largest of each window. */
  | ({
      /** Size in pixels of windows of which the largest number is taken. */
      readonly maxPool: Pair;
    } & Windowed)
  /** The mean of each window. */
  | ({
      /** Size in pixels of windows of which the mean is taken. */
      readonly averagePool: Pair;
    } & Windowed)
  /** So many numbers of all those before. */
  | ({
      /** Numbers of the output of a fully connected layer, ≥ 1. */
      readonly dense: number;
    } & Activated)
  /** The same numbers as an image. */
  | {
      /** Shape of the image that the numbers so far are taken as. */
      readonly reshape: readonly [channels: number, height: number, width: number];
    };

/** An encoder and a decoder of such layers. */
export interface LayerStack {
  /** Layers from the image to the code, in order. */
  readonly encoder: readonly Layer[];
  /** Layers from the code back to an image of the same size, in order. */
  readonly decoder: readonly Layer[];
}

/** `[channels, height, width]`, or `[numbers]` of one row. */
type Size = readonly number[];

/** A layer and what goes in and out of it. */
interface PlannedLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly from: Size;
  readonly to: Size;
  readonly activation: Activation;
}

/** All layers for images of one size. */
export interface Plan {
  readonly encoder: readonly PlannedLayer[];
  readonly decoder: readonly PlannedLayer[];
  /** Size of the code, with which the encoder ends and the decoder starts. */
  readonly code: Size;
}

/** Most pixels of a mean: its weights are held in memory, whatever a file says. */
const LARGEST_WINDOW = 2 ** 20;

const KINDS = ["conv", "convTranspose", "maxPool", "averagePool", "dense", "reshape"] as const;
type Kind = (typeof KINDS)[number];

const count = (size: Size): number => size.reduce((product, n) => product * n, 1);
const shown = (size: Size): string => size.join(" × ");
const isWhole = (value: unknown, min: number): boolean => Number.isSafeInteger(value) && Number(value) >= min;
const isPair = (value: unknown, min: number): boolean =>
  isWhole(value, min) || (Array.isArray(value) && value.length === 2 && value.every((v) => isWhole(v, min)));

/** Values that each field of a layer may have, beside the one that names its kind. */
const FIELDS: Readonly<Record<string, { want: string; test: (value: unknown) => boolean }>> = {
  kernel: { want: "an integer ≥ 1, or two", test: (v) => isPair(v, 1) },
  stride: { want: "an integer ≥ 1, or two", test: (v) => isPair(v, 1) },
  padding: { want: "an integer ≥ 0, or two", test: (v) => isPair(v, 0) },
  outputPadding: { want: "an integer ≥ 0, or two", test: (v) => isPair(v, 0) },
  activation: {
    want: `one of ${ACTIVATIONS.join(", ")}`,
    test: (v) => ACTIVATIONS.some((name) => name === v),
  },
};

const KIND_FIELDS: Readonly<
  Record<Kind, { want: string; test: (value: unknown) => boolean; others: readonly string[] }>
> = {
  conv: {
    want: "an integer ≥ 1",
    test: (v) => isWhole(v, 1),
    others: ["kernel", "stride", "padding", "activation"],
  },
  convTranspose: {
    want: "an integer ≥ 1",
    test: (v) => isWhole(v, 1),
    others: ["kernel", "stride", "padding", "outputPadding", "activation"],
  },
  maxPool: { want: "an integer ≥ 1, or two", test: (v) => isPair(v, 1), others: ["stride", "padding"] },
  averagePool: { want: "an integer ≥ 1, or two", test: (v) => isPair(v, 1), others: ["stride", "padding"] },
  dense: { want: "an integer ≥ 1", test: (v) => isWhole(v, 1), others: ["activation"] },
  reshape: {
    want: "three integers ≥ 1: channels, height, width",
    test: (v) => Array.isArray(v) && v.length === 3 && v.every((n) => isWhole(n, 1)),
    others: [],
  },
};

const kindOf = (layer: Layer): Kind => KINDS.find((kind) => kind in layer)!;

/** `encoder layer 2 (conv 16)`, counted from 1. */
function place(side: keyof LayerStack, index: number, layer: Layer): string {
  const kind = kindOf(layer);
  const value = (layer as Readonly<Record<string, unknown>>)[kind];
  return `${side} layer ${index + 1} (${kind} ${JSON.stringify(value)})`;
}

/** True for a value of the form of a stack; what its layers say is for `checkStack`. */
export function isStack(value: unknown): value is LayerStack {
  const { encoder, decoder, ...rest } = (value ?? {}) as Partial<LayerStack>;
  const lists = [encoder, decoder];
  return (
    Object.keys(rest).length === 0 && lists.every((list) => Array.isArray(list) && list.every(isKnownLayer))
  );
}

function isKnownLayer(value: unknown): boolean {
  return typeof value === "object" && value !== null && KINDS.filter((kind) => kind in value).length === 1;
}

/** @throws RangeError naming the first layer that says something impossible. */
export function checkStack(method: string, stack: LayerStack): void {
  for (const side of ["encoder", "decoder"] as const) {
    stack[side].forEach((layer, i) => {
      const where = `${method}: ${place(side, i, layer)}`;
      const kind = kindOf(layer);
      const { [kind]: value, ...others } = layer as Readonly<Record<string, unknown>>;
      const known = KIND_FIELDS[kind];
      if (!known.test(value)) throw new RangeError(`${where}: ${kind} must be ${known.want}`);
      const given = known.others.includes("kernel") ? { kernel: undefined, ...others } : others;
      for (const [name, field] of Object.entries(given)) {
        if (!known.others.includes(name)) {
          const has = known.others.length > 0 ? known.others.join(", ") : "nothing else";
          throw new RangeError(`${where}: there is no "${name}" here (there is ${has})`);
        }
        if (!FIELDS[name]!.test(field)) {
          throw new RangeError(
            `${where}: ${name} must be ${FIELDS[name]!.want}, got ${JSON.stringify(field) ?? "none"}`,
          );
        }
      }
    });
  }
  const last = stack.decoder.at(-1);
  if (last && "activation" in last) {
    const where = place("decoder", stack.decoder.length - 1, last);
    throw new RangeError(`${method}: ${where}: outputActivation is the function of the last layer`);
  }
}

/**
 * Sizes of all layers for images of one size.
 * @param latentDim where given, fully connected layers lead from the encoder's end to so many numbers and back.
 * @throws RangeError naming the first layer that does not fit.
 */
export function planLayers(method: string, stack: LayerStack, image: ImageSize, latentDim?: number): Plan {
  const reduce: Layer[] = latentDim === undefined ? [] : [{ dense: latentDim }];
  const encoder = planSide(method, "encoder", [...stack.encoder, ...reduce], image);
  const code = encoder.at(-1)?.to ?? image;
  const end = encoder.at(-1)?.from ?? image;
  const expand: Layer[] = latentDim === undefined ? [] : [{ dense: count(end) }];
  if (expand.length > 0 && end.length === 3) expand.push({ reshape: end as ImageSize });
  const decoder = planSide(method, "decoder", [...expand, ...stack.decoder], code, expand.length);
  const result = decoder.at(-1)?.to ?? code;
  if (count(result) !== count(image) || (result.length === 3 && shown(result) !== shown(image))) {
    throw new RangeError(`${method}: the decoder ends with ${shown(result)}, the image is ${shown(image)}`);
  }
  return { encoder, decoder, code };
}

/** @param added layers in front that are not of the user's stack and so are not counted. */
function planSide(
  method: string,
  side: keyof LayerStack,
  layers: readonly Layer[],
  start: Size,
  added = 0,
): readonly PlannedLayer[] {
  let from = start;
  return layers.map((layer, i) => {
    const to = outputSize(layer, from, `${method}: ${place(side, i - added, layer)}`);
    const { activation = i + 1 === layers.length ? "linear" : "relu" } = layer as Activated;
    const planned = { name: `${side}.${i}`, layer, from, to, activation };
    from = to;
    return planned;
  });
}

/** The size after a layer. @throws RangeError if it does not fit. */
function outputSize(layer: Layer, from: Size, where: string): Size {
  if ("dense" in layer) return [layer.dense];
  if ("reshape" in layer) {
    if (count(layer.reshape) === count(from)) return layer.reshape;
    throw new RangeError(`${where}: ${shown(from)} numbers do not make ${shown(layer.reshape)}`);
  }
  if (from.length !== 3)
    throw new RangeError(`${where}: wants an image, gets ${from[0]} numbers (reshape makes one)`);
  const [c, ...pixels] = from as ImageSize;
  const { window, stride, padding, outputPadding } = windowOf(layer);
  if ("averagePool" in layer && count(window) > LARGEST_WINDOW)
    throw new RangeError(`${where}: windows have at most ${LARGEST_WINDOW} pixels`);
  if (!("kernel" in layer) && window.some((k, i) => 2 * padding[i]! > k)) {
    throw new RangeError(`${where}: padding must be at most half of the window`);
  }
  if (outputPadding.some((extra, i) => extra >= stride[i]! && extra > 0)) {
    throw new RangeError(`${where}: outputPadding must be smaller than the stride`);
  }
  const after = pixels.map((size, i) => {
    const [k, s, p] = [window[i]!, stride[i]!, padding[i]!];
    if ("convTranspose" in layer) return (size - 1) * s - 2 * p + k + outputPadding[i]!;
    return convolvedSize(size, k, s, p, 1);
  });
  if (after.some((size) => size < 1)) throw new RangeError(`${where}: nothing is left of ${shown(from)}`);
  return ["conv" in layer ? layer.conv : "convTranspose" in layer ? layer.convTranspose : c, ...after];
}

type WindowLayer = Exclude<Layer, { readonly dense: number } | { readonly reshape: ImageSize }>;

/** Window, stride and padding, each as a pair. */
function windowOf(layer: WindowLayer) {
  const window = pairOf(
    "kernel" in layer ? layer.kernel : "maxPool" in layer ? layer.maxPool : layer.averagePool,
  );
  const stride = pairOf(layer.stride ?? ("kernel" in layer ? 1 : window));
  const outputPadding = pairOf(("outputPadding" in layer && layer.outputPadding) || 0);
  return { window, stride, padding: pairOf(layer.padding ?? 0), outputPadding };
}

/** The network of planned layers. */
export function convolutionalLayers({ encoder, decoder }: Plan): Network {
  const apply = (layers: readonly PlannedLayer[], input: Tensor, p: Symbols) => {
    const output = layers.reduce((h, layer) => applyLayer(layer, h, p), input);
    return rowsOf(output, [output.shape.slice(1).reduce<number>((product, n) => product * Number(n), 1)]);
  };
  return {
    initial: (_, random) =>
      Object.assign({}, ...[...encoder, ...decoder].map((layer) => initialLayer(layer, random))),
    fixed: [],
    encode: (x, p) => apply(encoder, x, p),
    decode: (z, p) => apply(decoder, z, p),
  };
}

/** The same numbers, each row of this size. */
const rowsOf = (h: Tensor, size: Size): Tensor => reshape(h, [h.shape[0]!, ...size]);

function applyLayer({ name, layer, from, to, activation }: PlannedLayer, input: Tensor, p: Symbols): Tensor {
  if ("reshape" in layer) return rowsOf(input, to);
  const [weight, bias] = [p[`${name}.weight`]!, p[`${name}.bias`]!];
  if ("dense" in layer) {
    const [fanIn, fanOut] = [count(from), count(to)];
    const h = affine(rowsOf(input, [fanIn]), weight, bias, { transposeB: fanIn <= fanOut });
    return activations[activation](h);
  }
  const x = rowsOf(input, from);
  const { window, ...options } = windowOf(layer);
  if ("maxPool" in layer) return maxPool(x, window, options);
  if ("averagePool" in layer) return averagePool(x, window, options);
  const convolved =
    "conv" in layer ? conv(x, weight, bias, options) : convTranspose(x, weight, bias, options);
  return activations[activation](convolved);
}

/**
 * Weights `[out, in, height, width]` of a convolution, `[in, out, height, width]` of a transposed one, `[in, out]` of a
 * fully connected layer, or `[out, in]` where that has the longer side first; biases `[out]`. All uniform on ±1/√fanIn, as
 * PyTorch draws them, who takes a transposed convolution's outputs for its inputs: on Fashion-MNIST a tenth less error
 * after the first epochs than with the wider draws of He et al. (2015).
 */
function initialLayer({ name, layer, from, to }: PlannedLayer, random: Random): Parameters {
  if (!("dense" in layer || "kernel" in layer)) return {};
  const image = "kernel" in layer;
  const [inputs, outputs] = image ? [from[0]!, to[0]!] : [count(from), count(to)];
  const window = image ? pairOf(layer.kernel) : [];
  const transposed = "convTranspose" in layer || (!image && inputs > outputs);
  const shape = [...(transposed ? [inputs, outputs] : [outputs, inputs]), ...window];
  const limit = 1 / Math.sqrt(("convTranspose" in layer ? outputs : inputs) * count(window));
  const stream = random.fork(name);
  const draw = () => (2 * stream.uniform() - 1) * limit;
  const weight = array(shape, draw);
  const bias = arrayOf([outputs], (size) => {
    // One stream: the weights come first.
    void weight.data;
    return Float32Array.from({ length: size }, draw);
  });
  return { [`${name}.weight`]: weight, [`${name}.bias`]: bias };
}
