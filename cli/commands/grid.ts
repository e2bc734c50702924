/**
 * @file `unlabeled grid [DATA] --model FILE`: what a grid over two codes decodes to.
 */
import { type Command, InvalidArgumentError } from "commander";
import { flagOf } from "../../panels/flag-names.js";
import { addMadeRowsFlags, type DataFlags, dataFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import { wholeNumber } from "../flag-values.js";
import type { MadeRowsFlags } from "../made-rows.js";
import type { RunContext } from "../verb.js";

interface GridFlags extends MadeRowsFlags, DataFlags {
  dims: [number, number];
  steps: number;
  range?: [number, number];
}

export const examples = [
  "unlabeled grid data.csv -m model.safetensors --steps 5 -o grid.csv",
  "unlabeled grid digits -m digits.safetensors --dims 1,2 -o grid.png",
];

export function define(command: Command): void {
  command
    .argument(
      "[data]",
      "rows whose codes set the range, from their 5 % to their 95 % quantile, and the values of the other codes",
    )
    .option("--dims <i,j>", "codes that vary, across and up, counted as z1, z2, …", twoDims, [1, 2])
    .option("--steps <count>", "values of each code", wholeNumber(2), 10)
    .option("--range <low,high>", "range of both codes (default: told by DATA, else -2,2)", range);
  addMadeRowsFlags(command, { reads: true });
}

function twoDims(text: string): [number, number] {
  const found = /^([1-9]\d*),([1-9]\d*)$/.exec(text);
  if (!found || found[1] === found[2])
    throw new InvalidArgumentError("Want two different codes, from 1, such as 1,2.");
  return [Number(found[1]), Number(found[2])];
}

function range(text: string): [number, number] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [low, high] = numbers;
  if (numbers.length !== 2 || !(low! < high!))
    throw new InvalidArgumentError("Want two numbers, the lower first, such as -2,2.");
  return [low!, high!];
}

export async function run(
  { terminal }: RunContext,
  data: string | undefined,
  flags: GridFlags,
): Promise<void> {
  const { dims, steps, range } = flags;
  const reading = Object.entries(dataFlags(flags)).find(([, value]) => value !== undefined);
  if (data === undefined && reading) throw new UsageError(`${flagOf(reading[0])} wants DATA to read`);
  const { codeGrid } = await import("../../src/tasks/walk.js");
  const { readFor } = await import("../model-input.js");
  const { writeMadeRows } = await import("../made-rows.js");
  await writeMadeRows(terminal, flags, data, async (model, messages) => {
    const most = Math.max(...dims);
    if (most > model.latentDim)
      throw new UsageError(`--dims: there is no code ${most}, there are ${model.latentDim}`);
    const input = data === undefined ? undefined : await readFor(model, data, flags, messages);
    const walk = await codeGrid(model, {
      dims: [dims[0] - 1, dims[1] - 1],
      steps,
      ...(range && { range }),
      ...(input && { data: input.x }),
    });
    return { ...walk, across: steps };
  });
}
