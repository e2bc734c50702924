/**
 * @file Sums in one order, however many threads share the work: products and convolutions as nodes that keep it.
 *
 * ONNX Runtime deals a product C = A B `[m, k] · [k, n]` to threads in slices: of columns, sixteen at a time, if C is wider than
 * high, else of rows. Within a slice it sums the inner size in blocks, and the narrower the slice, the longer the blocks;
 * single rows and single columns go through loops of their own. So the last bits of C depend on how it was cut. Where A is read
 * transposed, blocks always have 128 terms, and nothing depends on slices: that is the form to fall back to, at the price
 * of one pass over A. It is not needed where no slice, for the threads at hand, is narrow enough for longer blocks.
 *
 * A convolution of one image is such a product; of several images each is done whole by one thread. Sums are seen to where
 * they are made (`ops/reduce.ts`), functions in `number-by-number.ts`.
 */
import { inOrder } from "./graph.js";
import { numberByNumber } from "./number-by-number.js";
import { matmul } from "./ops/matmul.js";
import { concat, reshape, slice, transpose } from "./ops/shape.js";
import {
  constant,
  type Dim,
  type DType,
  type Operation,
  operation,
  type Shape,
  sizeOf,
  type Tensor,
  zeros,
} from "./tensor.js";

/** Who shares the work. */
export interface Sharing {
  /** At most so many slices are cut. */
  readonly slices: number;
  /** Sizes that the graph knows by name only, as far as they are known by now. */
  readonly sizes?: Readonly<Record<string, number>> | undefined;
}

/** The most slices there ever are. */
export const MOST_SLICES = 64;

/** Terms in a block of a sum, as long as the slice is not narrow. */
const BLOCK = 128;
/** A slice up to so many columns has longer blocks. */
const NARROW: Partial<Record<DType, number>> = { float32: 64, float64: 32 };
/** Columns of a slice are multiples of this. */
const COLUMNS = 16;
/** Multiplications to a slice, at least. */
const WORK = 65536;

export interface ProductSize {
  readonly m: number | undefined;
  readonly k: number | undefined;
  readonly n: number | undefined;
  readonly dtype: DType;
}

/** Slices that a product of so many multiplications is cut into. */
const cut = (multiplications: number, slices: number) =>
  Math.min(slices, MOST_SLICES, Math.floor(multiplications / WORK) + 1);

/** True if A B, with A not read transposed, has other bits for other numbers of slices up to this. */
export function dependsOnSlices({ m, k, n, dtype }: ProductSize, slices: number): boolean {
  const narrow = NARROW[dtype];
  if (narrow === undefined || m === 0 || n === 0) return false;
  if (n === 1) return m === undefined || k === undefined || m * k >= WORK;
  if (k !== undefined && k <= BLOCK) return false;
  if (m === undefined || k === undefined || n === undefined) return true;
  const work = m * k * n;
  const most = cut(work, MOST_SLICES);
  // Single rows are summed in another way: as many slices as there could ever be decide, since other bits stand for all.
  if (m >= n || m === 1) return most > 1 && m < 2 * most;
  if (most === 1) return false;
  if (n <= COLUMNS) return false;
  return narrowest(n, cut(work, slices)) <= narrow;
}

/** Columns in the narrowest of so many slices. */
function narrowest(n: number, slices: number): number {
  const parts = Math.ceil(n / COLUMNS);
  const least = Math.floor(parts / Math.min(slices, parts));
  return n - (parts - least) * COLUMNS;
}

/** Operations that the runtime is given in place of a node: the same numbers, and the same bits for any number of slices. */
export function inFixedOrder(node: Operation, sharing: Sharing): readonly Operation[] {
  if (node.op === "Gemm") return product(node, sharing);
  if (node.op === "MatMul") return products(node, sharing);
  if (node.op === "Conv") return convolution(node, sharing);
  const spelled = numberByNumber(node);
  if (!spelled) return [node];
  // Arithmetic takes what was only expanded as it was before: that is there already.
  const there = new Set(inOrder(node.inputs.filter((t) => t !== undefined)));
  return inPlaceOf(node, spelled, there);
}

