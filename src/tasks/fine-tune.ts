/**
 * @file Fine-tuning: an encoder that was fitted without labels is trained further, together with a classifier on its codes.
 *
 *   min over θ, W, b of  1/n Σᵢ [ log Σ_c exp(w_c · f_θ(xᵢ) + b_c) − (w_{yᵢ} · f_θ(xᵢ) + b_{yᵢ}) ]
 *
 * θ starts where the fit without labels ended, and W, b at a linear probe on its codes: from a random head the first gradients
 * would undo what was learned without labels. The encoder is the graph that codes rows: batch normalization keeps its running
 * statistics, and nothing is corrupted or dropped.
 * Sources: Hinton & Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks", Science 313; the start at
 * a probe: Kumar, Raghunathan, Jones, Ma & Liang (2022), "Fine-tuning can distort pretrained features and underperform
 * out-of-distribution", ICLR.
 */
import type { RowsLike } from "../data/dataset.js";
import { givenRows, inPlaces } from "../data/given-rows.js";
import { type Matrix, matrix, type Numbers, takeRows } from "../data/matrix.js";
import { applyScale } from "../data/scale.js";
import { float32 } from "../engine/arrays.js";
import { reachedByGradient } from "../engine/gradient.js";
import { emit } from "../engine/onnx.js";
import { softmax } from "../engine/ops/activations.js";
import { mul, sub } from "../engine/ops/arithmetic.js";
import { affine } from "../engine/ops/matmul.js";
import { logSumExp, mean, sum } from "../engine/ops/reduce.js";
import { cast, equal } from "../engine/ops/select.js";
import { slice } from "../engine/ops/shape.js";
import { type Program, runtime } from "../engine/session.js";
import { constant, input, type Tensor } from "../engine/tensor.js";
import { asConstants, rowBlocks } from "../methods/evaluate.js";
import { type Method, partNames, type Trained } from "../methods/method.js";
import type { Encoder, Epoch } from "../methods/model.js";
import type { Parameters, Symbols } from "../methods/parameters.js";
import { classesOf } from "../metrics/classes.js";
import { commonUnits, fitSoftmaxRegression } from "../metrics/softmax-regression.js";
import { random } from "../random.js";
import { breather } from "../training/breather.js";
import { refuseNonFinite } from "../training/finite.js";
import { fittedModel, insideOf } from "../training/fitted.js";
import { train } from "../training/train.js";
import type { Progress } from "../training/trainer.js";
import type { TrainingOptions } from "../training/training-options.js";
import { trainingSettings } from "../training/training-settings.js";
import { type Examples, examplesOf } from "../training/windows.js";
import { labeledRows } from "./labeled.js";

