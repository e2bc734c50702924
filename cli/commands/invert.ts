/**
 * @file `unlabeled invert DATA --model FILE | --prior deep-image`: rows or images from what was measured of them.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  addCommonFlags,
  addDataFlags,
  addModelFlags,
  addRowsOutputFlag,
  MADE_ROWS_HELP,
} from "../common-flags.js";
import { nameList, positiveNumber, wholeNumber } from "../flag-values.js";
import type { BlurFlag, InvertFlags } from "../invert-run.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled invert data.csv -m model.safetensors -o inverted.csv",
  "unlabeled invert path.npy --prior deep-image --steps 100 -o denoised.png",
];

export function define(command: Command): void {
  addModelFlags(command).addOption(
    new Option("--prior <name>", "prior without a model: an untrained network, for images").choices([
      "deep-image",
    ]),
  );
  addRowsOutputFlag(command, MADE_ROWS_HELP)
    .option("--picture <file>", "sheet of images, beside what was measured of them: .png, .svg or .html")
    .optionsGroup("Measurement (default: the rows, with holes):")
    .option("--mask <file>", "mask: numbers count where FILE is not 0; one row, or one for each row")
    .option("--matrix <file>", "matrix A of measurements A x, a row for every number measured")
    .option("--blur <size>x<sigma>", "Gaussian kernel that images are seen through, such as 5x1.5", blurFlag)
    .option("--downsample <factor>", "side of the squares of pixels whose means are seen", wholeNumber(1))
    .option(
      "--row-shape <sizes>",
      "shape of the images looked for, such as 28x28 (default: the model's, or DATA's)",
      sizes,
    )
    .optionsGroup("With a model:")
    .option("--reference <data>", "rows like those looked for: they say where codes lie")
    .option("--starts <count>", "descents from different starts (default: 4)", wholeNumber(1))
    .option("--loss <name>", "loss between measurements (default: squaredError)")
    .option("--penalties <list>", "penalties of the codes, such as l2:0.01 (default: none)", nameList)
    .optionsGroup("With --prior deep-image:")
    .option("--channels <list>", "channels of the network at every scale, the finest first", widths)
    .option("--held-out <fraction>", "share of the measurements that says when to stop", share)
    .optionsGroup("Descent:")
    .option(
      "--steps <count>",
      "steps of the descent (default: 500 with a model, 1500 without)",
      wholeNumber(1),
    )
    .option(
      "--learning-rate <rate>",
      "length of a step (default: 0.1 with a model, 0.01 without)",
      positiveNumber,
    )
    .option("--seed <number>", "seed: same seed, same result (default: drawn)", wholeNumber(0));
  addDataFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: InvertFlags): Promise<void> {
  const { runInvert } = await import("../invert-run.js");
  await runInvert(terminal, data, flags);
}

function blurFlag(text: string): BlurFlag {
  const found = /^(\d+)x(\d+(?:\.\d+)?|\.\d+)$/.exec(text);
  if (!found) throw new InvalidArgumentError("Want SIZExSIGMA, such as 5x1.5.");
  return { size: Number(found[1]), sigma: Number(found[2]) };
}

function sizes(text: string): number[] {
  if (!/^[1-9]\d*(x[1-9]\d*){1,2}$/.test(text))
    throw new InvalidArgumentError("Want HEIGHTxWIDTH, or 3xHEIGHTxWIDTH.");
  return text.split("x").map(Number);
}

function widths(text: string): number[] {
  if (!/^[1-9]\d*(,[1-9]\d*)*$/.test(text))
    throw new InvalidArgumentError("Want integers ≥ 1, such as 32,32,32.");
  return text.split(",").map(Number);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("Want a number in [0, 1).");
  return value;
}
