/**
 * @file `unlabeled interpolate DATA --model FILE --rows A,B`: from a row to another, in equal steps of the code.
 */
import { type Command, InvalidArgumentError } from "commander";
import { addMadeRowsFlags, DATA_HELP, type DataFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import { wholeNumber } from "../flag-values.js";
import type { MadeRowsFlags } from "../made-rows.js";
import type { Terminal } from "../terminal.js";

interface InterpolateFlags extends MadeRowsFlags, DataFlags {
  rows?: [number, number];
  steps: number;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument("<data>", DATA_HELP)
    .option("--rows <a,b>", "the two rows of DATA, from 1", twoRows)
    .option("--steps <count>", "rows on the way, both ends counted", wholeNumber(2), 10);
  addMadeRowsFlags(command, { reads: true }).action((data: string, flags: InterpolateFlags) =>
    run(terminal, data, flags),
  );
}

function twoRows(text: string): [number, number] {
  const found = /^([1-9]\d*),([1-9]\d*)$/.exec(text);
  if (!found) throw new InvalidArgumentError("Want two rows, from 1, such as 3,17.");
  return [Number(found[1]), Number(found[2])];
}

async function run(terminal: Terminal, data: string, flags: InterpolateFlags): Promise<void> {
  const { rows: ends, steps } = flags;
  if (!ends) throw new UsageError("want the two rows to walk between: --rows A,B");
  const { row } = await import("../../src/data/matrix.js");
  const { interpolate } = await import("../../src/tasks/walk.js");
  const { readFor } = await import("../model-input.js");
  const { writeMadeRows } = await import("../made-rows.js");
  await writeMadeRows(terminal, flags, data, async (model, messages) => {
    const input = await readFor(model, data, flags, messages);
    const [a, b] = ends.map((number) => {
      if (number > input.x.rows)
        throw new RangeError(`${input.name}: there is no row ${number}, there are ${input.x.rows}`);
      return row(input.x, number - 1);
    });
    return { ...(await interpolate(model, a!, b!, { steps })), across: steps };
  });
}
