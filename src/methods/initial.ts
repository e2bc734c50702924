/**
 * @file Parameters before training.
 */
import type { NdArray } from "../engine/tensor.js";
import type { Random } from "../random.js";

/** A float32 array filled by `value`, or with zeros. */
export function array(shape: readonly number[], value: (i: number) => number = () => 0): NdArray {
  const size = shape.reduce((product, n) => product * n, 1);
  return { dtype: "float32", shape, data: Float32Array.from({ length: size }, (_, i) => value(i)) };
}

/** Uniform on ±√(6 / (fanIn + fanOut)): keeps the variance through linear, tanh and sigmoid layers. Glorot & Bengio (2010). */
export function glorot(shape: readonly [number, number], random: Random): NdArray {
  const limit = Math.sqrt(6 / (shape[0] + shape[1]));
  return array(shape, () => (2 * random.uniform() - 1) * limit);
}

/** Uniform on ±√(6 / fanIn): keeps the variance through rectified layers. He et al. (2015). */
export function he(shape: readonly [number, number], fanIn: number, random: Random): NdArray {
  const limit = Math.sqrt(6 / fanIn);
  return array(shape, () => (2 * random.uniform() - 1) * limit);
}

/** Random with orthonormal columns `[m, n]`, or orthonormal rows where n > m. */
export function orthonormal(shape: readonly [number, number], random: Random): NdArray {
  const [m, n] = shape;
  const [length, count] = [Math.max(m, n), Math.min(m, n)];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const v = Float64Array.from({ length }, () => random.normal());
    // Twice is enough (Kahan; Parlett 1980): the second pass removes what rounding left of the first.
    for (const u of [...vectors, ...vectors]) {
      const along = u.reduce((s, value, i) => s + value * v[i]!, 0);
      for (let i = 0; i < length; i++) v[i]! -= along * u[i]!;
    }
    const norm = Math.sqrt(v.reduce((s, value) => s + value * value, 0));
    vectors.push(v.map((value) => value / norm));
  }
  return array(shape, (i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return m >= n ? vectors[column]![row]! : vectors[row]![column]!;
  });
}
