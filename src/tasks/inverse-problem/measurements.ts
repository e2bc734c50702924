/**
 * @file Measurements y = f(x) of rows x: linear maps whose inverse problem is to find x from y.
 *
 *   linear: y = A x    mask: y = m ⊙ x    blur: y = k ∗ x    downsample: y = means of squares of pixels
 *
 * All are built of the engine's operations, so that gradients flow through them.
 */
import { type Matrix, type MatrixLike, matrix, toMatrix } from "../../data/matrix.js";
import { float32 } from "../../engine/arrays.js";
import { mul } from "../../engine/ops/arithmetic.js";
import { conv } from "../../engine/ops/convolution.js";
import { matmul } from "../../engine/ops/matmul.js";
import { reshape } from "../../engine/ops/shape.js";
import { runtime } from "../../engine/session.js";
import { constant, input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { channelsFirst } from "./image-size.js";

/** A way to measure rows. One of your own is built from the engine's operations. */
export interface Measurement {
  /** Name, as errors give it. */
  readonly name: string;
  /** Numbers m in the measurement of a row of d. @throws RangeError if rows of d numbers cannot be measured. */
  size(d: number): number;
  /** f(x) `[rows, m]` of x `[rows, d]`, float32. */
  apply(x: Tensor): Tensor;
  /** `[m]`: 0 for numbers of y that are not measured and may be anything. Default: all are. */
  readonly observed?: Float32Array;
}

/**
 * y = A x.
 * @param a A `[m, d]`, finite.
 * @throws RangeError naming the first number that is not finite.
 */
export function linear(a: MatrixLike): Measurement {
  const { rows: m, cols: d, data } = toMatrix(a, "linear");
  refuseNotFinite("linear", data);
  const kept = float32([m, d], data);
  return {
    name: "linear",
    size: (given) => sized("linear", given, d, m),
    apply: (x) => matmul(x, constant(kept), { transposeB: true }),
  };
}

/**
 * y = m ⊙ x: some numbers of a row are seen, and others are not.
 * @param observed m `[d]`: 1 for numbers that are seen, 0 for those that are hidden.
 * @throws RangeError for a number that is neither 1 nor 0.
 */
export function mask(observed: ArrayLike<number>): Measurement {
  const m = Float32Array.from(observed);
  const wrong = m.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) throw new RangeError(`mask: want 1 (seen) or 0 (hidden), number ${wrong} is ${m[wrong]}`);
  const kept = float32([1, m.length], m);
  return {
    name: "mask",
    size: (d) => sized("mask", d, m.length, m.length),
    apply: (x) => mul(x, constant(kept)),
    observed: m,
  };
}

/**
 * Convolution of an image with a kernel, y(p) = Σ_q k(q) x(p − q), of the image's size; outside of it all is 0.
 * @param kernel `[height, width]`, both odd, finite.
 * @param rowShape of a row: `[height, width]`, or `[channels, height, width]`, each blurred alike.
 * @throws RangeError for a kernel of even sides, one with numbers that are not finite, or an impossible shape.
 */
export function blur(kernel: MatrixLike, rowShape: readonly number[]): Measurement {
  const { rows: kh, cols: kw, data } = toMatrix(kernel, "blur");
  if (kh % 2 === 0 || kw % 2 === 0)
    throw new RangeError(`blur: the kernel's sides must be odd, got ${kh} × ${kw}`);
  refuseNotFinite("blur", data);
  const shape = channelsFirst("blur", rowShape);
  // The runtime's convolution does not mirror its kernel, and so correlates.
  const weights = eachChannel(shape[0], [kh, kw], data.slice().reverse());
  const d = product(shape);
  return {
    name: "blur",
    size: (given) => sized("blur", given, d, d),
    apply(x) {
      const padding = [(kh - 1) / 2, (kw - 1) / 2] as const;
      const images = reshape(x, [x.shape[0]!, ...shape]);
      return reshape(conv(images, constant(weights), undefined, { padding }), [x.shape[0]!, d]);
    },
  };
}

