/**
 * @file Epochs of an embedding: in each, every row is pulled along all its edges and pushed by some places drawn at random, as
 * all stood before it, and moves one step by Adam.
 *
 *   min Σ wᵢⱼ ln(wᵢⱼ / φᵢⱼ) + (1 − wᵢⱼ) ln((1 − wᵢⱼ) / (1 − φᵢⱼ)),   φᵢⱼ = 1/(1 + a ‖yᵢ − yⱼ‖²ᵇ)
 *
 * The source moves two rows at a time, in the order in which edges are sampled; here the expectation of its sample of edges stands for
 * the sample, so that it does not matter which thread comes first.
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426, algorithm 5; batches and Adam: uwot (Melville 2021).
 */
import { power } from "../../../elementary.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { gatherTeam, type Team } from "../../../parallel/team.js";
import { float32On, int32On, wasmMemory } from "../../../parallel/wasm.js";
import type { Random } from "../../../random.js";
import type { Curve } from "./curve.js";
import { curveOrder } from "./curve-order.js";
import { correlation } from "./densities.js";
import { EPOCH_WORDS, type Epoch, tellOfEpoch } from "./epoch.js";
import { EPOCH_CHUNK, embeddingEpoch } from "./epoch-kernel.js";
import type { FuzzyGraph } from "./graph.js";

export interface DescentOptions extends Breathing {
  readonly curve: Curve;
  readonly epochs: number;
  /** Adam's step length in the first epoch; it falls to nothing in a straight line. */
  readonly learningRate: number;
  /** Pushes for each pull along an edge of weight 1. */
  readonly negativeSamples: number;
  /** For the keys of draws. */
  readonly random: Random;
  /** Places that stay `[m, dims]`, which edges and draws lead to, and not to the rows themselves. */
  readonly fixed?: Float32Array;
  /** Log radii in the data that the map is to keep, standardized, from `DENSITIES_FROM` of the epochs on. */
  readonly radii?: Float64Array | undefined;
  /** Told the number of the epoch, from 1, and a way to the places as they stand. */
  readonly afterEpoch?: (epoch: number, places: () => Float32Array) => void;
}

const DECAY_1 = 0.5;
const DECAY_2 = 0.9;
/** Draws of a row in an epoch for each negative sample: fewer give a map as good in less time, each has the more weight. */
const DRAWS = 2;
/** Share of the epochs before densities count, and how much they do. */
export const DENSITIES_FROM = 0.7;
const DENSITY_WEIGHT = 2;

/** @param start `[n, dims]`. @returns the places after all epochs `[n, dims]`. */
export async function descend(
  graph: FuzzyGraph,
  start: Float64Array,
  dims: number,
  options: DescentOptions,
): Promise<Float32Array> {
  const { epochs, random, radii, breathe, afterEpoch } = options;
  const n = graph.rowStart.length - 1;
  const stride = strideOf(dims);
  const memory = wasmMemory();
  // Beside places that stay, rows have no edges among each other.
  const order = options.fixed ? Int32Array.from({ length: n }, (_, i) => i) : curveOrder(start, dims);
  const epoch = arrangement(memory, graph, order, dims, options);
  spreadOut(epoch.places, start, order, dims, stride);
  const ordered = radii && Float64Array.from(order, (row) => radii[row]!);
  const words = int32On(memory, EPOCH_WORDS);
  const team = gatherTeam(embeddingEpoch, { memory, words, rows: n, stride });
  const chunks = Math.ceil(n / EPOCH_CHUNK);
  try {
    for (let t = 1; t <= epochs; t++) {
      epoch.key0 = random.bits();
      epoch.key1 = random.bits();
      epoch.step = options.learningRate * (1 - (t - 1) / epochs);
      epoch.correction1 = 1 - power(DECAY_1, t);
      epoch.correction2 = 1 - power(DECAY_2, t);
      if (ordered && t > DENSITIES_FROM * epochs) await findDensities(epoch, words, team, ordered, breathe);
      tellOfEpoch(words, epoch);
      await team.runInPieces(breathe, chunks, 0);
      const places = epoch.next;
      epoch.next = epoch.places;
      epoch.places = places;
      if (!options.fixed) epoch.fixed = places;
      afterEpoch?.(t, () => drawnIn(places, order, dims, stride));
    }
    return drawnIn(epoch.places, order, dims, stride);
  } finally {
    team.release();
  }
}

