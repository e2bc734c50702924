/**
 * @file One comparison from the command line: split, fit each method on one part, judge on the other, write it all.
 */
import type { Command } from "commander";
import { comparisonTable, judgedText } from "../panels/comparison-text.js";
import type { Dataset } from "../src/data/dataset.js";
import { isImage } from "../src/data/image.js";
import type { LoggedRun } from "../src/files/training-log.js";
import { partNames } from "../src/methods/method.js";
import {
  type Candidate,
  type Comparison,
  type ComparisonEntry,
  compareMethods,
  shownBy,
} from "../src/tasks/compare.js";
import type { DataFlags } from "./common-flags.js";
import {
  openComparison,
  openPicture,
  SHEET,
  stemOf,
  type WrittenEntry,
  writeComparison,
} from "./comparison-files.js";
import { Fitting, stoppable } from "./fitting.js";
import type { MethodFlags } from "./fitting-flags.js";
import { checkReport, writeReport } from "./html-report.js";
import { prepare, readInput } from "./input.js";
import { KeptFits, runName } from "./kept-fits.js";
import { sayLabeled } from "./labeled.js";
import type { Messages } from "./messages.js";
import {
  type GivenOptions,
  givenOptions,
  refuseWithoutCodes,
  withoutOptions,
  withRowShape,
} from "./method-flags.js";
import { createVariant, refuseTwice, type Variant, variantNamed } from "./method-variants.js";
import { rowsForMethods } from "./moments.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, stopwatch } from "./report.js";
import type { Terminal } from "./terminal.js";
import { checkTrainingFlags } from "./training-flags.js";
import { openLog, putLog } from "./training-log.js";

export interface CompareFlags extends MethodFlags {
  methods?: string[];
  latentDim?: number[];
  output?: string;
  picture?: string;
  heldOut: number;
  seed: number;
  seeds: number;
}

export async function runCompare(
  terminal: Terminal,
  data: string,
  flags: CompareFlags,
  command: Command,
): Promise<void> {
  const named = flags.methods ?? ["pca", "autoencoder"];
  const variants = refuseTwice(await Promise.all(named.map((text) => variantNamed(text, flags.plugin))));
  const entries = variants.map(({ entry }) => entry);
  const given = givenOptions(command, entries, flags.option);
  checkReport(flags);
  await checkPicture(flags.picture);
  const written = [flags.picture, flags.report];
  return withOutputs(terminal, flags, { written, read: [data] }, (outputs, messages) =>
    compare(data, flags, { variants, given }, outputs, messages),
  );
}

interface Asked {
  readonly variants: readonly Variant[];
  /** Options that are said for all methods that have them. */
  readonly given: GivenOptions;
}

/** A candidate, and the beginning of the names of its files. */
interface Named extends Candidate {
  readonly stem: string;
}

async function compare(
  data: string,
  flags: CompareFlags,
  { variants, given }: Asked,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const { output, force = false, seed, seeds } = flags;
  const said = [...new Set(flags.latentDim)];
  /** Sizes that a method is compared at; one without a size of its own is compared once. */
  const sizesOf = ({ entry }: Variant) =>
    Object.hasOwn(entry.options, "latentDim") && said.length > 1 ? said : [undefined];
  const stems = variants.flatMap((variant) => sizesOf(variant).map((size) => stemOf(variant.name, size)));
  if (output !== undefined) await openComparison(outputs, output, stems, force);

  const log = await openLog(outputs, flags.log, force);

  const own = variants.map(({ entry }) => entry).reduce<DataFlags>(withoutOptions, flags);
  const file = await readInput(data, own, messages);
  const candidatesFor = ({ x, rowShape }: Dataset): Named[] => {
    const usual = said[0] ?? (x.cols > 8 ? 8 : Math.min(2, x.cols));
    return variants.flatMap((variant) =>
      sizesOf(variant).map((size) => {
        const options = new Map(given).set("latentDim", String(size ?? usual));
        const method = createVariant(variant, withRowShape(options, rowShape));
        return { name: variant.name, method, training: variant.training, stem: stemOf(variant.name, size) };
      }),
    );
  };
  const methodsOf = (candidates: readonly Candidate[]) => candidates.map(({ method }) => method);
  const read = rowsForMethods(file, methodsOf(candidatesFor(file)), own, messages);
  const { x } = read;
  const candidates = candidatesFor(read);
  const methods = methodsOf(candidates);
  checkTrainingFlags(flags, methods);
  refuseWithoutCodes(methods, x.cols, "compare");
  const sheet =
    isImage(read.rowShape) && methods.some((method) => partNames(method, x.cols).includes("reconstruct"));
  const picture = output === undefined ? "" : await openPicture(outputs, output, sheet, force);
  const { input, scale } = await prepare(read, methods, flags, messages, "later");
  sayLabeled(input, messages);

  const elapsed = stopwatch();
  const question = { heldOut: flags.heldOut, scale, seed, training: flags };
  let counted = 0;
  const runs: LoggedRun[] = [];
  const kept = output === undefined ? undefined : new KeptFits(output, input, question, outputs);
  const comparison = await stoppable(messages, (signal) =>
    compareMethods(input, candidates, {
      heldOut: flags.heldOut,
      seed,
      seeds,
      scale,
      signal,
      fit: (trial, learned) => {
        const { method, training, seed: drawn } = trial;
        const oneOfMany = runName(trial);
        const how = { ...flags, ...training, scale, seed: drawn, oneOfMany };
        return new Fitting(method, { ...input, ...learned }, how, messages).run(signal);
      },
      known: async (trial) => {
        const judged = await kept?.known(trial);
        if (judged) counted++;
        return judged;
      },
      onJudged: async (trial, judged, of) => {
        await kept?.keep(trial, judged, of);
        runs.push({ name: runName(trial), history: judged.model?.history ?? [] });
        messages.note(judgedText(trial, judged, ++counted, of));
        messages.release();
      },
    }),
  );
  if (!comparison) return;
  const done = kept?.complete();
  const seconds = elapsed();
  if (kept && kept.found > 0) messages.note(`${kept.found} fits were done before, and are not done again`);
  if (done) messages.note(`kept ${done.fits} fits in ${done.folder}`);
  for (const note of comparison.notes) messages.note(note);
  runs.unshift(...(kept?.runs ?? []));
  await tell(comparison, candidates, { flags, input, picture, seconds, outputs, messages, log, runs });
}

