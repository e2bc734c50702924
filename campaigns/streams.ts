/**
 * @file The same bytes in memory of every kind, in pieces of every size, through pipes and standard input: always the same.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeParquet } from "../src/data/parquet.js";
import { makeTable, numberColumns } from "../src/data/table/table.js";
import type { Random } from "../src/random.js";
import type { Campaign, Hunt } from "./campaign.js";
import { CaseProcess } from "./case-process.js";
import { damaged } from "./damaged.js";
import { type Input, soundInput } from "./reader-inputs.js";
import { improper } from "./refusals.js";
import type { StreamCase } from "./stream-cases.js";

const SIZES = [1, 7, 511, 512, 513, 65_536];
const BATCH = 20;

export const streams: Campaign = {
  name: "streams",
  summary:
    "a file gives the same numbers, or the same refusal, however its bytes are held and in whatever pieces they come",
  async run(hunt) {
    const child = new CaseProcess<StreamCase, string[]>("stream-cases.js", { seconds: 60 });
    try {
      for (let cases = batch(hunt); cases.length > 0; cases = batch(hunt)) {
        for (const [i, outcome] of (await child.run(cases)).entries()) {
          const { name, options, size, bytes, through } = cases[i]!;
          const faults =
            outcome.kind === "value" ? outcome.value : [improper(outcome, name) ?? JSON.stringify(outcome)];
          if (faults.length === 0) continue;
          const way = through === undefined ? "" : ` and through ${through}`;
          const shown = `${name} ${JSON.stringify(options)} in pieces of ${size}${way}`;
          const kept = join(mkdtempSync(join(tmpdir(), "streams-faults-")), name);
          writeFileSync(kept, bytes);
          for (const fault of faults) hunt.fault(`${fault} (${shown}, kept as ${kept})`);
        }
      }
    } finally {
      child.close();
    }
  },
};

function batch(hunt: Hunt): StreamCase[] {
  const cases: StreamCase[] = [];
  while (cases.length < BATCH && hunt.more()) cases.push(streamCase(hunt.random));
  return cases;
}

function streamCase(random: Random): StreamCase {
  const long = random.integer(3) === 0;
  const input = random.integer(6) === 0 ? parquetInput(random) : soundInput(random, long ? 5000 : 12);
  const bytes = random.integer(4) === 0 ? damaged(input.bytes, random) : input.bytes;
  const size = SIZES[random.integer(SIZES.length)]!;
  const { name, options } = input;
  // Millions of pieces of a byte would show no more than thousands do.
  const one = { bytes, name, options, size: bytes.length > 3000 ? Math.max(size, 511) : size };
  const way = random.integer(24);
  if (way < 4 && process.platform !== "win32") return { ...one, through: "pipe" };
  // Standard input has no name that tells a format.
  return way === 4 && !/npy|idx/.test(name) ? { ...one, name: "data", through: "standard input" } : one;
}

function parquetInput(random: Random): Input {
  const [rows, cols] = [1 + random.integer(2000), 1 + random.integer(4)];
  const data = Float32Array.from({ length: rows * cols }, () => random.normal());
  const names = Array.from({ length: cols }, (_, j) => `n${j}`);
  const bytes = writeParquet(makeTable(numberColumns({ data, rows, cols }, names)));
  return { bytes, name: "data.parquet", options: {}, sound: true };
}
