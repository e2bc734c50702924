/** @file Options tried by successive halving: rounds by hand, survivors that go on from where they were, what is known and not done again. */
import { expect, test } from "vitest";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { methodNamed } from "../../src/methods/registry.js";
import { heldOut } from "../../src/metrics/split.js";
import { random } from "../../src/random.js";
import { searchSpace } from "../../src/tasks/search-space.js";
import { budgetsOf, countsOf, type Tried, tune } from "../../src/tasks/tune.js";
import { fit } from "../../src/training/fit.js";

const drawn = (rows: number, cols: number, far = 0) =>
  matrix(
    rows,
    cols,
    random(1)
      .fillNormal(new Float32Array(rows * cols))
      .map((value) => value + far),
  );
const [network, pca] = await Promise.all([methodNamed("autoencoder"), methodNamed("pca")]);
const small = { latentDim: 2, hidden: [8] };

test("rounds: each three times as long as the one before, with a third of the trials and the defaults", () => {
  expect(budgetsOf(27, 81, 1)).toEqual([3, 9, 27, 81]);
  expect(countsOf(27, 4)).toEqual([27, 9, 3, 2]);
  expect(budgetsOf(9, 10, 1)).toEqual([1, 3, 10]);
  expect(budgetsOf(27, 2, 1)).toEqual([1, 2]);
  expect(budgetsOf(2, 50, 1)).toEqual([50]);
  expect(budgetsOf(27, 1000, 400)).toEqual([400, 1000]);
  expect(countsOf(1, 1)).toEqual([1]);
});

test("what is varied: numbers, switches, words and widths that are not given and cost no more than time", () => {
  const names = (given: object) => searchSpace(network, { ...given }).map(([name]) => name);
  expect(names({ latentDim: 2 })).toEqual([
    "hidden",
    "activation",
    "latentActivation",
    "outputActivation",
    "tied",
    "batchNorm",
  ]);
  expect(names(small)).not.toContain("hidden");
  expect(searchSpace(pca, { latentDim: 2 }).map(([name]) => name)).toEqual(["center", "whiten"]);
});

test("a switch that matters is found: rows far from 0 want their means taken off", async () => {
  const { trials, unit, varied } = await tune(pca, { latentDim: 1 }, drawn(400, 3, 50), { trials: 9 });
  expect([unit, varied]).toEqual(["rows", ["center", "whiten"]]);
  // No more than four choices differ from each other.
  expect(trials).toHaveLength(4);
  expect(trials[0]!.options.center ?? true).toBe(true);
  expect(trials.filter(({ options }) => options.center === false).every(({ budget }) => budget < 300)).toBe(
    true,
  );
});

test("survivors go on from where they were: their error is that of one fit to the end", async () => {
  const x = drawn(60, 4);
  const { trials, budgets, complete } = await tune(network, small, x, {
    ...{ trials: 9, seed: 3, scale: "standard", training: { epochs: 9, batchSize: 16 } },
  });
  expect([budgets, complete]).toEqual([[1, 3, 9], true]);
  const last = trials.filter(({ budget }) => budget === 9);
  expect(last.map(({ trial }) => trial)).toContain(0);
  expect(last).toHaveLength(2);
  expect(trials).toHaveLength(9);
  const { train, test: unseen } = heldOut(60, 0.25, 3);
  for (const { options, learningRate, error, history } of last) {
    const model = await fit(network.create({ ...small, ...options }), takeRows(x, train), {
      ...{ seed: 3, scale: "standard", epochs: 9, batchSize: 16, learningRate },
    });
    const [own, made] = [takeRows(x, unseen), await model.reconstructWide(takeRows(x, unseen))];
    const { factor } = model.scaling;
    const squares = own.data.reduce(
      (sum, value, at) => sum + ((value - made.data[at]!) / factor[at % 4]!) ** 2,
      0,
    );
    expect(error).toBe(squares / unseen.length);
    expect(history).toEqual(model.history);
  }
});

test("the same seed tries the same, and what is known is not done again", async () => {
  const x = drawn(60, 4);
  const tried: Tried[] = [];
  const options = { trials: 9, training: { epochs: 9 }, seed: 1 };
  const first = await tune(network, small, x, { ...options, onTried: (one) => void tried.push(one) });
  expect(tried.map(({ done }) => done)).toEqual(tried.map((_, i) => i + 1));
  expect(tried.at(-1)!.of).toBe(tried.length);
  const known = (trial: number, budget: number) =>
    tried.find((one) => one.trial === trial && one.budget === budget)?.error;
  const withoutHistory = (all: typeof first.trials) => all.map(({ history: _, ...rest }) => rest);
  const again = await tune(network, small, x, { ...options, known, onTried: () => expect.unreachable() });
  expect(withoutHistory(again.trials)).toEqual(withoutHistory(first.trials));
  // Survivors of what is known are trained anew up to where they stood.
  const half = await tune(network, small, x, {
    ...options,
    known: (trial, budget) => (budget < 9 ? known(trial, budget) : undefined),
  });
  expect(withoutHistory(half.trials)).toEqual(withoutHistory(first.trials));
});

test("time that is over leaves the defaults, or the last round that was ended", async () => {
  const x = drawn(60, 4);
  const { trials, complete } = await tune(network, small, x, { minutes: 1e-9, training: { epochs: 3 } });
  expect([trials.map(({ trial }) => trial), complete]).toEqual([[0], false]);
  const ended = await tune(network, small, x, {
    ...{ trials: 3, minutes: 1e-9, training: { epochs: 3 } },
    known: (trial, budget) => (budget === 1 ? [3, 1, 2][trial] : trial === 0 ? 9 : undefined),
  });
  expect(ended.trials.map(({ trial, budget }) => [trial, budget])).toEqual([
    [1, 1],
    [2, 1],
    [0, 1],
  ]);
});

test("options that come to nothing are dropped, and never chosen", async () => {
  // A sigmoid at the output makes no numbers below 0; a learning rate far too large diverges.
  const x = drawn(60, 4, 30);
  const { trials } = await tune(network, { latentDim: 1, hidden: [8] }, x, {
    trials: 27,
    training: { epochs: 3 },
  });
  expect(Number.isFinite(trials[0]!.error)).toBe(true);
  const errors = trials.filter(({ budget }) => budget === 1).map(({ error }) => error);
  expect(errors).toEqual([...errors].sort((a, b) => a - b));
});

test("refusals", async () => {
  const x = drawn(60, 4);
  await expect(tune(pca, { latentDim: 1, center: false, whiten: false }, x)).rejects.toThrow(
    "tune: pca has no option left to try",
  );
  await expect(tune(pca, { latentDim: 9 }, x)).rejects.toThrow(/9/);
  await expect(tune(await methodNamed("tsne"), {}, x)).rejects.toThrow("tsne reconstructs nothing");
  await expect(tune(pca, { latentDim: 1 }, x, { trials: 0 })).rejects.toThrow(
    "trials must be an integer ≥ 1, got 0",
  );
  const controller = new AbortController();
  controller.abort(new Error("stopped"));
  await expect(tune(pca, { latentDim: 1 }, x, { signal: controller.signal })).rejects.toThrow("stopped");
});
