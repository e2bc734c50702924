/**
 * @file `unlabeled columns DATA`: types and roles of a table's columns, as they are guessed and told.
 */
import type { Command } from "commander";
import { addDataFlags, addLookFlags, type CommonFlags, DATA_HELP, type DataFlags } from "../common-flags.js";
import { Messages } from "../messages.js";
import type { RunContext } from "../verb.js";

export const examples = ["unlabeled columns data.csv", "unlabeled columns data.csv --label species --json"];

export function define(command: Command): void {
  command.argument("<data>", DATA_HELP);
  addDataFlags(command);
  addLookFlags(command);
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: DataFlags & CommonFlags,
): Promise<void> {
  const { columnTable, listColumns } = await import("../../panels/column-listing.js");
  const { learningText } = await import("../../panels/learning-text.js");
  const { guessColumns } = await import("../../src/data/table/guess.js");
  const { jsonReport } = await import("../report.js");
  const { readColumns } = await import("../input.js");
  const messages = new Messages(terminal, flags);
  const { table, options } = await readColumns(data, flags, terminal);
  for (const note of table.notes) messages.note(note);
  const guesses = guessColumns(table, options);
  const columns = listColumns(table, guesses);
  messages.release();
  await terminal.print(flags.json ? jsonReport({ n: table.rows }, { columns }) : columnTable(columns));
  messages.note(`${table.rows} rows; ${learningText(guesses)}`);
}