/**
 * A Gaussian kernel `[size, size]` whose entries add up to 1.
 * @param size odd, ≥ 1.
 * @param sigma standard deviation in pixels, > 0.
 * @throws RangeError for a size that is no odd integer ≥ 1, or a sigma that is no number > 0.
 */
export function gaussianKernel(size: number, sigma: number): Matrix {
  if (!(Number.isInteger(size) && size >= 1 && size % 2 === 1)) {
    throw new RangeError(`gaussianKernel: size must be an odd integer ≥ 1, got ${size}`);
  }
  if (!(sigma > 0 && Number.isFinite(sigma)))
    throw new RangeError(`gaussianKernel: sigma must be a number > 0, got ${sigma}`);
  const middle = (size - 1) / 2;
  const line = Float64Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - middle) / sigma) ** 2));
  const total = line.reduce((sum, value) => sum + value, 0);
  const data = Float32Array.from(
    { length: size ** 2 },
    (_, at) => (line[Math.floor(at / size)]! * line[at % size]!) / total ** 2,
  );
  return matrix(size, size, data);
}

/**
 * The mean of every square of `factor` × `factor` pixels.
 * @param factor ≥ 1; it must divide height and width.
 * @param rowShape of a row x, before: `[height, width]`, or `[channels, height, width]`.
 * @throws RangeError for a factor that does not divide height and width, or an impossible shape.
 */
export function downsample(factor: number, rowShape: readonly number[]): Measurement {
  const shape = channelsFirst("downsample", rowShape);
  const [channels, height, width] = shape;
  const divides = Number.isInteger(factor) && factor >= 1 && height % factor === 0 && width % factor === 0;
  if (!divides)
    throw new RangeError(`downsample: factor must divide images of ${height} × ${width}, got ${factor}`);
  const weights = eachChannel(
    channels,
    [factor, factor],
    new Float32Array(factor ** 2).fill(1 / factor ** 2),
  );
  const d = product(shape);
  const m = d / factor ** 2;
  return {
    name: "downsample",
    size: (given) => sized("downsample", given, d, m),
    apply(x) {
      const images = reshape(x, [x.shape[0]!, ...shape]);
      return reshape(conv(images, constant(weights), undefined, { stride: factor }), [x.shape[0]!, m]);
    },
  };
}

/** y = x: all that is hidden are the numbers that are missing (NaN) in y, which may be others in every row. */
export function identity(): Measurement {
  return { name: "identity", size: (d) => d, apply: (x) => x };
}

/**
 * Measures rows: f(x) `[n, m]` of x `[n, d]`.
 * @throws RangeError if rows of d numbers cannot be measured so.
 */
export async function measure(measurement: Measurement, x: MatrixLike): Promise<Matrix> {
  const { data, rows, cols } = toMatrix(x, "measure");
  const m = measurement.size(cols);
  if (rows === 0) return matrix(0, m);
  const from = input("x", [rows, cols]);
  const loaded = await runtime();
  const program = await loaded.program({ y: measurement.apply(from) }, { inputs: [from] });
  const { y } = await program.run({ x: float32([rows, cols], data) });
  await program.release();
  return matrix(rows, m, y!.data as Float32Array);
}

const product = (shape: readonly number[]): number => shape.reduce((p, size) => p * size, 1);

function sized(where: string, given: number, d: number, m: number): number {
  if (given !== d) throw new RangeError(`${where}: measures rows of ${d} numbers, got rows of ${given}`);
  return m;
}

/** Filters `[c, c, kh, kw]` that leave every channel to itself. */
function eachChannel(channels: number, [kh, kw]: readonly [number, number], kernel: Float32Array): NdArray {
  const data = new Float32Array(channels ** 2 * kernel.length);
  for (let c = 0; c < channels; c++) data.set(kernel, (c * channels + c) * kernel.length);
  return float32([channels, channels, kh, kw], data);
}

function refuseNotFinite(where: string, data: Float32Array): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RangeError(`${where}: number ${at} is ${data[at]}`);
}
