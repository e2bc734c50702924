import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { takeRows } from "../../src/data/matrix.js";
import { writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors } from "../../src/files/safetensors.js";
import { tsne } from "../../src/methods/manifold/tsne.js";
import { fit } from "../../src/training/fit.js";
import { load } from "../../src/training/load.js";

test("a map from before rows were reduced to principal components is read, and places rows as it did", async () => {
  const { x } = digits();
  const rows = takeRows(
    x,
    Array.from({ length: 120 }, (_, i) => i),
  );
  const model = await fit(tsne({ maxIter: 50, initialDims: "all" }), rows, { seed: 1 });
  const { tensors, metadata } = readSafetensors(model.save(), "model");
  const description = JSON.parse(metadata.unlabeled!);
  const { initialDims: _, search: __, ...options } = description.options;
  const { neighborRecall: ___, ...arrays } = tensors as unknown as Record<string, never>;
  const old = await load(writeDescribed(JSON.stringify({ ...description, options }), arrays));
  expect(old.options.initialDims).toBe("all");
  const others = takeRows(x, [300, 301, 302]);
  expect(await old.encode!(others)).toEqual(await model.encode(others));
  expect((old as unknown as typeof model).neighborRecall).toBe(1);
});

test("a map of principal components is what it was when it is read again", async () => {
  const { x } = digits();
  const rows = takeRows(
    x,
    Array.from({ length: 120 }, (_, i) => i),
  );
  const model = await fit(tsne({ maxIter: 50 }), rows, { seed: 1 });
  const again = await load(model.save());
  const others = takeRows(x, [300, 301, 302]);
  expect(await again.encode!(others)).toEqual(await model.encode(others));
  expect((again as unknown as typeof model).keptVariance).toBe(model.keptVariance);
});
