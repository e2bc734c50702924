/**
 * @file The restricted Boltzmann machine: a distribution over rows, of visible units v and hidden units h that are 0 or 1.
 *
 *   p(v, h) = exp(−E(v, h)) / Z,   E(v, h) = −bᵀv − vᵀWh − cᵀh        (real rows: visible-units.ts)
 *
 *   −∂ log p(v) = ∂F(v) − E_{v'∼p} ∂F(v'),     F(v) = −bᵀv − Σⱼ log(1 + exp(cⱼ + (vW)ⱼ))
 *
 * The expectation is estimated by v' after k Gibbs steps: from the data (contrastive divergence, CD-k), or from chains that
 * live on from step to step (persistent contrastive divergence). With v' held fixed, both are the gradient of
 * mean F(v) − mean F(v'), in which the last hidden units are averaged over and not drawn.
 * Source: Hinton (2002), "Training products of experts by minimizing contrastive divergence", Neural Computation;
 * Tieleman (2008), "Training restricted Boltzmann machines using approximations to the likelihood gradient", ICML.
 */
import { firstNonFinite, type Matrix, type MatrixLike, type Numbers, toNumbers } from "../../data/matrix.js";
import { applyScale, undoScale } from "../../data/scale.js";
import { add, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { cast, stopGradient } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import { rowFunction } from "../evaluate.js";
import { array } from "../initial.js";
import type { Fitted, Method, TrainingBatch } from "../method.js";
import type { Coder } from "../model.js";
import { boolean, checkOptions, integer, number, type OptionTable, oneOf } from "../options.js";
import { type Parameters, parameterMatrix, type Symbols } from "../parameters.js";
import { ofRange } from "../range.js";
import {
  type AnnealingOptions,
  annealedImportanceSampling,
  type PartitionEstimate,
} from "./annealed-importance-sampling.js";
import { freeEnergy, hiddenProbabilities, pseudoLikelihood } from "./free-energy.js";
import { gibbsSample, type SampleOptions, sampleHidden, sampleVisible, visibleField } from "./gibbs.js";
import { doublePrecision, ENUMERABLE, enumeratedUnits, logPartition } from "./log-partition.js";
import { bernoulliSample, bernoulliUnits, gaussianUnits, type VisibleUnits } from "./visible-units.js";

/** Options of `restrictedBoltzmannMachine`. */
export interface RestrictedBoltzmannMachineOptions {
  /** Hidden units k, ≥ 1. */
  latentDim: number;
  /** Visible units: `bernoulli` (default) for numbers in [0, 1], `gaussian` for real ones. */
  visible?: "bernoulli" | "gaussian" | undefined;
  /** Gibbs steps to v', from 1 to 1000. Default 1. */
  steps?: number | undefined;
  /** Chains live on from step to step instead of starting at the data. Default false. */
  persistent?: boolean | undefined;
  /** Number of persistent chains, ≥ 1. Default 100. */
  chains?: number | undefined;
  /** Adds ½ weightDecay ‖W‖² to what is minimized, ≥ 0. Default 0. */
  weightDecay?: number | undefined;
}

export const restrictedBoltzmannMachineOptions: OptionTable<RestrictedBoltzmannMachineOptions> = {
  latentDim: integer({ min: 1, help: "hidden units" }),
  visible: oneOf(["bernoulli", "gaussian"], {
    default: "bernoulli",
    help: "rows of numbers in [0, 1], or of any",
  }),
  steps: integer({ min: 1, max: 1000, default: 1, help: "Gibbs steps of contrastive divergence" }),
  persistent: boolean({ default: false, help: "chains live on, instead of starting at the data" }),
  chains: integer({ min: 1, default: 100, help: "persistent: number of chains" }),
  weightDecay: number({
    default: 0,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "weight of ½ ‖W‖² in the objective",
  }),
};

/**
 * A fitted restricted Boltzmann machine. `encode` gives P(h = 1 | v), `decode` the mean of v given h, `score` the free energy.
 * Energies and likelihoods are in nats, and of rows in the units of training, after scaling.
 */
export interface RestrictedBoltzmannMachine extends Coder {
  /** W `[d, k]`. */
  readonly weights: Matrix;
  /** b `[d]`. */
  readonly visibleBias: Float32Array;
  /** c `[k]`. */
  readonly hiddenBias: Float32Array;
  /** F(v) = −log p(v) − log Z of every row `[n]`. */
  freeEnergy(x: MatrixLike): Promise<Float32Array>;
  /**
   * Σⱼ log P(vⱼ | the other columns) of every row `[n]`, over all d columns.
   * @throws RangeError for gaussian visible units, where it has no closed form.
   */
  pseudoLikelihood(x: MatrixLike): Promise<Float32Array>;
  /**
   * log p(v) of every row `[n]`: exact for machines with at most 20 units on their smaller side (for gaussian ones: hidden
   * units), else with log Z by annealed importance sampling.
   */
  logLikelihood(x: MatrixLike, annealing?: AnnealingOptions): Promise<Float32Array>;
  /**
   * log Z by enumeration.
   * @throws RangeError for machines with more than 20 units on their smaller side.
   */
  logPartition(): Promise<number>;
  /** log Z by annealed importance sampling. */
  annealedImportanceSampling(options?: AnnealingOptions): Promise<PartitionEstimate>;
  /**
   * n rows `[n, d]` by Gibbs sampling, one chain each, in the units of the training data.
   * @param options.start rows `[n, d]` to start from. Default: the mean row of the machine with all hidden units at 0.
   */
  sample(n: number, options?: SampleOptions & { start?: MatrixLike | undefined }): Promise<Matrix>;
}

const NAME = "restrictedBoltzmannMachine";

/**
 * The restricted Boltzmann machine: a distribution over rows v `[n, d]`, with hidden units h `[n, k]` that are 0 or 1.
 * Trained by contrastive divergence (CD-k), or persistent contrastive divergence, 20 epochs of 10 rows by default.
 *
 *   p(v, h) = exp(−E(v, h)) / Z,   E(v, h) = −bᵀv − vᵀWh − cᵀh
 *
 * Source: Hinton (2002), "Training products of experts by minimizing contrastive divergence", Neural Computation;
 * Tieleman (2008), ICML.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function restrictedBoltzmannMachine(
  options: RestrictedBoltzmannMachineOptions,
): Method<RestrictedBoltzmannMachine> {
  const checked = checkOptions(NAME, restrictedBoltzmannMachineOptions, options);
  const { latentDim: k, visible, persistent, chains, weightDecay } = checked;
  const units = visible === "gaussian" ? gaussianUnits : bernoulliUnits;
  const decode = (h: Tensor, p: Symbols) => units.outside(units.mean(visibleField(h, p), p), p);
  return {
    name: NAME,
    options: checked,
    codeSize: () => k,
    ...ofRange(`${NAME}: visible bernoulli`, visible === "bernoulli" ? "unit" : undefined),
    shiftInvariant: visible === "gaussian",
    fitting: {
      kind: "trained",
      // Free energies of real rows are quadratic in what the weights add: larger steps diverge.
      defaults: {
        epochs: 20,
        batchSize: 10,
        learningRate: visible === "gaussian" ? 0.005 : 0.05,
        optimizer: { name: "sgd", momentum: 0.5 },
      },
      fixed: [...units.fixed, ...(persistent ? ["chains"] : [])],
      initial(x, random) {
        const stream = random.fork("weights");
        return {
          weights: array([x.cols, k], () => 0.01 * stream.normal()),
          hiddenBias: array([k]),
          ...units.initial(x),
          ...(persistent && { chains: array([chains, k]) }),
        };
      },
      loss(batch, p) {
        const v = batch.data.x!;
        const { model, field, last } = gibbsChain(v, p, units, checked, batch);
        const divergence = sub(
          mean(freeEnergy(v, p, units)),
          mean(freeEnergy(stopGradient(model), p, units)),
        );
        const decay = mul(sum(square(p.weights!)), weightDecay / 2);
        return {
          loss: weightDecay > 0 ? add(divergence, decay) : divergence,
          report: mean(units.error(v, field, p)),
          ...(persistent && { updates: { chains: last } }),
        };
      },
      finish({ chains: _, ...parameters }) {
        return parameters;
      },
    },
    parts: () => ({
      encode: (x, p) => hiddenProbabilities(units.inside(x, p), p),
      decode,
      score: (x, p) => freeEnergy(x, p, units),
    }),
    async notes({ x, run }) {
      const { h } = await run((rows, p) => ({ h: hiddenProbabilities(units.inside(rows, p), p) }));
      return constantUnits(h!, x.rows, k);
    },
    results: (parameters, d, fitted) => resultsOf(parameters, d, fitted, units),
  };
}

/** Least difference of a unit's probabilities among rows that it tells apart. */
const LEAST_DIFFERENCE = 0.01;

/** A sentence where most hidden units are the same for every row. @param h their probabilities `[rows, k]`. */
function constantUnits(h: Float32Array, rows: number, k: number): string[] {
  const unit = (j: number) => Array.from({ length: rows }, (_, i) => h[i * k + j]!);
  const range = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  const constant = Array.from({ length: k }, (_, j) => j).filter(
    (j) => range(unit(j)) < LEAST_DIFFERENCE,
  ).length;
  if (rows < 2 || 2 * constant <= k) return [];
  return [
    `${NAME}: ${constant} of ${k} hidden units are the same for every row, their probabilities differ by less than ${LEAST_DIFFERENCE}; train longer, with another learning rate, or take fewer units`,
  ];
}

interface Chain {
  /** v' `[m, d]`, after all steps. */
  readonly model: Tensor;
  /** Input of the visible units at the data's reconstruction, `[n, d]`. */
  readonly field: Tensor;
  /** Hidden units `[m, k]` from which persistent chains go on. */
  readonly last: Tensor;
}

/** Gibbs steps from the data, or from where the chains were left. */
function gibbsChain(
  v: Tensor,
  p: Symbols,
  units: VisibleUnits,
  { latentDim: k, steps, persistent, chains }: Required<RestrictedBoltzmannMachineOptions>,
  batch: TrainingBatch,
): Chain {
  const [n, d] = v.shape as [number, number];
  const rows = persistent ? chains : n;
  const noise = () => (units.noise === "normal" ? batch.normal([rows, d]) : batch.uniform([rows, d]));
  const data = hiddenProbabilities(units.inside(v, p), p);
  let h = persistent ? p.chains! : bernoulliSample(data, batch.uniform([rows, k]));
  const field = visibleField(persistent ? data : h, p);
  let u = units.sample(units.mean(persistent ? visibleField(h, p) : field, p), noise());
  for (let step = 1; step < steps; step++) {
    h = sampleHidden(u, p, batch.uniform([rows, k]));
    u = sampleVisible(h, p, units, noise());
  }
  if (persistent) h = sampleHidden(u, p, batch.uniform([rows, k]));
  return { model: units.outside(u, p), field, last: h };
}

function resultsOf(
  parameters: Parameters,
  d: number,
  { model, scaling }: Fitted,
  units: VisibleUnits,
): Omit<RestrictedBoltzmannMachine, keyof Coder> {
  const logPseudo = rowFunction({
    name: `${NAME}.pseudoLikelihood`,
    inputDim: d,
    scaling,
    parameters: doublePrecision(parameters),
    f: (x, p) => cast(pseudoLikelihood(cast(x, "float64"), p), "float32"),
  });
  const annealed = async (options: AnnealingOptions = {}) =>
    annealedImportanceSampling(parameters, units, checkAnnealing(options));
  return {
    weights: parameterMatrix(parameters, "weights"),
    visibleBias: parameters.visibleBias!.data as Float32Array,
    hiddenBias: parameters.hiddenBias!.data as Float32Array,
    freeEnergy: (x) => model.score(x),
    async pseudoLikelihood(x) {
      if (units.noise === "normal")
        throw new RangeError(`${NAME}.pseudoLikelihood: wants bernoulli visible units, these are gaussian`);
      return logPseudo(x);
    },
    async logLikelihood(x, options) {
      const energies = await model.score(x);
      const small = enumeratedUnits(parameters, units) <= ENUMERABLE;
      const logZ = small ? await logPartition(parameters, units) : (await annealed(options)).logPartition;
      return energies.map((energy) => -energy - logZ);
    },
    logPartition: () => logPartition(parameters, units),
    annealedImportanceSampling: annealed,
    async sample(n, { steps = 1000, seed = 0, start } = {}) {
      checkInteger("sample", "n", n, 1);
      checkInteger("sample", "steps", steps, 1);
      const rows = start && startingRows(start, n, d);
      const drawn = await gibbsSample(parameters, units, n, {
        steps,
        seed,
        start: rows && applyScale(rows, scaling),
      });
      return undoScale(drawn, scaling);
    },
  };
}

function startingRows(start: MatrixLike, n: number, d: number): Numbers {
  const rows = toNumbers(start, `${NAME}.sample: start`);
  if (rows.rows !== n || rows.cols !== d) {
    throw new RangeError(`${NAME}.sample: start must be ${n} × ${d}, got ${rows.rows} × ${rows.cols}`);
  }
  const bad = firstNonFinite(rows);
  if (bad) throw new RangeError(`${NAME}.sample: start: row ${bad.row} column ${bad.column} is ${bad.value}`);
  return rows;
}

function checkAnnealing({ chains = 100, temperatures = 1000, seed = 0 }: AnnealingOptions) {
  checkInteger("annealedImportanceSampling", "chains", chains, 2);
  checkInteger("annealedImportanceSampling", "temperatures", temperatures, 1);
  return { chains, temperatures, seed };
}

function checkInteger(call: string, name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(`${NAME}.${call}: ${name} must be an integer ≥ ${least}, got ${value}`);
  }
}
