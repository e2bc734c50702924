/** @file Forces of UMAP's epochs, through the code that its threads run, beside slopes of what they descend. */
import { describe, expect, test } from "vitest";
import { codeOn } from "../../src/methods/manifold/umap/code.js";
import { fitCurve } from "../../src/methods/manifold/umap/curve.js";
import { correlation } from "../../src/methods/manifold/umap/densities.js";
import { EPOCH_WORDS, tellOfEpoch } from "../../src/methods/manifold/umap/epoch.js";
import { float32On, int32On, wasmMemory } from "../../src/parallel/wasm.js";
import { random } from "../../src/random.js";

const n = 24;
const curve = fitCurve(0.1, 1);
const phiOf = (s: number) => 1 / (1 + curve.a * s ** curve.b);

interface Edges {
  rowStart: number[];
  columns: number[];
  weights: number[];
}

/** Symmetric edges of random weights, rows made up to multiples of four. */
function edges(): Edges {
  const stream = random(8);
  const weights = new Map<number, number>();
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (stream.uniform() < 0.3 || j === i - 1) weights.set(i * n + j, stream.uniform());
  const out: Edges = { rowStart: [0], columns: [], weights: [] };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const weight = weights.get(Math.max(i, j) * n + Math.min(i, j));
      if (i === j || weight === undefined) continue;
      out.columns.push(j);
      out.weights.push(weight);
    }
    for (; out.columns.length % 4 > 0; out.weights.push(0)) out.columns.push(i);
    out.rowStart.push(out.columns.length);
  }
  return out;
}

const graph = edges();
const around = (i: number) =>
  Array.from({ length: graph.rowStart[i + 1]! - graph.rowStart[i]! }, (_, at) => graph.rowStart[i]! + at);

/** Places apart by 1 or more, so that no force is cut. */
function placesOf(dims: number): Float32Array {
  const stream = random(dims);
  return Float32Array.from(
    { length: n * dims },
    (_, at) => (at % dims ? 0 : 1.5 * (at / dims)) + 0.4 * stream.uniform(),
  );
}

interface Told {
  repulsion?: number;
  draws?: number;
  chunks?: number;
  densities?: Float32Array;
}

/** Forces on all places, and the sums of `spread`. */
function forces(
  dims: number,
  places: Float32Array,
  { repulsion = 0, draws = 4, chunks = 1, densities }: Told = {},
) {
  const memory = wasmMemory();
  const stride = dims <= 2 ? 2 : 4 * Math.ceil(dims / 4);
  const on = (values: ArrayLike<number>) => {
    const there = float32On(memory, values.length);
    there.set(values);
    return there;
  };
  const wide = new Float32Array(n * stride);
  for (let i = 0; i < n; i++) wide.set(places.subarray(i * dims, (i + 1) * dims), i * stride);
  const ints = (values: number[]) => {
    const there = int32On(memory, values.length);
    there.set(values);
    return there;
  };
  const given = on(wide);
  const epoch = {
    ...{ dims, stride, others: n, draws, own: 1, key0: 123, key1: 456, dense: +(densities !== undefined) },
    ...{
      ...curve,
      repulsion,
      step: 1,
      decay1: 0.5,
      decay2: 0.5,
      correction1: 1,
      correction2: 1,
      densityWeight: 1,
    },
    ...{ rowStart: ints(graph.rowStart), columns: ints(graph.columns), weights: on(graph.weights) },
    degrees: on(
      Array.from({ length: n }, (_, i) => around(i).reduce((sum, at) => sum + graph.weights[at]!, 0)),
    ),
    ...{ places: given, next: on(wide), fixed: given },
    ...{ mean: float32On(memory, n * stride), square: float32On(memory, n * stride) },
    ...{ densities: on(densities ?? []), sums: float32On(memory, 2 * n) },
  };
  const words = int32On(memory, EPOCH_WORDS);
  tellOfEpoch(words, epoch);
  const code = codeOn(memory);
  code.spread(words.byteOffset, 0, n);
  const pool = float32On(memory, 1024 * stride).byteOffset;
  const force = new Float64Array(n * dims);
  // As chunks of other numbers, the rows draw among others.
  for (let chunk = 0; chunk < chunks; chunk++) {
    epoch.mean.fill(0);
    code.move(words.byteOffset, 0, n, chunk, pool);
    // In the first epoch the mean is half of the force.
    for (let at = 0; at < force.length; at++)
      force[at]! += (2 * epoch.mean[Math.floor(at / dims) * stride + (at % dims)]!) / chunks;
  }
  return { force, sums: epoch.sums };
}

