/**
 * @file Into how many slices work is cut on this machine.
 */
import { float32 } from "./arrays.js";
import { MOST_SLICES } from "./fixed-order.js";
import { emit } from "./onnx.js";
import { matmul } from "./ops/matmul.js";
import { transpose } from "./ops/shape.js";
import type { Runtime } from "./session.js";
import { input, type NdArray } from "./tensor.js";

/**
 * Slices that the native runtime cuts for so many threads: as many, or four times as many where the processor has cores of two
 * kinds. A product tells that has one order in as many slices as threads, and another in more.
 */
export async function slicesFor(threads: number, compile: Runtime["compile"]): Promise<number> {
  if (threads === 1) return 1;
  const [m, k, n] = [16, 129, 128 * threads];
  const [a, b] = [input("a", [m, k]), input("b", [k, n])];
  const anyOrder = matmul(a, b);
  const oneOrder = matmul(transpose(a, [1, 0]), b, { transposeA: true });
  const program = await compile(emit({ anyOrder, oneOrder }), { spin: false });
  const array = (rows: number, cols: number, step: number): NdArray =>
    float32(
      [rows, cols],
      Float32Array.from({ length: rows * cols }, (_, i) => ((i * step) % 1009) / 1009 - 0.5),
    );
  const products = await program.run({ a: array(m, k, 37), b: array(k, n, 101) });
  await program.release();
  const other = products.oneOrder!.data;
  return products.anyOrder!.data.every((value, i) => value === other[i]) ? threads : MOST_SLICES;
}
