/** @file Runs of the worker, in Node: the numbers of `fit`, and bounds from linear algebra. */
import { expect, test } from "vitest";
import { BenchRun } from "../../lab/bench/bench-run.js";
import { FourRun } from "../../lab/four/four-run.js";
import type { BenchState, FourState, News } from "../../lab/protocol.js";
import { numbersOfPage } from "../../panels/page-numbers.js";
import type { CurvesPanel } from "../../panels/report.js";
import { embedded } from "../../src/data/embedded.js";
import { takeRows } from "../../src/data/matrix.js";
import { autoencoder, fit, linearAutoencoder, pca } from "../../src/index.js";
import { heldOut } from "../../src/metrics/split.js";

const data = embedded("digits");

/** All that a run tells, and a way to wait for a stage. */
function listener() {
  const heard: News[] = [];
  let look = () => {};
  const tell = (news: News) => {
    heard.push(news);
    look();
  };
  const states = () => heard.filter((news) => news.kind === "bench" || news.kind === "four");
  const until = (stage: string) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        const failed = heard.find((news) => news.kind === "failed");
        if (failed) reject(new Error(failed.message));
        if (states().at(-1)?.state.stage === stage) resolve();
      };
      look();
    });
  const panels = () =>
    Object.assign({}, ...heard.map((news) => (news.kind === "bench" ? news.panels : {}))) as Record<
      string,
      never
    >;
  return { heard, tell, until, panels, last: <T>() => states().at(-1)!.state as T };
}

const asked = {
  method: "autoencoder",
  options: { latentDim: "2", hidden: "16", epochs: "3", batchSize: "256" },
  seed: 7,
  validation: 0.1,
};

test("a run in cuts, with a pause and steps by hand, is the fit to the last bit", async () => {
  const { tell, until, heard, panels, last } = listener();
  const run = await BenchRun.begin(1, asked, data, tell);
  expect(last<BenchState>()).toMatchObject({ stage: "ready", step: 0, steps: 21, epochs: 3, scale: "unit" });
  await run.step(2);
  expect(last<BenchState>()).toMatchObject({ stage: "paused", step: 2 });
  run.go();
  await until("done");
  await run.download("model");
  await run.end();

  const { train, test: held } = heldOut(data.x.rows, 0.1, 7);
  const model = await fit(
    autoencoder({ latentDim: 2, hidden: [16] }),
    { ...data, x: takeRows(data.x, train) },
    { seed: 7, scale: "unit", epochs: 3, batchSize: 256, validation: takeRows(data.x, held) },
  );
  const file = heard.find((news) => news.kind === "file")!;
  expect(file.name).toBe("digits-autoencoder.safetensors");
  expect(Buffer.compare(file.bytes, model.save())).toBe(0);
  const { loss, validationLoss } = last<BenchState>();
  expect({ loss, validationLoss }).toEqual({
    loss: model.history.at(-1)!.loss,
    validationLoss: model.history.at(-1)!.validationLoss,
  });
  expect(Object.keys(panels()).sort()).toEqual(["codes", "curves", "learned", "reconstructions"]);
  const curves = panels().curves as CurvesPanel;
  expect(curves.series[0]!.values.filter(Number.isFinite)).toHaveLength(21);
});

