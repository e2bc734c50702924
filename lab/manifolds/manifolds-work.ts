/**
 * @file Maps of a rolled sheet, in the worker.
 */

import { drawnRows } from "../../panels/draw/drawn-rows.js";
import type { Dataset } from "../../src/data/dataset.js";
import { type Matrix, takeRows, toMatrix } from "../../src/data/matrix.js";
import { type RollOptions, sCurve, swissRoll } from "../../src/data/synthetic.js";
import type { Iteration } from "../../src/methods/method.js";
import type { Coder } from "../../src/methods/model.js";
import { methodNamed } from "../../src/methods/registry.js";
import { trustworthiness } from "../../src/metrics/trustworthiness.js";
import { fit } from "../../src/training/fit.js";
import { methodOf } from "../options.js";
import type { BenchAsked } from "../protocol.js";
import { commandOf } from "../repeat.js";
import type { WorkPlace } from "../works.js";
import { distanceCorrelation } from "./distances.js";
import type { ManifoldsAsked, MapName, MapQuality, Surface } from "./manifolds-words.js";

/** Rows of the rolled sheets that come with the package. */
const EMBEDDED_ROWS = 1500;
/** More would take the methods that go over all pairs too long. */
const MOST_ROWS = 3000;
/** Steps from one picture of t-SNE to the next: it moves most at first. */
const FRAME_EVERY = 5;
const LATE_FRAME_EVERY = 10;
const EARLY_STEPS = 250;
/** Milliseconds between two pictures of a map of the grid. */
const TOLD_EVERY = 150;

type Place = WorkPlace<"manifolds">;

interface Sheet {
  readonly x: Matrix;
  /** Coordinates on the sheet `[n, 2]`, where they are known. */
  readonly latent?: Matrix | undefined;
  readonly positions: Float32Array;
  readonly name: string;
  /** The data as the command line names them, if it can. */
  readonly data?: Dataset | undefined;
}

export async function answer(asked: ManifoldsAsked, place: Place): Promise<void> {
  const { tell } = place;
  const sheet = await sheetOf(asked.surface, place);
  const { x, positions, name } = sheet;
  tell({ kind: "surface", points: x.data.slice(), positions: positions.slice(), name });
  if (asked.kind === "grid") return gridOf(asked, sheet, place);
  const { nNeighbors, perplexity, seed, choices } = asked;
  const options: Readonly<Record<MapName, Readonly<Record<string, string>>>> = {
    isomap: { latentDim: "2", nNeighbors },
    locallyLinearEmbedding: { latentDim: "2", nNeighbors },
    tsne: { perplexity },
  };
  for (const [method, texts] of Object.entries(options) as [MapName, Readonly<Record<string, string>>][]) {
    tell({ kind: "progress", text: `${method} is at work` });
    const started = performance.now();
    const model = await fitted(method, texts, seed, sheet, place, (places, iteration) => {
      if (iteration % (iteration < EARLY_STEPS ? FRAME_EVERY : LATE_FRAME_EVERY) === 0)
        tell({ kind: "frame", method, places: places(), iteration });
    });
    const seconds = (performance.now() - started) / 1000;
    const quality = await qualityOf(sheet, model);
    const run = { method, options: { ...texts, scale: "none" }, seed, choices };
    const command = sheet.data && (await commandFor(run, sheet.data));
    tell({ kind: "map", method, places: model.data, quality, seconds, command });
  }
}

async function sheetOf({ roll, rows, noise }: Surface, { data }: Place): Promise<Sheet> {
  if (roll === "data") return sheetOfData(data());
  if (!(Number.isInteger(rows) && rows >= 50 && rows <= MOST_ROWS))
    throw new RangeError(`rows must be an integer from 50 to ${MOST_ROWS}, got ${rows}`);
  const make: (options: RollOptions) => { x: Matrix; latent: Matrix } =
    roll === "swiss-roll" ? swissRoll : sCurve;
  const { x, latent } = make({ rows, noise });
  const positions = Float32Array.from({ length: rows }, (_, i) => latent.data[2 * i]!);
  const known = rows === EMBEDDED_ROWS && noise === 0;
  // Loaded as elsewhere, where there is a use for it: it holds the digits.
  const { embedded } = await import("../../src/data/embedded.js");
  return { x, latent, positions, name: roll, data: known ? embedded(roll) : undefined };
}

/** Rows of three columns of somebody's own; their colors are their labels, if these are numbers, else their order. */
function sheetOfData(data: Dataset): Sheet {
  const { x, labels, name } = data;
  if (x.cols !== 3)
    throw new RangeError(`${name}: want 3 columns of numbers to turn in space, got ${x.cols}`);
  const rows = drawnRows(x.rows, MOST_ROWS);
  const own = toMatrix(takeRows(x, rows));
  const numbers = Float32Array.from(rows, (row) => Number(labels?.[row] || Number.NaN));
  const positions = numbers.every(Number.isFinite) ? numbers : Float32Array.from(rows);
  return { x: own, positions, name, data: rows.length === x.rows ? data : undefined };
}

type Tell = (places: () => Float32Array, iteration: number) => void;

async function fitted(
  name: MapName,
  texts: Readonly<Record<string, string>>,
  seed: number,
  { x }: Sheet,
  { signal }: Place,
  tell: Tell,
): Promise<Matrix> {
  const method = methodOf(await methodNamed(name), texts, undefined);
  const onIteration = ({ iteration, embedding }: Iteration) => {
    if (embedding) tell(() => embedding().data, iteration);
  };
  const model = await fit(method, x, { seed, scale: "none", signal, onIteration });
  return (model as Coder & { embedding: Matrix }).embedding;
}

async function qualityOf({ x, latent }: Sheet, map: Matrix): Promise<MapQuality> {
  return {
    trustworthiness: await trustworthiness(x, map, { nNeighbors: 10 }),
    correlation: latent && distanceCorrelation(latent, map),
  };
}

async function commandFor(asked: BenchAsked, data: Dataset): Promise<string> {
  const entry = await methodNamed(asked.method);
  const solved = { filled: false, trained: false, changes: [], step: 0, steps: 0 };
  return commandOf({ entry, data, asked, scale: "none", ...solved });
}

async function gridOf(
  { perplexities, seeds, maxIter }: Extract<ManifoldsAsked, { kind: "grid" }>,
  sheet: Sheet,
  place: Place,
): Promise<void> {
  const { tell } = place;
  const entry = await methodNamed("tsne");
  for (const perplexity of perplexities) {
    for (const seed of seeds) {
      tell({ kind: "progress", text: `t-SNE with perplexity ${perplexity}, seed ${seed}` });
      let told = 0;
      const method = methodOf(entry, { perplexity, maxIter, init: "random" }, undefined);
      const model = await fit(method, sheet.x, {
        ...{ seed, scale: "none", signal: place.signal },
        onIteration: ({ iteration, embedding }) => {
          if (performance.now() - told < TOLD_EVERY) return;
          told = performance.now();
          tell({ kind: "cell", perplexity, seed, iteration, places: embedding!().data });
        },
      });
      const { embedding, klDivergence } = model as unknown as { embedding: Matrix; klDivergence: number };
      const quality = await qualityOf(sheet, embedding);
      tell({ kind: "cell", perplexity, seed, places: embedding.data, quality, klDivergence });
    }
  }
}
