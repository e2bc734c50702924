/**
 * @file Maps of the codes of the data, in the worker: methods fitted and kept, rows looked up, codes decoded.
 */
import type { Panel } from "../../panels/report.js";
import { imagesPanel, pathPanel } from "../../panels/sections/made-rows.js";
import { cellText, csvPieces } from "../../src/data/csv/write.js";
import { columnNames, type Dataset, rowInFile } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { decodeTable } from "../../src/data/table/encoding.js";
import { makeTable, NumberValues, numberColumns } from "../../src/data/table/table.js";
import type { Coder } from "../../src/methods/model.js";
import { codeGrid, interpolate } from "../../src/tasks/walk.js";
import type { WorkPlace } from "../works.js";
import { type FittedMap, fitMap } from "./fit-map.js";
import type { LatentAsked, RowContents, Slot } from "./latent-words.js";
import { colorsOf } from "./row-colors.js";
import { columnsOf, contentsOfRows, rowImage, tableOfRows, usualColumns } from "./row-contents.js";

const GRID_STEPS = { image: 10, row: 5 };
const WALK_STEPS = 10;

type Place = WorkPlace<"latent">;
const kept = new Map<Slot, FittedMap>();

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
    case "map": {
      kept.delete(asked.slot);
      const { fitted, map } = await fitMap(asked, place);
      kept.set(asked.slot, fitted);
      return tell({ kind: "map", map }, [map.codes.buffer, map.rows.buffer]);
    }
    case "rows":
      return tell({ kind: "rows", contents: contentsOfRows(place.data(), asked.rows, asked.columns) });
    case "decode": {
      const { model, data } = keptOf(asked.slot, place);
      const codes = matrix(asked.codes.length / model.latentDim, model.latentDim, asked.codes);
      return tell({ kind: "decoded", contents: await decoded(model, data, codes) });
    }
    case "walk": {
      const found = keptOf(asked.slot, place);
      const { model, data } = found;
      const [from, to] = [rowOf(found, asked.from), rowOf(found, asked.to)];
      const walk = await interpolate(model, from, to, { steps: WALK_STEPS });
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
function keptOf(slot: Slot, { data }: Pick<Place, "data">): FittedMap {
  const found = kept.get(slot);
  if (!found || found.data !== data()) throw new RangeError("the map is of other data: make it again");
  return found;
}

/** A row as the model takes it: without gaps where it wants none. */
function rowOf({ data, rows, x }: FittedMap, one: number): ArrayLike<number> {
  if (!(Number.isInteger(one) && one >= 0 && one < data.x.rows))
    throw new RangeError(`walk: rows go from 1 to ${data.x.rows}, got ${one + 1}`);
  const point = rows.indexOf(one);
  if (point < 0)
    throw new RangeError(`walk: row ${rowInFile(data, one)} is not on the map: choose one that is`);
  return row(x, point);
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
