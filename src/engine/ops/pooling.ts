/**
 * @file Max- and average-pooling over images `[n, channels, height, width]`, windows may overlap.
 */
import { constant, fixed, operation, show, sizeOf, type Tensor } from "../tensor.js";
import { relu } from "./activations.js";
import { conv, convolvedSize, type Pair, pairOf } from "./convolution.js";
import { addElements } from "./gather.js";
import { reshape } from "./shape.js";

/** Options of pooling, in pixels; one number, or `[vertical, horizontal]`. */
export interface PoolOptions {
  /** Pixels from one window to the next, ≥ 1. Default: the window size, so that windows do not overlap. */
  stride?: Pair | undefined;
  /** Pixels added on each side, ≥ 0. Default 0. */
  padding?: Pair | undefined;
}

function poolGeometry(x: Tensor, window: Pair, options: PoolOptions, where: string) {
  if (x.shape.length !== 4) throw new RangeError(`${where}: wants an image of rank 4, got ${show(x.shape)}`);
  const kernel = pairOf(window);
  const stride = pairOf(options.stride ?? window);
  const padding = pairOf(options.padding ?? 0);
  const [h, w] = [fixed(x.shape[2]!, where), fixed(x.shape[3]!, where)];
  const oh = convolvedSize(h, kernel[0], stride[0], padding[0], 1);
  const ow = convolvedSize(w, kernel[1], stride[1], padding[1], 1);
  if (oh < 1 || ow < 1)
    throw new RangeError(`${where}: window [${kernel.join(", ")}] does not fit into ${show(x.shape)}`);
  return { kernel, stride, padding, oh, ow };
}

/**
 * The largest of each window; of several, the first one has the gradient.
 * @throws RangeError for images that are not `[n, channels, h, w]`, or a window that does not fit.
 */
export function maxPool(x: Tensor, window: Pair, options: PoolOptions = {}): Tensor {
  // Rectifying what is left of an image is less work, and gives the same numbers and gradients.
  const rectified = x.source.op === "Relu" ? x.source.inputs[0] : undefined;
  return rectified ? relu(maxPoolOf(rectified, window, options)) : maxPoolOf(x, window, options);
}

function maxPoolOf(x: Tensor, window: Pair, options: PoolOptions): Tensor {
  const { kernel, stride, padding, oh, ow } = poolGeometry(x, window, options, "maxPool");
  const shape = [x.shape[0]!, x.shape[1]!, oh, ow];
  const pooled: Tensor = operation("MaxPool", {
    inputs: [x],
    shape,
    attributes: { kernel_shape: kernel, strides: stride, pads: [...padding, ...padding] },
    more: [{ shape, dtype: "int64" }],
    vjp: (g) => [
      () => {
        // The second output holds flat positions in x; overlapping windows may name one twice.
        const count = sizeOf(shape, "maxPool");
        const positions = reshape(pooled.source.outputs[1]!, [count]);
        return reshape(addElements(reshape(g, [count]), positions, sizeOf(x.shape, "maxPool")), x.shape);
      },
    ],
  });
  return pooled;
}

/**
 * The mean of each window; padding counts as zeros.
 * @throws RangeError for images that are not `[n, channels, h, w]`, or a window that does not fit.
 */
export function averagePool(x: Tensor, window: Pair, options: PoolOptions = {}): Tensor {
  const { kernel, stride, padding, oh, ow } = poolGeometry(x, window, options, "averagePool");
  const [n, c, h, w] = x.shape;
  const area = kernel[0] * kernel[1];
  const weights = constant({
    dtype: x.dtype,
    shape: [1, 1, ...kernel],
    data: (x.dtype === "float64" ? new Float64Array(area) : new Float32Array(area)).fill(1 / area),
  });
  // A convolution with equal weights, channel by channel: its gradients of every order come for free.
  const images = typeof n === "number" ? n * fixed(c!, "averagePool") : `${n}*${c}`;
  const pooled = conv(reshape(x, [images, 1, h!, w!]), weights, undefined, { stride, padding });
  return reshape(pooled, [n!, c!, oh, ow]);
}
