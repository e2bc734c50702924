/**
 * @file A map of the data in the worker: a method is fitted to all rows or a sample, and rows get their codes.
 */
import { drawnRows } from "../../panels/draw/drawn-rows.js";
import { counted, grouped } from "../../panels/draw/words.js";
import { shellWord } from "../../panels/shell-word.js";
import { shownPercent } from "../../panels/text-table.js";
import { type Dataset, factsOf } from "../../src/data/dataset.js";
import { type Matrix, matrix, type Numbers, takeRows } from "../../src/data/matrix.js";
import { defaultScaleOf } from "../../src/methods/default-scale.js";
import type { Iteration } from "../../src/methods/method.js";
import type { MethodEntry } from "../../src/methods/method-entry.js";
import type { Coder } from "../../src/methods/model.js";
import { methodNamed, methods } from "../../src/methods/registry.js";
import { fillGaps } from "../../src/tasks/fill.js";
import { fit } from "../../src/training/fit.js";
import type { Progress } from "../../src/training/trainer.js";
import { methodOf, trainingOf } from "../options.js";
import { commandOf, type Repeated } from "../repeat.js";
import type { WorkPlace } from "../works.js";
import type { LatentAsked, MadeMap } from "./latent-words.js";

/** Rows that a method learns from at most, unless all are quick. */
const MOST_ROWS = 20_000;
/** Rows of maps that go over all pairs of rows. */
const MOST_PAIRED_ROWS = 2000;
const QUICK_MAPS = ["tsne", "umap"];
const QUICK = ["pca"];
/** Rows that are encoded at once, so that a stop comes in between. */
const BLOCK = 65_536;
/** Milliseconds between two tellings of places on the way. */
const TOLD_EVERY = 200;

type Place = WorkPlace<"latent">;

/** A fitted model, and the rows that are on the map. */
export interface FittedMap {
  /** Data that it is of, as they were opened. */
  readonly data: Dataset;
  readonly model: Coder;
  /** Row of the data that each point is, ascending. */
  readonly rows: Uint32Array;
  readonly codes: Matrix;
  /** Rows of the points as the model takes them. */
  readonly x: Numbers;
}

type MapAsked = Extract<LatentAsked, { kind: "map" }>;

/** Fits the method that is asked for, and tells how far it is. @throws RangeError for a method without codes. */
export async function fitMap(asked: MapAsked, place: Place): Promise<{ fitted: FittedMap; map: MadeMap }> {
  const { slot, method: name, options, seed } = asked;
  const { signal } = place;
  const started = performance.now();
  const opened = place.data();
  const { rows: rowsInAll, cols } = opened.x;
  const entry = await methodNamed(name);
  const method = methodOf(entry, options, opened.rowShape);
  if (method.codeSize(cols) === undefined)
    throw new RangeError(`${name} has no codes, which a map is made of: choose another method`);
  const filled = !method.acceptsMissing && opened.x.data.some(Number.isNaN);
  const learned = drawnRows(rowsInAll, method.sequential ? rowsInAll : mostRowsOf(name, filled));
  const sampled = learned.length < rowsInAll;
  const progress = progressOf(asked, { learned, rowsInAll }, place.tell);
  const given = sampled ? { ...opened, x: takeRows(opened.x, learned) } : opened;
  if (filled) progress.tell(`gaps of ${counted(learned.length, "row")} are filled`);
  const data = filled ? { ...given, x: await fillGaps(given, { signal }) } : given;
  const scale = scaleOf(options.scale) ?? defaultScaleOf(method, factsOf(data)).scale;
  const trained = method.fitting.kind === "trained";
  progress.tell(`${name} learns from ${counted(learned.length, "row")}`);
  const model = await fit(method, data, {
    ...{ seed, scale, signal },
    ...(trained && trainingOf(entry, options, learned.length)),
    onProgress: progress.epoch,
    onIteration: progress.iteration,
  });
  // Rows with gaps have codes where they were filled.
  const all = filled ? undefined : opened;
  const placed = await codesOf(model, { learned, data, all }, entry, signal, progress.tell);
  const { rows, codes } = placed;
  const map: MadeMap = {
    ...{ slot, method: name, seed, latentDim: codes.cols, rowsInAll },
    codes: codes.data.slice(),
    rows: rows.slice(),
    names: namesOf(model),
    decodes: model.partNames.includes("decode"),
    notes: [
      ...(filled
        ? [`Missing numbers are filled by low-rank completion, as ${name} wants every number.`]
        : []),
      ...(sampled
        ? [sampleNote({ name, filled }, { learned: learned.length, shown: rows.length, all: rowsInAll })]
        : []),
      ...model.notes,
    ],
    command: sampled ? undefined : commandsOf(asked, { entry, data: opened, scale, filled, trained }),
    seconds: (performance.now() - started) / 1000,
  };
  return { fitted: { data: opened, model, ...placed }, map };
}

