import { describe, expect, test } from "vitest";
import { lowRank } from "../../src/data/synthetic.js";
import type { NdArray } from "../../src/engine/tensor.js";
import { type CheckpointRecord, readModelFile, writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors } from "../../src/files/safetensors.js";
import {
  autoencoder,
  type Coder,
  engine,
  type FitOptions,
  factorization,
  fit,
  InterruptedError,
  linearAutoencoder,
  load,
  type Method,
  type Penalty,
} from "../../src/index.js";
import { asFirstFormat } from "../files/first-format.js";

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.

const { x } = lowRank({ rows: 100, cols: 8, rank: 3, noise: 0.1, seed: 1 });
const { x: validation } = lowRank({ rows: 30, cols: 8, rank: 3, noise: 0.1, seed: 1 });

/** 100 rows in batches of 16: six whole ones and one of four rows. */
const base: FitOptions = { epochs: 4, batchSize: 16, learningRate: 0.01, seed: 5 };

/** A penalty with parameters of training that only some steps see: rows of short batches weigh in by their size. */
const smallCodes: Penalty = {
  name: "smallCodes",
  term: ({ z }) => engine.mul(engine.mean(engine.square(z)), 0.1),
};

const methods: Record<string, Method<Coder>> = {
  "linear autoencoder": linearAutoencoder({ latentDim: 3, parameterization: "shared" }),
  "batch norm and a penalty": autoencoder({
    latentDim: 2,
    hidden: [6],
    batchNorm: true,
    penalties: [smallCodes],
  }),
  "codes as parameters": factorization({ latentDim: 3, solver: "gradient" }),
};

/** Stops after so many runs of steps; gives the checkpoint, or `undefined` if training ended before. */
async function interrupted(method: Method<Coder>, options: FitOptions, runs: number) {
  const controller = new AbortController();
  let seen = 0;
  try {
    await fit(method, x, {
      ...options,
      signal: controller.signal,
      onProgress: () => {
        if (++seen === runs) controller.abort();
      },
    });
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InterruptedError);
    expect((error as Error).message).toMatch(/^fit: interrupted in epoch \d+ of \d+$/);
    return (error as InterruptedError).checkpoint;
  }
}

async function checkpoints(method: Method<Coder>, options: FitOptions): Promise<Uint8Array[]> {
  const kept: Uint8Array[] = [];
  await fit(method, x, { ...options, onCheckpoint: (make) => void kept.push(make()) });
  return kept;
}

const position = (checkpoint: Uint8Array) => (readModelFile(checkpoint) as CheckpointRecord).position;

const variants: Record<string, FitOptions> = {
  adam: base,
  "momentum, cosine schedule": { ...base, optimizer: { name: "sgd", momentum: 0.9 }, schedule: "cosine" },
  "step schedule": { ...base, schedule: { name: "step", every: 2, factor: 0.5 } },
  "all rows in a step": { ...base, epochs: 12, batchSize: "all" },
  standardized: { ...base, scale: "standard" },
};

describe("interrupted and resumed, training ends in the same bytes as without the break", () => {
  for (const [name, method] of Object.entries(methods)) {
    for (const [variant, options] of Object.entries(variants)) {
      test(`${name}, ${variant}`, async () => {
        const whole = (await fit(method, x, options)).save();
        // The first run takes four steps: it ends within the first epoch, or with the fourth where an epoch is one step.
        // The third ends with the short batch of the first epoch.
        for (const runs of [1, 3]) {
          const checkpoint = await interrupted(method, options, runs);
          expect(checkpoint).toBeDefined();
          expect((await fit(method, x, { ...options, resume: checkpoint })).save()).toEqual(whole);
        }
        // The checkpoint itself says how training was to go on.
        const kept = await checkpoints(method, options);
        for (const checkpoint of [kept[Math.floor(kept.length / 2)], kept.at(-1)]) {
          expect((await fit(method, x, { resume: checkpoint })).save()).toEqual(whole);
        }
      });
    }
  }

  const watched: FitOptions = { ...base, epochs: 60, learningRate: 0.1, validation, patience: 2 };
  test("with validation and patience, also where it has run out", async () => {
    const method = methods["batch norm and a penalty"]!;
    const model = await fit(method, x, watched);
    const kept = await checkpoints(method, watched);
    // It ended of itself, so the last checkpoint is of a training without patience left.
    expect(model.history.length).toBeLessThan(60);
    expect(position(kept.at(-1)!).epochsWithoutProgress).toBe(2);
    for (const checkpoint of kept.slice(-6)) {
      expect((await fit(method, x, { ...watched, resume: checkpoint })).save()).toEqual(model.save());
    }
  });
});

