import { expect, test } from "vitest";
import { writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors } from "../../src/files/safetensors.js";
import { kMeans } from "../../src/methods/cluster/k-means.js";
import { fit } from "../../src/training/fit.js";
import { load } from "../../src/training/load.js";

test("a model file from before k-means called its option code is read", async () => {
  const rows = [
    [0, 0],
    [0, 1],
    [5, 5],
    [5, 6],
  ];
  const model = await fit(kMeans({ clusters: 2, code: "triangle" }), rows, { seed: 1 });
  const { tensors, metadata } = readSafetensors(model.save(), "model");
  const { code, ...options } = JSON.parse(metadata.unlabeled!).options as { code: string };
  const description = {
    ...JSON.parse(metadata.unlabeled!),
    formatVersion: 3,
    options: { ...options, encoding: code },
  };
  const old = await load(
    writeDescribed(
      JSON.stringify({ ...description, scale: { kind: "none", offset: [], factor: [] } }),
      tensors,
    ),
  );
  expect(old.options.code).toBe("triangle");
});
