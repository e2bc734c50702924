/** @file Learning of two views: what a collapse says of itself, what a fitted model keeps, and what is refused. */
import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { takeRows } from "../../src/data/matrix.js";
import { add, cast, less, mul, sub } from "../../src/engine/index.js";
import {
  type Augmentation,
  barlowTwins,
  byol,
  configureRuntime,
  type Encoder,
  type FitOptions,
  fit,
  load,
  type Method,
  simclr,
  simSiam,
  spectralContrastive,
  triplet,
  vicReg,
} from "../../src/index.js";

const x = takeRows(
  digits().x,
  Array.from({ length: 389 }, (_, i) => i),
);

/** Pixels that are brighter or darker, some of them black. */
const smudged: Augmentation = {
  name: "smudged",
  view(rows, { batch }) {
    const shown = cast(less(batch.uniform(rows.shape), 0.8), "float32");
    return mul(add(rows, mul(sub(batch.uniform(rows.shape), 0.5), 0.4)), shown);
  },
};

const small = { latentDim: 8, hidden: [32], projection: [32, 32], augment: [smudged] };
const training: FitOptions = { scale: "unit", epochs: 30, batchSize: 128, learningRate: 0.01 };

describe("without its trick a method collapses and says so, with it not", () => {
  const same = /projections have collapsed to nearly the same for every row \(spread 0\.0\d\d, /;
  const line = /projections have collapsed to nearly a line \(1\.[01]\d of 32 dimensions, /;
  const cases: [string, Method<Encoder>, Method<Encoder>, RegExp, RegExp, number?][] = [
    [
      "byol, no predictor and a target of the moment",
      byol({ ...small, predictor: false, momentum: 0 }),
      byol(small),
      same,
      /keep the predictor and stopGradient/,
    ],
    [
      "byol, gradients into a target of the moment",
      byol({ ...small, stopGradient: false, momentum: 0 }),
      byol({ ...small, momentum: 0.9 }),
      same,
      /keep the predictor and stopGradient/,
    ],
    [
      "simSiam, no predictor",
      simSiam({ ...small, predictor: false }),
      simSiam(small),
      same,
      /keep the predictor and stopGradient/,
    ],
    [
      "simSiam, gradients into the targets",
      simSiam({ ...small, stopGradient: false }),
      simSiam({ ...small, keepHeads: true }),
      same,
      /keep the predictor and stopGradient/,
    ],
    [
      "vicReg, no variance",
      vicReg({ ...small, variance: 0 }),
      vicReg(small),
      same,
      /take a weight variance above 0, such as 25/,
    ],
    [
      "vicReg, no covariance",
      vicReg({ ...small, covariance: 0 }),
      vicReg({ ...small, covariance: 2 }),
      line,
      /take a weight covariance above 0, such as 1/,
      // Dimensions fall together more slowly than codes.
      80,
    ],
    [
      "barlowTwins, nothing off the diagonal",
      barlowTwins({ ...small, offDiagonal: 0 }),
      barlowTwins(small),
      line,
      /take a weight offDiagonal above 0, such as 0.02/,
    ],
  ];
  test.each(cases)("%s", async (_, without, whole, says, remedy, epochs = 30) => {
    for (const seed of [1, 2, 3]) {
      const collapsed = await fit(without, x, { ...training, epochs, seed });
      expect(collapsed.notes).toHaveLength(1);
      expect(collapsed.notes[0]).toMatch(says);
      expect(collapsed.notes[0]).toMatch(remedy);
      expect((await load(collapsed.save(), without)).notes).toEqual(collapsed.notes);
      expect((await fit(whole, x, { ...training, seed })).notes).toEqual([]);
    }
  });

  test.each([
    ["spectralContrastive", spectralContrastive({ ...small, projection: [] })],
    ["triplet", triplet({ ...small, projection: [] })],
    ["simclr", simclr(small)],
  ])("%s has negatives, and tells epoch by epoch that it does not", async (_, method) => {
    const { notes, history } = await fit(method, x, { ...training, seed: 1 });
    expect(notes).toEqual([]);
    for (const { figures } of history) {
      expect(Object.keys(figures!)).toEqual(["spread", "dimensions"]);
      expect(figures!.spread).toBeGreaterThan(0.3);
      expect(figures!.spread).toBeLessThanOrEqual(1);
      expect(figures!.dimensions).toBeGreaterThan(1.2);
    }
  });
});

/** 389 rows in batches of 97: the last one is of one row. */
const ragged: FitOptions = { scale: "unit", epochs: 2, batchSize: 97, learningRate: 0.01, seed: 4 };
const methods: Record<string, (more?: object) => Method<Encoder>> = {
  spectralContrastive: (more) => spectralContrastive({ ...small, ...more }),
  triplet: (more) => triplet({ ...small, ...more }),
  simclr: (more) => simclr({ ...small, ...more }),
  byol: (more) => byol({ ...small, ...more }),
  simSiam: (more) => simSiam({ ...small, ...more }),
  vicReg: (more) => vicReg({ ...small, ...more }),
  barlowTwins: (more) => barlowTwins({ ...small, ...more }),
};

describe.each(Object.entries(methods))("%s", (name, make) => {
  test("a last batch of one row has the loss 0, and does no harm", async () => {
    expect(x.rows % 97).toBe(1);
    const { history, parameters } = await fit(make(), x, ragged);
    for (const { loss, figures } of history)
      expect([loss, ...Object.values(figures!)].every(Number.isFinite)).toBe(true);
    for (const { data } of Object.values(parameters))
      expect((data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  test("interrupted, also within an epoch, and resumed: the same bytes, figures among them", async () => {
    for (const [at, keepHeads] of [false, true].entries()) {
      const method = make({ keepHeads });
      const kept: Uint8Array[] = [];
      const whole = await fit(method, x, { ...ragged, onCheckpoint: (take) => void kept.push(take()) });
      expect(Object.keys(whole.history[0]!.figures!)).toEqual(
        expect.arrayContaining(["spread", "dimensions"]),
      );
      // The first is within an epoch, the second at its end.
      const resumed = await fit(method, x, { ...ragged, resume: kept[at]! });
      expect(resumed.history).toEqual(whole.history);
      expect(resumed.save()).toEqual(whole.save());
      // A checkpoint is a model too, and so is its file.
      const soFar = await load(kept[at]!, method);
      expect((await load(soFar.save(), method)).parameters).toEqual(soFar.parameters);
    }
  });

  test("what the loss looks through is left out of the model unless it is asked for", async () => {
    const heads = ({ parameters }: Encoder) =>
      Object.keys(parameters)
        .filter((key) => !key.startsWith("encoder."))
        .sort();
    const [without, whole] = await Promise.all(
      [{}, { keepHeads: true }].map((more) => fit(make(more), x, ragged)),
    );
    expect(heads(without!)).toEqual([]);
    expect(heads(whole!)).toEqual(expect.arrayContaining(["projector.0.weight"]));
    expect((await whole!.encode(x)).data).toEqual((await without!.encode(x)).data);
    const loaded = await load(whole!.save(), make({ keepHeads: true }));
    expect(heads(loaded)).toEqual(heads(whole!));
  });

  test("one row is refused, and rows that are no images where they should be", async () => {
    await expect(fit(make(), [[1, 2, 3, 4]], { seed: 1 })).rejects.toThrow(
      `${name}: wants 2 rows or more to compare, got 1`,
    );
    await expect(
      fit(
        make({ encoder: "residual" }),
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { seed: 1 },
      ),
    ).rejects.toThrow(`${name}: rows of 3 numbers are no square images, say rowShape`);
    await expect(fit(make({ rowShape: [4, 4] }), x, { seed: 1 })).rejects.toThrow(
      `${name}: images of 4 × 4 are rows of 16 numbers, these have 64`,
    );
  });
});

test("figures of validation rows are not told, their loss is", async () => {
  const { history } = await fit(byol(small), x, {
    ...ragged,
    validation: takeRows(x, [1, 5, 7, 9, 30, 2, 8]),
  });
  for (const epoch of history) {
    expect(Number.isFinite(epoch.validationLoss)).toBe(true);
    expect(Object.keys(epoch.figures!)).toEqual(["spread", "dimensions"]);
  }
});

test("the residual network gives the same bits on any number of threads", async () => {
  const rows = takeRows(
    x,
    Array.from({ length: 29 }, (_, i) => i),
  );
  const saved: Uint8Array[] = [];
  const codes: Float32Array[] = [];
  for (const threads of [1, 2, 3, 5]) {
    configureRuntime({ threads });
    const method = byol({ latentDim: 3, encoder: "residual", projection: [5, 4], augment: ["gaussian:0.1"] });
    const model = await fit(method, rows, { scale: "unit", epochs: 2, batchSize: "all", seed: 2 });
    saved.push(model.save());
    codes.push((await model.encode(rows)).data);
  }
  configureRuntime({ threads: 1 });
  for (const others of saved.slice(1)) expect(others).toEqual(saved[0]);
  for (const others of codes.slice(1)) expect(others).toEqual(codes[0]);
});
