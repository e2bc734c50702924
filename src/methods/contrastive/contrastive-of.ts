/**
 * @file A representation of two views of each row: what the methods of this folder have in common, written once.
 *
 *   min over θ of  E ℓ(g(f(v)), g(f(v′))),   v, v′ two views of the same rows, drawn anew in every step
 *
 * f is the encoder and makes the codes; g, the projector, and what else a loss looks through are scaffolding: trained, kept in
 * checkpoints, and left out of the fitted model unless it is asked for.
 */
import { mul } from "../../engine/ops/arithmetic.js";
import { sum } from "../../engine/ops/reduce.js";
import { stopGradient } from "../../engine/ops/select.js";
import { concat, slice } from "../../engine/ops/shape.js";
import { fixed, type Tensor } from "../../engine/tensor.js";
import {
  type Augmenting,
  augmentationOfAll,
  augmentationsOption,
} from "../augmentations/augmentations-option.js";
import { defaultAugmentations } from "../augmentations/default-augmentations.js";
import type { Method, TrainingBatch, TrainingDefaults } from "../method.js";
import type { Encoder } from "../model.js";
import {
  type EncoderOptions,
  encoderOf,
  encoderOptions,
  fixedOfEncoder,
  rowShapeOf,
  takesImages,
} from "../networks/encoders.js";
import { averageOf, initialAverages, movingAverage } from "../networks/moving-average.js";
import { type EncoderNetwork, INFERENCE, type Mode } from "../networks/network.js";
import { type PerceptronOptions, perceptron } from "../networks/perceptron.js";
import { boolean, describeOptions, integers, type OptionTable, optional } from "../options.js";
import type { Symbols } from "../parameters.js";
import { collapseFigures, collapseNotes, NO_COLLAPSE, type Remedies } from "./collapse-figures.js";

/** Options that every method of two views has. */
export interface ViewOptions extends EncoderOptions {
  /**
   * Random changes that make a view of a row, one after the other: a list of words such as `gaussian:0.3`, or augmentations
   * `{ name, view }` of your own. Default: `augmentations.defaultAugmentations` of the rows' shape.
   */
  augment?: readonly Augmenting[] | undefined;
  /** Widths of the projector's layers between code and loss, all ≥ 1; `[]`: the loss sees the codes themselves. */
  projection?: readonly number[] | undefined;
  /** Keep what the loss looks through, such as the projector, in the fitted model and its file. Default false. */
  keepHeads?: boolean | undefined;
}

/** The table of these options, with a method's own default of the projector's widths. */
export function viewOptions(projection: readonly number[]): OptionTable<ViewOptions> {
  const augment = augmentationsOption({ default: [], help: "random changes that make a view of a row" });
  return {
    ...encoderOptions,
    augment: { ...optional(augment, "by the shape of the rows"), default: undefined },
    projection: integers({ min: 1, default: projection, help: "widths of the projector before the loss" }),
    keepHeads: boolean({ default: false, help: "keep projector and predictor in the model" }),
  };
}

/** One view of all rows of a batch, on its way to the loss; all `[n, m]`. */
export interface View {
  /** z = g(f(v)). */
  readonly projection: Tensor;
  /** The predictor's output of z; z itself where there is none. */
  readonly prediction: Tensor;
  /** The projection that another view's prediction is compared with: that of the averaged network, where there is one. */
  readonly target: Tensor;
}

/** A loss of the two views of a batch. */
export interface Compared {
  /** The scalar to minimize. */
  readonly loss: Tensor;
  /** Terms that the history tells. */
  readonly figures?: Readonly<Record<string, Tensor>>;
}

/** Differences of one method from another. */
export interface ContrastiveSpec {
  readonly name: string;
  /** Options checked, as they are written to a model file. */
  readonly options: Required<ViewOptions>;
  /** Layers of the projector that are batch normalized, each view by its own statistics. Default `none`. */
  readonly batchNorm?: PerceptronOptions["batchNorm"];
  /** Width of a predictor's hidden layer for projections of m numbers; without it there is no predictor. */
  readonly predictor?: ((m: number) => number) | undefined;
  /** τ of a moving average of encoder and projector that makes the targets; without it they are the projections. */
  readonly momentum?: number | undefined;
  /** Gradients flow into the targets. Default false. */
  readonly gradientOfTargets?: boolean;
  /** ℓ, of n ≥ 2 rows. */
  compare(first: View, second: View, n: number): Compared;
  /** The loss compares projections as they are, and wants a standard deviation of 1; else their directions. Default false. */
  readonly scaleMatters?: boolean;
  /** Defaults of training, where they differ from those of the others. */
  readonly training?: Partial<TrainingDefaults>;
  /** Remedies of a collapse; a single one serves for either figure. */
  readonly remedy: string | Remedies;
}

const DEFAULTS: TrainingDefaults = {
  epochs: 20,
  batchSize: 256,
  learningRate: 1e-3,
  optimizer: { name: "adam" },
};