/** The nodes from a node's inputs to `result`, which is what the node gives. */
function inPlaceOf(
  node: Operation,
  result: Tensor,
  there: ReadonlySet<Operation> = new Set(),
): readonly Operation[] {
  const nodes = new Set<Operation>();
  const visit = (t: Tensor) => {
    if (node.inputs.includes(t) || there.has(t.source) || nodes.has(t.source)) return;
    for (const before of t.source.inputs) if (before) visit(before);
    nodes.add(t.source);
  };
  visit(result);
  nodes.delete(result.source);
  return [...nodes, { ...result.source, outputs: node.outputs }];
}

const known = (dim: Dim, { sizes }: Sharing): number | undefined =>
  typeof dim === "number" ? dim : sizes?.[dim];

function product(node: Operation, sharing: Sharing): readonly Operation[] {
  const [a, b, ...bias] = node.inputs as [Tensor, Tensor];
  // Constants are packed once, in blocks of one length.
  if (node.attributes.transA === 1 || b.source.op === "Constant") return [node];
  const { shape } = node.outputs[0]!;
  const [m, k] = a.shape.map((dim) => known(dim, sharing));
  const n = known(shape[1]!, sharing);
  if (!dependsOnSlices({ m, k, n, dtype: a.dtype }, sharing.slices)) return [node];
  const attributes = { ...node.attributes, transA: 1 };
  return inPlaceOf(
    node,
    operation("Gemm", { inputs: [transpose(a, [1, 0]), b, ...bias], shape, attributes }),
  );
}

/** A stack of products: where one of them would need it, each by itself. */
function products(node: Operation, sharing: Sharing): readonly Operation[] {
  const [a, b] = node.inputs as [Tensor, Tensor];
  const { shape } = node.outputs[0]!;
  // The runtime reads what was just transposed as it was before.
  if (a.source.op === "Transpose" || (b.source.op === "Constant" && b.shape.length === 2)) return [node];
  if ([...a.shape, ...b.shape].some((dim) => typeof dim !== "number")) return [node];
  const [m, k, n] = [a.shape.at(-2), a.shape.at(-1), b.shape.at(-1)] as [number, number, number];
  if (!dependsOnSlices({ m, k, n, dtype: a.dtype }, sharing.slices)) return [node];
  const lead = shape.slice(0, -2) as number[];
  const each = Array.from({ length: sizeOf(lead) }, (_, i) => {
    const product = matmul(transpose(itemOf(a, lead, i)), itemOf(b, lead, i), { transposeA: true });
    return reshape(product, [1, m, n]);
  });
  return inPlaceOf(node, reshape(concat(each, 0), shape));
}

/** The i-th matrix of a stack that is broadcast to leading sizes. */
function itemOf(stack: Tensor, lead: readonly number[], i: number): Tensor {
  const own = stack.shape.slice(0, -2) as number[];
  let [at, left, size] = [0, i, 1];
  for (let axis = 1; axis <= lead.length; axis++) {
    const index = left % lead.at(-axis)!;
    left = Math.floor(left / lead.at(-axis)!);
    const mine = own.at(-axis) ?? 1;
    if (mine > 1) at += index * size;
    size *= mine;
  }
  const matrix = stack.shape.slice(-2);
  return reshape(slice(reshape(stack, [sizeOf(own), ...matrix]), 0, at, at + 1), matrix);
}

