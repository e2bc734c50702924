/**
 * @file The linear autoencoder: four parameterizations of its encoder, and the tied one, for codes smaller and larger
 * than the input.
 *
 *   min over A, B, c of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ),   z = A (x − c),  x̂ = B z + c,   A ∈ ℝ^{k×d}, B ∈ ℝ^{d×k}
 *
 *   free        A and B independent
 *   projection  A = (BᵀB)⁻¹Bᵀ for k < d;  A = Bᵀ(BBᵀ)⁻¹ for k ≥ d, where BA = I whatever B is
 *   shared      A = C Bᵀ, C ∈ ℝ^{k×k} for k < d;  A = Bᵀ C, C ∈ ℝ^{d×d} for k ≥ d
 *   unrolled    z = y_T of T gradient steps on ‖x − c − B y‖² (see unrolled.ts): BA = I − (I − η B Bᵀ)^T
 *   tied        A = Bᵀ
 *
 * with ℓ the squared error, or another loss (losses.ts); one with a link has x̂ = link(B z + c). In training the encoder may be given
 * x̃ᵢ in place of xᵢ, with noise on it or with hidden entries, drawn anew in every step.
 * For k < d all but `unrolled` reach the error of PCA and its subspace, each with another B.
 * Source: Baldi & Hornik (1989), "Neural networks and principal component analysis", Neural Networks.
 */
