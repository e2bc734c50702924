/**
 * @file Convolution and transposed convolution over images `[n, channels, height, width]`.
 *
 * Each is the other's gradient with respect to the image. The gradient with respect to the weights is again a
 * convolution, with batch and channels swapped, and stride and dilation swapped.
 */
import { type Dim, fixed, operation, sameShape, show, type Tensor } from "../tensor.js";
import { matmul } from "./matmul.js";
import { spreadSum, sum } from "./reduce.js";
import { concat, pad, reshape, slice, transpose } from "./shape.js";

/** One number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** Options of a convolution, in pixels; one number, or `[vertical, horizontal]`. */
export interface ConvOptions {
  /** Pixels from one window to the next, ≥ 1. Default 1. */
  stride?: Pair | undefined;
  /** Zeros on each side. Default 0. */
  padding?: Pair | undefined;
  /** Pixels from one number of a filter to the next, ≥ 1. Default 1. */
  dilation?: Pair | undefined;
}

/**
 * Options of a transposed convolution: those of the convolution whose gradient it is, and the padding of its output.
 */
export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the far side of the output, to tell apart inputs of one output size. Default 0. */
  outputPadding?: Pair | undefined;
}

interface Geometry {
  stride: readonly [number, number];
  padding: readonly [number, number];
  dilation: readonly [number, number];
}

export const pairOf = (value: Pair): readonly [number, number] =>
  typeof value === "number" ? [value, value] : value;

function geometry(options: ConvOptions): Geometry {
  return {
    stride: pairOf(options.stride ?? 1),
    padding: pairOf(options.padding ?? 0),
    dilation: pairOf(options.dilation ?? 1),
  };
}

/** The size that a window of `kernel` leaves of `size`. */
export function convolvedSize(
  size: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation: number,
): number {
  return Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

const attributesOf = (kernel: readonly [number, number], { stride, padding, dilation }: Geometry) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: [...padding, ...padding],
  dilations: dilation,
});

/** x `[n, c, h, w]` with filters w `[o, c, kh, kw]` and bias `[o]`. @throws RangeError if sizes do not fit. */
export function conv(x: Tensor, w: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  const g = geometry(options);
  const [n, c, h, wd, o, c2, kh, kw] = imageSizes(x, w, "conv");
  if (c !== c2)
    throw new RangeError(`conv: image ${show(x.shape)} and filters ${show(w.shape)} differ in channels`);
  checkBias("conv", bias, o);
  const oh = convolvedSize(h, kh, g.stride[0], g.padding[0], g.dilation[0]);
  const ow = convolvedSize(wd, kw, g.stride[1], g.padding[1], g.dilation[1]);
  if (oh < 1 || ow < 1) {
    throw new RangeError(`conv: filters ${show(w.shape)} do not fit into the image ${show(x.shape)}`);
  }
  const reached = (out: number, k: number, i: 0 | 1) =>
    (out - 1) * g.stride[i] - 2 * g.padding[i] + g.dilation[i] * (k - 1) + 1;
  return operation("Conv", {
    inputs: bias ? [x, w, bias] : [x, w],
    shape: [n, o, oh, ow],
    attributes: attributesOf([kh, kw], g),
    vjp: (cotangent) => [
      () =>
        convTranspose(cotangent, w, undefined, {
          ...g,
          outputPadding: [h - reached(oh, kh, 0), wd - reached(ow, kw, 1)],
        }),
      () => filterGradient(x, cotangent, [kh, kw], g),
      () => reshape(spreadSum(cotangent, [0, 2, 3]), [o]),
    ],
  });
}

/** x `[n, c, h, w]` spread by filters w `[c, o, kh, kw]`, plus bias `[o]`. @throws RangeError if sizes do not fit. */
export function convTranspose(
  x: Tensor,
  w: Tensor,
  bias?: Tensor,
  options: ConvTransposeOptions = {},
): Tensor {
  const g = geometry(options);
  const extra = pairOf(options.outputPadding ?? 0);
  const [n, c, h, wd, c2, o, kh, kw] = imageSizes(x, w, "convTranspose");
  if (c !== c2) {
    throw new RangeError(
      `convTranspose: image ${show(x.shape)} and filters ${show(w.shape)} differ in channels`,
    );
  }
  checkBias("convTranspose", bias, o);
  const spread = (size: number, k: number, i: 0 | 1) =>
    (size - 1) * g.stride[i] - 2 * g.padding[i] + g.dilation[i] * (k - 1) + 1 + extra[i];
  const [oh, ow] = [spread(h, kh, 0), spread(wd, kw, 1)];
  if (oh < 1 || ow < 1) {
    throw new RangeError(
      `convTranspose: nothing is left of ${show(x.shape)} after padding [${g.padding.join(", ")}]`,
    );
  }
  return operation("ConvTranspose", {
    inputs: bias ? [x, w, bias] : [x, w],
    shape: [n, o, oh, ow],
    attributes: { ...attributesOf([kh, kw], g), output_padding: extra },
    vjp: (cotangent) => [
      () => conv(cotangent, w, undefined, g),
      () => filterGradient(cotangent, x, [kh, kw], g),
      () => reshape(spreadSum(cotangent, [0, 2, 3]), [o]),
    ],
  });
}

