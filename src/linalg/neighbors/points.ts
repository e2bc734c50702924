/**
 * @file Rows on memory of WebAssembly as searches want them: about their midst and such that squares are in range, or of length 1.
 */
import type { Matrix } from "../../data/matrix.js";
import { float32On } from "../../parallel/wasm.js";
import { midst } from "../column-medians.js";
import type { NeighborMetric } from "./nearest-neighbors.js";

/** What the largest number becomes: its square is in range, and so is that of one 10³⁴ times smaller. */
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

/** @param x `[n, d]`, finite. */
export function pointsOn(memory: WebAssembly.Memory, x: Matrix, metric: NeighborMetric): Points {
  const { rows: n, cols } = x;
  // Zeros, as far from all others as what is at a right angle to them, get a direction of their own.
  const d = metric === "cosine" ? cols + 1 : cols;
  const width = 4 * Math.ceil((d + 2) / 4);
  const data = float32On(memory, n * width);
  if (metric === "cosine") putDirections(x, data, width);
  else putCentered(x, data, width);
  return { memory, data, n, d, width };
}

function putCentered({ data: x, rows, cols }: Matrix, out: Float32Array, width: number): void {
  const center = midst({ data: x, rows, cols });
  let largest = 0;
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) largest = Math.max(largest, Math.abs(x[at]! - center[j]!));
  const scale = largest > 0 ? LARGEST / largest : 1;
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0, to = i * width; j < cols; j++, at++, to++) out[to] = (x[at]! - center[j]!) * scale;
}

function putDirections({ data: x, rows, cols }: Matrix, out: Float32Array, width: number): void {
  for (let i = 0; i < rows; i++) {
    const [at, to] = [i * cols, i * width];
    let total = 0;
    for (let j = 0; j < cols; j++) total += x[at + j]! ** 2;
    const scale = total > 0 ? 1 / Math.sqrt(total) : 0;
    for (let j = 0; j < cols; j++) out[to + j] = x[at + j]! * scale;
    if (scale === 0) out[to + cols] = 1;
  }
}
