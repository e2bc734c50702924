/**
 * @file Labels that most rows may lack: said once, where figures are of the others alone.
 */
import type { Dataset } from "../src/data/dataset.js";
import { labeledRows } from "../src/tasks/labeled.js";
import type { Messages } from "./messages.js";

/** Says of how many rows the figures about labels are, where not all have one. */
export function sayLabeled({ labels }: Dataset, messages: Messages): void {
  if (!labels) return;
  const told = labeledRows(labels).length;
  if (told < labels.length)
    messages.note(`figures about labels are of the ${told} of ${labels.length} rows that have one`);
}
