/**
 * @file `unlabeled score DATA --model FILE`: how unusual every row is, larger is more.
 */
import { type Command, InvalidArgumentError } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import { EXIT, UsageError } from "../exit.js";
import { Messages } from "../messages.js";
import type { RunContext } from "../verb.js";

/** A score, or a share of the scores of reference rows. */
type Threshold = { readonly score: number } | { readonly quantile: number };

interface ScoreFlags extends RowsFlags {
  failOnOutliers?: Threshold;
  reference?: string;
}

export const examples = [
  "unlabeled score data.csv -m model.safetensors -o scores.csv",
  "unlabeled score data.csv -m model.safetensors --fail-on-outliers 1e6",
];

export function define(command: Command): void {
  addRowsFlags(command)
    .optionsGroup("Outliers:")
    .option(
      "--fail-on-outliers <threshold>",
      "exit 3 if a row scores higher than this: a number, or 99% for that quantile of the reference rows",
      threshold,
    )
    .option("--reference <data>", "rows known to be usual, such as the training data, for a threshold in %");
}

function threshold(text: string): Threshold {
  const percent = /^(.+)%$/.exec(text);
  const value = Number(percent ? percent[1] : text);
  if (text.trim() === "" || !Number.isFinite(value) || (percent && !(value > 0 && value <= 100))) {
    throw new InvalidArgumentError("Want a number, or a percentage such as 99%.");
  }
  return percent ? { quantile: value / 100 } : { score: value };
}

export async function run({ terminal }: RunContext, data: string, flags: ScoreFlags): Promise<void> {
  const wanted = flags.failOnOutliers;
  if (wanted && "quantile" in wanted && flags.reference === undefined) {
    throw new UsageError("--fail-on-outliers in % wants --reference DATA, the rows to take the quantile of");
  }
  const { oneColumn } = await import("../../src/data/result-table.js");
  const { readFor } = await import("../model-input.js");
  const { writeRows } = await import("../rows-run.js");
  const { quantile, outliers } = await import("../../src/tasks/outliers.js");
  let found: number[] = [];
  let limit = Number.POSITIVE_INFINITY;
  await writeRows(terminal, data, flags, async (model, { x }, messages) => {
    const scores = await model.score(x);
    if (wanted) {
      limit =
        "score" in wanted
          ? wanted.score
          : quantile(
              await model.score((await readFor(model, flags.reference!, flags, messages)).x),
              wanted.quantile,
            );
      found = outliers(scores, limit);
    }
    return { names: ["score"], x: oneColumn(scores) };
  });
  if (found.length === 0) return;
  const first = found.slice(0, 5).map((row) => row + 1);
  const more = found.length > first.length ? ", …" : "";
  const rows = found.length === 1 ? "1 row scores" : `${found.length} rows score`;
  const messages = new Messages(terminal, flags);
  messages.release();
  messages.note(`${rows} above ${limit.toPrecision(6)}: ${first.join(", ")}${more} (rows from 1)`);
  terminal.exitCode = EXIT.condition;
}
