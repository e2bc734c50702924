/**
 * @file Parameters before training: shapes first, numbers when they are read. So what an option asks for can be counted
 * before any of it is there, and the arrays of a file be compared with what they should be.
 */
import type { NdArray } from "../engine/tensor.js";
import { checkedElements } from "../parallel/memory.js";
import type { Random } from "../random.js";

/** The result of `make`, made at the first call and kept. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A float32 array whose numbers `make` gives when they are first read. */
export function arrayOf(shape: readonly number[], make: (size: number) => Float32Array): NdArray {
  const data = once(() => make(checkedElements(shape, 4, "an array")));
  return {
    dtype: "float32",
    shape,
    get data() {
      return data();
    },
  };
}

/** A float32 array filled by `value` in order, or with zeros, when it is first read. */
export function array(shape: readonly number[], value?: (i: number) => number): NdArray {
  return arrayOf(shape, (size) => {
    const data = new Float32Array(size);
    if (value) for (let i = 0; i < size; i++) data[i] = value(i);
    return data;
  });
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
  const vectors = once(() => orthonormalVectors(Math.max(m, n), Math.min(m, n), random));
  return array(shape, (i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return m >= n ? vectors()[column]![row]! : vectors()[row]![column]!;
  });
}

function orthonormalVectors(length: number, count: number, random: Random): Float64Array[] {
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
  return vectors;
}

/** Σᵢ aᵢⱼ² of every column of `[m, n]`. */
export function columnSquares({ data, shape }: NdArray): Float64Array {
  const n = shape[1]!;
  const squares = new Float64Array(n);
  data.forEach((value, i) => {
    squares[i % n]! += Number(value) ** 2;
  });
  return squares;
}
