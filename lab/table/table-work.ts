/**
 * @file Tasks on a table, in the worker: the result as panels, and as the files that the verb writes.
 */
import { clusterNumbers, clusterTable } from "../../panels/cluster-results.js";
import { counted, grouped } from "../../panels/draw/words.js";
import { filledRows, imputationMetrics, imputationNumbers } from "../../panels/imputation-results.js";
import { outlierMetrics, outlierNumbers, outlierTable, REASONS } from "../../panels/outlier-results.js";
import type { Section } from "../../panels/report.js";
import type { RowsTable } from "../../panels/row-results.js";
import { clusterSections } from "../../panels/sections/clusters.js";
import { gapsSection } from "../../panels/sections/gaps.js";
import { outlierSections } from "../../panels/sections/outliers.js";
import type { Reported } from "../../panels/verb-report.js";
import { measure } from "../../src/data/columns/measures.js";
import { type Dataset, factsOf } from "../../src/data/dataset.js";
import { decodeTable } from "../../src/data/table/encoding.js";
import { commonScaleOf } from "../../src/methods/default-scale.js";
import type { Method } from "../../src/methods/method.js";
import type { Coder } from "../../src/methods/model.js";
import { methodNamed } from "../../src/methods/registry.js";
import { clusterQuality } from "../../src/tasks/cluster/cluster-quality.js";
import { clusterRows } from "../../src/tasks/cluster/cluster-rows.js";
import { imputeByBest } from "../../src/tasks/imputation/impute-by-best.js";
import { DETECTORS } from "../../src/tasks/outliers/detectors.js";
import { findOutliers } from "../../src/tasks/outliers/find-outliers.js";
import { judgedOutliers } from "../../src/tasks/outliers/outlier-figures.js";
import { withoutGaps } from "../open-data.js";
import { resultFile } from "../result-file.js";
import type { WorkPlace } from "../works.js";
import { commandText, filesOf, nextCommands, taskWords } from "./table-commands.js";
import type { ResultFile, TableAsked, TaskAsked } from "./table-words.js";

/** Rows whose content a report shows, as the verbs have it by themselves. */
const SHOWN_ROWS = 20;
const USUAL_TOP = 10;

/** A task that is done. */
interface Done {
  readonly asked: TaskAsked;
  readonly finding: string;
  readonly sections: readonly Section[];
  readonly reported: Reported;
  readonly table: RowsTable;
  /** Gaps were filled before, as the verb does when it is told to. */
  readonly filled: boolean;
}

/** Results by their data, with which they are let go. */
const latest = new WeakMap<Dataset, Done>();

export async function answer(asked: TableAsked, place: WorkPlace<"table">): Promise<void> {
  const data = place.data();
  if ("file" in asked) return giveFile(asked.file, data, place);
  const done = await TASKS[asked.task](asked, data, place);
  latest.set(data, done);
  place.tell({
    kind: "result",
    finding: done.finding,
    sections: done.sections,
    command: commandText(taskWords(asked, data, done.filled)),
    nextCommand: nextCommands(asked, data, done.filled),
    files: filesOf(asked.task, data),
  });
}

async function giveFile(
  file: ResultFile,
  data: Dataset,
  { tell, signal }: WorkPlace<"table">,
): Promise<void> {
  const done = latest.get(data);
  if (!done) throw new RangeError("these data have no result yet");
  const { asked, table, filled, reported, sections } = done;
  const name = filesOf(asked.task, data)[file];
  if (file === "report") {
    const { verbReport } = await import("../../panels/verb-report.js");
    const page = await verbReport(taskWords(asked, data, filled), reported, sections, true);
    return tell({ kind: "file", name, content: new Blob([page]) });
  }
  tell({ kind: "file", name, content: await resultFile(table, data, name, signal) });
}

type Task = (asked: TaskAsked, data: Dataset, place: WorkPlace<"table">) => Promise<Done>;

const TASKS: Readonly<Record<TaskAsked["task"], Task>> = {
  outliers: outliersOf,
  impute: gapsOf,
  cluster: clustersOf,
};

async function outliersOf(
  asked: TaskAsked,
  data: Dataset,
  { tell, signal }: WorkPlace<"table">,
): Promise<Done> {
  const { options, seed } = asked;
  const top = numberIn(options, "top", { least: 0, whole: true }) ?? USUAL_TOP;
  const found = await findOutliers(data, {
    contamination: numberIn(options, "contamination", { above: 0, below: 1 }),
    explained: Math.max(top, SHOWN_ROWS),
    reasons: REASONS,
    ...(data.labels && { beside: DETECTORS.map(({ name }) => name) }),
    seed,
    signal,
    onDetector: ({ detector, fraction }) =>
      tell({ kind: "progress", text: `looking: ${detector}`, fraction }),
  });
  const labels = data.labels ?? [];
  const judged =
    new Set(labels.filter((label) => label !== "")).size === 2 ? judgedOutliers(found, labels) : undefined;
  const figures = { ...sizeOf("combination", data, seed), metrics: outlierMetrics(judged) };
  return {
    asked,
    finding: `${grouped(found.count)} of ${counted(data.x.rows, "row")} ${found.count === 1 ? "is" : "are"} unusual.`,
    sections: await outlierSections(found, data, judged, SHOWN_ROWS),
    reported: { input: data, figures, further: outlierNumbers(found, data, judged, SHOWN_ROWS) },
    table: outlierTable(found, top),
    filled: false,
  };
}

