/** @file Every method with a decoder serves as a prior. */
import { expect, test } from "vitest";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { type FitOptions, fit, methods } from "../../src/index.js";
import { invert } from "../../src/tasks/inverse-problem/invert.js";
import { downsample, measure } from "../../src/tasks/inverse-problem/measurements.js";
import { contracts } from "../methods/contracts.js";
import { digitRows } from "../methods/digit-rows.js";

const train = takeRows(
  digitRows,
  Uint32Array.from({ length: 60 }, (_, i) => i),
);
const measurement = downsample(2, [8, 8]);

for (const listed of methods) {
  const { name, create } = await listed.load();
  const [first] = contracts[name] ?? [];
  if (!first) continue;
  const method = create({ ...first.options, ...first.onDigits });
  if (!method.parts(64).decode) continue;

  test(name, async () => {
    const training: FitOptions = method.fitting.kind === "trained" ? { epochs: 3 } : {};
    const model = await fit(method, train, { seed: 0, rowShape: [8, 8], ...training });
    const codes = await model.encode(train);
    const y = await measure(measurement, takeRows(train, [0, 1, 2]));
    const errorOf = (x: typeof y) => x.data.reduce((s, v, i) => s + (v - y.data[i]!) ** 2, 0);
    const found = await invert(model, y, { measurement, codes, steps: 100, starts: 2, seed: 0 });
    expect([found.x.rows, found.x.cols, found.z.cols]).toEqual([3, 64, model.latentDim]);
    // Of all rows the decoder makes, the one of the mean code is where the search began.
    const k = model.latentDim;
    const center = matrix(1, k);
    codes.data.forEach((value, at) => {
      center.data[at % k]! += value / codes.rows;
    });
    const begun = await model.decode(takeRows(center, [0, 0, 0]));
    expect(errorOf(await measure(measurement, found.x))).toBeLessThan(
      errorOf(await measure(measurement, begun)),
    );
  });
}
