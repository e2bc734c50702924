/**
 * @file Fitted models as their users see them: what all have, and what those have that encode, place or decode rows.
 */
import type { RowsLike } from "../data/dataset.js";
import type { Matrix, MatrixLike, Numbers } from "../data/matrix.js";
import type { ColumnMoments, Scaling } from "../data/scale.js";
import type { TableEncoding } from "../data/table/encoding.js";
import type { Tensor } from "../engine/tensor.js";
import type { Json } from "./options.js";
import type { Parameters } from "./parameters.js";

/** One line of what training did. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean of the method's loss over the epoch's rows, each before its step. */
  readonly loss: number;
  /** Means of the method's own figures over the epoch's rows, by name, of methods that have any. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Mean loss on the validation rows after the epoch. */
  readonly validationLoss?: number;
}

/**
 * A part of a fitted model: `encode` rows to codes, `decode` codes to rows, `reconstruct` rows to rows, `score` rows to
 * one number each.
 */
export type PartName = "encode" | "decode" | "reconstruct" | "score";

/** A fitted model, whatever its method. */
export interface FittedModel {
  /** Name of the method. */
  readonly method: string;
  /** Options of the method, with defaults. */
  readonly options: Readonly<Record<string, Json>>;
  /** Rows may have missing values (NaN); if false they are refused. */
  readonly acceptsMissing: boolean;
  /** Rows are moments of sequences, in order: what is made of a row depends on those before it. */
  readonly sequential: boolean;
  /** Parts that it has; to ask for another throws a RangeError. */
  readonly partNames: readonly PartName[];
  /** Numbers in a row of the data, d. */
  readonly inputDim: number;
  /** The seed it was fitted with, also when it was chosen for you. */
  readonly seed: number;
  /** One entry an epoch; empty for solved methods. */
  readonly history: readonly Epoch[];
  /** Column names of the training data, if it had any. */
  readonly columns: readonly string[] | undefined;
  /** The way in which columns of the table it was fitted on became numbers, if it was a table. */
  readonly encoding: TableEncoding | undefined;
  /** Shape of a row, if it was said: `[height, width]`, `[channels, height, width]`, `[steps, features]`. */
  readonly rowShape: readonly number[] | undefined;
  /** From the units of the data to those that the method was fitted in; `encode` applies it, `decode` undoes it. */
  readonly scaling: Scaling;
  /**
   * Means and standard deviations of the columns it was fitted on, over what was observed, in the user's units; `undefined`
   * for methods that reconstruct nothing, and for files of earlier versions, unless the scaling tells them.
   */
  readonly columnMoments: ColumnMoments | undefined;
  /** Figures that the method tells of its own fit, by name, such as `inertia`; empty for most. */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * Sentences, each a line, on what the fit ended in and should not have, such as codes that tell nothing, with what may help.
   * Empty for most.
   */
  readonly notes: readonly string[];
  /** All arrays by name. */
  readonly parameters: Parameters;
  /** The model as one safetensors file. */
  save(): Uint8Array;
  /**
   * A part as an ONNX model, scaling included: input `x` `[rows, d]` (for decode `z`), output `z`, `x_hat` or `score`.
   * @throws RangeError if the model has no such part, or it is a search and no graph.
   */
  toOnnx(part: PartName): Uint8Array;
  /**
   * A part as a function of symbolic tensors, for graphs of your own with the model inside: from rows `[rows, d]` (for
   * decode codes `[rows, latentDim]`), float32 and in the user's units, to what the part gives. It can be differentiated.
   * @throws RangeError, when called, if the model has no such part, or it is a search and no graph, or the rows are of
   *   another size.
   */
  part(part: PartName): (rows: Tensor) => Tensor;
}

/** A fitted model that turns rows into codes. */
export interface Encoder extends FittedModel {
  /** Numbers in a code, k. */
  readonly latentDim: number;
  /** Codes `[n, latentDim]` of rows `[n, d]`. */
  encode(x: RowsLike): Promise<Matrix>;
}

/**
 * A fitted model that has placed the rows it was fitted to, and places others beside them; `encode` of a row it was fitted to is
 * its place, of several equal ones that of the first.
 */
export interface Embedder extends Encoder {
  /** Codes `[n, latentDim]` of the rows it was fitted to, in their order. */
  readonly embedding: Matrix;
}

/** A fitted model that turns rows into codes and back. */
export interface Coder extends Encoder {
  /** Rows `[n, d]`, in the units of the training data, of codes `[n, latentDim]`. */
  decode(z: MatrixLike): Promise<Matrix>;
  /** decode(encode(x)), `[n, d]`. */
  reconstruct(x: RowsLike): Promise<Matrix>;
  /** As `reconstruct`, with the scaling undone in float64: for numbers that float32 would round, such as dates. */
  reconstructWide(x: RowsLike): Promise<Numbers>;
  /** As `decode`, with the scaling undone in float64. */
  decodeWide(z: MatrixLike): Promise<Numbers>;
  /** One number a row `[n]`, larger is more abnormal: by default ‖x − x̂‖² in scaled units. */
  score(x: RowsLike): Promise<Float32Array>;
  /** ‖x − x̂‖² of every row `[n]`, in the units of the data given; missing entries are left out. */
  squaredErrors(x: RowsLike): Promise<Float64Array>;
}
