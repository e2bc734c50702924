/**
 * @file Flags that commands share.
 */
import { type Command, Option } from "commander";
import { delimiter, nameList, repeated, wholeNumber } from "./flag-values.js";

export interface DataFlags {
  columns?: string[];
  label?: string;
  missing?: string[];
  header?: boolean;
  skipRows?: number;
  delimiter?: "," | ";" | "\t";
}

/** Those that say how to read, out of all flags of a command. */
export function dataFlags({ columns, label, missing, header, skipRows, delimiter }: DataFlags): DataFlags {
  return { columns, label, missing, header, skipRows, delimiter };
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

/** Whether words ask for help alone: what costs time to find is left out of it. */
export function asksForHelp(words: readonly string[]): boolean {
  return words[0] === "help" || words.includes("--help") || words.includes("-h");
}

/** Methods of the user's own, for commands that fit or load models. */
export function addPluginFlag(command: Command): Command {
  return command.option("--plugin <module>", "a JavaScript module with methods of your own", repeated);
}

export const DATA_HELP =
  "a file (CSV, TSV, Parquet, npy, IDX, also .gz), a folder of images, - for CSV on standard input, " +
  "or digits, swiss-roll, s-curve, blobs, low-rank";

export function addDataFlags(command: Command): Command {
  return command
    .optionsGroup("Reading the data:")
    .option(
      "--columns <names>",
      "columns to learn from, by name or position (default: all numbers)",
      nameList,
    )
    .option("--label <column or file>", "labels: never learned from, carried along")
    .option("--missing <texts>", "texts that stand for a missing value, such as n/a", nameList)
    .option("--header", "the first line of the CSV holds names (default: told by its content)")
    .option("--no-header", "the first line of the CSV holds data")
    .option("--skip-rows <lines>", "lines of the CSV to pass over at the top", wholeNumber(0))
    .option(
      "--delimiter <name>",
      "of the CSV: comma, semicolon or tab (default: told by its content)",
      delimiter,
    );
}

export function addScaleFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--scale <kind>",
      "what to do to columns first (default: standard for tables, else none)",
    ).choices(["none", "standard", "unit"]),
  );
}

/** Flags of every command that computes. */
export function addCommonFlags(command: Command): Command {
  command
    .optionsGroup("Common:")
    .option("--threads <count>", "threads of the engine (default: one a core)", wholeNumber(1));
  return addOutputFlags(command);
}

/** Flags of every command that writes. */
export function addOutputFlags(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON object")
    .option("--force", "replace files that are there")
    .option("--quiet", "no progress and no notes on standard error")
    .option("--config <file>", "JSON with long options of this command; flags win");
}

export interface ModelFlags extends CommonFlags, DataFlags, PluginFlags {
  model?: string;
}

/** DATA and the model it is given to. */
export function addModelFlags(command: Command): Command {
  command.argument("<data>", DATA_HELP).option("-m, --model <file>", "the model, as fit wrote it");
  return addPluginFlag(command);
}

export interface RowsFlags extends ModelFlags {
  output?: string;
}

/** All flags of commands that give a result for every row. */
export function addRowsFlags(command: Command): Command {
  addModelFlags(command).option(
    "-o, --output <file>",
    "a .csv, .npy or .parquet file (default: CSV on standard output)",
  );
  addDataFlags(command);
  return addCommonFlags(command);
}

/**
 * Flags of commands that make rows of a model.
 * @param reads whether they also read DATA.
 */
export function addMadeRowsFlags(command: Command, { reads = false }: { reads?: boolean } = {}): Command {
  command
    .option("-m, --model <file>", "the model, as fit wrote it")
    .option(
      "-o, --output <file>",
      "a .csv, .npy, .parquet or, for images, .png file (default: CSV on standard output)",
    );
  addPluginFlag(command);
  if (reads) addDataFlags(command);
  return addCommonFlags(command);
}