/** Ears for a fit, which tell some times a second how far it is. */
function progressOf(
  { slot, method }: MapAsked,
  { learned, rowsInAll }: { learned: Uint32Array; rowsInAll: number },
  tellPage: Place["tell"],
) {
  let last = 0;
  const due = () => {
    const now = performance.now();
    const is = now - last > TOLD_EVERY;
    if (is) last = now;
    return is;
  };
  const tell = (text: string) => tellPage({ kind: "progress", slot, text });
  return {
    tell,
    epoch({ epoch, epochs, loss }: Progress) {
      if (due()) tell(`epoch ${epoch} of ${epochs}, loss ${Number(loss.toPrecision(4))}`);
    },
    iteration({ iteration, iterations, embedding }: Iteration) {
      if (!due()) return;
      const text = `step ${iteration} of at most ${iterations}`;
      const codes = embedding?.();
      const moving = codes && { codes: codes.data, latentDim: codes.cols, rows: learned.slice() };
      tellPage({ kind: "progress", slot, text, moving: moving && { ...moving, rowsInAll, method } });
    },
  };
}

function mostRowsOf(name: string, filled: boolean): number {
  if (QUICK.includes(name) && !filled) return Number.POSITIVE_INFINITY;
  const isMap = methods.find((one) => one.name === name)?.kind === "map";
  return isMap && !QUICK_MAPS.includes(name) ? MOST_PAIRED_ROWS : MOST_ROWS;
}

function sampleNote(
  { name, filled }: { name: string; filled: boolean },
  { learned, shown, all }: { learned: number; shown: number; all: number },
): string {
  const of = `${grouped(learned)} of ${counted(all, "row")}`;
  if (shown === all) return `${name} has learned from ${of}; all of them are on the map.`;
  const work = filled ? "filling the gaps" : name;
  return `${of}, a sample: ${work} would take too long for all of them in a tab.`;
}

/** Codes of all rows where they are quick to have, else of those that it was fitted to. */
async function codesOf(
  model: Coder,
  { learned, data, all }: { learned: Uint32Array; data: Dataset; all: Dataset | undefined },
  entry: MethodEntry,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Pick<FittedMap, "rows" | "codes" | "x">> {
  const { embedding } = model as Partial<{ embedding: Matrix }>;
  if (embedding) return { rows: learned, codes: embedding, x: data.x };
  const isGraph = entry.create(model.options).parts(data.x.cols).encode !== undefined;
  const { x } = isGraph && all ? all : data;
  const rows = x === data.x ? learned : drawnRows(x.rows, x.rows);
  if (model.sequential) return { rows, codes: await model.encode(data), x };
  const codes = matrix(x.rows, model.latentDim);
  for (let from = 0; from < x.rows; from += BLOCK) {
    signal.throwIfAborted();
    const block = Uint32Array.from({ length: Math.min(BLOCK, x.rows - from) }, (_, i) => from + i);
    codes.data.set((await model.encode(takeRows(x, block))).data, from * codes.cols);
    if (x.rows > BLOCK) tell(`codes of ${grouped(from + block.length)} rows`);
  }
  return { rows, codes, x };
}

function namesOf(model: Coder): string[] {
  const shares = (model as { explainedVarianceRatio?: ArrayLike<number> }).explainedVarianceRatio;
  return Array.from({ length: model.latentDim }, (_, j) =>
    shares?.[j] === undefined ? `z${j + 1}` : `z${j + 1} (${shownPercent(shares[j])} of variance)`,
  );
}

function scaleOf(text: string | undefined) {
  const found = (["none", "standard", "unit"] as const).find((kind) => kind === text);
  if (text !== undefined && !found)
    throw new RangeError(`scale must be one of none, standard, unit, got ${text}`);
  return found;
}

/** Commands that fit the same model, and give its codes. */
function commandsOf(
  asked: MapAsked,
  fitted: Pick<Repeated, "entry" | "data" | "scale" | "filled" | "trained">,
): string {
  const { data, filled } = fitted;
  const fill = filled ? ["--fill", "yes"] : [];
  const words = ["unlabeled", "encode", data.name, "-m", "model.safetensors", ...fill, "-o", "codes.csv"];
  const fitting = commandOf({ ...fitted, asked, changes: [], step: 0, steps: 0 });
  return `${fitting}\n${words.map(shellWord).join(" ")}`;
}
