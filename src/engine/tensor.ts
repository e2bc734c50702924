/**
 * @file Symbolic tensors: a graph of operations whose shapes are checked while it is built.
 */

/** Element types, under their usual names. */
export type DType = "float32" | "float64" | "int64" | "int32" | "uint8" | "bool";

/** One size: a number, or the name of a size that is known only when the graph runs (such as `"rows"`). */
export type Dim = number | string;

/** Sizes along the axes of a tensor, such as `["rows", 784]`; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** Arrays that hold the elements of each type; int64 is BigInt64Array and bool is one byte an element. */
export type ArrayData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

/** An array of numbers with its shape, row-major: what goes into a compiled graph and what comes out. */
export interface NdArray {
  /** Type of the elements. */
  readonly dtype: DType;
  /** Sizes along the axes; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** Elements row by row, as many as the product of the sizes. */
  readonly data: ArrayData;
}

/** Attributes of an ONNX node: integers, lists of integers, floats, text, or a nested graph. */
export type Attribute =
  | number
  | readonly number[]
  | {
      /** A number that ONNX keeps as a float. */
      readonly float: number;
    }
  | string
  | Subgraph;

/** A graph inside a node (the body of a Loop): its inputs in order and its outputs in order. */
export interface Subgraph {
  /** Tensors it takes. */
  readonly inputs: readonly Tensor[];
  /** Tensors it gives. */
  readonly outputs: readonly Tensor[];
}

/**
 * Vector-Jacobian product: from the cotangent of the first output, a recipe for the cotangent of each input.
 * Recipes are run only for inputs that need one; `undefined` stands for "no gradient flows here".
 */
export type Vjp = (cotangent: Tensor, output: Tensor) => readonly ((() => Tensor) | undefined)[];

/** A node of the graph: an ONNX operator with its inputs and outputs. */
export interface Operation {
  /** Name of the operator. */
  readonly op: string;
  /** Tensors it takes; `undefined` for one that is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Attributes by name. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Tensors it gives. */
  readonly outputs: Tensor[];
  /** Gradients of its inputs; `undefined` where there are none. */
  readonly vjp: Vjp | undefined;
  /** For inputs: the name under which the graph takes them. */
  readonly name: string | undefined;
  /** For constants: their value. */
  readonly value: NdArray | undefined;
}

/** One symbolic array: an output of an operation. */
export class Tensor {
  /** Operation that it is an output of. */
  readonly source: Operation;
  /** Sizes along the axes, as far as they are known. */
  readonly shape: Shape;
  /** Type of the elements. */
  readonly dtype: DType;

  constructor(source: Operation, shape: Shape, dtype: DType) {
    this.source = source;
    this.shape = shape;
    this.dtype = dtype;
    source.outputs.push(this);
  }
}

/**
 * True of a tensor, of whichever copy of the package: the command line is files of its own, and methods that are read into it make
 * tensors by the package that they import.
 */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "source" in value && "dtype" in value;
}

export interface OperationSpec {
  inputs: readonly (Tensor | undefined)[];
  /** Shape of the first output. */
  shape: Shape;
  /** Type of the first output; default: that of the first input. */
  dtype?: DType;
  attributes?: Readonly<Record<string, Attribute>>;
  vjp?: Vjp;
  /** Shapes and types of further outputs, through which no gradient flows. */
  more?: readonly { shape: Shape; dtype: DType }[];
}

/** Adds an operation to the graph; gives its first output (the others stand in `source.outputs`). */
export function operation(op: string, spec: OperationSpec): Tensor {
  const source: Operation = {
    op,
    inputs: spec.inputs,
    attributes: spec.attributes ?? {},
    outputs: [],
    vjp: spec.vjp,
    name: undefined,
    value: undefined,
  };
  const first = new Tensor(source, spec.shape, spec.dtype ?? spec.inputs[0]?.dtype ?? "float32");
  for (const { shape, dtype } of spec.more ?? []) new Tensor(source, shape, dtype);
  return first;
}

/** A named place that is filled when the graph runs. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  const source: Operation = {
    op: "Input",
    inputs: [],
    attributes: {},
    outputs: [],
    vjp: undefined,
    name,
    value: undefined,
  };
  return new Tensor(source, shape, dtype);
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** A new array of zeros for `size` elements of a type. */
export function zeros(dtype: DType, size: number): ArrayData {
  return new ARRAYS[dtype](size);
}

/** Numbers fixed while building: a scalar, a list, or an `NdArray`. */
export function constant(value: number | readonly number[] | NdArray, dtype: DType = "float32"): Tensor {
  const array = isNdArray(value) ? value : fromNumbers(value, dtype);
  const source: Operation = {
    op: "Constant",
    inputs: [],
    attributes: {},
    outputs: [],
    vjp: undefined,
    name: undefined,
    value: array,
  };
  return new Tensor(source, array.shape, array.dtype);
}

function isNdArray(value: number | readonly number[] | NdArray): value is NdArray {
  return typeof value === "object" && "data" in value;
}

function fromNumbers(value: number | readonly number[], dtype: DType): NdArray {
  const list = typeof value === "number" ? [value] : value;
  const data =
    dtype === "int64" ? BigInt64Array.from(list, (v) => BigInt(v)) : ARRAYS[dtype as "float32"].from(list);
  return { dtype, shape: typeof value === "number" ? [] : [list.length], data };
}

/** Whole numbers in [0, 2³²) as int64; written as words, since a BigInt for each would cost a hundred times more. */
export function int64Array(values: ArrayLike<number>): BigInt64Array {
  const words = new Uint32Array(2 * values.length);
  // Every platform that JavaScript runs on here is little-endian: the low word comes first.
  for (let i = 0; i < values.length; i++) words[2 * i] = values[i]!;
  return new BigInt64Array(words.buffer);
}

/** Number of elements. @throws RangeError if a size is known only at run time. */
export function sizeOf(shape: Shape, where = "tensor"): number {
  return shape.reduce<number>((product, dim) => product * fixed(dim, where), 1);
}

/** A size as a number. @throws RangeError if it is known only at run time. */
export function fixed(dim: Dim, where: string): number {
  if (typeof dim === "number") return dim;
  throw new RangeError(`${where}: wants a size known while building, got "${dim}"`);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** A shape as errors print it: `[128, 784]`. */
export function show(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Negative axes count from the end. @throws RangeError if there is no such axis. */
export function axisOf(axis: number, rank: number, where: string): number {
  const found = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(found) || found < 0 || found >= rank) {
    throw new RangeError(`${where}: axis ${axis} is outside a tensor of rank ${rank}`);
  }
  return found;
}
