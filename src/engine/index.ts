/**
 * @file The engine: symbolic tensors, gradients, ONNX, and the runtime. Losses and penalties of your own are built
 * from these operations.
 */
export type { Sharing } from "./fixed-order.js";
export { gradient, vectorJacobian } from "./gradient.js";
export { compileOnce } from "./kept-programs.js";
export type { NoNative } from "./no-native.js";
export { type EmitOptions, emit } from "./onnx.js";
export { gelu, logSoftmax, relu, sigmoid, softmax, softplus, step, tanh } from "./ops/activations.js";
export {
  abs,
  add,
  cos,
  div,
  erf,
  exp,
  log,
  mul,
  neg,
  type Operand,
  pow,
  sign,
  sin,
  sqrt,
  square,
  sub,
} from "./ops/arithmetic.js";
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv,
  convTranspose,
  type Pair,
} from "./ops/convolution.js";
export { crossEntropyOfLogits } from "./ops/cross-entropy.js";
export { addElements, gather, takeElements } from "./ops/gather.js";
export { inverse } from "./ops/inverse.js";
export { type LoopStep, loop } from "./ops/loop.js";
export { affine, type MatmulOptions, matmul } from "./ops/matmul.js";
export { type BatchNormParameters, batchNormalize, l2Normalize, normalizeWith } from "./ops/normalization.js";
export { averagePool, maxPool, type PoolOptions } from "./ops/pooling.js";
export { gru, linearRecurrence } from "./ops/recurrence.js";
export { type Axes, logSumExp, max, mean, type ReduceOptions, sum } from "./ops/reduce.js";
export {
  cast,
  equal,
  greater,
  greaterOrEqual,
  isMissing,
  less,
  maximum,
  minimum,
  stopGradient,
  where,
} from "./ops/select.js";
export { concat, expand, flatten, pad, reshape, slice, split, transpose } from "./ops/shape.js";
export { keepLargest } from "./ops/top-k.js";
export type { OptimizerSpec } from "./optimizers.js";
export {
  type CompileOptions,
  configureRuntime,
  type Program,
  type ProgramOptions,
  type Runtime,
  type RuntimeOptions,
  runtime,
} from "./session.js";
export {
  type ArrayData,
  type Attribute,
  constant,
  type Dim,
  type DType,
  input,
  type NdArray,
  type Operation,
  type Shape,
  type Subgraph,
  Tensor,
  type Vjp,
} from "./tensor.js";