export function contrastiveOf(spec: ContrastiveSpec): Method<Encoder> {
  const { name, options, batchNorm = "none", momentum } = spec;
  const compared = options.projection.at(-1) ?? options.latentDim;
  const projector = perceptron({ name: "projector", widths: options.projection, batchNorm });
  const predictor =
    spec.predictor &&
    perceptron({ name: "predictor", widths: [spec.predictor(compared), compared], batchNorm: "hidden" });
  const statistics = [...fixedOfEncoder(options), ...projector.fixed];
  const viewsOf = (d: number) => {
    const shape = rowShapeOf(name, d, options);
    return { shape, augmentation: augmentationOfAll(options.augment ?? defaultAugmentations(shape)) };
  };
  // Names do not depend on how large an image is.
  const { measured = [] } = augmentationOfAll(
    options.augment ?? defaultAugmentations(takesImages(options) ? [1, 1, 1] : [1]),
  );

  /** Projections of two views: of a batch together, or one after the other where statistics are taken of each. */
  function project(
    network: EncoderNetwork,
    views: readonly Tensor[],
    p: Symbols,
    mode: Mode,
  ): readonly Tensor[] {
    const codes = network.normalizes
      ? views.map((view) => network.encode(view, p, mode))
      : halves(network.encode(concat(views, 0), p, mode));
    return codes.map((h) => projector.apply(h, p, mode));
  }

  /** Both views of rows x. */
  function compareViews(
    x: Tensor,
    batch: TrainingBatch,
    p: Symbols,
  ): { views: readonly View[]; updates: Symbols } {
    const d = fixed(x.shape[1]!, name);
    const network = encoderOf(name, d, options);
    const { shape, augmentation } = viewsOf(d);
    const draw = () => stopGradient(augmentation.view(x, { batch, shape, parameters: p }));
    const seen = [draw(), draw()];
    const mode: Mode = { training: batch.training, updates: {} };
    const projections = project(network, seen, p, mode);
    const predictions = predictor ? projections.map((z) => predictor.apply(z, p, mode)) : projections;
    const followed = momentum === undefined ? undefined : follow(p, momentum, batch.training);
    const targets = followed ? project(network, seen, followed.averages, followed.mode) : projections;
    const views = projections.map((projection, i) => ({
      projection,
      prediction: predictions[i]!,
      target: spec.gradientOfTargets ? targets[i]! : stopGradient(targets[i]!),
    }));
    return { views, updates: { ...mode.updates, ...followed?.updates() } };
  }

  /** The averaged encoder and projector: their parameters follow, and their running statistics are their own. */
  function follow(p: Symbols, momentum: number, training: boolean) {
    const names = Object.keys(p).filter((name) => averageOf(name) in p);
    const trained = names.filter((name) => !statistics.includes(name));
    const { averages, updates } = movingAverage(p, trained, momentum);
    const running = statistics
      .filter((name) => names.includes(name))
      .map((name) => [name, p[averageOf(name)]!]);
    const mode: Mode = { training, updates: {} };
    const ofStatistics = () => Object.entries(mode.updates).map(([name, value]) => [averageOf(name), value]);
    return {
      averages: { ...averages, ...Object.fromEntries(running) } as Symbols,
      mode,
      updates: (): Symbols => ({ ...updates, ...Object.fromEntries(ofStatistics()) }),
    };
  }

  return {
    name,
    options: describeOptions(options),
    codeSize: () => options.latentDim,
    checkSize(rows, cols) {
      if (rows < 2) throw new RangeError(`${name}: wants 2 rows or more to compare, got ${rows}`);
      encoderOf(name, cols, options);
      const { shape, augmentation } = viewsOf(cols);
      augmentation.check?.(name, shape);
    },
    fitting: {
      kind: "trained",
      defaults: { ...DEFAULTS, ...spec.training },
      fixed: [...statistics, ...(predictor?.fixed ?? []), averageOf(""), ...measured],
      initial(x, random) {
        const network = encoderOf(name, x.cols, options);
        const followed = {
          ...network.initial(x.cols, random),
          ...projector.initial(network.codeSize, random),
        };
        return {
          ...followed,
          ...predictor?.initial(compared, random),
          ...(momentum !== undefined && initialAverages(followed)),
          ...viewsOf(x.cols).augmentation.measure?.(x),
        };
      },
      loss(batch, p) {
        const x = batch.data.x!;
        const n = fixed(x.shape[0]!, name);
        const { views, updates } = compareViews(x, batch, p);
        const [first, second] = views as [View, View];
        // A last batch of one row has nothing to be compared with: it moves nothing but averages.
        if (n < 2) return { loss: mul(sum(first.prediction), 0), figures: NO_COLLAPSE, updates };
        const { loss, figures } = spec.compare(first, second, n);
        return {
          loss,
          figures: { ...collapseFigures(first.projection, spec.scaleMatters), ...figures },
          updates,
        };
      },
      finish: (parameters) =>
        options.keepHeads
          ? parameters
          : Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith("encoder."))),
    },
    parts: (d) => ({ encode: (x, p) => encoderOf(name, d, options).encode(x, p, INFERENCE) }),
    notes({ history }) {
      const what = options.projection.length > 0 ? "projections" : "codes";
      const { remedy } = spec;
      const remedies = typeof remedy === "string" ? { spread: remedy, dimensions: remedy } : remedy;
      return collapseNotes(name, what, compared, history.at(-1)?.figures, remedies);
    },
    results: () => ({}),
  };
}

/** Both halves of rows `[2 n, k]`. */
function halves(h: Tensor): readonly [Tensor, Tensor] {
  const n = fixed(h.shape[0]!, "views") / 2;
  return [slice(h, 0, 0, n), slice(h, 0, n, 2 * n)];
}
