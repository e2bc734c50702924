/** @file Files of earlier formats, written by the versions of then, are read with the words of today. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { toMatrix } from "../../src/data/matrix.js";
import { fit, load, maskedAutoencoder } from "../../src/index.js";

const file = readFileSync(new URL("../golden/format-2.safetensors", import.meta.url));
const x = Array.from({ length: 8 }, (_, i) =>
  Array.from({ length: 16 }, (_, j) => ((i * 7 + j * 5) % 11) / 10),
);

test("format 2: rowShape, then imageShape, of the rows and among the method's options", async () => {
  const model = await load(file);
  expect(model.rowShape).toEqual([4, 4]);
  expect(model.options).toMatchObject({ patchSize: 2, rowShape: [4, 4] });
  expect(await load(model.save())).toMatchObject({ rowShape: [4, 4], options: model.options });
});

// Numbers were rounded to float32 before all else; the checkpoint knows them by that.
test("format 2: a checkpoint is gone on from", async () => {
  const method = maskedAutoencoder({ latentDim: 2, hidden: [], patchSize: 2, rowShape: [4, 4] });
  const options = { epochs: 100, batchSize: 4, rowShape: [4, 4] };
  const whole = await fit(method, toMatrix(x), { ...options, seed: 3 });
  expect((await fit(method, x, { ...options, resume: file })).save()).toEqual(whole.save());
});
