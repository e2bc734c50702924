/**
 * @file Variational autoencoder: codes are distributions, and codes drawn from N(0, I) decode to new rows.
 *
 *   ELBO(x) = E_q [log p(x|z)] − KL(q(z|x) ‖ N(0, I)),   q(z|x) = N(μ(x), diag σ²(x))
 *   min over θ of  1/n Σᵢ −E_q [log p(xᵢ|z)] + β KL(q(z|xᵢ) ‖ N(0, I)),   z = μ + σ ⊙ ε,  ε ~ N(0, I) anew in every step
 *
 *   bernoulli   log p(x|z) = Σⱼ xⱼ log x̂ⱼ + (1 − xⱼ) log(1 − x̂ⱼ),            x̂ = σ(g(z))
 *   gaussian    log p(x|z) = −½ (‖x − x̂‖² / s² + d log 2πs²),               x̂ = m + r g(z), s² fixed or learned
 *   KL          ½ Σⱼ (μⱼ² + σⱼ² − 1 − log σⱼ²)
 *
 * With a gaussian output the networks see (x − m)/r and g(z), m the means of the columns and r² the mean of their variances
 * before training, where s² starts too. Without, x̂ of a new network strays from rows of small spread by many times s, and the
 * first steps silence the decoder before the codes tell anything, for good; and rows of large numbers have codes so long that
 * their KL term is all there is to lower.
 *
 * Source: Kingma & Welling (2014), "Auto-encoding variational Bayes", ICLR; β: Higgins et al. (2017), "β-VAE", ICLR;
 * one learned s²: Rybkin, Daniilidis & Levine (2021), "Simple and effective VAE training with calibrated decoders", ICML.
 */
import { columnMeans, type Matrix, type MatrixLike } from "../../data/matrix.js";
import { log } from "../../elementary.js";
import { sigmoid } from "../../engine/ops/activations.js";
import { add, div, exp, mul, neg, square, sub } from "../../engine/ops/arithmetic.js";
import { affine } from "../../engine/ops/matmul.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { constant, fixed, type NdArray, type Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { meanReconstructed, SCALE_OR_TRAIN } from "../collapse.js";
import { array, once } from "../initial.js";
import { binaryCrossEntropy, rangeOfLoss, squaredError } from "../losses.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { encodeHidden, fullyConnected } from "../networks/fully-connected.js";
import { ACTIVATIONS, type Activation, INFERENCE } from "../networks/network.js";
import { checkOptions, integer, integers, number, numberOr, type OptionTable, oneOf } from "../options.js";
import type { Parameters, Symbols } from "../parameters.js";
import { meanVariance } from "../spread.js";
import { AUTOENCODER_DEFAULTS } from "./autoencoder-of.js";
import type { BoundOptions } from "./likelihood-bounds.js";
import { type Distributions, exactLogLikelihood, inference } from "./variational-inference.js";

/** Options of `variationalAutoencoder`. */
export interface VariationalAutoencoderOptions {
  /** Size of a code k, ≥ 1. */
  latentDim: number;
  /** Widths of the encoder's hidden layers, mirrored by the decoder; `[]` for a linear model. Default `[512, 256]`. */
  hidden?: readonly number[] | undefined;
  /** Activation of the hidden layers. Default `relu`. */
  activation?: Activation | undefined;
  /** p(x|z): `gaussian` (default) for any numbers, `bernoulli` for numbers in [0, 1]. */
  likelihood?: "gaussian" | "bernoulli" | undefined;
  /**
   * s² of a gaussian output, in scaled units: a number > 0, or `learned` (default), one for all numbers of a row, which
   * starts at the mean variance of the columns. A fixed one above the variance of the data leaves no code worth its KL.
   */
  variance?: number | "learned" | undefined;
  /** β ≥ 0: weight of the KL term while training; 1 (default) gives a bound on the likelihood. */
  beta?: number | undefined;
}

export const variationalAutoencoderOptions: OptionTable<VariationalAutoencoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  hidden: integers({ min: 1, default: [512, 256], help: "widths of the hidden layers" }),
  activation: oneOf(ACTIVATIONS, { default: "relu", help: "activation of the hidden layers" }),
  likelihood: oneOf(["gaussian", "bernoulli"], {
    default: "gaussian",
    help: "distribution of a number given z",
  }),
  variance: numberOr(["learned"], {
    default: "learned",
    want: "a number > 0",
    test: (v) => v > 0,
    help: "variance of a gaussian output",
  }),
  beta: number({ default: 1, want: "a number ≥ 0", test: (v) => v >= 0, help: "weight of the KL term" }),
};

