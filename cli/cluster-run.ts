/**
 * @file One clustering from the command line: data in, a cluster for every row out, with figures and a picture.
 */
import { basename, extname } from "node:path";
import { embeddingPicture } from "../panels/embedding-picture.js";
import { imageSheet } from "../panels/image-sheet.js";
import { shownNumber, shownSeconds, textTable } from "../panels/text-table.js";
import { takeRows } from "../src/data/matrix.js";
import { applyScale, fitScale, type ScaleKind, undoScale } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import { pca } from "../src/methods/linear/pca.js";
import type { Coder, Method } from "../src/methods/method.js";
import { adjustedRandIndex, normalizedMutualInformation } from "../src/metrics/agreement.js";
import { silhouette } from "../src/metrics/silhouette.js";
import { random } from "../src/random.js";
import { fit } from "../src/training/fit.js";
import type { ClusterFlags } from "./commands/cluster.js";
import { dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { camelCase } from "./flag-values.js";
import { chosenScale, type Input, readInput, refuseMissing } from "./input.js";
import { endInterrupted, interruptible } from "./interrupt.js";
import { Messages, printResult } from "./messages.js";
import { createMethod, methodEntry, refuseForeignOptions } from "./method-flags.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { IterationProgress } from "./progress.js";
import { jsonReport, type Report } from "./report.js";
import { checkTableOutput, oneColumn, tableBytes, textColumns } from "./table-output.js";

/** Rows up to which all have their part in the silhouette: it compares all pairs. */
const SILHOUETTE_ROWS = 5000;
/** Centres side by side on a sheet. */
const SHEET_COLUMNS = 10;

export async function runCluster(data: string, flags: ClusterFlags): Promise<void> {
  const method = methodOf(flags);
  checkNames(flags);
  return withOutputs((outputs) => cluster(data, flags, method, outputs));
}

async function cluster(
  data: string,
  flags: ClusterFlags,
  method: Method<Coder>,
  outputs: Outputs,
): Promise<void> {
  const messages = new Messages(flags);
  const { output, picture, save, force, seed } = flags;
  const inputs = data === "-" ? [] : [data];
  for (const path of [output, picture, save]) await outputs.open(path, { force, inputs });

  const input = await readInput(data, dataFlags(flags), messages);
  if (isSheet(picture) && !input.imageShape)
    throw new UsageError(
      `--picture ${picture}: the rows are no images, so a .png cannot show centres (.svg can)`,
    );
  refuseMissing(input, method);
  const scale = chosenScale(input, flags.scale, messages);
  await startEngine(flags.threads, messages);

  const started = performance.now();
  const model = await fitted(method, input, { seed, scale }, messages);
  if (!model) return;
  const seconds = (performance.now() - started) / 1000;
  messages.release();

  const table = {
    texts: textColumns(input),
    names: ["cluster"],
    x: oneColumn(Float32Array.from(model.labels)),
  };
  await outputs.finish(messages, async (put) => {
    if (save !== undefined) await put(save, () => model.save());
    if (picture !== undefined) await put(picture, () => pictureOf(picture, model, input, scale));
    await put(output, () => tableBytes(output, table, messages));
  });
  const metrics = await clusterMetrics(model, input, { seed, scale }, messages);

  const sizes = Array<number>(model.latentDim).fill(0);
  for (const label of model.labels) sizes[label]!++;
  const report: Report = {
    method: model.method,
    n: input.x.rows,
    d: input.x.cols,
    latentDim: model.latentDim,
    seed,
    seconds,
    metrics,
    files: [output, picture, save].filter((file) => file !== undefined),
  };
  const further = { clusters: model.latentDim, sizes, iterations: model.iterations };
  if (flags.json) await printResult(jsonReport(report, further));
  else if (output !== undefined) await printResult(clusterReport(report, further));
  else messages.table(clusterReport(report, further));
}

/** @throws UsageError for options that k-means does not have or take. */
function methodOf({ clusters, starts, batchSize, option = [] }: ClusterFlags): Method<Coder> {
  const entry = methodEntry("kMeans");
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries({ clusters, starts, batchSize }))
    if (value !== undefined) given.set(name, String(value));
  for (const pair of option) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--option wants KEY=VALUE, got ${JSON.stringify(pair)}`);
    given.set(camelCase(pair.slice(0, at)), pair.slice(at + 1));
  }
  refuseForeignOptions([entry], given);
  return createMethod(entry, given);
}

function checkNames({ output, picture, json }: ClusterFlags): void {
  checkTableOutput(output, { json });
  if (picture !== undefined && ![".svg", ".png"].includes(extname(picture).toLowerCase()))
    throw new UsageError(`--picture ${picture}: the name must end in .svg or .png`);
}

const isSheet = (picture: string | undefined) => picture?.toLowerCase().endsWith(".png") === true;

interface Settings {
  readonly seed: number;
  readonly scale: ScaleKind;
}

/** The model, or nothing where the fit was interrupted. */
async function fitted(
  method: Method<Coder>,
  { x, columns, imageShape }: Input,
  settings: Settings,
  messages: Messages,
): Promise<(Coder & KMeans) | undefined> {
  const progress = new IterationProgress(messages, method.name);
  const onIteration = progress.update.bind(progress);
  const onInterrupt = () => messages.note("stopping (Ctrl-C again: at once)");
  try {
    return (await interruptible(onInterrupt, (signal) =>
      fit(method, x, { ...settings, columns, imageShape, onIteration, signal }),
    )) as Coder & KMeans;
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
    messages.endLine();
    return endInterrupted();
  } finally {
    messages.endLine();
  }
}

/** Inertia and silhouette in the units of fitting, and with labels how far clusters agree with them. */
async function clusterMetrics(
  model: KMeans,
  { x, labels }: Input,
  { seed, scale }: Settings,
  messages: Messages,
): Promise<Record<string, number>> {
  const rows = random(seed).fork("silhouette").permutation(x.rows).subarray(0, SILHOUETTE_ROWS);
  const clusters = Int32Array.from(rows, (row) => model.labels[row]!);
  const kinds = new Set(clusters).size;
  const hasSilhouette = kinds > 1 && kinds < rows.length;
  if (hasSilhouette && rows.length < x.rows)
    messages.note(`silhouette: of ${SILHOUETTE_ROWS} rows drawn at random`);
  return {
    inertia: model.inertia,
    ...(hasSilhouette && {
      silhouette: await silhouette(takeRows(applyScale(x, fitScale(x, scale)), rows), clusters),
    }),
    ...(labels && {
      adjustedRandIndex: adjustedRandIndex(model.labels, labels),
      normalizedMutualInformation: normalizedMutualInformation(model.labels, labels),
    }),
  };
}

/** The centres as a sheet of images, or the rows at their first two principal components. */
async function pictureOf(
  picture: string,
  model: KMeans,
  { x, name, imageShape }: Input,
  scale: ScaleKind,
): Promise<Uint8Array> {
  if (isSheet(picture))
    return imageSheet(undoScale(model.centers, fitScale(x, scale)), imageShape!, SHEET_COLUMNS);
  const latentDim = Math.min(2, x.rows, x.cols);
  const codes = await (await fit(pca({ latentDim }), x, { scale, seed: 0 })).encode(x);
  const clusters = Array.from(model.labels, String);
  const title = `${basename(name)}: ${model.latentDim} clusters`;
  return new TextEncoder().encode(embeddingPicture(codes, clusters, title));
}

interface Further {
  readonly clusters: number;
  readonly sizes: readonly number[];
  readonly iterations: number;
}

function clusterReport(report: Report, { clusters, sizes, iterations }: Further): string {
  return textTable(
    [
      ["method", report.method],
      ["rows", String(report.n)],
      ["columns", String(report.d)],
      ["clusters", String(clusters)],
      ["sizes", sizes.join(" ")],
      ["iterations", String(iterations)],
      ["seed", String(report.seed)],
      ...Object.entries(report.metrics).map(([name, value]) => [name, shownNumber(value)]),
      ["seconds", shownSeconds(report.seconds)],
      ...report.files.map((file) => ["file", file]),
    ],
    "left",
  );
}
