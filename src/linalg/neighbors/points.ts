/**
 * @file Rows on memory of WebAssembly as searches want them: about their midst and such that squares are in range, or of length 1.
 */
import type { Matrix } from "../../data/matrix.js";
import { float32On } from "../../parallel/wasm.js";
import { midst } from "../column-medians.js";
import type { NeighborMetric } from "./nearest-neighbors.js";

/** The largest number becomes this: its square is in range, and so is that of one 10³⁴ times smaller. */
const LARGEST = 1e15;

/** Points of which squared Euclidean distances rank as the metric does. */
export interface Points {
  readonly memory: WebAssembly.Memory;
  /** `[n, width]`: columns beyond d are 0. */
  readonly data: Float32Array<ArrayBuffer>;
  readonly n: number;
  readonly d: number;
  /** A multiple of four, at least d + 2. */
  readonly width: number;
}

/** Puts rows as points into an array. */
export interface Placement {
  readonly d: number;
  readonly width: number;
  /** Squared distances of points are those of rows times this, for `euclidean`; twice the distance times this for `cosine`. */
  readonly squareUnit: number;
  put(rows: Matrix, out: Float32Array): void;
}

/** @param x `[n, d]`, finite: what tells midst and units. */
export function placementOf(x: Matrix, metric: NeighborMetric): Placement {
  const { cols } = x;
  // Zeros, as far from all others as what is at a right angle to them, get a direction of their own.
  const d = metric === "cosine" ? cols + 1 : cols;
  const width = 4 * Math.ceil((d + 2) / 4);
  if (metric === "cosine")
    return { d, width, squareUnit: 1, put: (rows, out) => putDirections(rows, out, width) };
  const center = midst(x);
  const largest = largestDifference(x, center);
  const scale = largest > 0 ? LARGEST / largest : 1;
  const put = (rows: Matrix, out: Float32Array) => putCentered(rows, out, width, center, scale);
  return { d, width, squareUnit: scale * scale, put };
}

/** @param x `[n, d]`, finite. */
export function pointsOn(memory: WebAssembly.Memory, x: Matrix, metric: NeighborMetric): Points {
  const { d, width, put } = placementOf(x, metric);
  const data = float32On(memory, x.rows * width);
  put(x, data);
  return { memory, data, n: x.rows, d, width };
}

function largestDifference({ data, rows, cols }: Matrix, center: Float64Array): number {
  let largest = 0;
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) largest = Math.max(largest, Math.abs(data[at]! - center[j]!));
  return largest;
}

function putCentered(
  { data, rows, cols }: Matrix,
  out: Float32Array,
  width: number,
  center: Float64Array,
  scale: number,
): void {
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0, to = i * width; j < cols; j++, at++, to++) out[to] = (data[at]! - center[j]!) * scale;
}

/** Zeros in `out` stay where nothing is said. */
function putDirections({ data, rows, cols }: Matrix, out: Float32Array, width: number): void {
  for (let i = 0; i < rows; i++) {
    const [at, to] = [i * cols, i * width];
    let total = 0;
    for (let j = 0; j < cols; j++) total += data[at + j]! ** 2;
    const scale = total > 0 ? 1 / Math.sqrt(total) : 0;
    for (let j = 0; j < cols; j++) out[to + j] = data[at + j]! * scale;
    out[to + cols] = scale === 0 ? 1 : 0;
  }
}
