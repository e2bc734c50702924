/** @file Values and gradients of every loss and penalty beside PyTorch's, with all entries and with some hidden. */
import { expect, test } from "vitest";
import { gradient, input, type NdArray, runtime, sum, type Tensor } from "../../src/engine/index.js";
import { mean } from "../../src/engine/ops/reduce.js";
import { ownScalars } from "../../src/engine/training-step.js";
import { group, huber, kl, l1 } from "../../src/index.js";
import { lossOf } from "../../src/methods/losses.js";
import { penaltiesOf } from "../../src/methods/penalties.js";
import { expectClose, float32, readGolden } from "../golden/golden.js";

/** All arrays are flat: x, output, observed `[5, 6]`, codes `[5, 4]`. */
interface Golden {
  x: number[];
  output: number[];
  observed: number[];
  losses: { loss: string; hidden: boolean; rows: number[]; gradient: number[] }[];
  penalties: { penalty: string; codes: number[]; mean: number[]; gradient: number[] }[];
}
const golden = readGolden<Golden>("losses.json");
const [n, d, k] = [5, 6, 4];

async function evaluated(outputs: Record<string, Tensor>, feeds: Record<string, NdArray>) {
  return (await (await runtime()).program(outputs)).run(feeds);
}

// Sums of six float32 terms.
const TOLERANCE = 1e-6;

test.each(golden.losses)(
  "$loss, hidden entries: $hidden",
  async ({ loss, hidden, rows, gradient: wanted }) => {
    const [x, output, observed] = ["x", "output", "observed"].map((name) => input(name, [n, d]));
    const values = lossOf(loss).rows(x!, output!, hidden ? observed : undefined);
    const [slope] = gradient(sum(values), [output!]);
    const feeds: Record<string, NdArray> = {
      x: float32([n, d], golden.x),
      output: float32([n, d], golden.output),
      ...(hidden && { observed: float32([n, d], golden.observed) }),
    };
    const got = await evaluated({ values, slope: slope! }, feeds);
    expectClose(got.values!.data, rows, TOLERANCE, "rows");
    expectClose(got.slope!.data, wanted, TOLERANCE, "gradient");
  },
);

test.each(golden.penalties)("$penalty", async ({ penalty, codes, mean: wanted, gradient: slopes }) => {
  const z = input("z", [n, k]);
  const [term] = penaltiesOf([penalty]);
  const value = mean(term!.term({ x: z, z, xHat: z, parameters: {}, scalar: ownScalars }));
  const got = await evaluated({ value, slope: gradient(value, [z])[0]! }, { z: float32([n, k], codes) });
  expectClose(got.value!.data, wanted, TOLERANCE, "value");
  expectClose(got.slope!.data, slopes, TOLERANCE, "gradient");
});

test("an exact reconstruction has an unsquared loss of next to 0, and a finite gradient", async () => {
  const [x, output] = [input("x", [2, 3]), input("output", [2, 3])];
  const values = lossOf("unsquared").rows(x, output);
  const zeros = float32([2, 3], [0, 0, 0, 0, 0, 0]);
  const got = await evaluated(
    { values, slope: gradient(sum(values), [output])[0]! },
    { x: zeros, output: zeros },
  );
  for (const value of got.values!.data) expect(Number(value)).toBeLessThanOrEqual(1.001e-6);
  for (const value of got.slope!.data) expect(Math.abs(Number(value))).toBe(0);
});

test("numbers out of range are refused where a loss or penalty is made", () => {
  expect(() => huber(0)).toThrow("huber: delta must be a number > 0, got 0");
  expect(() => l1(-1)).toThrow("l1: weight must be a number > 0, got -1");
  expect(() => kl(1, 1)).toThrow("kl: target must be a number in (0, 1), got 1");
  expect(() => group(1, 1.5)).toThrow("group: size must be an integer ≥ 1, got 1.5");
});
