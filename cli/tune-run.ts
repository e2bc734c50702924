/**
 * @file One search for options from the command line: data in, the best options out as a command, and the model that it fits.
 */
import { createHash } from "node:crypto";
import type { Command } from "commander";
import { flagOf, isSwitch } from "../panels/flag-names.js";
import { shellWord } from "../panels/shell-word.js";
import { optionsText, tuningTable, valueText } from "../panels/tuning-text.js";
import type { Dataset } from "../src/data/dataset.js";
import { fingerprint } from "../src/data/fingerprint.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Coder } from "../src/methods/model.js";
import { searchSpace } from "../src/tasks/search-space.js";
import { type Tuned, type TunedTrial, tune } from "../src/tasks/tune.js";
import { VERSION } from "../src/version.js";
import { UsageError } from "./exit.js";
import { Fitting, stoppable } from "./fitting.js";
import type { MethodFlags } from "./fitting-flags.js";
import { checkReport, writeReport } from "./html-report.js";
import { prepare, readInput } from "./input.js";
import { Messages } from "./messages.js";
import {
  createMethod,
  type GivenOptions,
  givenOptions,
  methodEntry,
  withoutOptions,
  withRowShape,
} from "./method-flags.js";
import { rowsForMethods } from "./moments.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { jsonReport, stopwatch } from "./report.js";
import type { Terminal } from "./terminal.js";
import { checkTrainingFlags, trainingFlagsFor } from "./training-flags.js";
import { openLog, putLog } from "./training-log.js";
import { checkTable, TriedTable } from "./tried-table.js";

export interface TuneFlags extends MethodFlags {
  method?: string;
  trials: number;
  minutes?: number;
  table?: string;
  output?: string;
  heldOut: number;
  seed: number;
}

export async function runTune(
  terminal: Terminal,
  data: string,
  flags: TuneFlags,
  command: Command,
): Promise<void> {
  if (flags.method === undefined) throw new UsageError("tune wants --method NAME (see: unlabeled methods)");
  const entry = await methodEntry(flags.method, flags.plugin);
  const given = givenOptions(command, [entry], flags.option);
  const idle = (["validation", "patience"] as const).find((name) => flags[name] !== undefined);
  if (idle) throw new UsageError(`${flagOf(idle)}: tune holds rows out itself (--held-out)`);
  checkTable(flags.table);
  checkReport(flags);
  const written = [flags.output, flags.report];
  return withOutputs(terminal, flags, { written, read: [data] }, (outputs, messages) =>
    search(data, flags, { entry, given }, outputs, messages),
  );
}

interface Asked {
  readonly entry: MethodEntry;
  readonly given: GivenOptions;
}

async function search(
  data: string,
  flags: TuneFlags,
  { entry, given }: Asked,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const { seed, trials, minutes, heldOut } = flags;
  const log = await openLog(outputs, flags.log, flags.force);
  const own = withoutOptions(flags, entry);
  const file = await readInput(data, own, messages);
  const fixedFor = ({ x, rowShape }: Dataset): GivenOptions => {
    const sized = entry.options.latentDim?.required === true && !given.has("latentDim");
    const size = x.cols > 8 ? 8 : Math.min(2, x.cols);
    return withRowShape(sized ? new Map(given).set("latentDim", String(size)) : given, rowShape);
  };
  const read = rowsForMethods(file, [createMethod(entry, fixedFor(file))], own, messages);
  const fixed = fixedFor(read);
  const method = createMethod(entry, fixed);
  checkTrainingFlags(flags, [method]);
  const { input, scale } = await prepare(read, [method], flags, messages, "later");
  // Batches may be as large as all rows together, of which fewer are learned from.
  const training = trainingFlagsFor(method, flags, input.x.rows);
  const options = asValues(entry, fixed);

  const question = digest([
    VERSION,
    fingerprint(input.x),
    input.labels,
    input.sequences,
    entry.name,
    options,
    training,
    seed,
    heldOut,
    scale,
  ]);
  const varied = [...searchSpace(entry, options).map(([name]) => name), "learningRate"];
  const table =
    flags.table === undefined ? undefined : await TriedTable.open(flags.table, question, varied, outputs);
  if (table && table.length > 0)
    messages.note(`${flags.table}: goes on from ${table.length} errors that were found before`);

  const elapsed = stopwatch();
  const tuned = await stoppable(messages, (signal) =>
    tune(entry, options, input, {
      ...{ trials, minutes, heldOut, seed, scale, training, signal },
      known: (trial, budget) => table?.error(trial, budget),
      onTried: async ({ seconds, done, of, ...tried }) => {
        await table?.add(tried, seconds);
        messages.note(triedText(tried, done, of, method));
        messages.release();
      },
    }),
  );
  if (!tuned) return;
  const best = tuned.trials[0]!;
  if (!tuned.complete)
    messages.note(
      `${minutes} minutes are over: ${best.budget} of ${tuned.budgets.at(-1)} ${tuned.unit} were reached`,
    );
  const model = await finalModel(read, { best, entry, fixed, scale, flags }, messages);
  if (model === "stopped") return;
  const seconds = elapsed();
  const fitCommand = commandFor(messages.terminal.words, flags, { best, entry, fixed, scale });
  const files: string[] = [];
  await outputs.finish(messages, async (put) => {
    const { output } = flags;
    if (output !== undefined && model) {
      await put(output, () => model.save());
      files.push(output);
    }
    if (log !== undefined) files.push(log);
    const runs = tuned.trials.map(({ trial, history }) => ({ name: `trial ${trial}`, history }));
    await putLog(put, log, runs);
  });
  if (flags.table !== undefined) {
    outputs.drops(flags.table);
    files.push(flags.table);
    if (!flags.json) messages.note(`wrote ${flags.table}, ${table!.size}`);
  }
  const figures = {
    method: entry.name,
    n: input.x.rows,
    d: input.x.cols,
    latentDim: method.codeSize(input.x.cols),
    seed,
    seconds,
    files,
  };
  const further = {
    ...{ scale, unit: tuned.unit, budgets: tuned.budgets, complete: tuned.complete, command: fitCommand },
    trials: tuned.trials.map(jsonTrial),
  };
  await writeReport(outputs, messages, flags, { input, figures, further }, async () => {
    const { tuningSections } = await import("../panels/sections/tuning.js");
    return tuningSections(tuned);
  });
  if (flags.json) return messages.terminal.print(jsonReport(figures, further));
  await messages.terminal.print(`${tuningTable(tuned)}\n${fitCommand}\n`);
}

