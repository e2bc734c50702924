/**
 * @file Maps of the codes of the data, in the worker: methods fitted and kept, rows looked up, codes decoded.
 */

import { drawnRows } from "../../panels/draw/drawn-rows.js";
import { counted, grouped } from "../../panels/draw/words.js";
import type { Panel } from "../../panels/report.js";
import { imagesPanel, pathPanel } from "../../panels/sections/made-rows.js";
import { shellWord } from "../../panels/shell-word.js";
import { shownPercent } from "../../panels/text-table.js";
import { cellText, csvPieces } from "../../src/data/csv/write.js";
import { columnNames, type Dataset, factsOf, rowInFile } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { decodeTable } from "../../src/data/table/encoding.js";
import { makeTable, NumberValues, numberColumns } from "../../src/data/table/table.js";
import { defaultScaleOf } from "../../src/methods/default-scale.js";
import type { Iteration } from "../../src/methods/method.js";
import type { MethodEntry } from "../../src/methods/method-entry.js";
import type { Coder } from "../../src/methods/model.js";
import { methodNamed, methods } from "../../src/methods/registry.js";
import { codeGrid, interpolate } from "../../src/tasks/walk.js";
import { fit } from "../../src/training/fit.js";
import type { Progress } from "../../src/training/trainer.js";
import { withoutGaps } from "../open-data.js";
import { methodOf, trainingOf } from "../options.js";
import { commandOf, type Repeated } from "../repeat.js";
import type { WorkPlace } from "../works.js";
import type { LatentAsked, MadeMap, RowContents, Slot } from "./latent-words.js";
import { colorsOf } from "./row-colors.js";
import { columnsOf, contentsOfRows, rowImage, tableOfRows, usualColumns } from "./row-contents.js";

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
const GRID_STEPS = { image: 10, row: 5 };
const WALK_STEPS = 10;

type Place = WorkPlace<"latent">;
/** A fitted model, and the data that it was fitted to. */
interface Kept {
  readonly data: Dataset;
  readonly model: Coder;
  readonly rows: Uint32Array;
  readonly codes: Matrix;
}
const kept = new Map<Slot, Kept>();

export async function answer(asked: LatentAsked, place: Place): Promise<void> {
  const { tell } = place;
  switch (asked.kind) {
    case "columns": {
      const data = place.data();
      const names = columnsOf(data).map(({ name }) => name);
      return tell({ kind: "columns", names, usual: usualColumns(data), label: data.labelName });
    }
    case "color": {
      const data = place.data();
      const column = columnsOf(data).find(({ name }) => name === asked.column);
      if (!column) throw new RangeError(`color: there is no column ${asked.column}`);
      const color = colorsOf(column, data.x.rows);
      return tell({ kind: "color", color }, [
        color.groups.buffer,
        ...(color.values ? [color.values.buffer] : []),
      ]);
    }
    case "map":
      return makeMap(asked, place);
    case "rows":
      return tell({ kind: "rows", contents: contentsOfRows(place.data(), asked.rows, asked.columns) });
    case "decode": {
      const { model, data } = keptOf(asked.slot, place);
      const codes = matrix(asked.codes.length / model.latentDim, model.latentDim, asked.codes);
      return tell({ kind: "decoded", contents: await decoded(model, data, codes) });
    }
    case "walk": {
      const { model, data } = keptOf(asked.slot, place);
      const rows = [asked.from, asked.to];
      const outside = rows.find((one) => !(Number.isInteger(one) && one >= 0 && one < data.x.rows));
      if (outside !== undefined)
        throw new RangeError(`walk: rows go from 1 to ${data.x.rows}, got ${outside + 1}`);
      const [from, to] = rows.map((one) => row(data.x, one));
      const walk = await interpolate(model, from!, to!, { steps: WALK_STEPS });
      const title = `From row ${rowInFile(data, asked.from)} to row ${rowInFile(data, asked.to)}`;
      const panels = isImage(data.rowShape)
        ? [await imagesPanel(walk.rows, data.rowShape, { across: WALK_STEPS, title })]
        : [{ ...pathPanel(model, walk.rows), title }, await tableOf(model, walk, title)];
      return tell({ kind: "panels", panels, codes: walk.codes.data });
    }
    case "grid": {
      const { model, data, codes } = keptOf(asked.slot, place);
      const [i, j] = asked.dims;
      const image = isImage(data.rowShape);
      const steps = image ? GRID_STEPS.image : GRID_STEPS.row;
      const ranges = [i, j].map((dim) => middleOf(codes, dim)) as [[number, number], [number, number]];
      const grid = await codeGrid(model, { dims: [i, j], steps, range: ranges, at: meansOf(codes) });
      const title = `Rows of a grid: z${i + 1} to the right, z${j + 1} upwards`;
      const panels = image
        ? [await imagesPanel(grid.rows, data.rowShape, { across: steps, title })]
        : [await tableOf(model, grid, title)];
      return tell({ kind: "panels", panels, codes: grid.codes.data });
    }
    case "export":
      return exported(asked, place);
  }
}