function checkBias(where: string, bias: Tensor | undefined, outputs: Dim): void {
  if (bias && !sameShape(bias.shape, [outputs]))
    throw new RangeError(`${where}: bias must be [${outputs}], got ${show(bias.shape)}`);
}

/** Σₙ over positions of g[n,o,·] x[n,c,· s + k d − p], shape `[o, c, kh, kw]`. */
function filterGradient(x: Tensor, g: Tensor, [kh, kw]: readonly [number, number], geo: Geometry): Tensor {
  if (x.shape[0] === 1 && [...geo.stride, ...geo.dilation].every((one) => one === 1)) {
    return filterGradientOfOne(x, g, [kh, kw], geo.padding);
  }
  const swapped = (t: Tensor) => transpose(t, [1, 0, 2, 3]);
  const between = { stride: geo.dilation, padding: geo.padding, dilation: geo.stride };
  // A stride that does not divide the image leaves further positions, which no weight took part in.
  const atWeights = (full: Tensor) => slice(slice(full, 2, 0, kh), 3, 0, kw);
  const [n, c] = x.shape;
  const [, o, oh, ow] = g.shape as readonly number[];
  const groups = c === 1 && o! <= kh * kw && typeof n === "number" ? largestDivisor(n, GROUPS) : 1;
  if (groups === 1) return swapped(atWeights(conv(swapped(x), swapped(g), undefined, between)));
  // With one channel it would be one convolution of one image: in groups, it is shared by threads.
  const filters = transpose(reshape(g, [groups, Number(n) / groups, o!, oh!, ow!]), [0, 2, 1, 3, 4]);
  const stacked = reshape(filters, [groups * o!, Number(n) / groups, oh!, ow!]);
  const parts = atWeights(groupedConv(swapped(x), stacked, groups, between));
  return reshape(sum(reshape(parts, [groups, o!, kh, kw]), 0), [o!, 1, kh, kw]);
}

const GROUPS = 8;

function largestDivisor(n: number, most: number): number {
  for (let divisor = Math.min(n, most); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}

/** A convolution of its own for each group of channels: x `[n, G c, h, w]`, w `[G o, c, kh, kw]`. */
function groupedConv(x: Tensor, w: Tensor, groups: number, options: ConvOptions): Tensor {
  const of = (t: Tensor, axis: number, group: number) => {
    const size = (t.shape[axis] as number) / groups;
    return slice(t, axis, group * size, (group + 1) * size);
  };
  const each = Array.from({ length: groups }, (_, i) => conv(of(x, 1, i), of(w, 0, i), undefined, options));
  const [n, o, ...image] = each[0]!.shape;
  const slopes = (cotangent: Tensor, wanted: 0 | 1) =>
    each.map((part, i) => part.source.vjp!(of(cotangent, 1, i), part)[wanted]!());
  return operation("Conv", {
    inputs: [x, w],
    shape: [n!, Number(o) * groups, ...image],
    attributes: { ...each[0]!.source.attributes, group: groups },
    vjp: (cotangent) => [() => concat(slopes(cotangent, 0), 1), () => concat(slopes(cotangent, 1), 0)],
  });
}

/**
 * The same for one image and stride 1, a product for each place in the window: where the swapped convolution has windows
 * as large as the image, on which the runtime is three times slower.
 */
function filterGradientOfOne(
  x: Tensor,
  g: Tensor,
  [kh, kw]: readonly [number, number],
  [ph, pw]: readonly [number, number],
): Tensor {
  const [c, o, oh, ow] = [x.shape[1]!, ...g.shape.slice(1)].map((dim) => fixed(dim, "conv")) as [
    number,
    number,
    number,
    number,
  ];
  const flat = reshape(g, [o, oh * ow]);
  const padded = pad(x, [
    [0, 0],
    [0, 0],
    [ph, ph],
    [pw, pw],
  ]);
  const places = Array.from({ length: kh * kw }, (_, at) => {
    const [top, left] = [Math.floor(at / kw), at % kw];
    const seen = slice(slice(padded, 2, top, top + oh), 3, left, left + ow);
    return reshape(matmul(flat, reshape(seen, [c, oh * ow]), { transposeB: true }), [o, c, 1]);
  });
  return reshape(concat(places, 2), [o, c, kh, kw]);
}

function imageSizes(x: Tensor, w: Tensor, where: string) {
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw new RangeError(
      `${where}: want image and filters of rank 4, got ${show(x.shape)} and ${show(w.shape)}`,
    );
  }
  if (w.dtype !== x.dtype) throw new TypeError(`${where}: ${x.dtype} meets ${w.dtype}`);
  const [n, ...image] = x.shape;
  const sizes = [...image, ...w.shape].map((dim) => fixed(dim, where)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return [n!, ...sizes] as const;
}