/** The arrays of an epoch, as its owner holds them. */
type Arranged = Epoch & {
  places: Float32Array;
  next: Float32Array;
  densities: Float32Array;
  sums: Float32Array;
};

/** All that epochs have in common, on the memory; row i of it is row `order[i]` of the graph. */
function arrangement(
  memory: WebAssembly.Memory,
  graph: FuzzyGraph,
  order: Int32Array,
  dims: number,
  { curve, negativeSamples, fixed, radii }: DescentOptions,
): Arranged {
  const n = graph.rowStart.length - 1;
  const stride = strideOf(dims);
  const rowStart = int32On(memory, n + 1);
  const columns = int32On(memory, graph.columns.length);
  const weights = float32On(memory, graph.weights.length);
  const degrees = float32On(memory, n);
  const rank = new Int32Array(n);
  order.forEach((row, i) => {
    rank[row] = i;
  });
  let total = 0;
  for (let i = 0, to = 0; i < n; i++) {
    const row = order[i]!;
    let degree = 0;
    for (let at = graph.rowStart[row]!; at < graph.rowStart[row + 1]!; at++, to++) {
      columns[to] = fixed ? graph.columns[at]! : rank[graph.columns[at]!]!;
      weights[to] = graph.weights[at]!;
      degree += weights[to]!;
    }
    rowStart[i + 1] = to;
    degrees[i] = degree;
    total += degree;
  }
  const places = float32On(memory, n * stride);
  const others = fixed ? fixed.length / dims : n;
  const stay = fixed ? float32On(memory, others * stride) : places;
  if (fixed) for (let i = 0; i < others; i++) stay.set(fixed.subarray(i * dims, (i + 1) * dims), i * stride);
  return {
    dims,
    stride,
    others,
    draws: 4 * Math.ceil((DRAWS * negativeSamples) / 4),
    own: fixed ? 0 : 1,
    key0: 0,
    key1: 0,
    dense: 0,
    ...curve,
    repulsion: negativeSamples,
    step: 0,
    decay1: DECAY_1,
    decay2: DECAY_2,
    correction1: 1,
    correction2: 1,
    // Both directions of an edge are in the total.
    densityWeight: (DENSITY_WEIGHT * total) / 2,
    rowStart,
    columns,
    weights,
    degrees,
    places,
    next: float32On(memory, n * stride),
    fixed: stay,
    mean: float32On(memory, n * stride),
    square: float32On(memory, n * stride),
    densities: float32On(memory, radii ? 2 * n : 0),
    sums: float32On(memory, radii ? 2 * n : 0),
  };
}

/** Makes the epoch one in which densities count, as they are where the places are. */
async function findDensities(
  epoch: Arranged,
  words: Int32Array,
  team: Team,
  radii: Float64Array,
  breathe: Breathing["breathe"],
): Promise<void> {
  epoch.dense = 1;
  tellOfEpoch(words, epoch);
  await team.runInPieces(breathe, Math.ceil(radii.length / EPOCH_CHUNK), 1);
  const { gradient, inverse } = correlation(radii, epoch.sums);
  for (let i = 0; i < radii.length; i++) {
    const reach = epoch.sums[2 * i + 1]!;
    epoch.densities[2 * i] = reach > 0 ? -gradient[i]! / reach : 0;
    epoch.densities[2 * i + 1] = inverse[i]!;
  }
}

/** Numbers that a place takes. */
const strideOf = (dims: number): number => (dims <= 2 ? 2 : 4 * Math.ceil(dims / 4));

/** @param to `[n, stride]`, filled. @param from `[n, dims]`. */
function spreadOut(
  to: Float32Array,
  from: Float64Array,
  order: Int32Array,
  dims: number,
  stride: number,
): void {
  order.forEach((row, i) => {
    for (let axis = 0; axis < dims; axis++) to[i * stride + axis] = from[row * dims + axis]!;
  });
}

function drawnIn(places: Float32Array, order: Int32Array, dims: number, stride: number): Float32Array {
  const out = new Float32Array(order.length * dims);
  order.forEach((row, i) => {
    for (let axis = 0; axis < dims; axis++) out[row * dims + axis] = places[i * stride + axis]!;
  });
  return out;
}
