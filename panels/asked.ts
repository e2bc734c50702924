/**
 * @file The question that a report answers: a command, and the data it was asked of.
 */
import type { Dataset } from "../src/data/dataset.js";
import { fingerprint } from "../src/data/fingerprint.js";
import { VERSION } from "../src/version.js";
import type { Asked } from "./report.js";
import { shellWord } from "./shell-word.js";

/** The command, the data and the versions of a run. @param words of the command. @param drawnSeed seed that the command does not say. */
export function askedOf(
  words: readonly string[],
  { name, x }: Pick<Dataset, "name" | "x">,
  { seed, drawnSeed, further = {} }: { seed?: number; drawnSeed?: number; further?: Asked["further"] },
): Asked {
  const said = drawnSeed === undefined ? words : [...words, "--seed", String(drawnSeed)];
  return {
    command: ["unlabeled", ...said].map(shellWord).join(" "),
    ...(seed !== undefined && { seed }),
    versions: { unlabeled: VERSION },
    data: { name, rows: x.rows, columns: x.cols, fingerprint: fingerprint(x) },
    further,
  };
}