/** Options of `fineTune`. Defaults of training: Adam, learning rate 0.001, 100 epochs of 32 rows. */
export interface FineTuneOptions extends TrainingOptions {
  /** Whole number in [0, 2⁵³), of the order of the rows: same seed, same bits. Default 0. */
  seed?: number | undefined;
  /** Labeled rows that are not trained on, to tell the loss on after every epoch, and for `patience`. */
  validation?: { readonly x: RowsLike; readonly labels: readonly string[] } | undefined;
  /** Told at the end of every epoch, and in long epochs some times a second. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/** A classifier: an encoder that was trained with labels, and a softmax on its codes. */
export interface FineTuned<Model extends Encoder = Encoder> {
  /** The K different labels, in code-unit order. */
  readonly classes: readonly string[];
  /** The model with its encoder as it ended; its `notes` say what is of before. It saves and exports as any model does. */
  readonly encoder: Model;
  /** W `[K, latentDim]` */
  readonly weights: Matrix;
  /** b `[K]` */
  readonly bias: Float32Array;
  /** Mean cross-entropy in nats, one entry an epoch. */
  readonly history: readonly Epoch[];
  /** The most probable label of every row of x `[m, d]`; of equally probable ones the first. */
  predict(x: RowsLike): Promise<string[]>;
  /** Probabilities of the classes `[m, K]` for rows x `[m, d]`; each row sums to 1. */
  probabilities(x: RowsLike): Promise<Matrix>;
  /** The classifier as an ONNX model, scaling included: input `x` `[rows, d]`, output `probabilities` `[rows, K]`. */
  toOnnx(): Uint8Array;
}

const TASK = "fineTune";
const [WEIGHT, BIAS] = ["classifier.weight", "classifier.bias"];
const DEFAULTS = { epochs: 100, batchSize: 32, learningRate: 1e-3, optimizer: { name: "adam" } } as const;
/** The probe that training starts from. */
const START = { l2: 1, maxIter: 500, tol: 1e-5 };

/**
 * Trains the encoder of a fitted model further, with labels, together with a linear (softmax) classifier on its codes.
 *
 * It takes every model whose `encode` is a graph of float32 parameters: all networks. The parameters of `encode` alone are
 * trained, so that a decoder is left behind. The model itself is not changed.
 *
 *   min over θ, W, b of  1/n Σᵢ −log softmax(W f_θ(xᵢ) + b)_{yᵢ}
 *
 * Sources: Hinton & Salakhutdinov (2006), Science 313; Kumar, Raghunathan, Jones, Ma & Liang (2022), ICLR.
 * @param model fitted to rows without labels.
 * @param x rows `[n, d]`, in the units of the model's data. @param labels one a row; rows whose label is missing (`""`) are
 *   left out.
 * @throws RangeError for a model whose codes are a search or no network's, for rows, labels or options that do not fit, or fewer
 *   than two classes, and for a loss that is no longer finite; the reason of the signal.
 */
export async function fineTune<Model extends Encoder>(
  model: Model,
  x: RowsLike,
  labels: readonly string[],
  options: FineTuneOptions = {},
): Promise<FineTuned<Model>> {
  const { seed = 0, validation, onProgress, signal, ...training } = options;
  const { method, record } = insideOf(model, TASK);
  const trainable = trainableParameters(method, record.parameters, model.inputDim);
  const learned = labeledPart(model, x, labels, TASK);
  const { names, indices } = classesOf(learned.labels, `${TASK}:`);
  if (names.length < 2)
    throw new RangeError(
      `${TASK}: want labels of at least 2 classes, got ${names.length === 0 ? "none" : `only "${names[0]}"`}`,
    );
  const settings = trainingSettings(training, DEFAULTS, learned.rows.rows, TASK);
  if (settings.patience !== undefined && !validation)
    throw new RangeError(`${TASK}: patience wants validation rows to look at`);
  const judged = validation && validationPart(model, validation, names);
  signal?.throwIfAborted();

  const codes = await model.encode(learned.rows);
  const start = await probeOf(codes, indices, names.length);
  const scaled = (rows: Numbers) => applyScale(rows, record.scale, TASK);
  const breathe = breather();
  const result = await train(
    {
      fitting: fittingOf(method, record.parameters, trainable, start, names.length),
      x: withClasses(scaled(learned.rows), indices),
      examples: rowsAlone(learned.rows),
      scaling: record.scale,
      validation: judged && {
        x: withClasses(scaled(judged.rows), judged.classes),
        examples: rowsAlone(judged.rows),
      },
      settings,
      random: random(seed).fork("fine-tune"),
      runtime: await runtime(),
      signal,
      onPreparing: undefined,
      resume: undefined,
      onDiverged(_, step) {
        throw new RangeError(
          `${TASK}: the loss is no longer finite after step ${step}; try a learning rate below ${settings.learningRate}`,
        );
      },
    },
    async (_, reports) => {
      for (const progress of reports) onProgress?.(progress);
      await breathe();
      signal?.throwIfAborted();
    },
  );
  const { [WEIGHT]: weight, [BIAS]: bias, ...tuned } = result.parameters;
  const note = noteOf(method, model.inputDim, learned.rows.rows, names.length);
  const encoder = fittedModel<Model>(method as Method<Model>, {
    ...record,
    parameters: { ...record.parameters, ...tuned },
    notes: [...(record.notes ?? []), note],
  });
  return classifierOf(encoder, names, result.history, {
    [WEIGHT]: weight!,
    [BIAS]: bias!,
  });
}

/**
 * Names of the parameters that the codes are computed of and gradients can train.
 * @throws RangeError if the codes are no graph, or one without such parameters.
 */
export function trainableParameters(method: Method, parameters: Parameters, d: number): readonly string[] {
  const { name, fitting } = method;
  const { encode } = method.parts(d);
  const remedy = "learn a linear probe on its codes instead";
  if (!encode || method.procedures?.(d).encode)
    throw new RangeError(`${TASK}: ${name} has no encoder that gradients could train; ${remedy}`);
  const fixed = fitting.kind === "trained" ? (fitting.fixed ?? []) : [];
  const symbols = new Map(
    Object.entries(parameters).map(([key, { shape, dtype }]) => [input(key, shape, dtype), key]),
  );
  const named = Object.fromEntries([...symbols].map(([symbol, key]) => [key, symbol]));
  // Gradients want a size that is known.
  const codes = sum(encode(input("x", [2, d]), named));
  const reached = reachedByGradient(
    codes,
    [...symbols.keys()].filter(({ dtype }) => dtype.startsWith("float")),
  );
  const names = reached.map((symbol) => symbols.get(symbol)!).filter((key) => !fixed.includes(key));
  const wide = names.find((key) => parameters[key]!.dtype !== "float32");
  if (names.length > 0 && wide === undefined) return names;
  const reason = wide === undefined ? "of nothing that gradients train" : "solved for in float64";
  throw new RangeError(`${TASK}: the codes of ${name} are ${reason}; ${remedy}`);
}

interface LabeledPart {
  readonly rows: Numbers;
  readonly labels: readonly string[];
}

/** The rows that have a label. @throws RangeError for rows or labels that do not fit. */
function labeledPart(model: Encoder, given: RowsLike, labels: readonly string[], where: string): LabeledPart {
  const { x, order } = givenRows(given, model, where);
  const all = { ...x, data: inPlaces(x.data, order) };
  if (all.cols !== model.inputDim)
    throw new RangeError(`${where}: rows must have ${model.inputDim} numbers, got ${all.cols}`);
  if (labels.length !== all.rows)
    throw new RangeError(`${where}: ${all.rows} rows, but ${labels.length} labels`);
  const known = labeledRows(labels);
  const rows = known.length === all.rows ? all : takeRows(all, known);
  refuseNonFinite(rows, where, { missing: model.acceptsMissing });
  return { rows, labels: Array.from(known, (row) => labels[row]!) };
}

/** @throws RangeError for no labeled rows, or a label that no row learned from has. */
function validationPart(
  model: Encoder,
  { x, labels }: NonNullable<FineTuneOptions["validation"]>,
  names: readonly string[],
): { rows: Numbers; classes: Int32Array } {
  const where = `${TASK}: validation`;
  const part = labeledPart(model, x, labels, where);
  if (part.rows.rows === 0) throw new RangeError(`${where} has no labeled rows`);
  const unknown = part.labels.find((label) => !names.includes(label));
  if (unknown !== undefined)
    throw new RangeError(`${where} has the label "${unknown}", which no row that is learned from has`);
  return { rows: part.rows, classes: Int32Array.from(part.labels, (label) => names.indexOf(label)) };
}

/** Head of the classifier before the first step: the probe's, in the units of the codes. */
async function probeOf(codes: Matrix, classes: Int32Array, classCount: number): Promise<Parameters> {
  const { weights, bias, units } = await fitSoftmaxRegression(
    { x: codes, classes, classCount },
    commonUnits(codes),
    START,
  );
  const k = codes.cols;
  const weight = weights.map((value, at) => value / units.factor[at % k]!);
  const shifted = bias.map((value, c) => {
    let moved = value;
    for (let j = 0; j < k; j++) moved -= weight[c * k + j]! * units.offset[j]!;
    return moved;
  });
  return {
    [WEIGHT]: float32([classCount, k], Float32Array.from(weight)),
    [BIAS]: float32([classCount], Float32Array.from(shifted)),
  };
}

/** Each row is an example by itself. */
const rowsAlone = (x: Numbers): Examples => examplesOf({}, x, [x.rows], TASK);

/** Rows with their class as a last column: so every minibatch brings its classes. */
function withClasses({ data, rows, cols }: Matrix, classes: Int32Array): Matrix {
  const out = matrix(rows, cols + 1);
  for (let i = 0; i < rows; i++) {
    out.data.set(data.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
    out.data[i * (cols + 1) + cols] = classes[i]!;
  }
  return out;
}

const logitsOf = (z: Tensor, p: Symbols): Tensor =>
  affine(cast(z, "float32"), p[WEIGHT]!, p[BIAS]!, { transposeB: true });

/** The training: encoder and head together, of rows with their class behind them. */
function fittingOf(
  method: Method,
  parameters: Parameters,
  trainable: readonly string[],
  head: Parameters,
  classCount: number,
): Trained {
  const others = Object.keys(parameters).filter((name) => !trainable.includes(name));
  const still = asConstants(Object.fromEntries(others.map((name) => [name, parameters[name]!])));
  const moving = Object.fromEntries(trainable.map((name) => [name, parameters[name]!]));
  return {
    kind: "trained",
    initial: () => ({ ...moving, ...head }),
    defaults: DEFAULTS,
    loss({ data }, p) {
      const rows = data.x!;
      const d = (rows.shape[1] as number) - 1;
      const logits = logitsOf(method.parts(d).encode!(slice(rows, 1, 0, d), { ...still, ...p }), p);
      const numbers = constant(
        float32(
          [1, classCount],
          Float32Array.from({ length: classCount }, (_, c) => c),
        ),
      );
      const own = cast(equal(slice(rows, 1, d, d + 1), numbers), "float32");
      return { loss: mean(sub(logSumExp(logits, 1), sum(mul(own, logits), 1))) };
    },
  };
}

function noteOf(method: Method, d: number, rows: number, classes: number): string {
  const left = partNames(method, d).filter((part) => part !== "encode");
  const before = left.length > 0 ? `; ${left.join(", ")} were not trained with it and tell little now` : "";
  return `encode was fine-tuned with labels of ${rows} rows, ${classes} classes${before}`;
}

function classifierOf<Model extends Encoder>(
  encoder: Model,
  classes: readonly string[],
  history: readonly Epoch[],
  head: Parameters,
): FineTuned<Model> {
  const k = encoder.latentDim;
  const z = input("z", ["rows", k]);
  let program: Promise<Program> | undefined;
  const probabilities = async (x: RowsLike): Promise<Matrix> => {
    const codes = await encoder.encode(x);
    program ??= runtime().then((loaded) =>
      loaded.program({ y: softmax(logitsOf(z, asConstants(head))) }, { inputs: [z] }),
    );
    const compiled = await program;
    const out = matrix(codes.rows, classes.length);
    for (const { from, block } of rowBlocks(codes, classes.length)) {
      const { y } = await compiled.run({ z: block });
      out.data.set(y!.data as Float32Array, from * classes.length);
    }
    return out;
  };
  return {
    classes,
    encoder,
    weights: matrix(classes.length, k, head[WEIGHT]!.data as Float32Array),
    bias: head[BIAS]!.data as Float32Array,
    history,
    probabilities,
    async predict(x) {
      const { data, rows } = await probabilities(x);
      const width = classes.length;
      return Array.from({ length: rows }, (_, i) => {
        const own = data.subarray(i * width, (i + 1) * width);
        return classes[own.indexOf(Math.max(...own))]!;
      });
    },
    toOnnx() {
      const x = input("x", ["rows", encoder.inputDim]);
      const y = softmax(logitsOf(encoder.part("encode")(x), asConstants(head)));
      return emit(
        { probabilities: y },
        { inputs: [x], documentation: `classifier on ${encoder.method}: ${classes.join(", ")}` },
      );
    },
  };
}
