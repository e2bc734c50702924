/**
 * @file Flags that commands share.
 */
import { type Command, Option } from "commander";
import { FORMAT_NAMES } from "../src/data/formats/names.js";
import {
  DECIMALS,
  DELIMITERS,
  decimal,
  delimiter,
  nameList,
  outputPath,
  pairList,
  pairs,
  repeated,
  THOUSANDS,
  thousands,
  wholeNumber,
} from "./flag-values.js";

export interface DataFlags {
  columns?: string[];
  exclude?: string[];
  id?: string[];
  label?: string;
  time?: string;
  group?: string;
  window?: number;
  stride?: number;
  types?: Record<string, string>;
  order?: Record<string, string>;
  cyclic?: Record<string, string>;
  missing?: string[];
  header?: boolean;
  skipRows?: number;
  comment?: string;
  delimiter?: string;
  decimal?: "." | ",";
  thousands?: string;
  encoding?: string;
}

/** Those that say how to read, out of all flags of a command. */
export function dataFlags(flags: DataFlags): DataFlags {
  const { columns, exclude, id, label, types, order, cyclic, missing } = flags;
  const { time, group, window, stride } = flags;
  const { header, skipRows, comment, delimiter, decimal, thousands, encoding } = flags;
  const choice = { columns, exclude, id, label, types, order, cyclic, missing };
  return {
    ...choice,
    time,
    group,
    window,
    stride,
    header,
    skipRows,
    comment,
    delimiter,
    decimal,
    thousands,
    encoding,
  };
}

/** Flags that further rows of the same columns are read with: which these are was chosen with the first ones, and labels need not be there. */
export function withoutChoices<Flags extends DataFlags>(flags: Flags): Flags {
  const chosen = { columns: undefined, exclude: undefined, types: undefined, order: undefined };
  return { ...flags, ...chosen, cyclic: undefined, time: undefined, group: undefined, label: undefined };
}

export interface CommonFlags {
  threads?: number;
  json?: boolean;
  quiet?: boolean;
  force?: boolean;
  config?: string;
}

export interface PluginFlags {
  plugin?: string[];
}

/** True if words ask for help alone: what costs time to find is left out of it. */
export function asksForHelp(words: readonly string[]): boolean {
  return words[0] === "help" || words.includes("--help") || words.includes("-h");
}

/** Methods of the user's own, for commands that fit or load models. */
export function addPluginFlag(command: Command): Command {
  return command.option("--plugin <module>", "JavaScript module with methods of your own", repeated);
}

const FORMATS = Object.values(FORMAT_NAMES).map(({ title }) => title);

export const DATA_HELP =
  `file (${FORMATS.join(", ")}, npz, also .gz or .zip), folder or pattern of such files, ` +
  "folder of images, - for standard input, or digits, swiss-roll, s-curve, blobs, low-rank";

/** Help of `-o` where the result has a line for every row. */
export const OUTPUT_HELP =
  "result: .csv, .tsv, .json, .jsonl, .parquet, .npy, .gz (default: CSV on standard output)";

/** Help of `-o` where rows are made. */
export const MADE_ROWS_HELP =
  "result: .csv, .tsv, .json, .jsonl, .parquet, .npy, or .png of images (default: CSV on standard output)";