interface Told {
  readonly flags: CompareFlags;
  readonly input: Dataset;
  /** Path of the picture in the folder. */
  readonly picture: string;
  readonly seconds: number;
  /** Path of the log, and what stands in it. */
  readonly log: string | undefined;
  readonly runs: readonly LoggedRun[];
  readonly outputs: Outputs;
  readonly messages: Messages;
}

async function tell(
  comparison: Comparison,
  candidates: readonly Named[],
  { flags, input, picture, seconds, log, runs, outputs, messages }: Told,
): Promise<void> {
  const { output, seed, picture: drawn } = flags;
  const { entries, split, seeds, scaling } = comparison;
  const shown: WrittenEntry[] = [];
  if (output !== undefined || flags.report !== undefined)
    for (const candidate of candidates) {
      const { name, stem } = candidate;
      const { latentDim, model } = entries.find((entry) => entry.candidate === candidate)!;
      const several = candidates.filter((other) => other.name === name).length > 1;
      shown.push({
        ...(await shownBy(several ? `${name}, ${latentDim}` : name, model!, input, split)),
        stem,
      });
    }
  const files: string[] = [];
  await outputs.finish(messages, async (put) => {
    if (output !== undefined)
      files.push(...(await writeComparison(put, { folder: output, picture }, input, split, shown, messages)));
    if (log !== undefined) files.push(log);
    await putLog(put, log, runs);
    if (drawn === undefined) return;
    files.push(drawn);
    await put(drawn, async () => {
      const { errorPanel } = await import("../panels/comparison-picture.js");
      return pictureFile(drawn, errorPanel(entries, input), { terminal: messages.terminal, input, seed });
    });
  });
  const { x } = input;
  const common = { n: x.rows, d: x.cols, seed, seconds, files };
  const facts = { heldOut: split.test.length, seeds, scale: scaling.kind };
  const lasting = entries.map((entry) => jsonEntry(entry, ["encodeSeconds", "fitSeconds"]));
  const further = { ...facts, entries: lasting };
  await writeReport(outputs, messages, flags, { input, figures: common, further }, async ({ count }) => {
    const { comparisonSections } = await import("../panels/sections/comparison.js");
    return comparisonSections(comparison, shown, input, count);
  });
  if (flags.json) {
    const all = entries.map((entry) => jsonEntry(entry));
    await messages.terminal.print(jsonReport(common, { ...facts, entries: all }));
    return;
  }
  messages.note(
    `${input.name}: ${split.train.length} rows to learn from, ${split.test.length} held out, ${x.cols} columns; ` +
      `${seeds.length === 1 ? `seed ${seed}` : `mean ± standard deviation over seeds ${seeds[0]} to ${seeds.at(-1)}`}`,
  );
  await messages.terminal.print(comparisonTable(entries));
  const remakers = shown.filter(({ reconstruction }) => reconstruction);
  const rows = ["originals", ...remakers.map(({ name }) => name)].join(", ");
  if (picture.endsWith(SHEET)) messages.note(`${SHEET} from top to bottom: ${rows}`);
}

/** An entry as `--json` prints it. @param without figures that are left out. */
function jsonEntry(
  { name, latentDim, candidate, figures, spread }: ComparisonEntry,
  without: readonly string[] = [],
): object {
  const kept = (all: object) =>
    Object.fromEntries(Object.entries(all).filter(([figure]) => !without.includes(figure)));
  return { method: name, latentDim, baseline: !candidate, metrics: kept(figures), spread: kept(spread) };
}
