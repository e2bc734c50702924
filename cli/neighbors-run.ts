/**
 * @file Rows most similar to some rows, from the command line.
 */
import { measure } from "../src/data/columns/measures.js";
import { type Dataset, rowInFile } from "../src/data/dataset.js";
import { allFinite, type Numbers } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import { type Column, numberColumns, takeColumnRows } from "../src/data/table/table.js";
import type { NeighborMetric } from "../src/linalg/neighbors/nearest-neighbors.js";
import type { Coder } from "../src/methods/model.js";
import { fillGaps } from "../src/tasks/fill.js";
import { DISTANCE, type SimilarRows, similarRows } from "../src/tasks/similar-rows.js";
import { askedRows, namesFile } from "./asked-rows.js";
import { type CommonFlags, type DataFlags, type PluginFlags, withoutChoices } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { stoppable } from "./fitting.js";
import { checkReport, writeReport } from "./html-report.js";
import { type FillFlag, prepare, readInput, refuseMissing } from "./input.js";
import type { Messages } from "./messages.js";
import { readFor, readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { checkTableOutput, type RowsTable, tableFile, textColumn } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface NeighborsFlags extends CommonFlags, DataFlags, PluginFlags, ReportFlags {
  of?: string;
  model?: string;
  neighbors?: number;
  metric: NeighborMetric;
  output?: string;
  onlyNew?: boolean;
  picture?: string;
  scale?: ScaleKind;
  fill?: FillFlag;
}

export async function runNeighbors(terminal: Terminal, data: string, flags: NeighborsFlags): Promise<void> {
  const { of, model: path, output, picture, report, neighbors, metric } = flags;
  if (of === undefined)
    throw new UsageError("want the rows to find others for: --of 3,17 or COLUMN=VALUE or FILE");
  if (path !== undefined && flags.scale !== undefined)
    throw new UsageError("--scale does not apply to codes: the model has a scale of its own");
  checkTableOutput(output, flags);
  checkReport(flags);
  await checkPicture(picture, { pixels: true });
  const inFile = await namesFile(of);
  const files = [output, picture, report];
  const read = [data, path, inFile ? of : undefined];
  return withOutputs(terminal, flags, { written: files, read }, async (outputs, messages) => {
    const model = path === undefined ? undefined : await readModel(flags);
    const ready = model
      ? await rowsFor(model, data, inFile ? of : undefined, flags, messages)
      : await comparableRows(data, inFile ? of : undefined, flags, messages);
    const { input, scale, others } = ready;
    const rows = others ? undefined : askedRows(of, "--of", input);
    const asked = others ?? input;
    const most = others ? input.x.rows : input.x.rows - 1;
    if (neighbors !== undefined && neighbors > most)
      throw new RangeError(
        `--neighbors ${neighbors}: ${input.name} has ${input.x.rows} rows, so a row has at most ${most} neighbors`,
      );
    const elapsed = stopwatch();
    const found = await stoppable(messages, (signal) =>
      similarRows(input, { rows, others, model, k: neighbors, metric, scale, signal }),
    );
    if (!found) return;
    const seconds = elapsed();
    if (found.recall < 1)
      messages.note(
        `searched approximately: ${(100 * found.recall).toFixed(1)} % of these are the nearest, by a sample`,
      );
    await outputs.finish(messages, async (put) => {
      if (picture !== undefined)
        await put(picture, async () => {
          const { neighborsPanel } = await import("../panels/sections/neighbors.js");
          return pictureFile(picture, await neighborsPanel(found, input, asked), { terminal, input });
        });
      if (picture === undefined || output !== undefined)
        await put(output, () =>
          tableFile(output, resultsOf(found, input, asked, flags), undefined, {}, messages),
        );
    });
    const same = sameLabel(found, input, asked);
    if (same !== undefined)
      messages.note(`sameLabel ${same.toPrecision(4)}: share of neighbors with the label of their row`);
    const metrics: Record<string, number> = same === undefined ? {} : { sameLabel: same };
    const figures = {
      method: "neighbors",
      n: input.x.rows,
      d: input.x.cols,
      ...(model && { latentDim: model.latentDim }),
      seconds,
      metrics,
      files: files.filter((file) => file !== undefined),
    };
    const further = {
      ...{ asked: found.rows.length, neighbors: found.k, metric, recall: found.recall },
      ...(scale && { scale }),
    };
    await writeReport(outputs, messages, flags, { input, figures, further }, async ({ count }) => {
      const { neighborSections } = await import("../panels/sections/neighbors.js");
      return neighborSections(found, input, asked, { count, ofModel: model?.method });
    });
    if (flags.json) await terminal.print(jsonReport(figures, further));
  });
}

interface Ready {
  readonly input: Dataset;
  /** Rows of a file of their own. */
  readonly others?: Dataset | undefined;
  readonly scale?: ScaleKind;
}

async function rowsFor(
  model: Coder,
  data: string,
  file: string | undefined,
  flags: NeighborsFlags,
  messages: Messages,
): Promise<Ready> {
  const input = await readFor(model, data, flags, messages);
  const others = file === undefined ? undefined : await readFor(model, file, withoutChoices(flags), messages);
  await startEngine(flags.threads, messages);
  return { input, others };
}

/** Rows whose columns can be compared: gaps are filled where they are few, those of other rows as if they were of the data. */
async function comparableRows(
  data: string,
  file: string | undefined,
  flags: NeighborsFlags,
  messages: Messages,
): Promise<Ready> {
  const read = await readInput(data, flags, messages);
  const other = file === undefined ? undefined : await readInput(file, withoutChoices(flags), messages, read);
  const { input, scale } = await prepare(read, [DISTANCE], flags, messages);
  if (!other) return { input, scale };
  if (other.x.cols !== input.x.cols)
    throw new RangeError(
      `${other.name}: ${other.x.cols} numbers a row, ${input.name} has ${input.x.cols}: want the same columns`,
    );
  if (allFinite(other.x.data)) return { input, scale, others: other };
  if (flags.fill === "no")
    refuseMissing(other, measure(other.x), DISTANCE.name, false, "--fill yes fills gaps");
  const both = await fillGaps({ ...read, x: stacked(input.x, other.x) });
  messages.note(`${other.name}: gaps are filled by low-rank completion, beside the rows of ${input.name}`);
  const x = { ...other.x, data: both.data.subarray(input.x.data.length) };
  return { input, scale, others: { ...other, x } };
}

function stacked(a: Numbers, b: Numbers): Numbers {
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { data, rows: a.rows + b.rows, cols: a.cols };
}

/** A line for every neighbor of every row: both by their numbers, and the columns of the neighbor. */
function resultsOf(
  found: SimilarRows,
  input: Dataset,
  asked: Dataset,
  { onlyNew = false }: NeighborsFlags,
): RowsTable {
  const { rows, k, indices, distances } = found;
  const numbers = new Float64Array(4 * indices.length);
  indices.forEach((neighbor, i) => {
    const row = rows[Math.floor(i / k)]!;
    numbers.set([rowInFile(asked, row), 1 + (i % k), rowInFile(input, neighbor), distances[i]!], 4 * i);
  });
  const all: Numbers = { data: numbers, rows: indices.length, cols: 4 };
  const { table, labels, labelName = "label" } = input;
  const named = table?.columns.some(({ name }) => name === labelName) && !onlyNew;
  const carried: Column[] =
    onlyNew || !table ? [] : table.columns.map((column) => takeColumnRows(column, indices));
  const labeled =
    labels && !named
      ? [
          textColumn(
            labelName,
            Array.from(indices, (i) => labels[i]!),
          ),
        ]
      : [];
  return {
    added: [...numberColumns(all, ["row", "rank", "neighbor", "distance"]), ...labeled, ...carried],
    numbers: all,
  };
}

/** Share of neighbors with the label of the row that they are neighbors of, among those that have one. */
function sameLabel({ rows, k, indices }: SimilarRows, input: Dataset, asked: Dataset): number | undefined {
  if (!input.labels || !asked.labels) return undefined;
  const pairs = Array.from(indices, (neighbor, i) => [
    asked.labels![rows[Math.floor(i / k)]!]!,
    input.labels![neighbor]!,
  ]).filter(([a, b]) => a !== "" && b !== "");
  return pairs.length === 0 ? undefined : pairs.filter(([a, b]) => a === b).length / pairs.length;
}