/** Model of a map of the data that are open. */
function keptOf(slot: Slot, { data }: Pick<Place, "data">): Kept {
  const found = kept.get(slot);
  if (!found || found.data !== data()) throw new RangeError("the map is of other data: make it again");
  return found;
}

type MapAsked = Extract<LatentAsked, { kind: "map" }>;

async function makeMap(asked: MapAsked, place: Place): Promise<void> {
  const { slot, method: name, options, seed } = asked;
  const { tell } = place;
  const started = performance.now();
  kept.delete(slot);
  const opened = place.data();
  const { rows: rowsInAll, cols } = opened.x;
  const entry = await methodNamed(name);
  const method = methodOf(entry, options, opened.rowShape);
  if (method.codeSize(cols) === undefined)
    throw new RangeError(`${name} has no codes, which a map is made of: choose another method`);
  const filled = !method.acceptsMissing && opened.x.data.some(Number.isNaN);
  const data = filled ? await withoutGaps(opened) : opened;
  const learned = drawnRows(rowsInAll, method.sequential ? rowsInAll : mostRowsOf(name));
  const sampled = learned.length < rowsInAll;
  const scale = scaleOf(options.scale) ?? defaultScaleOf(method, factsOf(data)).scale;
  const trained = method.fitting.kind === "trained";
  const progress = progressOf(asked, { learned, rowsInAll }, tell);
  progress.tell(`${name} learns from ${counted(learned.length, "row")}`);
  const model = await fit(
    method,
    { ...data, x: sampled ? takeRows(data.x, learned) : data.x },
    {
      ...{ seed, scale, signal: place.signal },
      ...(trained && trainingOf(entry, options, learned.length)),
      onProgress: progress.epoch,
      onIteration: progress.iteration,
    },
  );
  const { rows, codes } = await codesOf(model, data, learned, entry, place, progress.tell);
  kept.set(slot, { data: opened, model, rows, codes });
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
      ...(sampled ? [sampleNote(name, learned.length, rows.length, rowsInAll)] : []),
      ...model.notes,
    ],
    command: sampled ? undefined : commandsOf(asked, { entry, data: opened, scale, filled, trained }),
    seconds: (performance.now() - started) / 1000,
  };
  tell({ kind: "map", map }, [map.codes.buffer, map.rows.buffer]);
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

const mostRowsOf = (name: string) => {
  if (QUICK.includes(name)) return Number.POSITIVE_INFINITY;
  const isMap = methods.find((one) => one.name === name)?.kind === "map";
  return isMap && !QUICK_MAPS.includes(name) ? MOST_PAIRED_ROWS : MOST_ROWS;
};

function sampleNote(name: string, learned: number, shown: number, all: number): string {
  const of = `${grouped(learned)} of ${counted(all, "row")}`;
  return shown < all
    ? `${of}, a sample: ${name} would take too long for all of them in a tab.`
    : `${name} has learned from ${of}; all of them are on the map.`;
}

