/**
 * @file The contract between a method and all that fits, runs, saves and exports it.
 *
 * A method is a plain description. It is fitted in one of two ways: solved at once, or trained by gradients. What the
 * fitted model computes is given in symbolic tensors over its parameters, so that one graph serves the library,
 * ONNX export and every runtime.
 */
import type { Matrix, Numbers } from "../data/matrix.js";
import type { Scaling } from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import type { OptimizerSpec } from "../engine/optimizers.js";
import type { Runtime } from "../engine/session.js";
import type { Shape, Tensor } from "../engine/tensor.js";
import type { Batch, LossAndUpdates } from "../engine/training-program.js";
import type { Breathing } from "../linalg/breathing.js";
import type { Random } from "../random.js";
import type { Coder, Epoch, PartName } from "./model.js";
import type { Json } from "./options.js";
import type { Parameters, Symbols } from "./parameters.js";

/** Parts of a fitted model as graphs; x is `[rows, d]`, z is `[rows, latentDim]`, types float32 or float64. */
export interface Parts {
  /** Codes `[rows, latentDim]` of rows. */
  encode?(x: Tensor, p: Symbols): Tensor;
  /** Rows `[rows, d]` of codes. */
  decode?(z: Tensor, p: Symbols): Tensor;
  /** Default: decode(encode(x)). */
  reconstruct?(x: Tensor, p: Symbols): Tensor;
  /** One number a row, larger is more abnormal. Default: ‖x − x̂‖². */
  score?(x: Tensor, p: Symbols): Tensor;
}

/**
 * Parts of a fitted model that are a search or a solver and not one graph: the same parts, on rows in the units of
 * fitting. A part that is here is not in `Parts`, and cannot be exported as ONNX. Long ones let timers and signals in by the
 * pauses they are given.
 */
export interface Procedures {
  /** Codes `[rows, latentDim]`, each of its own row alone; in sequences, of its row and those before. */
  encode?(x: Matrix, p: Parameters, pauses: Breathing, sequences: Sequences): Promise<Matrix>;
  /** Rows `[rows, d]` of codes, each of its own code alone. */
  decode?(z: Matrix, p: Parameters, pauses: Breathing): Promise<Matrix>;
  /** Default: decode(encode(x)), if both are there in either way. */
  reconstruct?(x: Matrix, p: Parameters, pauses: Breathing, sequences: Sequences): Promise<Matrix>;
  /** One number a row, larger is more abnormal. Default: ‖x − x̂‖². */
  score?(x: Matrix, p: Parameters, pauses: Breathing, sequences: Sequences): Promise<Float32Array>;
}

/** All that a method is given to fit with beside the data. */
export interface FitContext {
  /** Seeded; all that is random comes from it. */
  readonly random: Random;
  /** Runs graphs. */
  readonly runtime: Runtime;
  /** Asks to stop. */
  readonly signal: AbortSignal | undefined;
  /** From the user's units to those of the rows that it fits. */
  readonly scaling: Scaling;
  /** Lengths of the sequences that rows are moments of, for methods that are `sequential`; one of all rows where none are said. */
  readonly sequences?: Sequences | undefined;
  /**
   * For loops of a solver: lets timers and signals in, at most every 50 ms, and throws the reason of a signal that stops.
   */
  breathe(): Promise<void>;
  /** To be told of a solver's iterations. */
  readonly onIteration?: ((progress: Iteration) => void) | undefined;
  /** To be told of layers that are trained by themselves, some times a second. */
  readonly onPreparing?: ((progress: Preparation) => void) | undefined;
  /**
   * To be told how well the model reconstructs the rows it is fitted to, by a method that knows it from sums of its own: what is
   * not told is found by reconstructing every row. Figures are to be good to 10⁻⁶ of themselves.
   */
  readonly tell?: ((figures: ReconstructionFigures) => void) | undefined;
}

/** Figures of reconstruction, in the units of the data given. */
export interface ReconstructionFigures {
  /** Squared error of a row, on average. */
  readonly squaredErrorPerSample: number;
  /** 1 − the squared error as a share of all squared deviations from the means of the columns. */
  readonly explainedVarianceRatio: number;
}