import type { Matrix } from "../../data/matrix.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { inverse } from "../../engine/ops/inverse.js";
import { matmul } from "../../engine/ops/matmul.js";
import { mean } from "../../engine/ops/reduce.js";
import { transpose } from "../../engine/ops/shape.js";
import { constant, type NdArray, type Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { corruptionOf, movesWithColumns, type Noise, noiseOption } from "../augmentations/noise-option.js";
import { randomMask } from "../augmentations/random-mask.js";
import { meanReconstructed } from "../collapse.js";
import { asConstants, evaluate } from "../evaluate.js";
import { array, glorot, orthonormal } from "../initial.js";
import {
  checkLeavesOut,
  type Loss,
  lossOf,
  lossOption,
  rangeOfLoss,
  seesDifferencesAlone,
} from "../losses.js";
import type { Method, Trained } from "../method.js";
import { observedMeans, splitMissing } from "../missing.js";
import type { Coder } from "../model.js";
import {
  boolean,
  checkOptions,
  describeOptions,
  integer,
  number,
  numberOr,
  type OptionTable,
  oneOf,
  optional,
} from "../options.js";
import { type Parameters, parameterMatrix, type Symbols } from "../parameters.js";
import { pointWithOffset } from "../places.js";
import { initialStepWeights, unrolledEncode } from "./unrolled.js";

/**
 * Dependence of a linear encoder A on its decoder B:
 *
 *   free        A and B independent
 *   projection  A = (BᵀB)⁻¹Bᵀ for k < d;  A = Bᵀ(BBᵀ)⁻¹ for k ≥ d
 *   shared      A = C Bᵀ, C ∈ ℝ^{k×k} for k < d;  A = Bᵀ C, C ∈ ℝ^{d×d} for k ≥ d
 *   unrolled    z after T gradient steps on ‖x − c − B z‖²
 *   tied        A = Bᵀ
 */
export type Parameterization = "free" | "projection" | "shared" | "unrolled" | "tied";

/** Options of `linearAutoencoder`. */
export interface LinearAutoencoderOptions {
  /** Size of a code k, ≥ 1; it may exceed the size of a row. */
  latentDim: number;
  /** Dependence of the encoder on the decoder. Default `free`. */
  parameterization?: Parameterization | undefined;
  /** Learn a center c, which starts at the mean; without, c = 0. Default true. */
  bias?: boolean | undefined;
  /** For `unrolled`: the number of steps T, from 1 to 1000. Default 10. */
  steps?: number | undefined;
  /** For `unrolled`: η > 0, or `learned`, or `lipschitz` for 1/σ_max(B)², with which the steps never diverge. Default `lipschitz`. */
  stepSize?: number | "learned" | "lipschitz" | undefined;
  /**
   * For `unrolled`, the matrices of the steps: `decoder` takes B and Bᵀ; `shared` learns one pair in their place, used
   * in every step; `separate` learns a pair for every step. Default `decoder`.
   */
  stepWeights?: "decoder" | "shared" | "separate" | undefined;
  /**
   * Corruption of training rows, as that of `denoisingAutoencoder`: `{ gaussian: σ }` in units of the scaled data, or `gaussian:0.3` in
   * words; the loss is against the clean row. Needs rows without missing numbers. Default: none.
   */
  noise?: Noise | undefined;
  /**
   * The probability, in [0, 1), with which an entry is hidden from the encoder in a training step, so that what is missing is learned
   * to be filled. With more than 0 rows may have missing numbers (NaN); `unrolled` takes them anyway. Default 0.
   */
  maskRatio?: number | undefined;
  /**
   * Number that the encoder is given for a hidden or missing one: 0, or the mean of its column. Default `mean`, but for `unrolled`
   * none: it leaves hidden entries out of its residual.
   */
  maskToken?: "zero" | "mean" | undefined;
  /** Entries that the loss counts: `all` that are observed (default), or of those the `hidden` ones. */
  lossOn?: "all" | "hidden" | undefined;
  /** Factor > 0 of the matrices A and B before training; C of `shared` is left alone. Default 1. */
  initialScale?: number | undefined;
  /**
   * Loss ℓ: `squaredError` (default), `unsquared` for data with outliers, or another loss of the autoencoders. The
   * steps of `unrolled` descend the squared residual whatever the loss.
   */
  loss?: string | Loss | undefined;
}

export const linearAutoencoderOptions: OptionTable<LinearAutoencoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  parameterization: oneOf(["free", "projection", "shared", "unrolled", "tied"], {
    default: "free",
    help: "dependence of the encoder on the decoder",
  }),
  bias: boolean({ default: true, help: "learn a center" }),
  steps: integer({ min: 1, max: 1000, default: 10, help: "unrolled: gradient steps on the code" }),
  stepSize: numberOr(["learned", "lipschitz"], {
    default: "lipschitz",
    want: "a number > 0",
    test: (v) => v > 0,
    help: "unrolled: length of a step",
  }),
  stepWeights: oneOf(["decoder", "shared", "separate"], {
    default: "decoder",
    help: "unrolled: matrices of the steps",
  }),
  noise: optional(noiseOption({ help: "noise added to rows in training" })),
  maskRatio: number({
    default: 0,
    want: "a number in [0, 1)",
    test: (v) => v >= 0 && v < 1,
    help: "probability with which an entry is hidden in training",
  }),
  maskToken: optional(
    oneOf(["zero", "mean"], { help: "number that the encoder gets for a hidden one" }),
    "mean; unrolled: left out of the residual",
  ),
  lossOn: oneOf(["all", "hidden"], { default: "all", help: "observed numbers that the loss counts" }),
  initialScale: number({
    default: 1,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "factor of the matrices before training",
  }),
  loss: lossOption({ default: "squaredError", help: "loss between rows and reconstructions" }),
};

type CheckedOptions = Required<LinearAutoencoderOptions>;

/** A fitted linear autoencoder. */
export interface LinearAutoencoder extends Coder {
  /** A `[k, d]`; `undefined` where encoding is no single matrix (`unrolled`). */
  readonly encoder: Matrix | undefined;
  /** B `[d, k]`. */
  readonly decoder: Matrix;
  /** c `[d]`; zeros without bias. */
  readonly center: Float32Array;
}

