/**
 * @file One comparison from the command line: split, fit each method on one part, judge on the other, write it all.
 */
import type { Command } from "commander";
import { comparisonTable } from "../panels/comparison-text.js";
import type { Dataset } from "../src/data/dataset.js";
import { partNames } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import { heldOut, heldOutLast } from "../src/metrics/split.js";
import { type Contender, judge } from "../src/tasks/compare.js";
import type { DataFlags } from "./common-flags.js";
import { openComparison, openPicture, SHEET, writeComparison } from "./comparison-files.js";
import { UsageError } from "./exit.js";
import { Fitting, stoppable } from "./fitting.js";
import type { MethodFlags } from "./fitting-flags.js";
import { checkReport, writeReport } from "./html-report.js";
import { prepare, readInput } from "./input.js";
import { sayLabeled } from "./labeled.js";
import type { Messages } from "./messages.js";
import {
  createMethod,
  type GivenOptions,
  givenOptions,
  methodEntry,
  refuseWithoutCodes,
  withoutOptions,
  withRowShape,
} from "./method-flags.js";
import { rowsForMethods } from "./moments.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { jsonReport, stopwatch } from "./report.js";
import type { Terminal } from "./terminal.js";
import { checkTrainingFlags } from "./training-flags.js";

export interface CompareFlags extends MethodFlags {
  methods?: string[];
  latentDim?: number;
  output?: string;
  heldOut: number;
  seed: number;
}

export async function runCompare(
  terminal: Terminal,
  data: string,
  flags: CompareFlags,
  command: Command,
): Promise<void> {
  const names = flags.methods ?? ["pca", "autoencoder"];
  const entries = distinct(await Promise.all(names.map((name) => methodEntry(name, flags.plugin))));
  const given = givenOptions(command, entries, flags.option);
  checkReport(flags);
  return withOutputs(terminal, flags, { written: [flags.report], read: [data] }, (outputs, messages) =>
    compare(data, flags, entries, given, outputs, messages),
  );
}

async function compare(
  data: string,
  flags: CompareFlags,
  entries: readonly MethodEntry[],
  given: GivenOptions,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const { output, force = false, seed } = flags;
  const names = entries.map(({ name }) => name);
  if (output !== undefined) await openComparison(outputs, output, names, force);

  const own = entries.reduce<DataFlags>(withoutOptions, flags);
  const file = await readInput(data, own, messages);
  const madeFor = ({ x, rowShape }: Dataset) => {
    const latentDim = flags.latentDim ?? (x.cols > 8 ? 8 : Math.min(2, x.cols));
    const options = withRowShape(new Map(given).set("latentDim", String(latentDim)), rowShape);
    return { latentDim, methods: entries.map((entry) => createMethod(entry, options)) };
  };
  const read = rowsForMethods(file, madeFor(file).methods, own, messages);
  const { x } = read;
  const { latentDim, methods } = madeFor(read);
  checkTrainingFlags(flags, methods);
  refuseWithoutCodes(methods, x.cols, "compare");
  const sheet =
    read.rowShape !== undefined &&
    methods.some((method) => partNames(method, x.cols).includes("reconstruct"));
  const picture = output === undefined ? "" : await openPicture(outputs, output, sheet, force);
  // Rows without a label are a class of their own for the split.
  const strata = read.labels?.map((label) => label || "(none)");
  const sequential = methods.some((method) => method.sequential);
  const split = sequential
    ? heldOutLast(read.sequences ?? [x.rows], flags.heldOut)
    : heldOut(x.rows, flags.heldOut, seed, strata);
  const { input, scale } = await prepare(read, methods, flags, messages);
  sayLabeled(input, messages);
  messages.note(
    `${input.name}: ${split.train.length} rows to learn from, ${split.test.length} held out, ` +
      `${x.cols} columns, latentDim ${latentDim}, seed ${seed}`,
  );

  const elapsed = stopwatch();
  const contenders = await stoppable(messages, async (signal) => {
    const judged: Contender[] = [];
    for (const method of methods) {
      const fit = (learned: Pick<Dataset, "x" | "sequences">) =>
        new Fitting(method, { ...input, ...learned }, { ...flags, scale }, messages).run(signal);
      const contender = await judge(input, split, fit);
      if (contender.withoutLabels !== undefined)
        messages.note(`${contender.name}: ${contender.withoutLabels}`);
      judged.push(contender);
      messages.release();
    }
    return judged;
  });
  if (!contenders) return;
  const seconds = elapsed();
  let written: string[] = [];
  if (output !== undefined) {
    await outputs.finish(messages, async (put) => {
      written = await writeComparison(put, { folder: output, picture }, input, split, contenders, messages);
    });
  }
  const each = contenders.map(({ name, seconds: own, metrics }) => ({ method: name, seconds: own, metrics }));
  const common = { n: x.rows, d: x.cols, latentDim, seed, seconds, files: written };
  const further = {
    heldOut: split.test.length,
    methods: each.map(({ method, metrics }) => ({ method, metrics })),
  };
  await writeReport(outputs, messages, flags, { input, figures: common, further }, async ({ count }) => {
    const { comparisonSections } = await import("../panels/sections/comparison.js");
    return comparisonSections(contenders, input, split, count);
  });
  if (!flags.json) {
    await messages.terminal.print(comparisonTable(contenders));
    const remakers = contenders.filter(({ reconstruction }) => reconstruction);
    const rows = ["originals", ...remakers.map(({ name }) => name)].join(", ");
    if (written.some((file) => file.endsWith(SHEET))) messages.note(`${SHEET} from top to bottom: ${rows}`);
    return;
  }
  await messages.terminal.print(jsonReport(common, { heldOut: split.test.length, methods: each }));
}

function distinct(entries: readonly MethodEntry[]): readonly MethodEntry[] {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--methods names ${twice} twice`);
  return entries;
}
