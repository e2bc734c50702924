/**
 * @file The campaign against readers, in short, and that it finds what it looks for.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CannotRun, Hunt } from "../../campaigns/campaign.js";
import type { Outcome } from "../../campaigns/case-process.js";
import type { ReaderAnswer } from "../../campaigns/reader-cases.js";
import { readers, tryInputs } from "../../campaigns/readers.js";
import { SecondReader } from "../../campaigns/second-reader.js";

let second: SecondReader | undefined;
beforeAll(async () => {
  second = await SecondReader.start().catch((error) => {
    if (error instanceof CannotRun && process.env.CI !== "true") return undefined;
    throw error;
  });
});
afterAll(() => second?.close());

test("no fault in short", async ({ skip }) => {
  if (!second) skip("no python3 with NumPy");
  const hunt = new Hunt({ seed: 1, cases: 1200 });
  await readers.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(1200);
  expect(hunt.figures.read).toBeGreaterThan(200);
});

test("wrong numbers, lost rows, refused files and bad refusals are found", async ({ skip }) => {
  if (!second) return skip("no python3 with NumPy");
  const bytes = new TextEncoder().encode("a,t\n1,x\n0.1,y\n");
  const options = { delimiter: ",", header: true } as const;
  const columns = (numbers = [1, 0.1], texts = ["x", "y"]) => [
    { name: "a", numbers: Float64Array.from(numbers) },
    { name: "t", texts },
  ];
  const right = {
    format: "csv",
    rows: 2,
    cols: 2,
    numbers: new Float64Array(0),
    columns: columns(),
    seconds: 0,
  };
  const value = (wrong: Partial<ReaderAnswer>): Outcome<ReaderAnswer> => ({
    kind: "value",
    value: { ...right, ...wrong },
  });
  const error = (message: string): Outcome<ReaderAnswer> => ({
    kind: "error",
    name: "RangeError",
    message,
    stack: "",
  });
  const outcomes: Outcome<ReaderAnswer>[] = [
    value({}),
    value({ columns: columns([1, Math.fround(0.1)]) }),
    value({ rows: 1, columns: columns([1], ["x"]) }),
    value({ columns: columns([1, 0.1], ["x", "z"]) }),
    value({ columns: [...columns()].reverse() }),
    value({ columns: [{ name: "a", texts: ["1", "0.1"] }, columns()[1]!] }),
    value({ refusal: { name: "RangeError", message: "data.csv: undefined" } }),
    error("data.csv: not read"),
    error("data.csv: damaged (Invalid typed array length: 7)"),
    error("not read"),
    { kind: "hung", seconds: 5 },
  ];
  const inputs = outcomes.map(() => ({ bytes, name: "data.csv", options, sound: true }));
  const found = await tryInputs(inputs, { run: async () => outcomes }, second);
  expect(found.map(([i]) => i).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