/**
 * The linear autoencoder: codes `[n, k]` and back by a matrix each, for codes smaller and larger than a row. With fewer
 * codes than columns all parameterizations but `unrolled` reach the squared error and the subspace of PCA.
 *
 *   min over A, B, c of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ),   z = A (x − c),  x̂ = B z + c,   A ∈ ℝ^{k×d}, B ∈ ℝ^{d×k}
 *
 * Trained by Adam with a learning rate of 0.01, 100 epochs of 64 rows, unless `fit` is told otherwise.
 * Source: Baldi & Hornik (1989), "Neural networks and principal component analysis", Neural Networks.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function linearAutoencoder(options: LinearAutoencoderOptions): Method<LinearAutoencoder> {
  const checked = checkOptions("linearAutoencoder", linearAutoencoderOptions, options);
  const name = "linearAutoencoder";
  const { latentDim: k, parameterization, bias, noise, maskRatio, lossOn } = checked;
  const loss = lossOf(checked.loss);
  const unrolled = parameterization === "unrolled";
  const corruption = noise === undefined ? undefined : corruptionOf(noise);
  const acceptsMissing = unrolled || maskRatio > 0;
  // The default of an unrolled encoder has no number in place of a hidden one.
  const maskToken = checked.maskToken ?? (acceptsMissing && !unrolled ? "mean" : undefined);
  if (checked.maskToken && !acceptsMissing)
    throw new RangeError(`${name}: maskToken wants a maskRatio > 0, or parameterization "unrolled"`);
  if (lossOn === "hidden") {
    if (maskRatio === 0) throw new RangeError(`${name}: lossOn "hidden" wants a maskRatio > 0`);
    checkLeavesOut(name, loss);
  }

  /** Codes of rows without NaN, of which a mask shows a part. @param linear A x, where that is not unrolled. */
  const codesOfShown = (x: Tensor, mask: Tensor | undefined, p: Symbols, linear: (x: Tensor) => Tensor) => {
    if (unrolled && !maskToken) return unrolledEncode(x, p, checked, mask);
    const filled = mask ? withToken(x, mask, p) : x;
    return unrolled ? unrolledEncode(filled, p, checked) : linear(centered(filled, p));
  };

  const fitting: Trained = {
    kind: "trained",
    fixed: [...(maskToken === "mean" ? ["maskToken"] : []), ...(corruption?.measured ?? [])],
    defaults: { epochs: 100, batchSize: 64, learningRate: 1e-2, optimizer: { name: "adam" } },
    initial: (x, random) => ({
      ...initialMatrices(checked, x.cols, random),
      ...(bias && { center: observedMeans(x) }),
      ...(maskToken === "mean" && { maskToken: observedMeans(x) }),
      ...corruption?.measure?.(x),
    }),
    loss(batch, p) {
      const rows = batch.data.x!;
      const { values: x, observed } = batch.hasMissing
        ? splitMissing(rows)
        : { values: rows, observed: undefined };
      if (observed) checkLeavesOut(name, loss);
      if (observed && corruption)
        throw new RangeError(`${name}: noise wants training rows without missing numbers`);
      const input = corruption
        ? corruption.view(x, { batch, shape: x.shape.slice(1).map(Number), parameters: p })
        : x;
      const shown = maskRatio > 0 ? randomMask(x, batch, { maskRatio }) : undefined;
      const mask = observed && shown ? mul(observed, shown) : (shown ?? observed);
      // Missing numbers are in neither, so that the difference is what was hidden of the observed.
      const counted = lossOn === "hidden" ? sub(observed ?? 1, mask!) : observed;
      const z = codesOfShown(input, mask, p, (rows) => encode(parameterization, rows, p));
      return { loss: mean(loss.rows(x, decode(z, p), counted)) };
    },
    async finish(parameters, { runtime }) {
      if (unrolled || parameters.encoder) return parameters;
      const p = asConstants(parameters);
      // The rows of A^T are the codes of the unit vectors.
      const encoder = transpose(encode(parameterization, identity(p.decoder!), p));
      return { ...parameters, encoder: await evaluate(encoder, runtime) };
    },
  };
  const codesOf = (x: Tensor, p: Symbols): Tensor => {
    const { values, observed } = acceptsMissing ? splitMissing(x) : { values: x, observed: undefined };
    return codesOfShown(values, observed, p, (rows) => matmul(rows, p.encoder!, { transposeB: true }));
  };
  const rowsOf = (z: Tensor, p: Symbols): Tensor => (loss.link ?? ((output) => output))(decode(z, p));
  return {
    name,
    options: describeOptions(checked),
    acceptsMissing,
    codeSize: () => k,
    checkSize: (_rows, cols) => corruption?.check?.(name, [cols]),
    ...rangeOfLoss(name, loss),
    shiftInvariant:
      bias &&
      seesDifferencesAlone(loss) &&
      (noise === undefined || movesWithColumns(noise)) &&
      maskToken !== "zero",
    fitting,
    parts: () => ({ encode: codesOf, decode: rowsOf }),
    async notes({ x, run }) {
      const { xHat } = await run((rows, p) => ({ xHat: rowsOf(codesOf(rows, p), p) }));
      return meanReconstructed(name, x, xHat!);
    },
    results: (parameters, d, { scaling }) => ({
      encoder: parameters.encoder && parameterMatrix(parameters, "encoder"),
      decoder: parameterMatrix(parameters, "decoder"),
      center: pointWithOffset(
        (parameters.center?.data as Float32Array | undefined) ?? new Float32Array(d),
        scaling,
      ),
    }),
  };
}