describe("a checkpoint of a training that looks at validation rows", () => {
  const method = methods["batch norm and a penalty"]!;
  const watched: FitOptions = { ...base, epochs: 60, learningRate: 0.1, validation, patience: 2 };
  const refused = (options: FitOptions, message: string | RegExp) =>
    expect(fit(method, x, options)).rejects.toThrow(message);

  test("goes on with the same rows and its own patience, to the same bytes", async () => {
    const whole = (await fit(method, x, watched)).save();
    const kept = await checkpoints(method, watched);
    for (const resume of [kept[1], kept[Math.floor(kept.length / 2)], kept.at(-1)]) {
      expect((await fit(method, x, { validation, resume })).save()).toEqual(whole);
    }
  });

  test("is refused without them and with others, also before the first epoch has ended", async () => {
    const kept = await checkpoints(method, watched);
    const other = { ...validation, data: validation.data.map((v, i) => (i === 7 ? v + 1 : v)) };
    expect(position(kept[0]!).bestValidationLoss).toBeUndefined();
    for (const resume of [kept[0], kept.at(-1)]) {
      await refused(
        { resume },
        "fit: the checkpoint was trained with 30 validation rows; resume wants the same",
      );
      await refused(
        { resume, validation: other },
        /^fit: the checkpoint is of other validation rows \(fingerprint\): [0-9a-f]{16}, not [0-9a-f]{16}$/,
      );
    }
  });

  test("of the first format, which says nothing of the rows, wants some where it has looked at some", async () => {
    const kept = await checkpoints(method, watched);
    const old = asFirstFormat(kept.at(-1)!);
    await refused({ resume: old }, "the checkpoint was trained with validation rows");
    const whole = await fit(method, x, watched);
    const { parameters } = await fit(method, x, { validation, patience: 2, resume: old });
    expect(parameters).toEqual(whole.parameters);
  });

  test("takes up validation rows only where it has not passed the end of an epoch", async () => {
    const kept = await checkpoints(method, base);
    const before = kept.find((bytes) => position(bytes).epoch === 1)!;
    const watching = await fit(method, x, { validation, resume: before });
    expect(watching.save()).toEqual((await fit(method, x, { ...base, validation })).save());
    await refused(
      { validation, resume: kept.at(-1) },
      "fit: the checkpoint was trained without validation rows, so which epoch was best is not known; leave them out",
    );
  });
});

test("a method without a validation loss says so before it trains", async () => {
  const seen: unknown[] = [];
  const training = fit(methods["codes as parameters"]!, x, {
    ...base,
    validation,
    onProgress: (progress) => seen.push(progress),
  });
  await expect(training).rejects.toThrow("factorization: no validation loss");
  expect(seen).toEqual([]);
});

describe("the arrays of a checkpoint are compared with those of training before anything runs", () => {
  const method = methods["codes as parameters"]!;
  const changes: Record<string, [(arrays: Record<string, NdArray>) => void, string]> = {
    "one missing": [
      (arrays) => delete arrays["codes.slot1"],
      "the array codes.slot1 must be float32 [100, 3], got none",
    ],
    "one too many": [
      (arrays) => {
        arrays.more = arrays.codes!;
      },
      'training has no array "more"',
    ],
    "another shape": [
      (arrays) => {
        arrays.dictionary = { dtype: "float32", shape: [3, 8], data: arrays.dictionary!.data };
      },
      "the array dictionary must be float32 [8, 3], got float32 [3, 8]",
    ],
    "another type": [
      (arrays) => {
        arrays.mean = { dtype: "float64", shape: [8], data: new Float64Array(8) };
      },
      "the array mean must be float32 [8], got float64 [8]",
    ],
  };
  test.each(Object.entries(changes))("%s", async (_, [change, message]) => {
    const [bytes] = await checkpoints(method, base);
    const { tensors, metadata } = readSafetensors(bytes!);
    const arrays = { ...tensors };
    change(arrays);
    const changed = writeDescribed(metadata.unlabeled!, arrays);
    await expect(fit(method, x, { resume: changed })).rejects.toThrow(message);
    await expect(load(changed)).rejects.toThrow(message);
  });

  test("the model so far saves as a model", async () => {
    const [bytes] = await checkpoints(method, base);
    const model = await load(bytes!);
    const record = readModelFile(model.save());
    expect("position" in record || "best" in record).toBe(false);
    expect((await load(model.save())).parameters).toEqual(model.parameters);
  });
});

describe("a checkpoint", () => {
  const method = methods["linear autoencoder"]!;

  test("loads as the model so far", async () => {
    const atEnds = (await checkpoints(method, base)).filter((bytes) => position(bytes).rowsDone === 0);
    const model = await load(atEnds[0]!);
    const short = await fit(method, x, { ...base, epochs: model.history.length });
    expect((await model.encode(x)).data).toEqual((await short.encode(x)).data);
    expect(model.history).toEqual(short.history);
  });

  test("of a longer training goes on where a shorter one ended", async () => {
    const kept = await checkpoints(method, { ...base, epochs: 2 });
    const longer = await fit(method, x, { epochs: 4, resume: kept.at(-1) });
    expect(longer.save()).toEqual((await fit(method, x, base)).save());
  });

  test("of anything else is refused", async () => {
    const [first] = await checkpoints(method, base);
    const other = { ...x, data: x.data.map((v, i) => (i === 7 ? v + 1 : v)) };
    const refused = (run: Promise<unknown>, message: string | RegExp) => expect(run).rejects.toThrow(message);
    await refused(
      fit(method, other, { resume: first }),
      "the checkpoint is of another data set (fingerprint)",
    );
    await refused(
      fit(autoencoder({ latentDim: 3 }), x, { resume: first }),
      "the checkpoint is of another method: linearAutoencoder, not autoencoder",
    );
    await refused(
      fit(linearAutoencoder({ latentDim: 2, parameterization: "shared" }), x, { resume: first }),
      /the checkpoint is of another set of options: .*"latentDim":3.* not .*"latentDim":2/,
    );
    await refused(fit(method, x, { resume: first, seed: 6 }), "the checkpoint is of another seed: 5, not 6");
    await refused(
      fit(method, x, { resume: first, scale: "unit" }),
      "the checkpoint is of another scale: none, not unit",
    );
    await refused(fit(method, x, { resume: first, batchSize: 8 }), "trained with batchSize 16, not 8");
    const model = await fit(method, x, base);
    await refused(
      fit(method, x, { resume: model.save() }),
      "resume wants a checkpoint, got a model that is complete",
    );
  });
});
