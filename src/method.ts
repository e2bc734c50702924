/**
 * @file The contract of methods, for methods of your own: `unlabeled/method`. A method is a function that checks its options and
 * gives a plain description, which `fit`, `load`, exports and the command line take as they take those of the package.
 * @module unlabeled/method
 */
export type { Sequences } from "./data/sequences.js";
export { float32, float64, int32, int64 } from "./engine/arrays.js";
export type { ArrayData, Attribute, NdArray, Operation, Shape, Subgraph, Tensor } from "./engine/tensor.js";
export type { Batch, LossAndUpdates } from "./engine/training-program.js";
export type { Breathing } from "./linalg/breathing.js";
export {
  type Augmenting,
  augmentationOfAll,
  augmentationsOption,
} from "./methods/augmentations/augmentations-option.js";
export { lossOf, lossOption } from "./methods/losses.js";
export type {
  FitContext,
  FitSample,
  Fitted,
  Iteration,
  Method,
  Parts,
  Preparation,
  Procedures,
  ReconstructionFigures,
  Solved,
  Trained,
  TrainingBatch,
  TrainingDefaults,
} from "./methods/method.js";
export { defineMethod, type MethodDefinition, type MethodEntry } from "./methods/method-entry.js";
export type { Coder, Embedder, Encoder, Epoch, FittedModel, PartName } from "./methods/model.js";
export {
  boolean,
  checkOptions,
  custom,
  describeOptions,
  imageShape,
  integer,
  integers,
  type Json,
  number,
  numberOr,
  type Option,
  type OptionSpec,
  type OptionTable,
  oneOf,
  optional,
} from "./methods/options.js";
export { matrixParameter, type Parameters, parameterMatrix, type Symbols } from "./methods/parameters.js";
export { penaltiesOption } from "./methods/penalties.js";