/** B z + c */
function decode(z: Tensor, p: Symbols): Tensor {
  const product = matmul(z, p.decoder!, { transposeB: true });
  return p.center ? add(product, p.center) : product;
}

const centered = (x: Tensor, p: Symbols): Tensor => (p.center ? sub(x, p.center) : x);

/** x where the mask is 1, and where it is 0 the number that stands for a hidden one. */
function withToken(x: Tensor, mask: Tensor, p: Symbols): Tensor {
  const shown = mul(x, mask);
  return p.maskToken ? add(shown, mul(sub(1, mask), p.maskToken)) : shown;
}

/** A x for rows x, multiplied in the order that takes the fewest operations. */
function encode(parameterization: Parameterization, x: Tensor, p: Symbols): Tensor {
  const b = p.decoder!;
  const [d, k] = b.shape as [number, number];
  const narrow = k < d;
  if (parameterization === "free") return matmul(x, p.encoder!, { transposeB: true });
  if (parameterization === "tied") return matmul(x, b);
  if (parameterization === "shared") {
    const c = p.mixing!;
    return narrow
      ? matmul(matmul(x, b), c, { transposeB: true })
      : matmul(matmul(x, c, { transposeB: true }), b);
  }
  return narrow
    ? matmul(matmul(x, b), inverse(matmul(b, b, { transposeA: true })))
    : matmul(matmul(x, inverse(matmul(b, b, { transposeB: true }))), b);
}

function initialMatrices(options: CheckedOptions, d: number, random: Random): Parameters {
  const { latentDim: k, parameterization, initialScale } = options;
  const scaled = (matrix: NdArray) => array(matrix.shape, (i) => (matrix.data[i] as number) * initialScale);
  const names = random.fork("matrices");
  switch (parameterization) {
    case "free":
      return {
        encoder: scaled(glorot([k, d], names.fork("encoder"))),
        decoder: scaled(glorot([d, k], names.fork("decoder"))),
      };
    case "shared":
      // With C = I the gradient in C is exactly 0, and Adam would make steps of full size out of rounding errors.
      return { decoder: scaled(orthonormal([d, k], names)), mixing: scaledIdentity(Math.min(d, k), 0.5) };
    case "unrolled": {
      const decoder = scaled(glorot([d, k], names.fork("decoder")));
      return { decoder, ...initialStepWeights(options, decoder) };
    }
    default:
      // Orthonormal: BᵀB = I (or BBᵀ = I) is as far from singular as can be.
      return { decoder: scaled(orthonormal([d, k], names)) };
  }
}

function scaledIdentity(size: number, factor: number): NdArray {
  return array([size, size], (i) => (i % (size + 1) === 0 ? factor : 0));
}

function identity(b: Tensor): Tensor {
  return constant(scaledIdentity(b.shape[0] as number, 1));
}