function convolution(node: Operation, sharing: Sharing): readonly Operation[] {
  const [x, w] = node.inputs as [Tensor, Tensor];
  const n = known(x.shape[0]!, sharing);
  const { group = 1 } = node.attributes as { group?: number };
  const [all, channels, kh, kw] = w.shape as readonly number[];
  const [, , oh, ow] = node.outputs[0]!.shape as readonly number[];
  const [filters, places, terms] = [all! / group, oh! * ow!, channels! * kh! * kw!];
  const slices = cut(filters * places * terms, sharing.slices);
  if (places === 1) return filters > 1 && filters * terms >= WORK ? ofTwoPlaces(node, sharing) : [node];
  if (filters > places || (filters === places && kh === 1 && kw === 1)) {
    const alone = slices > 1 && filters < 2 * slices;
    return alone && group === 1 ? inPlaceOf(node, withRows(node, 2 * sharing.slices)) : [node];
  }
  const whole = group > 1 || (n !== undefined && n > 1);
  const narrow = Math.min(narrowest(places, slices), last(places, slices)) <= NARROW.float32!;
  return whole || terms <= BLOCK || slices === 1 || !narrow ? [node] : inPlaceOf(node, ofTwoImages(node));
}

/** Places in the last slice, where each of the others has as many as come to a multiple of sixteen. */
function last(places: number, slices: number): number {
  const most = Math.ceil(places / slices / COLUMNS) * COLUMNS;
  return places % most || most;
}

/** A second place to the right, which is dropped: one place alone is summed by another loop, in rows that slices cut. */
function ofTwoPlaces(node: Operation, sharing: Sharing): readonly Operation[] {
  const [top, left, bottom, right] = node.attributes.pads as readonly [number, number, number, number];
  const [, stride] = node.attributes.strides as readonly [number, number];
  const [n, filters] = node.outputs[0]!.shape;
  const attributes = { ...node.attributes, pads: [top, left, bottom, right + stride] };
  const wide = operation("Conv", { inputs: node.inputs, shape: [n!, filters!, 1, 2], attributes });
  const one = firstOf(wide, 3, 1);
  return [...convolution(wide.source, sharing), ...inPlaceOf({ ...node, inputs: [wide] }, one)];
}

/** Filters of zeros after the others, which are dropped: then no slice has one row alone. */
function withRows(node: Operation, rows: number): Tensor {
  const [x, ...filters] = node.inputs as Tensor[];
  const filled = filters.map((t) => {
    const [first, ...rest] = t.shape as readonly number[];
    const shape = [rows - first!, ...rest];
    const nothing = constant({ dtype: t.dtype, shape, data: zeros(t.dtype, sizeOf(shape)) });
    return operation("Concat", { inputs: [t, nothing], shape: [rows, ...rest], attributes: { axis: 0 } });
  });
  const [n, count, ...image] = node.outputs[0]!.shape;
  const { attributes } = node;
  const all = operation("Conv", { inputs: [x, ...filled], shape: [n!, rows, ...image], attributes });
  return firstOf(all, 1, count as number);
}

/** The first image once more at the end, which is dropped: of several images each is done whole. */
function ofTwoImages(node: Operation): Tensor {
  const [x, ...others] = node.inputs as Tensor[];
  const { attributes } = node;
  const more = ([n, ...image]: Shape): Shape => [typeof n === "number" ? n + 1 : `${n} + 1`, ...image];
  const inputs = [x, firstOf(x!, 0, 1)];
  const joined = operation("Concat", { inputs, shape: more(x!.shape), attributes: { axis: 0 } });
  const shape = more(node.outputs[0]!.shape);
  return firstOf(operation("Conv", { inputs: [joined, ...others], shape, attributes }), 0, -1);
}

/** t from 0 to `end` along an axis; −1 is all but the last. */
function firstOf(t: Tensor, axis: number, end: number): Tensor {
  const bounds = [0, end, axis].map((value) => constant([value], "int64"));
  const shape = t.shape.map((dim, i) => (i !== axis ? dim : end < 0 ? `${dim} less 1` : end));
  return operation("Slice", { inputs: [t, ...bounds], shape });
}
