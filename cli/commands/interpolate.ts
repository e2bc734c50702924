/**
 * @file `unlabeled interpolate DATA --model FILE --rows A,B`: from a row to another, in equal steps of the code.
 */
import { type Command, InvalidArgumentError } from "commander";
import { addMadeRowsFlags, DATA_HELP, type DataFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import { wholeNumber } from "../flag-values.js";
import type { MadeRowsFlags } from "../made-rows.js";
import type { RunContext } from "../verb.js";

interface InterpolateFlags extends MadeRowsFlags, DataFlags {
  rows?: [number, number];
  steps: number;
}

export const examples = [
  "unlabeled interpolate data.csv -m model.safetensors --rows 3,17 -o path.csv",
  "unlabeled interpolate digits -m digits.safetensors --rows 1,2 -o path.png",
  "unlabeled interpolate digits -m digits.safetensors --rows 1,2 -o path.npy",
];

export function define(command: Command): void {
  command
    .argument("<data>", DATA_HELP)
    .option("--rows <a,b>", "two rows of DATA, counted from 1", twoRows)
    .option("--steps <count>", "rows of the path, both ends counted", wholeNumber(2), 10);
  addMadeRowsFlags(command, { reads: true });
}

function twoRows(text: string): [number, number] {
  const found = /^([1-9]\d*),([1-9]\d*)$/.exec(text);
  if (!found) throw new InvalidArgumentError("Want two rows, from 1, such as 3,17.");
  return [Number(found[1]), Number(found[2])];
}

export async function run({ terminal }: RunContext, data: string, flags: InterpolateFlags): Promise<void> {
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
      return row(input.x, input.order ? input.order.rows.indexOf(number - 1) : number - 1);
    });
    return { ...(await interpolate(model, a!, b!, { steps })), across: steps, path: true };
  });
}
