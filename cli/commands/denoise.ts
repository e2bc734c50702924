/**
 * @file `unlabeled denoise DATA`: images, photographs or rows without noise.
 */
import type { Command } from "commander";
import {
  addCommonFlags,
  addDataFlags,
  addFillFlag,
  addModelFlags,
  addRowsOutputFlag,
  addScaleFlag,
} from "../common-flags.js";
import type { DenoiseFlags } from "../denoise-run.js";
import { positiveNumber } from "../flag-values.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled denoise data.csv -o smooth.csv",
  "unlabeled denoise digits --noise 2 --picture less-noise.png -o less-noise.npy",
  "unlabeled denoise digits -m digits.safetensors -o given-back.npy",
];

export function define(command: Command): void {
  addModelFlags(command)
    .option("--noise <sigma>", "standard deviation of the noise (default: told by the data)", positiveNumber)
    .option(
      "--clean <data>",
      "rows without noise to compare with: tells the ratio of signal to noise (PSNR)",
    );
  addRowsOutputFlag(
    command,
    "result: .csv, .parquet, .npy, …, or .png, .pgm, .ppm of images (default: CSV on standard output)",
  ).option("--picture <file>", "picture of rows before and after: .svg, .png or .html");
  addScaleFlag(command);
  addFillFlag(command);
  addDataFlags(command);
  addReportFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: DenoiseFlags): Promise<void> {
  const { runDenoise } = await import("../denoise-run.js");
  await runDenoise(terminal, data, flags);
}