/** Progress of a solver. */
export interface Iteration {
  /** From 1. */
  readonly iteration: number;
  /** The most there will be. */
  readonly iterations: number;
  /** The objective that the method minimizes, as it stands, where it is known. */
  readonly objective?: number;
  /** Share of the work that is done, in [0, 1]. */
  readonly fraction: number;
  /** The embedding as it stands `[n, latentDim]`, copied when asked for, of methods that move one. */
  embedding?(): Matrix;
}

/** Progress of the training of single layers. */
export interface Preparation {
  /** The layer under way, from 1. */
  readonly layer: number;
  /** Layers in all. */
  readonly layers: number;
  /** Its epoch under way, from 1. */
  readonly epoch: number;
  /** Epochs of each layer in all. */
  readonly epochs: number;
  /** Mean of the layer's own loss over this epoch so far. */
  readonly loss: number;
  /** Share of all layers' training that is done, in [0, 1]. */
  readonly fraction: number;
}

/** A method whose parameters come out of a computation of its own. */
export interface Solved {
  /** Tells it from `Trained`. */
  readonly kind: "solved";
  /** Parameters for rows `[n, d]`, in the units of fitting. */
  solve(x: Matrix, context: FitContext): Promise<Parameters>;
}

/** A method whose parameters gradients train. */
export interface Trained {
  /** Tells it from `Solved`. */
  readonly kind: "trained";
  /**
   * Parameters before the first step. Their names and shapes follow from the size of x alone, and are asked for, to check
   * files, with x empty of numbers: what is measured on them is made when an array is read, as `array` does.
   */
  initial(x: Matrix, random: Random): Parameters | Promise<Parameters>;
  /** Names of the parameters that gradients do not train, such as running means; `target.` stands for all that begin so. */
  readonly fixed?: readonly string[];
  /**
   * Windows of a sequence that steps are taken on, of methods that are `sequential`: `data.x` of a batch is
   * `[batchSize, length, d]`, so many moments that follow one another in one sequence, beginning `stride` moments apart.
   * Sequences shorter than a window are not trained on.
   */
  readonly windows?: {
    /** Moments in a window, ≥ 1. */
    readonly length: number;
    /** Moments from the beginning of one window to that of the next, ≥ 1. */
    readonly stride: number;
  };
  /**
   * Names of parameters with a slice for every row of the data, such as its code, and what the learning rate is multiplied
   * by for them. The loss is given the slices of its batch (the whole array while `batch.training` is false), and a step
   * changes those alone.
   */
  readonly perRow?: Readonly<Record<string, number>>;
  /** The scalar to minimize, for one minibatch. */
  loss(batch: TrainingBatch, p: Symbols): LossAndUpdates;
  /** Defaults for what `fit` is not told. */
  readonly defaults: TrainingDefaults;
  /** Prepares them before the first step, by training parts of their own; a resumed training has it behind it. */
  prepare?(parameters: Parameters, x: Matrix, context: FitContext): Promise<Parameters>;
  /** Finishes the parameters once training is over; default: leaves them as they are. */
  finish?(parameters: Parameters, context: FitContext): Parameters | Promise<Parameters>;
}

/** A minibatch: `data.x` is `[batchSize, d]`, of windows `[batchSize, length, d]`. */
export interface TrainingBatch extends Batch {
  /** True if the training data has missing values at all; if not, no mask need be computed. */
  readonly hasMissing: boolean;
}

/** A method's own values for options of training that are not said. */
export interface TrainingDefaults {
  /** Passes over the data. */
  readonly epochs: number;
  /** Rows a step; 0 means all rows. */
  readonly batchSize: number;
  /** Length of a step, > 0. */
  readonly learningRate: number;
  /** Rule of the steps. */
  readonly optimizer: OptimizerSpec;
}

/**
 * A method with its options: what a function such as `pca({ latentDim: 8 })` makes and `fit` takes.
 * `Model` is the type of the fitted model.
 */
