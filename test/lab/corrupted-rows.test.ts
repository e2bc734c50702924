import { describe, expect, test } from "vitest";
import { type CorruptionSetting, corruptedRows } from "../../lab/bench/corrupted-rows.js";
import { embedded } from "../../src/data/embedded.js";
import { columnMeans, takeRows } from "../../src/data/matrix.js";
import { autoencoder, denoisingAutoencoder, linearAutoencoder, maskedAutoencoder } from "../../src/index.js";

const data = embedded("digits");
const rows = Uint32Array.from({ length: 200 }, (_, i) => i);
const x = takeRows(data.x, rows);
const setting = (options: CorruptionSetting["options"], more: Partial<CorruptionSetting> = {}) => ({
  ...{ options, scale: "unit" as const, scalars: {}, seed: 5 },
  ...more,
});
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value, at) => sum + (value - x.data[at]!) ** 2, 0) / values.length);

describe("rows as a network sees them", () => {
  test("a method without noise sees the rows themselves", async () => {
    expect(await corruptedRows(rows, data, setting(autoencoder({ latentDim: 2 }).options))).toBeUndefined();
  });

  test("noise has the deviation asked for in units of the scaled data, or as it was changed", async () => {
    const { options } = denoisingAutoencoder({ latentDim: 2, noise: { gaussian: 0.25 } });
    const asked = await corruptedRows(rows, data, setting(options));
    // Pixels from 0 to 16 become 0 to 1; 12,800 draws are within 3 %.
    expect(deviation(asked!.given.data) / 16).toBeCloseTo(0.25, 2);
    expect(asked!.seen).toEqual(asked!.given);
    const changed = await corruptedRows(rows, data, setting(options, { scalars: { noise: 0.5 } }));
    expect(deviation(changed!.given.data) / 16).toBeCloseTo(0.5, 1);
  });

  test("hidden numbers are missing to the model, and means of columns to the eye", async () => {
    const { options } = linearAutoencoder({ latentDim: 2, maskRatio: 0.3 });
    const { given, seen } = (await corruptedRows(rows, data, setting(options)))!;
    const means = columnMeans(data.x);
    const hidden = Array.from(given.data, Number.isNaN);
    expect(hidden.filter(Boolean).length / hidden.length).toBeCloseTo(0.3, 1);
    hidden.forEach((isHidden, at) => {
      expect(seen.data[at]).toBe(isHidden ? Math.fround(means[at % 64]!) : x.data[at]);
    });
  });

  test("patches are hidden as a whole", async () => {
    const { options } = maskedAutoencoder({ latentDim: 2, maskRatio: 0.5, patchSize: 4 });
    const { given } = (await corruptedRows(rows, data, setting(options)))!;
    for (let row = 0; row < 200; row++)
      for (const corner of [0, 4, 32, 36]) {
        const patch = [0, 1, 2, 3].flatMap((y) => [0, 1, 2, 3].map((z) => row * 64 + corner + 8 * y + z));
        expect(new Set(patch.map((at) => Number.isNaN(given.data[at]!))).size).toBe(1);
      }
    // One row in sixteen would have nothing to be seen.
    for (let row = 0; row < 200; row++)
      expect(given.data.subarray(64 * row, 64 * (row + 1)).every(Number.isNaN)).toBe(false);
  });
});
