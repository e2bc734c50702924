/**
 * @file Every reader but Parquet's: files as they should be, and the same files damaged.
 */
import type { Campaign, Hunt } from "./campaign.js";
import { CaseProcess } from "./case-process.js";
import { damaged } from "./damaged.js";
import type { ReaderAnswer, ReaderCase } from "./reader-cases.js";
import { type Input, soundInput } from "./reader-inputs.js";
import { improper } from "./refusals.js";
import { type Reading, SecondReader } from "./second-reader.js";

const BATCH = 200;

export const readers: Campaign = {
  name: "readers",
  summary:
    "CSV, npy, IDX, Netpbm and gzip are read as Python, NumPy and pandas read them, or refused in one line of ours",
  async run(hunt) {
    const second = await SecondReader.start();
    const child = new CaseProcess<ReaderCase, ReaderAnswer>("reader-cases.js", { memory: "reserved" });
    const counts = { read: 0, refused: 0 };
    try {
      for (let inputs = batch(hunt); inputs.length > 0; inputs = batch(hunt)) {
        const found = await tryInputs(inputs, child, second, counts);
        for (const [i, line] of found) hunt.fault(`${line} (${shown(inputs[i]!)})`);
      }
    } finally {
      child.close();
      second.close();
    }
    hunt.figure("second reader", second.versions);
    for (const [name, value] of Object.entries(counts)) hunt.figure(name, value);
  },
};

function batch(hunt: Hunt): Input[] {
  const inputs: Input[] = [];
  while (inputs.length < BATCH && hunt.more()) {
    const input = soundInput(hunt.random);
    const hurt = hunt.random.integer(4) > 0;
    inputs.push(
      hurt ? { ...input, bytes: damaged(input.bytes, hunt.random), sound: false, pandas: null } : input,
    );
  }
  return inputs;
}

/** The faults that inputs bring to light, with the place of each input. */
export async function tryInputs(
  inputs: readonly Input[],
  child: Pick<CaseProcess<ReaderCase, ReaderAnswer>, "run">,
  second: SecondReader,
  counts = { read: 0, refused: 0 },
): Promise<[number, string][]> {
  const faults: [number, string][] = [];
  const readings: Reading[] = [];
  const places: number[] = [];
  for (const [i, outcome] of (await child.run(inputs)).entries()) {
    const { name, bytes, options, sound, pandas = null } = inputs[i]!;
    const wrong = improper(outcome, name);
    if (wrong !== undefined) faults.push([i, wrong]);
    else if (outcome.kind === "value") {
      counts.read++;
      const { delimiter = "auto", header = "auto", skipRows = 0, missing = [] } = options;
      const { comment, encodingOfText = "", decimal } = options;
      const { refusal } = outcome.value;
      const ofData = refusal && improper({ kind: "error", stack: "", ...refusal }, name);
      if (ofData) faults.push([i, `as a data set: ${ofData}`]);
      const told = {
        delimiter: delimiter === "auto" ? null : delimiter,
        header: header === "auto" ? null : header,
      };
      readings.push({
        ...outcome.value,
        ...told,
        skipRows,
        missing,
        comment: comment ?? null,
        encoding: encodingOfText,
        decimal: decimal ?? null,
        pandas,
        bytes,
      });
      places.push(i);
    } else if (outcome.kind === "error") {
      counts.refused++;
      if (sound) faults.push([i, `a sound file is refused: ${outcome.message}`]);
    }
  }
  for (const [k, difference] of (await second.differences(readings)).entries()) {
    if (difference !== "") faults.push([places[k]!, difference]);
  }
  return faults;
}

/** Enough to see it again: what `readData` was called with. */
function shown({ bytes, name, options }: Input): string {
  return `${name} ${JSON.stringify(options)} base64 ${Buffer.from(bytes).toString("base64")}`;
}