/** A fitted variational autoencoder. `encode` gives μ(x), `decode` the mean x̂ of p(x|z), `score` −ELBO at z = μ(x). */
export interface VariationalAutoencoder extends Coder {
  /** Mean μ(x) and variance σ²(x) of q(z|x), both `[n, latentDim]`, of rows `[n, d]`. */
  posterior(x: MatrixLike): Promise<{ mean: Matrix; variance: Matrix }>;
  /**
   * ELBO of every row `[n]`, in nats and of the scaled rows, with β = 1: the mean over `samples` (default 1) draws of
   * log p(x|z), less the exact KL.
   */
  elbo(x: MatrixLike, options?: BoundOptions): Promise<Float64Array>;
  /** Importance-weighted bound on log p(x) of every row `[n]`, in nats and of the scaled rows; default 100 samples. */
  importanceWeightedBound(x: MatrixLike, options?: BoundOptions): Promise<Float64Array>;
  /** Means x̂ of p(x|z), `[n, d]` in the units of the data, for n draws of z from N(0, I); default seed 0. */
  sample(n: number, options?: { seed?: number | undefined }): Promise<Matrix>;
  /** s² of a gaussian output, in scaled units; `undefined` for a bernoulli one. */
  readonly outputVariance: number | undefined;
}

/**
 * The variational autoencoder: codes `[n, k]` are distributions, and codes drawn from N(0, I) decode to new rows.
 *
 *   min over θ of  1/n Σᵢ −E_q [log p(xᵢ|z)] + β KL(q(z|xᵢ) ‖ N(0, I)),   q(z|x) = N(μ(x), diag σ²(x))
 *
 * Source: Kingma & Welling (2014), "Auto-encoding variational Bayes", ICLR; β: Higgins et al. (2017), "β-VAE", ICLR;
 * one learned s²: Rybkin, Daniilidis & Levine (2021), ICML.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function variationalAutoencoder(
  options: VariationalAutoencoderOptions,
): Method<VariationalAutoencoder> {
  const name = "variationalAutoencoder";
  const checked = checkOptions(name, variationalAutoencoderOptions, options);
  const { latentDim: k, likelihood, variance, beta } = checked;
  const model = distributions(checked);
  return {
    name,
    options: checked,
    codeSize: () => k,
    ...(likelihood === "bernoulli" && rangeOfLoss(name, binaryCrossEntropy)),
    shiftInvariant: likelihood === "gaussian",
    fitting: {
      kind: "trained",
      defaults: AUTOENCODER_DEFAULTS,
      fixed: likelihood === "gaussian" ? ["center", "spread"] : [],
      initial: (x, random) => initial(x, checked, random),
      loss(batch, p) {
        const x = batch.data.x!;
        const { mean: mu, logVariance } = model.encode(x, p);
        const epsilon = batch.normal(mu.shape);
        const z = add(mu, mul(exp(mul(logVariance, 0.5)), epsilon));
        const logLikelihood = model.logLikelihood(x, model.decode(z, p), p);
        return {
          loss: mean(sub(mul(divergence(mu, logVariance), batch.scalar("beta", beta)), logLikelihood)),
        };
      },
    },
    parts: () => ({
      encode: (x, p) => model.encode(x, p).mean,
      decode: (z, p) => model.link(model.decode(z, p)),
      score(x, p) {
        const { mean: mu, logVariance } = model.encode(x, p);
        return sub(cast(divergence(mu, logVariance), "float64"), exactLogLikelihood(model, x, mu, p));
      },
    }),
    async notes({ x, run }) {
      const { kl, xHat } = await run((rows, p) => {
        const { mean: mu, logVariance } = model.encode(rows, p);
        return { kl: mean(divergences(mu, logVariance), 0), xHat: model.link(model.decode(mu, p)) };
      });
      if (kl!.some((ofCode) => ofCode >= ACTIVE)) return meanReconstructed(name, x, xHat!);
      const total = kl!.reduce((sum, ofCode) => sum + ofCode, 0);
      const narrower = variance === "learned" ? "" : `, or a variance below ${variance}`;
      return [
        `${name}: none of ${k} codes is active, the KL of each is below ${ACTIVE} nats (${total.toFixed(3)} in all), so that every row is reconstructed as the mean; ${SCALE_OR_TRAIN}, or take a beta below ${beta}${narrower}`,
      ];
    },
    results: (parameters, d, fitted) => ({
      ...inference(model, parameters, d, k, fitted),
      outputVariance:
        likelihood === "bernoulli"
          ? undefined
          : variance === "learned"
            ? Math.exp(parameters.outputLogVariance!.data[0] as number)
            : variance,
    }),
  };
}

/** KL in nats, in the mean over rows, from which on a code is said to be active. */
const ACTIVE = 0.01;

