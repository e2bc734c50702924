/**
 * @file `unlabeled impute DATA`: the table with its gaps filled.
 */
import { type Command, InvalidArgumentError } from "commander";
import { kebabCase } from "../../panels/flag-names.js";
import { SYNONYMS, spelling } from "../../src/methods/method-names.js";
import { FILLERS, type FillerName } from "../../src/tasks/imputation/filler-names.js";
import { addRowsFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import type { ImputeFlags } from "../impute-run.js";
import { PICTURE_KINDS } from "../picture-output.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled impute data.csv -o filled.csv",
  "unlabeled impute data.csv -m model.safetensors -o refilled.csv",
  "unlabeled impute data.csv --method iterative-ridge -o regressed.csv",
  "unlabeled impute data.csv --report-mask gaps.csv -o whole.csv",
];

export function define(command: Command): void {
  addReportFlags(addRowsFlags(command))
    .optionsGroup("Filling:")
    .option(
      "--method <name>",
      "way to fill, such as iterative-ridge or knn (default: the one of least error)",
      filler,
    )
    .option("--report-mask <file>", "table of the same shape: 1 where a value was filled, else 0")
    .option("--picture <file>", `picture of what was missing, of images also filled: ${PICTURE_KINDS}`)
    .option("--hide <fraction>", "share of the known values to hide, to tell the error by", fraction)
    .option("--seed <number>", "seed of what is hidden, and of the fits", wholeNumber(0), 0);
}

/** A way to fill by its name, in any spelling, or another that the field has for it. */
function filler(text: string): FillerName {
  const spelled = spelling(text);
  const found = FILLERS.find((name) => spelling(name) === spelled || SYNONYMS[name]?.includes(spelled));
  if (found) return found;
  throw new InvalidArgumentError(`Want one of ${FILLERS.map(kebabCase).join(", ")}.`);
}

export async function run({ terminal }: RunContext, data: string, flags: ImputeFlags): Promise<void> {
  const { runImpute } = await import("../impute-run.js");
  await runImpute(terminal, data, flags);
}
