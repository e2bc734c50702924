/**
 * @file The campaign `foreign-files`: every Parquet file below a folder, such as a public collection, read by two readers.
 *
 * Run it with `UNLABELED_FOREIGN_FILES=folder npm run campaign -- foreign-files`.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Campaign, CannotRun } from "./campaign.js";
import { CaseProcess, type Outcome } from "./case-process.js";
import type { DuckDB } from "./parquet-files.js";
import { difference, type ReadColumn } from "./parquet-values.js";

const VARIABLE = "UNLABELED_FOREIGN_FILES";
// Whole files of any size, on any machine.
const LIMITS = { seconds: 60, bytes: 2 ** 32 };

export const foreignFiles: Campaign = {
  name: "foreign-files",
  summary: `Parquet files in the folder ${VARIABLE} read as DuckDB reads them; ends when all are done`,
  async run(hunt) {
    const folder = process.env[VARIABLE];
    if (!folder) throw new CannotRun(`want a folder of Parquet files in ${VARIABLE}`);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:parquet|parq)$/.test(name))
      .sort();
    if (files.length === 0) throw new CannotRun(`no Parquet file in ${folder}`);
    const ours = new CaseProcess<string, ReadColumn[]>("parquet-cases.js", LIMITS);
    const duckdb: DuckDB = new CaseProcess("duckdb-cases.js", LIMITS);
    const counts: Record<string, number> = {};
    try {
      for (const name of files) {
        if (!hunt.more()) break;
        const path = join(folder, name);
        const [[mine], [theirs]] = [await ours.run([path]), await duckdb.run([path])];
        const [outcome, fault] = judged(mine!, theirs as Outcome<ReadColumn[]>);
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        if (fault) hunt.fault(`${name}: ${fault}`);
      }
    } finally {
      ours.close();
      duckdb.close();
    }
    for (const [outcome, count] of Object.entries(counts)) hunt.figure(outcome, count);
  },
};

function judged(
  mine: Outcome<ReadColumn[]>,
  theirs: Outcome<ReadColumn[]>,
): [outcome: string, fault?: string] {
  const told = (outcome: Outcome<unknown>) => ("message" in outcome ? outcome.message : outcome.kind);
  if (mine.kind === "value" && theirs.kind === "value") {
    const found = difference(mine.value, theirs.value);
    return found ? ["read differently", found] : ["read by both"];
  }
  if (mine.kind === "value") return ["read, refused by DuckDB"];
  if (mine.kind !== "error") return ["not answered", told(mine)];
  if (theirs.kind !== "value") return ["refused by both"];
  return ["refused, read by DuckDB", told(mine)];
}
