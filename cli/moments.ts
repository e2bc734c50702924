/**
 * @file Rows that are moments of time, as the methods of a run take them: as they are, as whole sequences, or as rows like all others.
 */
import type { Dataset } from "../src/data/dataset.js";
import { momentsOf, paddedRows } from "../src/data/moment-rows.js";
import { named } from "../src/data/quoted.js";
import type { Method } from "../src/methods/method.js";
import type { DataFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";

/**
 * The rows of DATA as methods take them: an array of sequences as moments, where one of them is of sequences; groups as rows, where
 * rows of one are whole sequences. Says what the order of rows is good for.
 * @throws UsageError for windows where methods take sequences, or methods that take different rows.
 */
export function rowsForMethods(
  read: Dataset,
  methods: readonly Method[],
  flags: DataFlags,
  messages: Messages,
): Dataset {
  const sequential = methods.find((method) => method.sequential);
  const whole = methods.find((method) => method.wholeSequences);
  if (sequential && whole)
    throw new UsageError(`rows of ${sequential.name} are moments, those of ${whole.name} whole sequences`);
  const taker = sequential ?? whole;
  if (taker && flags.window !== undefined) refuseWindows(taker.name);
  if (sequential) {
    const moments = momentsOf(read);
    tellOrder(moments, messages);
    return moments;
  }
  if (whole) return read.sequences ? paddedRows(read) : read;
  if (read.sequences) tellIdle(methods.map(({ name }) => name).join(", "), messages);
  return read;
}

export function refuseWindows(method: string): never {
  throw new UsageError(`--window: ${method} takes sequences as they are, not windows of them`);
}

/** Rows of these methods stand by themselves. */
export function tellIdle(methods: string, messages: Messages): void {
  messages.note(`the order of rows plays no part in ${methods}: time and group are carried`);
}

/** Rows of a table that are one sequence because nobody said otherwise. */
function tellOrder({ encoding, guesses, name }: Dataset, messages: Messages): void {
  if (!encoding || encoding.time || encoding.group !== undefined) return;
  const date = guesses?.find(({ type }) => type === "date");
  const how = date ? `--time ${named(date.name)} puts them in order of its dates` : "--time, --group";
  messages.note(`${name}: rows are taken in the order of the file, as one sequence (${how})`);
}
