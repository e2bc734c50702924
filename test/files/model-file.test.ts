import { describe, expect, test } from "vitest";
import { FORMAT_VERSION, readModelFile, writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";
import { autoencoder, load, VERSION } from "../../src/index.js";
import { columns, rewritten, saved, x } from "./saved-models.js";

describe("a saved model", () => {
  for (const { model, bytes } of saved) {
    test(`loads as it was: ${model.method} ${JSON.stringify(model.options)}`, async () => {
      const loaded = await load(bytes);
      expect(loaded.save()).toEqual(bytes);
      for (const key of [
        "method",
        "options",
        "seed",
        "history",
        "columns",
        "inputDim",
        "latentDim",
        "parameters",
      ] as const) {
        expect(loaded[key], key).toEqual(model[key]);
      }
      const [z, again] = [await model.encode(x), await loaded.encode(x)];
      expect(again).toEqual(z);
      expect(await loaded.decode(z)).toEqual(await model.decode(z));
      expect(await loaded.score(x)).toEqual(await model.score(x));
      expect(await loaded.squaredErrors(x)).toEqual(await model.squaredErrors(x));
    });
  }

  test("says in plain JSON what it is and what it was made from", () => {
    const { model, bytes } = saved[0]!;
    const header = JSON.parse(readSafetensors(bytes).metadata.unlabeled!);
    expect(header).toMatchObject({
      formatVersion: FORMAT_VERSION,
      packageVersion: VERSION,
      method: "pca",
      options: { latentDim: 2, center: true, whiten: true, solver: "auto" },
      seed: 2 ** 40 + 1,
      scale: { kind: "standard" },
      columns,
      rowShape: [1, 5],
      data: { rows: 24, cols: 5, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
      history: model.history,
    });
  });

  test("does not change with the bytes it was read from", async () => {
    const { model, bytes } = saved[1]!;
    const copy = bytes.slice();
    const loaded = await load(copy);
    copy.fill(0);
    expect(await loaded.encode(x)).toEqual(await model.encode(x));
  });

  test("of one method is not loaded as another", async () => {
    await expect(load(saved[0]!.bytes, autoencoder({ latentDim: 2 }))).rejects.toThrow(
      "model: the file holds a model of pca, not of autoencoder",
    );
  });
});

describe("files of another kind", () => {
  const { bytes } = saved[0]!;
  const refused = (file: Uint8Array, message: string) => {
    expect(() => readModelFile(file, "m.safetensors")).toThrow(RangeError);
    expect(() => readModelFile(file, "m.safetensors")).toThrow(`m.safetensors: ${message}`);
  };

  test("a later format", () => {
    const later = rewritten(bytes, () => ({
      formatVersion: FORMAT_VERSION + 1,
      packageVersion: "9.0.0",
      weights: "elsewhere",
    }));
    refused(
      later,
      `model file format ${FORMAT_VERSION + 1} (written by 9.0.0), this version ${VERSION} reads up to ${FORMAT_VERSION}`,
    );
  });

  test("safetensors of somebody else", () => {
    refused(
      writeSafetensors({ tensors: {}, metadata: { format: "pt" } }),
      "a safetensors file, but no model of this package",
    );
  });

  const wrong: Record<string, unknown> = {
    method: 3,
    options: null,
    seed: -1,
    scale: { kind: "standard", offset: [1, 2, 3, 4, 5], factor: [1, 2, 3, 4, 0] },
    columns: ["a"],
    data: { rows: 24, cols: "5", fingerprint: "" },
    history: [{ epoch: 1 }],
    rowShape: "8 × 8",
    position: { step: 1 },
  };
  for (const [key, value] of Object.entries(wrong)) {
    test(`a description with a wrong ${key}`, () => {
      refused(
        rewritten(bytes, (header) => ({ ...header, [key]: value })),
        `the description of the model is not whole (${key})`,
      );
    });
  }

  test.each([null, [], 3, "text"])("a description that is %j", (header) => {
    refused(
      rewritten(bytes, () => header ?? "null"),
      "the description of the model is not whole",
    );
  });

  test("entries that nobody knows are left alone, whatever they are", async () => {
    const more = JSON.parse('{"best":false,"parameters":3,"__proto__":{"position":1},"constructor":null}');
    expect((await load(rewritten(bytes, (header) => ({ ...header, ...more, best: [] })))).save()).toEqual(
      bytes,
    );
  });

  test("an unknown method, or options that it does not take", async () => {
    const change = (entries: object) => load(rewritten(bytes, (header) => ({ ...header, ...entries })));
    await expect(change({ method: "pcb" })).rejects.toThrow('there is no method "pcb" (nearest: pca;');
    await expect(change({ options: { latentDim: 0 } })).rejects.toThrow(
      "latentDim must be an integer ≥ 1, got 0",
    );
    await expect(change({ options: { latentdim: 2 } })).rejects.toThrow('there is no option "latentdim"');
  });

  test.each(saved.map((one) => [one.model.method, one] as const))(
    "%s with arrays of another",
    async (_, { bytes: own, model }) => {
      for (const other of saved) {
        if (other.model === model) continue;
        const { tensors } = readSafetensors(other.bytes);
        const { metadata } = readSafetensors(own);
        await expect(load(writeDescribed(metadata.unlabeled!, tensors))).rejects.toThrow(
          "model: the arrays of the file are not those of",
        );
      }
    },
  );

  test("arrays of another shape", async () => {
    for (const { bytes: own } of saved) {
      const { tensors, metadata } = readSafetensors(own);
      for (const [name, array] of Object.entries(tensors)) {
        const [first = 1, ...rest] = array.shape;
        if (!/components|decoder$|encoder$|dictionary|weight|center|mean$/.test(name)) continue;
        const grown = {
          dtype: array.dtype,
          shape: [first + 1, ...rest],
          data: new Float64Array((first + 1) * rest.reduce((p, n) => p * n, 1)),
        };
        const data = array.dtype === "float64" ? grown.data : Float32Array.from(grown.data);
        const file = writeDescribed(metadata.unlabeled!, { ...tensors, [name]: { ...grown, data } });
        await expect(load(file), name).rejects.toThrow("model: the arrays of the file are not those of");
      }
    }
  });
});
