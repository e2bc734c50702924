/** @file Studies that are quick, on few rows: the same bits at one thread and at two, and the same numbers in WebAssembly. The campaign `studies` has all of them, on all digits. */
import { afterEach, expect, test } from "vitest";
import { differingFigures } from "../../../campaigns/differing-figures.js";
import { digits } from "../../../src/data/digits.js";
import { configureRuntime } from "../../../src/index.js";
import { STUDIES } from "../../../studies/lectures/all.js";
import type { Figures } from "../../../studies/lectures/study.js";
import { type StudyData, studyData } from "../../../studies/lectures/study-data.js";

const ROWS = 200;
const SIDE = 4;
const QUICK = ["uniqueness", "few-labels", "overcomplete", "faces", "compression", "next-step"];
/** WebAssembly takes three times as long. */
const QUICKEST = ["faces", "compression", "next-step"];

afterEach(() => configureRuntime({ threads: 1 }));

/** Images of a quarter of the pixels, each the mean of four. */
function halvedDigits(): Promise<StudyData> {
  const { x, labels } = digits();
  const data = new Float64Array(ROWS * SIDE * SIDE);
  for (let i = 0; i < ROWS; i++)
    for (let at = 0; at < 64; at++)
      data[(i * SIDE + (at >> 4)) * SIDE + ((at % 8) >> 1)]! += x.data[i * 64 + at]! / 16 / 4;
  return studyData("halved digits", { rows: ROWS, cols: SIDE * SIDE, data }, labels.slice(0, ROWS));
}
const data = halvedDigits();

async function figuresOf(name: string, backend: "native" | "wasm", threads: number): Promise<Figures> {
  configureRuntime({ backend, threads });
  const study = STUDIES.find(({ id }) => id === name)!;
  return study.measure({ data: await data, size: "small", seed: 0 });
}

test.each(QUICK)("%s has the same bits at one thread and at two", async (name) => {
  const one = await figuresOf(name, "native", 1);
  expect(Object.keys(one).length).toBeGreaterThan(2);
  const two = await figuresOf(name, "native", 2);
  expect(differingFigures(one, two, 0)).toEqual([]);
  if (!QUICKEST.includes(name)) return;
  const portable = await figuresOf(name, "wasm", 1);
  expect(differingFigures(one, portable, 1e-4)).toEqual([]);
});

test("figures that differ are named, with their place in a list", () => {
  const one = { a: 1, b: [1, 2, 3], c: Number.NaN };
  expect(differingFigures(one, { ...one, a: 1 + 1e-5, b: [1, 2, 3.1] }, 1e-4)).toEqual(["b 2"]);
  expect(differingFigures(one, { ...one, a: 1 + 1e-5 }, 0)).toEqual(["a"]);
  expect(differingFigures(one, { a: 1, b: [1, 2], c: 0 }, 1e-4)).toEqual(["b", "c"]);
  expect(differingFigures(one, { a: 1, b: [1, 2, 3] }, 1e-4)).toEqual(["c"]);
});
