/**
 * @file Start of an embedding: at the coordinates that vary least along the graph, at the leading principal components, or anywhere.
 *
 * The largest coordinate is 10. Where the graph falls into components, each has coordinates of its own, about where its mean row is
 * among those of all, and is moved until it overlaps none of the others: how far apart they are tells nothing.
 */
import { type Matrix, matrix } from "../../../data/matrix.js";
import { exp, log } from "../../../elementary.js";
import { dense } from "../../../linalg/dense.js";
import { eigh } from "../../../linalg/eigh.js";
import { randomizedSvd } from "../../../linalg/randomized-svd.js";
import type { FitContext } from "../../method.js";
import { start as startOfPlaces } from "../tsne/start.js";
import { degrees, type FuzzyGraph } from "./graph.js";
import { moveApart } from "./move-apart.js";
import { graphOfPart } from "./parts.js";
import { smoothColumns } from "./smooth-columns.js";

/** The largest coordinate. */
const SIZE = 10;
/** Standard deviation of what is added to every coordinate, so that equal rows part. */
const JITTER = 1e-3;
/** Rows up to which all eigenvectors are as fast. */
const FEW_ROWS = 256;
/** Radius of the ball of all rows, of which each component has its share by volume. */
const RADIUS = 5;

type Context = Pick<FitContext, "random" | "breathe">;

/** Places `[n, dims]`. @param parts rows of the components of the graph. */
export async function start(
  x: Matrix,
  graph: FuzzyGraph,
  parts: readonly Int32Array[],
  init: "spectral" | "pca" | "random",
  dims: number,
  context: Context,
): Promise<Float64Array> {
  const { random } = context;
  if (init !== "spectral") return sized(await startOfPlaces(x, init, dims, context), SIZE);
  const noise = random.fork("jitter");
  const places =
    parts.length === 1
      ? sized(await coordinates(graph, dims, context), SIZE)
      : await placesOfParts(x, graph, parts, dims, context);
  return places.map((coordinate) => coordinate + JITTER * noise.normal());
}

async function placesOfParts(
  x: Matrix,
  graph: FuzzyGraph,
  parts: readonly Int32Array[],
  dims: number,
  context: Context,
): Promise<Float64Array> {
  const n = x.rows;
  const centers = await centersOfParts(x, parts, dims, context);
  const radii = Float64Array.from(parts, (rows) => RADIUS * exp(log(rows.length / n) / dims));
  await moveApart(centers, radii, dims, context.breathe);
  const places = new Float64Array(n * dims);
  const numbers = new Int32Array(n);
  for (const [c, rows] of parts.entries()) {
    const own = sized(await coordinates(graphOfPart(graph, rows, numbers), dims, context), radii[c]!);
    rows.forEach((row, i) => {
      for (let axis = 0; axis < dims; axis++)
        places[row * dims + axis] = centers[c * dims + axis]! + own[i * dims + axis]!;
    });
    await context.breathe();
  }
  return places;
}

/** Places of the mean rows of all components `[c, dims]` along their own leading principal components. */
async function centersOfParts(
  x: Matrix,
  parts: readonly Int32Array[],
  dims: number,
  { random, breathe }: Context,
): Promise<Float64Array> {
  const d = x.cols;
  const means = new Float64Array(parts.length * d);
  parts.forEach((rows, c) => {
    for (const row of rows)
      for (let j = 0; j < d; j++) means[c * d + j]! += x.data[row * d + j]! / rows.length;
  });
  // In units of the largest number, so that none is too large to square.
  const largest = means.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scaled = matrix(
    parts.length,
    d,
    Float32Array.from(means, (mean) => mean / (largest || 1)),
  );
  const k = Math.min(dims, parts.length, d);
  const seed = random.fork("centers").bits();
  const { u, s } = await randomizedSvd(scaled, k, { center: true, seed, breathe });
  const places = new Float64Array(parts.length * dims);
  for (let c = 0; c < parts.length; c++)
    for (let axis = 0; axis < k; axis++) places[c * dims + axis] = u.data[c * k + axis]! * s[axis]!;
  return sized(places, SIZE);
}

/** The coordinates that vary least along a connected graph `[n, dims]`; 0 for those that it has not. */
async function coordinates(
  graph: FuzzyGraph,
  dims: number,
  { random, breathe }: Context,
): Promise<Float64Array> {
  const n = graph.rowStart.length - 1;
  if (n > FEW_ROWS) return smoothColumns(graph, dims, { random: random.fork("spectral"), breathe });
  const roots = degrees(graph).map(Math.sqrt);
  const s = dense(n, n);
  for (let i = 0; i < n; i++) {
    for (let at = graph.rowStart[i]!; at < graph.rowStart[i + 1]!; at++) {
      const j = graph.columns[at]!;
      if (j !== i) s.data[i * n + j] = graph.weights[at]! / (roots[i]! * roots[j]!);
    }
  }
  const { vectors } = await eigh(s, { breathe });
  const out = new Float64Array(n * dims);
  for (let i = 0; i < n; i++) {
    for (let axis = 0; axis < Math.min(dims, n - 1); axis++)
      out[i * dims + axis] = vectors.data[i * n + axis + 1]! / roots[i]!;
  }
  return out;
}

/** The same, as wide as that its largest coordinate is `size`. */
function sized(places: Float64Array, size: number): Float64Array {
  let largest = 0;
  for (const coordinate of places) largest = Math.max(largest, Math.abs(coordinate));
  return largest > 0 ? places.map((coordinate) => coordinate * (size / largest)) : places;
}
