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

/** True if words ask for help alone: what costs time to find is left out of it. */
export function asksForHelp(words: readonly string[]): boolean {
  return words[0] === "help" || words.includes("--help") || words.includes("-h");
}

/** Methods of the user's own, for commands that fit or load models. */
export function addPluginFlag(command: Command): Command {
  return command.option("--plugin <module>", "JavaScript module with methods of your own", repeated);
}

export const DATA_HELP =
  "file (CSV, TSV, Parquet, npy, IDX, also .gz), folder of images, - for CSV on standard input, " +
  "or digits, swiss-roll, s-curve, blobs, low-rank";

/** Help of `-o` where the result has a line for every row. */
export const OUTPUT_HELP = "result: .csv, .npy or .parquet (default: CSV on standard output)";

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
    .option("--header", "first line of the CSV is names (default: told by its content)")
    .option("--no-header", "first line of the CSV is data")
    .option("--skip-rows <lines>", "lines of the CSV to skip at the top", wholeNumber(0))
    .option(
      "--delimiter <name>",
      "delimiter of the CSV: comma, semicolon or tab (default: told by its content)",
      delimiter,
    );
}

export function addScaleFlag(command: Command): Command {
  return command.addOption(
    new Option("--scale <kind>", "scaling of the columns (default: standard for tables, else none)").choices([
      "none",
      "standard",
      "unit",
    ]),
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
  output?: string;
}

/** All flags of commands that give a result for every row. */
export function addRowsFlags(command: Command): Command {
  addModelFlags(command).option("-o, --output <file>", OUTPUT_HELP);
  addDataFlags(command);
  return addCommonFlags(command);
}

/**
 * Flags of commands that make rows of a model.
 * @param reads whether they also read DATA.
 */
export function addMadeRowsFlags(command: Command, { reads = false }: { reads?: boolean } = {}): Command {
  command
    .option("-m, --model <file>", "model file, as fit wrote it")
    .option(
      "-o, --output <file>",
      "result: .csv, .npy, .parquet or, of images, .png (default: CSV on standard output)",
    );
  addPluginFlag(command);
  if (reads) addDataFlags(command);
  return addCommonFlags(command);
}