/** Options as the method takes them, of what was said. */
function asValues({ options }: MethodEntry, given: GivenOptions): Record<string, unknown> {
  return Object.fromEntries(
    [...given].flatMap(([name, value]) => {
      const option = Object.hasOwn(options, name) ? options[name] : undefined;
      return option ? [[name, typeof value === "string" ? option.parse(value) : value] as const] : [];
    }),
  );
}

function digest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

interface Choice {
  readonly best: TunedTrial;
  readonly entry: MethodEntry;
  readonly fixed: GivenOptions;
  readonly scale: ScaleKind;
}

/** The model that the printed command fits: of all rows, with the best options. */
async function finalModel(
  read: Dataset,
  { best, entry, fixed, scale, flags }: Choice & { readonly flags: TuneFlags },
  messages: Messages,
): Promise<Coder | "stopped" | undefined> {
  if (flags.output === undefined) return undefined;
  const method = entry.create({ ...asValues(entry, fixed), ...best.options }) as Method<Coder>;
  const quiet = new Messages(messages.terminal, { quiet: true });
  const { input } = await prepare(read, [method], { ...flags, scale }, quiet);
  const how = { ...flags, scale, learningRate: best.learningRate ?? flags.learningRate };
  const fitting = new Fitting(method, input, how, messages);
  return (await stoppable(messages, (signal) => fitting.run(signal))) ?? "stopped";
}

/** Flags of `tune` alone, which `fit` has not. */
const OWN_FLAGS = [
  "--trials",
  "--minutes",
  "--table",
  "--held-out",
  "--report",
  "--report-rows",
  "--log",
  "--output",
  "-o",
  "--seed",
];
const OWN_SWITCHES = ["--json", "--quiet", "--force", "--no-rows"];

/** The command that fits with the best options, on all rows: the one that was given, with these said. */
function commandFor(
  words: readonly string[],
  flags: TuneFlags,
  { best, entry, fixed, scale }: Choice,
): string {
  const kept = words.slice(1).filter((word, i, all) => {
    const flag = word.split("=", 1)[0]!;
    return !OWN_FLAGS.includes(flag) && !OWN_SWITCHES.includes(flag) && !OWN_FLAGS.includes(all[i - 1] ?? "");
  });
  const drawn = Object.entries(best.options).map(([name, value]) => {
    if (isSwitch(entry.options[name]!))
      return value === true ? [flagOf(name)] : [`--no-${flagOf(name).slice(2)}`];
    return [flagOf(name), valueText(value)];
  });
  const said = (name: string) => kept.some((word) => word.split("=", 1)[0] === flagOf(name));
  const usual = fixed.get("latentDim");
  const more = [
    ...(usual !== undefined && !said("latentDim") ? ["--latent-dim", String(usual)] : []),
    ...drawn.flat(),
    ...(best.learningRate === undefined ? [] : ["--learning-rate", String(best.learningRate)]),
    ...(said("scale") ? [] : ["--scale", scale]),
    ...["--seed", String(flags.seed), "-o", flags.output ?? "model.safetensors"],
  ];
  return ["unlabeled", "fit", ...kept, ...more].map(shellWord).join(" ");
}

function triedText(tried: TunedTrial, done: number, of: number, { fitting }: Method): string {
  const { trial, budget, error } = tried;
  const unit = fitting.kind === "trained" ? "epochs" : "rows";
  const found = Number.isFinite(error) ? `held-out error ${error.toPrecision(4)}` : "came to nothing";
  return `${done} of ${of}: trial ${trial}, ${budget} ${unit}: ${found}  ${optionsText(tried)}`;
}

/** A trial as `--json` prints it: an error that is none is `null`. */
function jsonTrial({ trial, budget, error, options, learningRate }: Tuned["trials"][number]): object {
  const tried = { ...options, ...(learningRate !== undefined && { learningRate }) };
  return { trial, budget, error: Number.isFinite(error) ? error : null, options: tried };
}
