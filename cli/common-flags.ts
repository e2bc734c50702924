/**
 * @file Flags that commands share.
 */
import { type Command, Option } from "commander";
import { FORMAT_NAMES } from "../src/data/formats/names.js";
import {
  decimal,
  delimiter,
  nameList,
  outputPath,
  pairList,
  pairs,
  repeated,
  thousands,
  wholeNumber,
} from "./flag-values.js";

export interface DataFlags {
  columns?: string[];
  exclude?: string[];
  id?: string[];
  label?: string;
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
  const { header, skipRows, comment, delimiter, decimal, thousands, encoding } = flags;
  const choice = { columns, exclude, id, label, types, order, cyclic, missing };
  return { ...choice, header, skipRows, comment, delimiter, decimal, thousands, encoding };
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
  "result, the input with more columns: .csv, .tsv, .json, .jsonl or .parquet, or .npy of the new numbers alone; also .gz (default: CSV on standard output)";

/** Help of `-o` where rows are made. */
export const MADE_ROWS_HELP =
  "result: .csv, .tsv, .json, .jsonl, .parquet, .npy or, of images, .png (default: CSV on standard output)";

export function addDataFlags(command: Command): Command {
  return command
    .optionsGroup("Reading the data:")
    .option(
      "--columns <names>",
      "columns to learn from: names, positions, ranges (Q1-Q12, 4-15), patterns (Q*), !name without it (default: told by their content, see unlabeled columns)",
      nameList,
    )
    .option("--exclude <names>", "columns not to learn from, but to carry along", nameList)
    .option("--id <names>", "columns that name the rows, not learned from", nameList)
    .option("--label <column or file>", "labels: never learned from, carried along")
    .option(
      "--types <pairs>",
      "types of columns, such as zip=category,when=date:DD/MM/YYYY: number, boolean, category, ordinal, date, text or id",
      pairList,
    )
    .option("--order <scale>", 'steps of a scale, such as "size=small<medium<large"', pairs)
    .option("--cyclic <pairs>", "dates as places on circles too, such as when=day+week+year", pairList)
    .option(
      "--missing <texts>",
      "texts that stand for a missing value, besides NA, NaN, null, -, ? and the like",
      nameList,
    )
    .option("--header", "first line of the CSV is names (default: told by its content)")
    .option("--no-header", "first line of the CSV is data")
    .option("--skip-rows <lines>", "lines of the CSV to skip at the top", wholeNumber(0))
    .option("--comment <text>", "skip lines of the CSV that begin with this, such as #")
    .option(
      "--delimiter <name>",
      "delimiter of the CSV: comma, semicolon, tab, bar, space (default: told by its content)",
      delimiter,
    )
    .option("--decimal <name>", "decimal comma or point (default: told by the columns)", decimal)
    .option(
      "--thousands <name>",
      "separator of thousands: comma, point, space, apostrophe or none",
      thousands,
    )
    .option(
      "--encoding <name>",
      "encoding of the text, such as latin1 (default: UTF-8, or by its byte order mark)",
    );
}

export function addScaleFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--scale <kind>",
      "scaling of the columns (default: by method and data, and told: standard for tables, unit for images that are trained on)",
    ).choices(["none", "standard", "unit"]),
  );
}

/** A flag of commands whose methods want every number. */
export function addFillFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--fill <way>",
      "gaps: fill them by low-rank completion, or refuse them (default: fill where a fifth of the numbers or fewer are missing)",
    ).choices(["yes", "no"]),
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
    "write the new columns alone, without those of the input",
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
  addRowsOutputFlag(command, MADE_ROWS_HELP);
  addPluginFlag(command);
  if (reads) addDataFlags(command);
  return addCommonFlags(command);
}