/** KL(N(μⱼ, σⱼ²) ‖ N(0, 1)) of every row and code `[n, k]`. */
function divergences(mu: Tensor, logVariance: Tensor): Tensor {
  return mul(sub(add(square(mu), exp(logVariance)), add(logVariance, 1)), 0.5);
}

/** KL(N(μ, diag σ²) ‖ N(0, I)) of every row `[n]`. */
const divergence = (mu: Tensor, logVariance: Tensor): Tensor => sum(divergences(mu, logVariance), 1);

/** log N(x; x̂, s² I) of every row `[n]`. */
function gaussianLogLikelihood(x: Tensor, xHat: Tensor, logVariance: Tensor): Tensor {
  const d = fixed(x.shape[1]!, "gaussian output");
  const distance = mul(squaredError.rows(x, xHat), exp(neg(logVariance)));
  return mul(add(distance, mul(add(logVariance, Math.log(2 * Math.PI)), d)), -0.5);
}

function distributions(options: Required<VariationalAutoencoderOptions>): Distributions {
  const { hidden, likelihood, variance } = options;
  const layers = layersOf(options);
  const network = fullyConnected(layers);
  const last = `encoder.${hidden.length}`;
  return {
    encode(x, p) {
      const h = encodeHidden(inside(x, p), p, layers, INFERENCE);
      return {
        mean: affine(h, p[`${last}.weight`]!, p[`${last}.bias`]!),
        logVariance: affine(h, p["logVariance.weight"]!, p["logVariance.bias"]!),
      };
    },
    decode: (z, p) => outside(network.decode(z, p, INFERENCE), p),
    ...(likelihood === "bernoulli"
      ? { link: sigmoid, logLikelihood: (x, logits) => neg(binaryCrossEntropy.rows(x, logits)) }
      : {
          link: (xHat) => xHat,
          logLikelihood(x, xHat, p) {
            const { dtype } = x;
            const learned = variance === "learned";
            const logVariance = learned
              ? cast(p.outputLogVariance!, dtype)
              : constant(Math.log(variance), dtype);
            return gaussianLogLikelihood(x, xHat, logVariance);
          },
        }),
  };
}

/** (x − m)/r; of files of version 0.1.0, which have neither, and of bernoulli outputs x itself. */
const inside = (x: Tensor, p: Symbols): Tensor => (p.center ? div(sub(x, p.center), p.spread!) : x);

/** m + r g, or g itself. */
const outside = (g: Tensor, p: Symbols): Tensor => (p.center ? add(mul(g, p.spread!), p.center) : g);

const layersOf = ({ latentDim, hidden, activation }: Required<VariationalAutoencoderOptions>) =>
  ({ latentDim, hidden, activation, latentActivation: "linear", tied: false, batchNorm: false }) as const;

/** σ² starts at 1 for every row, s² at r². */
function initial(x: Matrix, options: Required<VariationalAutoencoderOptions>, random: Random): Parameters {
  const { hidden, latentDim, likelihood, variance } = options;
  const parameters: Record<string, NdArray> = {
    ...fullyConnected(layersOf(options)).initial(x.cols, random),
    "logVariance.weight": array([hidden.at(-1) ?? x.cols, latentDim]),
    "logVariance.bias": array([latentDim]),
  };
  if (likelihood === "bernoulli") return parameters;
  const means = once(() => columnMeans(x));
  const spread = once(() => meanVariance(x, means()) || 1);
  parameters.center = array([x.cols], (j) => means()[j]!);
  parameters.spread = array([], () => Math.sqrt(spread()));
  if (variance === "learned") {
    parameters.outputLogVariance = array([], () => (spread() > 1 ? -log(1 / spread()) : log(spread())));
  }
  return parameters;
}