/** Codes of the rows: of those it was fitted to where others would want a search each, else of all. */
async function codesOf(
  model: Coder,
  data: Dataset,
  learned: Uint32Array,
  entry: MethodEntry,
  { signal }: Pick<Place, "signal">,
  tell: (text: string) => void,
): Promise<{ rows: Uint32Array; codes: Matrix }> {
  const { embedding } = model as Partial<{ embedding: Matrix }>;
  if (embedding) return { rows: learned, codes: embedding };
  const isGraph = entry.create(model.options).parts(data.x.cols).encode !== undefined;
  const rows = isGraph ? drawnRows(data.x.rows, data.x.rows) : learned;
  if (model.sequential) return { rows, codes: await model.encode(data) };
  const codes = matrix(rows.length, model.latentDim);
  for (let from = 0; from < rows.length; from += BLOCK) {
    signal.throwIfAborted();
    const block = rows.subarray(from, from + BLOCK);
    codes.data.set((await model.encode(takeRows(data.x, block))).data, from * codes.cols);
    if (rows.length > BLOCK) tell(`codes of ${grouped(from + block.length)} rows`);
  }
  return { rows, codes };
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

/** Rows of codes, as rows of the data are shown. */
async function decoded(
  model: Coder,
  data: Pick<Dataset, "rowShape" | "range">,
  codes: Matrix,
): Promise<RowContents> {
  if (isImage(data.rowShape)) {
    const rows = await model.decode(codes);
    const images = Array.from({ length: rows.rows }, (_, i) => rowImage(rows, i, data));
    return { columns: [], cells: images.map(() => []), images };
  }
  const rows = await model.decodeWide(codes);
  const table = model.encoding
    ? decodeTable(rows, model.encoding)
    : makeTable(numberColumns(rows, columnNames(model.columns, rows.cols)));
  return {
    columns: table.columns.map(({ name }) => name),
    cells: Array.from({ length: rows.rows }, (_, i) =>
      table.columns.map((column) =>
        column.kind === "number" && !column.style
          ? String(Number(column.values.at(i).toPrecision(5)))
          : cellText(column, i),
      ),
    ),
  };
}

/** Decoded rows with their codes, a line each. */
async function tableOf(model: Coder, { codes }: { codes: Matrix }, title: string): Promise<Panel> {
  const { columns, cells } = await decoded(model, {}, codes);
  const names = Array.from({ length: Math.min(2, codes.cols) }, (_, j) => `z${j + 1}`);
  return {
    ...{
      kind: "table",
      title,
      see: "Rows that the model has made, each with the first numbers of its code.",
    },
    columns: [...names, ...columns],
    rows: cells.map((line, i) => [...names.map((_, j) => row(codes, i)[j]!), ...line]),
  };
}

/** The 5 % and 95 % quantiles of a number of the codes. */
function middleOf(codes: Matrix, dim: number): [number, number] {
  const values = Float32Array.from(
    { length: codes.rows },
    (_, i) => codes.data[i * codes.cols + dim]!,
  ).sort();
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  return [at(0.05), at(0.95)];
}

function meansOf({ data, rows, cols }: Matrix): Float64Array {
  const sums = new Float64Array(cols);
  for (let at = 0; at < rows * cols; at++) sums[at % cols]! += data[at]!;
  return sums.map((sum) => sum / rows);
}

async function exported(
  { part, slot, rows }: Extract<LatentAsked, { kind: "export" }>,
  place: Place,
): Promise<void> {
  const data = place.data();
  const stem = data.name
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.[^.]*$/, "");
  let table = tableOfRows(data, part === "rows" ? rows : new Uint32Array());
  if (part === "codes") {
    const { codes, rows: points } = keptOf(slot, place);
    const pointOf = new Map(Array.from(points, (one, point) => [one, point]));
    const own = Uint32Array.from(rows).filter((one) => pointOf.has(one));
    const taken = takeRows(
      codes,
      Uint32Array.from(own, (one) => pointOf.get(one)!),
    );
    const numbers = new NumberValues(Float64Array.from(own, (one) => rowInFile(data, one)));
    const names = Array.from({ length: codes.cols }, (_, j) => `z${j + 1}`);
    table = makeTable([{ name: "row", kind: "number", values: numbers }, ...numberColumns(taken, names)]);
  }
  const bytes = new Uint8Array(await new Blob([...csvPieces(table)]).arrayBuffer());
  place.tell({ kind: "file", name: `${stem}-${part === "rows" ? "selection" : "codes"}.csv`, bytes }, [
    bytes.buffer,
  ]);
}
