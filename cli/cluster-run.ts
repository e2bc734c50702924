/**
 * @file One clustering from the command line: data in, a cluster for every row out, with figures and a picture.
 */

import { isImage } from "../src/data/image.js";
import { matrix } from "../src/data/matrix.js";
import { applyScale, type ScaleKind } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { clusterQuality } from "../src/tasks/cluster-quality.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { Fitting, stoppable } from "./fitting.js";
import { checkReport, writeReport } from "./html-report.js";
import { type FillFlag, prepare, readInput } from "./input.js";
import { sayLabeled } from "./labeled.js";
import { createMethod, methodEntry, withPairs } from "./method-flags.js";
import { rowsForMethods } from "./moments.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, PICTURE_ENDINGS, pictureFile } from "./picture-output.js";
import { reportOf, stopwatch, tellReport } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { checkEnding, checkTableOutput, numbersTable, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface ClusterFlags extends CommonFlags, DataFlags, ReportFlags {
  clusters?: number;
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
  const { output, picture, save, report, seed } = flags;
  const files = [output, picture, save, report];
  return withOutputs(terminal, flags, { written: files, read: [data] }, async (outputs, messages) => {
    const read = rowsForMethods(await readInput(data, flags, messages), [method], flags, messages);
    const images = isImage(read.rowShape);
    await checkPicture(picture, { pixels: images });
    const { input, scale } = await prepare(read, [method], flags, messages);

    const elapsed = stopwatch();
    const fitting = new Fitting(method, input, { seed, scale }, messages);
    const model = (await stoppable(messages, (signal) => fitting.run(signal))) as
      | (Coder & KMeans)
      | undefined;
    if (!model) return;
    const seconds = elapsed();

    const names = Array.from(model.labels, String);
    const clusters = matrix(input.x.rows, 1, Float32Array.from(model.labels));
    const table = numbersTable(clusters, ["cluster"]);
    const scaled = applyScale(input.x, model.scaling);
    await outputs.finish(messages, async (put) => {
      if (save !== undefined) await put(save, () => model.save());
      if (picture !== undefined)
        await put(picture, async () => {
          const { centersPanel, clustersPanel } = await import("../panels/cluster-picture.js");
          const panel =
            isSheet(picture) && images
              ? await centersPanel(model, input.rowShape!)
              : await clustersPanel(model, names, input, scaled, 0);
          return pictureFile(picture, panel, { terminal, input, seed });
        });
      await put(output, () => tableFile(output, table, read, flags, messages));
    });
    sayLabeled(input, messages);
    const { rows, metrics } = await clusterQuality(model, scaled, input.labels, { seed });
    if (metrics.silhouette !== undefined && rows < input.x.rows)
      messages.note(`silhouette: of ${rows} rows drawn at random`);

    const { latentDim, iterations } = model;
    const sizes = Array<number>(latentDim).fill(0);
    for (const label of model.labels) sizes[label]!++;
    const figures = reportOf(model, input.x.rows, { seconds, metrics, files });
    const further = { clusters: latentDim, sizes, iterations };
    await writeReport(outputs, messages, flags, { input, figures, further, model }, async ({ count }) => {
      const { clusterSections } = await import("../panels/sections/clusters.js");
      return clusterSections(model, input, scaled, count);
    });
    await tellReport(figures, flags, messages, {
      size: [
        ["clusters", String(latentDim)],
        ["sizes", sizes.join(" ")],
        ["iterations", String(iterations)],
      ],
      further,
    });
  });
}

/** @throws UsageError for options that k-means does not have or take. */
async function chosenMethod({ clusters, starts, batchSize, option }: ClusterFlags): Promise<Method<Coder>> {
  const entry = await methodEntry("kMeans");
  const flags = Object.entries({ clusters, starts, batchSize });
  const given = flags.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return createMethod(entry, withPairs([entry], new Map(given), option));
}

function checkNames({ output, picture, json }: ClusterFlags): void {
  checkTableOutput(output, { json });
  if (picture !== undefined) checkEnding(picture, PICTURE_ENDINGS, "--picture ");
}

const isSheet = (picture: string | undefined) => picture?.toLowerCase().endsWith(".png") === true;
