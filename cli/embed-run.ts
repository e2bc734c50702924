/**
 * @file One embedding from the command line: data in, places of its rows out, as a table and as a picture.
 */
import type { Command } from "commander";
import { applyScale } from "../src/data/scale.js";
import type { Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Coder, Embedder } from "../src/methods/model.js";
import { embeddingQuality } from "../src/tasks/embedding-quality.js";
import { Fitting, stoppable } from "./fitting.js";
import type { MethodFlags } from "./fitting-flags.js";
import { checkReport, writeReport } from "./html-report.js";
import { prepare, readInput } from "./input.js";
import { sayLabeled } from "./labeled.js";
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
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { reportOf, stopwatch, tellReport } from "./report.js";
import { checkTableOutput, codeNames, numbersTable, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";
import { checkTrainingFlags } from "./training-flags.js";
import { openLog, putLog } from "./training-log.js";

export interface EmbedFlags extends MethodFlags {
  method: string;
  latentDim: number;
  output?: string;
  onlyNew?: boolean;
  picture?: string;
  save?: string;
  seed: number;
}

export async function runEmbed(
  terminal: Terminal,
  data: string,
  flags: EmbedFlags,
  command: Command,
): Promise<void> {
  const entry = await methodEntry(flags.method, flags.plugin);
  const given = givenOptions(command, [entry], flags.option);
  // Made once before reading, so that wrong flags are told at once, and again with what the data tells.
  const described = chosenMethod(entry, given, flags);
  checkTrainingFlags(flags, [described]);
  checkNames(flags);
  checkReport(flags);
  const { output, picture, save, report, seed } = flags;
  await checkPicture(picture);
  const written = [output, picture, save, report];
  return withOutputs(terminal, flags, { written, read: [data] }, async (outputs, messages) => {
    const log = await openLog(outputs, flags.log, flags.force);
    const files = [...written, log];
    const own = withoutOptions(flags, described);
    const read = rowsForMethods(await readInput(data, own, messages), [described], own, messages);
    const method = chosenMethod(entry, withRowShape(given, read.rowShape), flags);
    refuseWithoutCodes([method], read.x.cols, "embed");
    const { input, scale } = await prepare(read, [method], flags, messages);

    const elapsed = stopwatch();
    const fitting = new Fitting(method, input, { ...flags, scale }, messages);
    const model = await stoppable(messages, (signal) => fitting.run(signal));
    if (!model) return;
    // Rows held out for validation have no place of their own in the fit.
    const embedding = flags.validation === undefined ? (model as Partial<Embedder>).embedding : undefined;
    const codes = embedding ?? (await model.encode(input));
    const seconds = elapsed();

    const table = numbersTable(codes, codeNames(codes.cols));
    await outputs.finish(messages, async (put) => {
      if (save !== undefined) await put(save, () => model.save());
      await putLog(put, log, [{ history: model.history }]);
      if (picture !== undefined) {
        if (codes.cols > 2) messages.note(`${picture}: the first 2 of ${codes.cols} numbers are drawn`);
        await put(picture, async () => {
          const { mapOf } = await import("../panels/sections/model.js");
          const { terminal } = messages;
          return pictureFile(picture, mapOf(model, input, { codes, count: 0 }), { terminal, input, seed });
        });
      }
      await put(output, () => tableFile(output, table, read, flags, messages));
    });
    sayLabeled(input, messages);
    const scaled = applyScale(input.x, model.scaling);
    const quality = await embeddingQuality(scaled, codes, input.labels, { seed });
    if (quality.rows < input.x.rows)
      messages.note(`trustworthiness and knnAccuracy are of ${quality.rows} rows drawn at random`);
    const metrics = { ...model.metrics, ...quality.metrics };
    const figures = reportOf(model, input.x.rows, { seconds, metrics, files });
    await writeReport(outputs, messages, flags, { input, figures, model }, async ({ count }) => {
      const { modelSections } = await import("../panels/sections/model.js");
      return modelSections(model, input, { count, codes });
    });
    await tellReport(figures, flags, messages);
  });
}

/** The method with codes of the size asked for, where it has that option. */
function chosenMethod(entry: MethodEntry, given: GivenOptions, { latentDim }: EmbedFlags): Method<Coder> {
  const sized = "latentDim" in entry.options;
  return createMethod(entry, sized ? new Map(given).set("latentDim", String(latentDim)) : given);
}

function checkNames({ output, json }: EmbedFlags): void {
  checkTableOutput(output, { json });
}