export interface Method<Model = unknown> {
  /** The field's name in camelCase: `pca`, `linearAutoencoder`. */
  readonly name: string;
  /** Options, checked, with defaults, as they are written to a model file. */
  readonly options: Readonly<Record<string, Json>>;
  /** Rows may have missing values (NaN). Default false: they are refused. */
  readonly acceptsMissing?: boolean;
  /**
   * Rows are moments of time in order, of one sequence or of several one after the other, and what is made of a row depends on
   * those before it. Default false: rows stand by themselves.
   */
  readonly sequential?: boolean;
  /**
   * A row is a whole sequence, `[steps, features]` by its `rowShape`, with missing values behind the end of one that is shorter: groups of
   * a table become such rows. Default false.
   */
  readonly wholeSequences?: boolean;
  /**
   * Numbers that it takes, after scaling: `unit`, those in [0, 1], or `non-negative`, those ≥ 0; `checkValues` refuses
   * others. Default: any.
   */
  readonly range?: "unit" | "non-negative";
  /**
   * Adding a number to a column, of the rows fitted to, of those encoded and of places among its options, changes no code
   * but by rounding: it centers by itself, or looks at differences of rows alone. Then an offset may be taken off before it sees them, `scaling.offset`
   * of a scaling `none`; results of it that are places are given with that added. Default false.
   */
  readonly shiftInvariant?: boolean;
  /** Size of a code for rows of d numbers; `undefined` for methods without codes. */
  codeSize(d: number): number | undefined;
  /**
   * Refuses data of a size that does not fit the options.
   * @throws RangeError saying which size was got and which is wanted.
   */
  checkSize?(rows: number, cols: number): void;
  /**
   * Refuses numbers, after scaling, that the method cannot take.
   * @throws RangeError naming row and column of the first.
   */
  checkValues?(x: Matrix): void;
  /**
   * Refuses missing numbers where a method that accepts missing ones cannot take them; asked of rows to fit and of those a model is given.
   * @throws RangeError naming row and column of the first; `where` begins it.
   */
  checkMissing?(x: Numbers, where: string): void;
  /** The way to fit: solved at once, or trained by gradients. */
  readonly fitting: Solved | Trained;
  /** Parts of the fitted model that are graphs, for rows of d numbers. */
  parts(d: number): Parts;
  /** Parts that are no graphs. */
  procedures?(d: number): Procedures;
  /** Shapes of the arrays that procedures take, to be checked in files; sizes of one name are equal. */
  procedureShapes?(d: number): Readonly<Record<string, Shape>>;
  /** The method's own results under the field's names, made of its parameters; getters are evaluated when read. */
  results(parameters: Parameters, d: number, fitted: Fitted): Omit<Model, keyof Coder>;
  /** Names of those of its results that are single numbers and tell of the fit, for reports. Default none. */
  readonly metrics?: readonly string[];
  /**
   * Asked at the end of a fit: sentences, each a line, on what it ended in and should not have, such as codes that tell nothing:
   * what, how much, and what may help. The model keeps them as its `notes`.
   */
  notes?(fit: FitSample): Promise<readonly string[]> | readonly string[];
}

/** A fit that has ended, as its method is shown it. */
export interface FitSample {
  /** Up to 256 of the rows it was fitted to `[m, d]`, in the units of fitting. */
  readonly x: Matrix;
  /** Their places among all rows. */
  readonly rows: readonly number[];
  /** Lengths of the sequences of all rows, of methods that are `sequential`. */
  readonly sequences: Sequences;
  /** As the fit ended with them. */
  readonly parameters: Parameters;
  /** One entry an epoch; empty for solved methods. */
  readonly history: readonly Epoch[];
  /** Numbers of tensors that are made of x `[m, d]` and the parameters. */
  run(
    outputs: (x: Tensor, p: Symbols) => Readonly<Record<string, Tensor>>,
  ): Promise<Readonly<Record<string, Float32Array>>>;
}

/** Ingredients of a method's own results beside its parameters. */
export interface Fitted {
  /** The fitted model, which takes and gives rows in the user's units. */
  readonly model: Coder;
  /** From the user's units to those that the method was fitted in. */
  readonly scaling: Scaling;
}

/** True for a parameter that no gradient trains. */
export function isFixed({ fixed = [] }: Pick<Trained, "fixed">, parameter: string): boolean {
  return fixed.some((name) => (name.endsWith(".") ? parameter.startsWith(name) : parameter === name));
}

/** The parts that a model of rows of d numbers has. */
export function partNames(method: Method, d: number): PartName[] {
  const [graphs, procedures] = [method.parts(d), method.procedures?.(d)];
  const has = (part: PartName) => graphs[part] !== undefined || procedures?.[part] !== undefined;
  const whole = has("reconstruct") || (has("encode") && has("decode"));
  return (["encode", "decode", "reconstruct", "score"] as const).filter(
    (part) => has(part) || (whole && (part === "reconstruct" || part === "score")),
  );
}
