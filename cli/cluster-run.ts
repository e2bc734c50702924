/**
 * @file One clustering from the command line: data in, a cluster for every row out, and what makes the clusters different.
 */
import { basename } from "node:path";
import { centersSheet, clustersPicture } from "../panels/cluster-picture.js";
import { clustersText, trialsText } from "../panels/cluster-text.js";
import { iterationText } from "../panels/progress-text.js";
import { rowInFile } from "../src/data/dataset.js";
import { matrix } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { HdbscanOptions } from "../src/methods/cluster/hdbscan.js";
import type { KMeans, KMeansOptions } from "../src/methods/cluster/k-means.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { clusterQuality } from "../src/tasks/cluster/cluster-quality.js";
import { clusterRows } from "../src/tasks/cluster/cluster-rows.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import { stoppable } from "./fitting.js";
import { type FillFlag, prepare, readInput } from "./input.js";
import { sayLabeled } from "./labeled.js";
import { createMethod, methodEntry, withPairs } from "./method-flags.js";
import { rowsForMethods } from "./moments.js";
import { withOutputs } from "./outputs.js";
import { WorkProgress } from "./progress.js";
import { reportOf, stopwatch, tellReport } from "./report.js";
import { checkEnding, checkTableOutput, numbersTable, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface ClusterFlags extends CommonFlags, DataFlags {
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
  const { output, picture, save, seed, outliers } = flags;
  const files = [output, picture, save];
  return withOutputs(terminal, flags, { written: files, read: [data] }, async (outputs, messages) => {
    const read = rowsForMethods(await readInput(data, flags, messages), [method], flags, messages);
    if (isSheet(picture) && !read.rowShape)
      throw new UsageError(
        `--picture ${picture}: the rows are no images, so a .png cannot show centers (.svg can)`,
      );
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
    const { model, labels, groups, clusters, noise, fitted, trials, reason } = found;
    for (const note of model.notes) messages.note(note);

    const table = numbersTable(matrix(labels.length, 1, Float32Array.from(labels)), ["cluster"]);
    await outputs.finish(messages, async (put) => {
      if (save !== undefined) await put(save, () => model.save());
      if (picture !== undefined)
        await put(picture, () =>
          isSheet(picture)
            ? centersSheet(model as KMeans, input.rowShape!)
            : clustersPicture(labels, clusters, input, scale, basename(input.name)),
        );
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
    await tellReport(reportOf(plain(model), input.x.rows, { seconds, metrics, files }), flags, messages, {
      size: [
        ["clusters", String(clusters)],
        ["sizes", sizes.join(" ")],
        ...Object.entries(iterations).map(([name, value]) => [name, String(value)] as const),
      ],
      further: {
        clusters,
        sizes,
        ...iterations,
        ...(reason !== undefined && { reason, trials }),
        groups: groups.map(({ typical, ...group }) => ({
          ...group,
          typical: typical.map((row) => rowInFile(input, row)),
        })),
        outliers: found.outliers.map((one) => ({ ...one, row: rowInFile(input, one.row) })),
        noise,
      },
    });
  });
}

const plain = ({ method, inputDim, seed }: Pick<Coder, "method" | "inputDim" | "seed">) => ({
  method,
  inputDim,
  seed,
});

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

function checkNames({ output, picture, json, method }: ClusterFlags): void {
  checkTableOutput(output, { json });
  if (picture !== undefined) checkEnding(picture, [".svg", ".png"], "--picture ");
  if (isSheet(picture) && method === "hdbscan")
    throw new UsageError(`--picture ${picture}: hdbscan has no centers to show (.svg shows the rows)`);
}

const isSheet = (picture: string | undefined) => picture?.toLowerCase().endsWith(".png") === true;