async function gapsOf(asked: TaskAsked, data: Dataset, { tell, signal }: WorkPlace<"table">): Promise<Done> {
  const { options, seed } = asked;
  const found = await imputeByBest(data, {
    share: numberIn(options, "hide", { above: 0, below: 1 }),
    seed,
    signal,
    onProgress: ({ method, repeat, fraction }) =>
      tell({
        kind: "progress",
        text: repeat === undefined ? `filling by ${method}` : `comparing: ${method}, repeat ${repeat}`,
        fraction,
      }),
  });
  const { results, gaps } = filledRows(
    data,
    found.filled,
    data.rowShape,
    (fills) => decodeTable(fills, data.encoding!, found.decimals).columns,
  );
  const figures = { ...sizeOf(found.method, data, seed), metrics: imputationMetrics(found) };
  return {
    asked,
    finding:
      gaps > 0
        ? `${counted(gaps, "gap")} filled by ${found.method}, the way of least error.`
        : "Nothing is missing in what is learned from.",
    sections: [await gapsSection(data, gaps, found.filled, SHOWN_ROWS, found)],
    reported: { input: data, figures, further: imputationNumbers(found, gaps), model: found.model },
    table: results,
    filled: false,
  };
}

async function clustersOf(
  asked: TaskAsked,
  read: Dataset,
  { tell, signal }: WorkPlace<"table">,
): Promise<Done> {
  const { options, seed } = asked;
  const isKMeans = (options.method ?? "k-means") === "k-means";
  const entry = await methodNamed(isKMeans ? "k-means" : "hdbscan");
  const method = entry.create(isKMeans ? { clusters: 1 } : {}) as Method<Coder>;
  const measures = measure(read.x);
  const filled = measures.counts.some((count) => count < read.x.rows);
  if (filled) tell({ kind: "progress", text: "filling gaps" });
  const input = filled ? await withoutGaps(read) : read;
  const { scale } = commonScaleOf([method], factsOf(input, filled ? measure(input.x) : measures));
  tell({
    kind: "progress",
    text: isKMeans && clustersIn(options) === "auto" ? "trying 1 to 12 clusters" : "fitting",
  });
  const found = await clusterRows(input, {
    ...(isKMeans ? { clusters: clustersIn(options) } : { method: "hdbscan" as const }),
    outliers: options.outliers === "keep" ? "keep" : "aside",
    ...{ seed, scale, signal },
    onIteration: ({ iteration }) => tell({ kind: "progress", text: `fitting, iteration ${iteration}` }),
  });
  const { model, clusters } = found;
  const { metrics } = await clusterQuality(found, input.labels, { seed });
  const { latentDim } = model as { readonly latentDim?: number };
  const figures = { ...sizeOf(model.method, input, model.seed), latentDim, metrics };
  return {
    asked,
    finding: `${clusters === 1 ? "One group" : counted(clusters, "cluster")} of ${counted(input.x.rows, "row")}.`,
    sections: await clusterSections(found, input, scale, SHOWN_ROWS),
    reported: { input, figures, further: clusterNumbers(found, input), model },
    table: clusterTable(found),
    filled,
  };
}

const sizeOf = (method: string, { x }: Dataset, seed: number) => ({
  method,
  n: x.rows,
  d: x.cols,
  latentDim: undefined,
  seed,
});

interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly below?: number;
  readonly whole?: boolean;
}

/** A number among options, none where it is not said. @throws RangeError for one out of bounds. */
function numberIn(
  options: TaskAsked["options"],
  name: string,
  {
    least = Number.NEGATIVE_INFINITY,
    above = Number.NEGATIVE_INFINITY,
    below = Number.POSITIVE_INFINITY,
    whole = false,
  }: Bounds,
): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value > above && value < below && (!whole || Number.isSafeInteger(value)))
    return value;
  const want = whole ? `an integer ≥ ${least}` : `a number in (${above}, ${below})`;
  throw new RangeError(`${name} must be ${want}, got ${JSON.stringify(text)}`);
}

function clustersIn(options: TaskAsked["options"]): number | "auto" {
  return options.clusters === "auto"
    ? "auto"
    : (numberIn(options, "clusters", { least: 1, whole: true }) ?? "auto");
}