test("what is changed on the way counts, and is told to those who repeat it", async () => {
  const { tell, last } = listener();
  const noisy = {
    ...asked,
    method: "denoisingAutoencoder",
    options: { ...asked.options, noise: "gaussian:0.2" },
  };
  const run = await BenchRun.begin(1, noisy, data, tell);
  await run.step(2);
  run.setLearningRate(0.004);
  run.setScalar("noise", 0.1);
  await run.step(3);
  const { learningRate, scalars, program, command } = last<BenchState>();
  await run.end();
  expect(learningRate).toBe(0.004);
  expect(scalars.noise).toBeCloseTo(0.1, 6);
  expect(program).toContain(
    'await session.step(2);\nsession.setLearningRate(0.004);\nsession.setScalar("noise", 0.1);\nawait session.step(3);\n',
  );
  expect(command).toMatch(/^# without the changes on the way/);
});

test("codes and a report are to be had as files", async () => {
  const { tell, until, heard } = listener();
  const run = await BenchRun.begin(1, { method: "pca", options: { latentDim: "2" }, seed: 1 }, data, tell);
  run.go();
  await until("done");
  await run.download("codes");
  await run.download("report");
  await run.end();
  const [codes, report] = heard.filter((news) => news.kind === "file");
  expect([codes!.name, report!.name]).toEqual(["digits-pca-codes.csv", "digits-pca.html"]);
  const text = new TextDecoder();
  const lines = text.decode(codes!.bytes).trimEnd().split("\n");
  expect(lines).toHaveLength(1 + data.x.rows);
  expect(lines[0]).toMatch(/z1,z2$/);
  const model = await fit(pca({ latentDim: 2 }), data, { seed: 1, scale: "none" });
  const own = await model.encode(takeRows(data.x, [0]));
  const told = lines[1]!.split(",").slice(-2).map(Number);
  expect(told[0]).toBeCloseTo(own.data[0]!, 4);
  expect(told[1]).toBeCloseTo(own.data[1]!, 4);
  const { asked: question } = numbersOfPage(text.decode(report!.bytes), "report") as {
    asked: { command: string };
  };
  expect(question.command).toBe(
    "unlabeled fit digits --method pca --latent-dim 2 --seed 1 -o model.safetensors",
  );
});

test("a method that is solved runs to its end", async () => {
  const { tell, until, heard, panels, last } = listener();
  const run = await BenchRun.begin(1, { method: "pca", options: { latentDim: "3" }, seed: 1 }, data, tell);
  run.go();
  await until("done");
  await run.download("encode");
  await run.end();
  expect(last<BenchState>()).toMatchObject({
    trained: false,
    downloads: expect.arrayContaining(["model", "encode"]),
  });
  expect(Object.keys(panels()).sort()).toEqual(["codes", "learned", "reconstructions", "spectrum"]);
  expect(heard.find((news) => news.kind === "file")!.name).toBe("digits-pca-encode.onnx");
});

test("options that do not fit are refused in a line", async () => {
  const begin = (options: Record<string, string>) =>
    BenchRun.begin(1, { ...asked, options: { ...asked.options, ...options } }, data, () => {});
  await expect(begin({ latentDim: "0" })).rejects.toThrow(
    "autoencoder: latentDim must be an integer ≥ 1, got 0",
  );
  await expect(begin({ epochs: "many" })).rejects.toThrow('epochs must be an integer ≥ 1, got "many"');
  await expect(begin({ scale: "huge" })).rejects.toThrow(
    "scale must be one of none, standard, unit, got huge",
  );
});

const fourAsked = { latentDim: 8, options: { epochs: "2", batchSize: "256" }, seed: 3 };

test("four models are those of a fit each, on the same batches, above the line of Eckart and Young", async () => {
  const { tell, until, last } = listener();
  const run = await FourRun.begin(1, fourAsked, data, tell);
  run.go();
  await until("done");
  await run.end();
  const state = last<FourState>();
  expect(state.models.map(({ name }) => name)).toEqual(["free", "projection", "shared", "unrolled", "tied"]);
  for (const { name, error, identityDistance, isCopy, loss } of state.models) {
    const parameterization = name as "free";
    const model = await fit(linearAutoencoder({ latentDim: 8, parameterization }), data, {
      ...{ seed: 3, epochs: 2, batchSize: 256, scale: "unit" },
    });
    const back = await model.reconstruct(data.x);
    const squares = back.data.reduce((sum, value, i) => sum + ((value - data.x.data[i]!) / 16) ** 2, 0);
    // Rounding of float32 in other units.
    expect(error / (squares / data.x.rows)).toBeCloseTo(1, 5);
    expect(error).toBeGreaterThanOrEqual(state.leastError * (1 - 1e-5));
    expect(identityDistance).toBeGreaterThanOrEqual(Math.sqrt(56 / 64) * (1 - 1e-5));
    expect(isCopy).toBe(false);
    expect(loss).toBe(model.history.at(-1)!.loss);
  }
  // By NumPy: numpy.linalg.eigvalsh of the covariance of the pixels, divided by 16, all but the 8 largest.
  expect(state.leastError).toBeCloseTo(1.5304481879491267, 6);
});

test("with as many codes as columns a projection is the identity, and named", async () => {
  const { tell, last } = listener();
  const run = await FourRun.begin(1, { ...fourAsked, latentDim: 64 }, data, tell);
  const state = last<FourState>();
  await run.end();
  expect(state.leastError).toBe(0);
  expect(state.models.filter(({ isCopy }) => isCopy).map(({ name }) => name)).toEqual(["projection", "tied"]);
  const { noiseGain, spectralNorm, identityDistance } = state.models[1]!;
  expect(noiseGain).toBeCloseTo(1, 5);
  expect(spectralNorm).toBeCloseTo(1, 5);
  expect(identityDistance).toBeCloseTo(0, 5);
});

test("no way through the plane leads below the Wiener frontier", async () => {
  const { tell, until, last } = listener();
  const run = await FourRun.begin(1, { ...fourAsked, latentDim: 32, options: { epochs: "8" } }, data, tell);
  run.go();
  await until("done");
  await run.end();
  const { plane, models } = last<FourState>();
  const wayOf = (name: string) => {
    const { values } = plane.series.find((one) => one.name === name)!;
    return plane.x.flatMap((x, at) => (Number.isNaN(values[at]!) ? [] : [{ error: x, gain: values[at]! }]));
  };
  const frontier = wayOf("Wiener frontier");
  expect(frontier.length).toBeGreaterThan(20);
  for (const { name, error, noiseGain } of models) {
    const way = wayOf(name);
    expect(way.length).toBeGreaterThan(5);
    expect(way.at(-1)).toEqual({ error, gain: noiseGain });
    // Whoever has no larger an error than a point of the frontier lets as much noise through.
    for (const { error, gain } of way)
      for (const best of frontier)
        if (error <= best.error) expect(gain).toBeGreaterThanOrEqual(best.gain * (1 - 1e-9));
  }
});

test("noise has a closed form beside it, and can be changed on the way", async () => {
  const { tell, last } = listener();
  const run = await FourRun.begin(1, { ...fourAsked, options: { noise: "gaussian:0.3" } }, data, tell);
  run.setScalar("noise", 0.5);
  await run.step(1);
  const state = last<FourState>();
  await run.end();
  expect(state.scalars.noise).toBeCloseTo(0.5, 6);
  const best = state.spectrum.series.find(({ name }) => name === "closed form")!.values;
  expect(best.filter((value) => value > 0)).toHaveLength(8);
  expect(best[0]).toBeGreaterThan(0.8);
  expect(best[0]).toBeLessThan(1);
});
