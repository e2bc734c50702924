/**
 * @file One clustering from the command line: data in, a cluster for every row out, and what makes the clusters different.
 */
import { clusterNumbers, clusterTable } from "../panels/cluster-results.js";
import { clustersText, trialsText } from "../panels/cluster-text.js";
import { iterationText } from "../panels/progress-text.js";
import { rowInFile } from "../src/data/dataset.js";
import { isImage } from "../src/data/image.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { HdbscanOptions } from "../src/methods/cluster/hdbscan.js";
import type { KMeansOptions } from "../src/methods/cluster/k-means.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { clusterQuality } from "../src/tasks/cluster/cluster-quality.js";
import { clusterRows } from "../src/tasks/cluster/cluster-rows.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import { stoppable } from "./fitting.js";
import { checkReport, writeReport } from "./html-report.js";
import { type FillFlag, prepare, readInput } from "./input.js";
import { sayLabeled } from "./labeled.js";
import { createMethod, methodEntry, withPairs } from "./method-flags.js";
import { rowsForMethods } from "./moments.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, PICTURE_ENDINGS, pictureFile } from "./picture-output.js";
import { WorkProgress } from "./progress.js";
import { reportOf, stopwatch, tellReport } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { checkEnding, checkTableOutput, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface ClusterFlags extends CommonFlags, DataFlags, ReportFlags {
  method: "k-means" | "hdbscan";
  clusters?: number | "auto";
  outliers: "aside" | "keep";
  starts?: number;
  batchSize?: number;
  option?: string[];
  output?: string;
  onlyNew?: boolean;
  fill?: FillFlag;
  picture?: string;
  save?: string;
  scale?: ScaleKind;
  seed: number;
}

export async function runCluster(terminal: Terminal, data: string, flags: ClusterFlags): Promise<void> {
  const method = await chosenMethod(flags);
  checkNames(flags);
  checkReport(flags);
  const { output, picture, save, report, seed, outliers } = flags;
  const files = [output, picture, save, report];
  return withOutputs(terminal, flags, { written: files, read: [data] }, async (outputs, messages) => {
    const read = rowsForMethods(await readInput(data, flags, messages), [method], flags, messages);
    const images = isImage(read.rowShape);
    await checkPicture(picture, { pixels: images && flags.method === "k-means" });
    const { input, scale } = await prepare(read, [method], flags, messages);

    const elapsed = stopwatch();
    const progress = new WorkProgress(messages, method.name, iterationText);
    const found = await stoppable(messages, (signal) =>
      clusterRows(input, {
        ...ownOptions(method, flags),
        outliers,
        seed,
        scale,
        signal,
        onIteration: (now) => progress.update(now),
      }),
    );
    if (!found) return;
    const seconds = elapsed();
    const { model, labels, groups, clusters, fitted } = found;
    for (const note of model.notes) messages.note(note);

    const table = clusterTable(found);
    await outputs.finish(messages, async (put) => {
      if (save !== undefined) await put(save, () => model.save());
      if (picture !== undefined)
        await put(picture, async () => {
          const { centersPanel, clustersPanel } = await import("../panels/cluster-picture.js");
          const panel =
            isSheet(picture) && images && "centers" in model
              ? await centersPanel(model, input.rowShape!)
              : await clustersPanel(model, labels, input, scale, 0);
          return pictureFile(picture, panel, { terminal, input, seed });
        });
      await put(output, () => tableFile(output, table, read, flags, messages));
    });
    sayLabeled(input, messages);
    const { rows, metrics } = await clusterQuality(found, input.labels, { seed });
    if (metrics.silhouette !== undefined && rows < fitted.rows.length)
      messages.note(`silhouette: of ${rows} rows drawn at random`);

    if (!flags.json) {
      const rowName = (row: number) => String(rowInFile(input, row));
      const text = `${trialsText(found, fitted.rows.length)}${clustersText(found, rowName)}`;
      if (output === undefined) messages.table(text);
      else await messages.terminal.print(text);
    }
    const sizes = groups.map(({ size }) => size);
    const iterations = "iterations" in model ? { iterations: model.iterations } : {};
    const figures = reportOf(model, input.x.rows, { seconds, metrics, files });
    const further = clusterNumbers(found, input);
    await writeReport(outputs, messages, flags, { input, figures, further, model }, async ({ count }) => {
      const { clusterSections } = await import("../panels/sections/clusters.js");
      return clusterSections(found, input, scale, count);
    });
    await tellReport(figures, flags, messages, {
      size: [
        ["clusters", String(clusters)],
        ["sizes", sizes.join(" ")],
        ...Object.entries(iterations).map(([name, value]) => [name, String(value)] as const),
      ],
      further,
    });
  });
}

/** The method with its options; a number of clusters that is to be chosen stands at 1. @throws UsageError for options that it does not have or take. */
async function chosenMethod(flags: ClusterFlags): Promise<Method<Coder>> {
  const { method, clusters = "auto", starts, batchSize, option } = flags;
  const entry = await methodEntry(method);
  if (method === "hdbscan") {
    const said = Object.entries({ clusters: flags.clusters, starts, "batch-size": batchSize }).find(
      ([, value]) => value !== undefined && value !== "auto",
    );
    if (said) throw new UsageError(`--${said[0]} is for k-means: hdbscan finds the clusters by itself`);
    return createMethod(entry, withPairs([entry], new Map(), option));
  }
  const count = clusters === "auto" ? 1 : clusters;
  const given = Object.entries({ clusters: count, starts, batchSize }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return createMethod(entry, withPairs([entry], new Map(given), option));
}

/** Options of the task that the method's options say. */
function ownOptions({ options }: Method<Coder>, { method, clusters = "auto" }: ClusterFlags) {
  if (method === "hdbscan") return { method, hdbscan: options as HdbscanOptions } as const;
  const { clusters: _, ...kMeans } = options as unknown as KMeansOptions;
  return { method: "kMeans", clusters, kMeans } as const;
}

function checkNames({ output, picture, json }: ClusterFlags): void {
  checkTableOutput(output, { json });
  if (picture !== undefined) checkEnding(picture, PICTURE_ENDINGS, "--picture ");
}

const isSheet = (picture: string | undefined) => picture?.toLowerCase().endsWith(".png") === true;