/** −∂/∂y of a function of all places, by central differences. */
function slopes(places: Float32Array, value: (y: Float64Array) => number): Float64Array {
  const y = Float64Array.from(places);
  return y.map((coordinate, at) => {
    const sides = [-1e-4, 1e-4].map((step) => {
      y[at] = coordinate + step;
      const there = value(y);
      y[at] = coordinate;
      return there;
    });
    return (sides[0]! - sides[1]!) / 2e-4;
  });
}

const square = (y: ArrayLike<number>, dims: number, i: number, j: number) => {
  let s = 0;
  for (let axis = 0; axis < dims; axis++) s += (y[i * dims + axis]! - y[j * dims + axis]!) ** 2;
  return s;
};

function expectNear(got: Float64Array, wanted: Float64Array, tolerance: number): void {
  const size = Math.max(...wanted.map(Math.abs));
  got.forEach((value, at) => {
    expect(Math.abs(value - wanted[at]!) / size, `number ${at}`).toBeLessThan(tolerance);
  });
}

describe.each([1, 2, 3, 6])("with %d coordinates", (dims) => {
  const places = placesOf(dims);

  test("pulls are the slope of −Σ w ln φ over both directions of every edge", () => {
    const wanted = slopes(places, (y) => {
      let sum = 0;
      for (let i = 0; i < n; i++)
        for (const at of around(i))
          if (graph.weights[at]! > 0)
            sum -= graph.weights[at]! * Math.log(phiOf(square(y, dims, i, graph.columns[at]!)));
      return sum;
    });
    // Float32.
    expectNear(forces(dims, places).force, wanted, 2e-6);
  });

  test("pushes are on average the slope of −ln(1 − φ) over all places, for each unit of degree", () => {
    const repulsion = 3;
    const pulls = forces(dims, places).force;
    const both = forces(dims, places, { repulsion, draws: 2 ** 12, chunks: 400 }).force;
    const wanted = new Float64Array(n * dims);
    for (let i = 0; i < n; i++) {
      const degree = around(i).reduce((sum, at) => sum + graph.weights[at]!, 0);
      for (let j = 0; j < n; j++) {
        const s = square(places, dims, i, j);
        // 0.001 keeps equal places apart, see the source.
        const strength = (2 * curve.b * phiOf(s)) / (s + 0.001);
        for (let axis = 0; axis < dims; axis++)
          wanted[i * dims + axis]! +=
            ((repulsion * degree) / n) * strength * (places[i * dims + axis]! - places[j * dims + axis]!);
      }
    }
    // 400 times 1024 places to draw among: each is there 17,000 times, and one time in a hundred more or less.
    expectNear(
      both.map((force, at) => force - pulls[at]!),
      wanted,
      0.04,
    );
  });

  test("pulls for densities are twice the slope of the correlation of radii, as an edge counts twice", () => {
    const stream = random(4);
    const raw = Float64Array.from({ length: n }, () => stream.normal());
    const mean = raw.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    const data = raw.map((value) => (value - mean) / deviation);
    const sumsAt = (y: ArrayLike<number>) => {
      const sums = new Float64Array(2 * n);
      for (let i = 0; i < n; i++) {
        for (const at of around(i)) {
          if (graph.weights[at] === 0) continue;
          const s = square(y, dims, i, graph.columns[at]!);
          sums[2 * i]! += phiOf(s) * s;
          sums[2 * i + 1]! += phiOf(s);
        }
      }
      return sums;
    };
    const { force: pulls, sums } = forces(dims, places);
    expectNear(Float64Array.from(sums), sumsAt(places), 1e-6);
    // In float64, which the type does not say: differences of 10⁻⁴ have no digits in float32.
    const value = (y: Float64Array) => correlation(data, sumsAt(y) as never).value;
    const { gradient, inverse } = correlation(data, sums);
    const densities = Float32Array.from({ length: 2 * n }, (_, at) => {
      const i = at >> 1;
      return at % 2 ? inverse[i]! : -gradient[i]! / sums[2 * i + 1]!;
    });
    const both = forces(dims, places, { densities }).force;
    const wanted = slopes(places, value).map((slope) => -2 * slope);
    // A difference of float32 forces some tens of times as large.
    expectNear(
      both.map((force, at) => force - pulls[at]!),
      wanted,
      2e-4,
    );
  });
});