export function addDataFlags(command: Command): Command {
  command
    .optionsGroup("Columns:")
    .option(
      "--columns <names>",
      "columns to learn from, such as a,3,Q1-Q9,x*,!b (default: see unlabeled columns)",
      nameList,
    )
    .option("--exclude <names>", "columns that are carried along, not learned from", nameList)
    .option("--id <names>", "columns that name the rows, not learned from", nameList)
    .option("--label <column or file>", "labels: never learned from, carried along")
    .option(
      "--types <pairs>",
      "types: zip=category (number, boolean, ordinal, date, date:DD/MM/YYYY, text, id)",
      pairList,
    )
    .option("--order <scale>", 'steps of a scale: "size=small<medium<large"', pairs)
    .option("--cyclic <pairs>", "circles that dates go round, too: when=day+week+year", pairList)
    .option("--missing <texts>", "texts for missing values, besides NA, null, - and ?", nameList)
    .optionsGroup("Rows in time:")
    .option("--time <column>", "column of numbers or dates whose order rows are taken in")
    .option("--group <column>", "column that tells the sequence a row is of (default: one sequence)")
    .option("--window <rows>", "rows of so many moments that follow one another", wholeNumber(1))
    .option("--stride <rows>", "moments from one window to the next (default: 1)", wholeNumber(1));
  return command
    .optionsGroup("Reading the file (default: told by its content):")
    .option("--header", "first line is names")
    .option("--no-header", "first line is data")
    .option("--skip-rows <lines>", "lines to skip at the top", wholeNumber(0))
    .option("--comment <text>", "beginning of lines to skip, such as #")
    .addOption(named("--delimiter <name>", "delimiter, by name or itself", DELIMITERS, delimiter))
    .addOption(named("--decimal <name>", "mark of decimals", DECIMALS, decimal))
    .addOption(named("--thousands <name>", "separator of thousands", THOUSANDS, thousands))
    .option("--encoding <name>", "encoding of the text, such as latin1, where it is not UTF-8");
}

/** An option whose values have names. */
function named(
  flags: string,
  help: string,
  names: readonly string[],
  parse: (text: string) => unknown,
): Option {
  return new Option(flags, help).choices(names).argParser(parse);
}

export function addScaleFlag(command: Command): Command {
  return command.addOption(
    new Option("--scale <kind>", "scaling of the columns (default: by method and data)").choices([
      "none",
      "standard",
      "unit",
    ]),
  );
}

/** A flag of commands whose methods want every number. */
export function addFillFlag(command: Command): Command {
  return command.addOption(
    new Option("--fill <way>", "filling of gaps (default: where they are few)").choices(["yes", "no"]),
  );
}

/** Flags of every command that computes. */
export function addCommonFlags(command: Command): Command {
  command
    .optionsGroup("Common:")
    .option("--threads <count>", "threads of the engine (default: one a core)", wholeNumber(1));
  return addOutputFlags(command);
}

/** Flags of commands that look and write nothing. */
export function addLookFlags(command: Command): Command {
  return command
    .optionsGroup("Common:")
    .option("--json", "print the result as one JSON object")
    .option("--quiet", "print no notes")
    .option("--config <file>", "JSON file with long options of this command; flags win");
}

/** Flags of every command that writes. */
export function addOutputFlags(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON object")
    .option("--force", "replace existing files")
    .option("--quiet", "print no progress and no notes")
    .option("--config <file>", "JSON file with long options of this command; flags win");
}

export interface ModelFlags extends CommonFlags, DataFlags, PluginFlags {
  model?: string;
}

/** DATA and the model it is given to. */
export function addModelFlags(command: Command): Command {
  command.argument("<data>", DATA_HELP).option("-m, --model <file>", "model file, as fit wrote it");
  return addPluginFlag(command);
}

export interface RowsFlags extends ModelFlags {
  fill?: "yes" | "no";
  output?: string;
  onlyNew?: boolean;
}

/** `-o FILE` of rows; `-` is standard output, where they go without a name as well. */
export function addRowsOutputFlag(command: Command, help: string): Command {
  return command.option("-o, --output <file>", help, outputPath);
}

/** Flags of the file with a line for every row. */
export function addTableOutputFlags(command: Command): Command {
  return addRowsOutputFlag(command, OUTPUT_HELP).option(
    "--only-new",
    "write the new columns and the labels alone",
  );
}

/** All flags of commands that give a result for every row. */
export function addRowsFlags(command: Command): Command {
  addTableOutputFlags(addModelFlags(command));
  addDataFlags(command);
  return addCommonFlags(command);
}

/**
 * Flags of commands that make rows of a model.
 * @param reads whether they also read DATA.
 */
export function addMadeRowsFlags(command: Command, { reads = false }: { reads?: boolean } = {}): Command {
  command.option("-m, --model <file>", "model file, as fit wrote it");
  addRowsOutputFlag(command, MADE_ROWS_HELP).option(
    "--picture <file>",
    "picture of the rows, of images or of a path: .svg, .png or .html",
  );
  addPluginFlag(command);
  if (reads) addDataFlags(command);
  return addCommonFlags(command);
}
