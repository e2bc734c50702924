/** @file HDBSCAN: clusters, noise, probabilities and scores as the definitions have them, on ties, duplicates and noise too. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { configureRuntime, fit, type Hdbscan, hdbscan, load } from "../../src/index.js";
import { coreSquares, spanningTree } from "../../src/methods/cluster/mutual-reachability.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Found {
  labels: number[];
  probabilities: number[];
  scores: number[];
}
interface Case extends Found {
  minSamples: number;
  minClusterSize: number;
  selection: "eom" | "leaf";
  allowSingleCluster: boolean;
  persistence: number[];
  heights: number[];
  new?: Found & { x: number[] };
}
interface Golden {
  sets: { name: string; cols: number; x: number[]; cases: Case[] }[];
}

const { sets } = readGolden<Golden>("hdbscan.json");
const rowsOf = (x: readonly number[], cols: number): Matrix =>
  matrix(x.length / cols, cols, Float32Array.from(x));
const asIs = async () => {};

beforeAll(() => configureRuntime({ threads: 1 }));

/** Our label of each of theirs: those of noise are the same, and clusters go by their first rows. */
function renamed(ours: Int32Array, theirs: readonly number[]): number[] {
  const names = new Map([[-1, -1]]);
  theirs.forEach((label, i) => {
    if (!names.has(label)) names.set(label, ours[i]!);
  });
  // Two of theirs may not be one of ours.
  expect(new Set(names.values()).size).toBe(names.size);
  return theirs.map((label) => names.get(label)!);
}

describe.each(sets)("$name", ({ cols, x, cases }) => {
  const rows = rowsOf(x, cols);
  test.each(cases)(
    "m $minSamples, at least $minClusterSize, $selection, single $allowSingleCluster",
    async ({ labels, probabilities, scores, persistence, heights, new: more, ...options }) => {
      const model = await fit(hdbscan(options), rows, { seed: 0 });
      const names = renamed(model.labels, labels);
      expect([...model.labels]).toEqual(names);
      expect(model.clusters).toBe(persistence.length);
      expect(model.noise).toBe(labels.filter((label) => label < 0).length);
      // Figures have twelve digits.
      expectClose(model.probabilities, probabilities, 1e-11, "probabilities");
      expectClose(model.fittedScores, scores, 1e-11, "scores");
      const first = persistence.map((_, label) => model.labels[labels.indexOf(label)]!);
      expectClose(
        first.map((label) => model.persistence[label]!),
        persistence,
        1e-11,
        "persistence",
      );
      const tree = await spanningTree(rows, await coreSquares(rows, options.minSamples, asIs), asIs);
      expectClose(tree.lengths.slice().sort(), heights, 1e-11, "heights of single linkage");
      if (!more) return;
      const unseen = rowsOf(more.x, cols);
      const found = await model.memberships(unseen);
      const wanted = more.labels.map((label) => (label < 0 ? -1 : first[label]!));
      expect([...found.labels]).toEqual(wanted);
      expect(await model.predict(unseen)).toEqual(found.labels);
      expectClose(found.probabilities, more.probabilities, 1e-11, "probabilities of new rows");
      // float32
      expectClose(await model.score(unseen), more.scores, 1e-7, "scores of new rows");
    },
  );
});

/** Groups of unlike size and spread, and a few rows anywhere. */
function groups(n: number, cols: number): Matrix {
  const stream = random(4);
  const out = matrix(n, cols);
  for (let at = 0; at < out.data.length; at++) {
    const group = Math.floor(at / cols) % 4;
    out.data[at] = group === 3 ? 40 * stream.uniform() - 10 : 9 * group + (group + 1) * 0.3 * stream.normal();
  }
  return out;
}

describe("of some hundred rows", () => {
  const x = groups(600, 3);
  let model: Hdbscan;
  beforeAll(async () => {
    model = await fit(hdbscan({ minClusterSize: 20 }), x, { seed: 0 });
  });

  test("three groups are three clusters, and rows anywhere are noise", () => {
    expect(model.clusters).toBe(3);
    for (let group = 0; group < 3; group++) {
      const own = model.labels.filter((_, i) => i % 4 === group);
      const label = own[0]!;
      expect(own.filter((one) => one === label).length / own.length).toBeGreaterThan(0.95);
    }
    const anywhere = model.labels.filter((_, i) => i % 4 === 3);
    expect(anywhere.filter((label) => label < 0).length / anywhere.length).toBeGreaterThan(0.8);
  });

  test("the order of rows changes nothing but the names of clusters", async () => {
    const order = random(8).permutation(600);
    const moved = await fit(hdbscan({ minClusterSize: 20 }), takeRows(x, order), { seed: 0 });
    const back = new Int32Array(600);
    order.forEach((row, i) => {
      back[row] = moved.labels[i]!;
    });
    expect([...back]).toEqual(renamed(back, [...model.labels]));
  });

  test("in other units, the same clusters", async () => {
    const larger = matrix(
      600,
      3,
      x.data.map((value) => 1024 * value),
    );
    const { labels, probabilities } = await fit(hdbscan({ minClusterSize: 20 }), larger, { seed: 0 });
    expect(labels).toEqual(model.labels);
    expectClose(probabilities, [...model.probabilities], 1e-12, "probabilities");
  });

  test("rows may be a table in the user's units, which predict scales", async () => {
    const scaled = await fit(hdbscan({ minClusterSize: 20 }), x, { seed: 0, scale: "standard" });
    // A row is its own nearest: it is where it was, but where another is as near by reachability.
    const same = (await scaled.predict(x)).filter((label, i) => label === scaled.labels[i]).length;
    expect(same / 600).toBeGreaterThan(0.97);
    await expect(scaled.predict([[1, 2]])).rejects.toThrow(
      "hdbscan.predict: rows must have 3 numbers, got 2",
    );
    await expect(scaled.memberships([[1, Number.NaN, 2]])).rejects.toThrow(
      "hdbscan.memberships: row 0 column 1 is NaN; want finite numbers",
    );
  });
});

test("where all is noise a note says so, and the model is saved and loaded", async () => {
  const model = await fit(hdbscan({ minClusterSize: 10 }), groups(24, 2), { seed: 0 });
  expect([model.clusters, model.noise]).toEqual([0, 24]);
  expect(model.notes).toHaveLength(1);
  expect(model.notes[0]).toContain("hdbscan: all rows are noise");
  const loaded = await load(model.save(), hdbscan({ minClusterSize: 10 }));
  expect(loaded.labels).toEqual(model.labels);
});

test("too few rows are refused", async () => {
  const few = groups(4, 2);
  await expect(fit(hdbscan(), few)).rejects.toThrow("hdbscan: minClusterSize 5 wants at least 5 rows, got 4");
  await expect(fit(hdbscan({ minClusterSize: 2, minSamples: 6 }), few)).rejects.toThrow(
    "hdbscan: minSamples 6 wants at least 6 rows, got 4",
  );
});

test("a file whose hierarchy goes in circles is refused", async () => {
  const model = await fit(hdbscan({ minClusterSize: 20 }), groups(600, 3), { seed: 0 });
  for (const [name, value, message] of [
    ["parents", 1, "cluster 1 is a part of cluster 1"],
    ["clusterOfRow", 9999, "row 1 is in none of the"],
    ["labelOfCluster", 3, "cluster 1 has label 3 of 3"],
  ] as const) {
    const data = model.parameters[name]!.data as Int32Array;
    const kept = data[1]!;
    data[1] = value;
    const file = model.save();
    data[1] = kept;
    await expect(load(file)).rejects.toThrow(message);
  }
});
