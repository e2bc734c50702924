/** @file Manifolds in its worker, in Node, and how points are seen in space. */
import { expect, test } from "vitest";
import { distanceCorrelation } from "../../lab/manifolds/distances.js";
import type { ManifoldsAsked, ManifoldsTold } from "../../lab/manifolds/manifolds-words.js";
import { answer } from "../../lab/manifolds/manifolds-work.js";
import { projected } from "../../lab/manifolds/projected.js";
import { embedded } from "../../src/data/embedded.js";
import { matrix } from "../../src/data/matrix.js";
import { swissRoll } from "../../src/data/synthetic.js";
import { fit, isomap, tsne } from "../../src/index.js";
import { random } from "../../src/random.js";

async function told(asked: ManifoldsAsked): Promise<ManifoldsTold[]> {
  const heard: ManifoldsTold[] = [];
  const { signal } = new AbortController();
  await answer(asked, { data: () => embedded("digits"), tell: (one) => heard.push(one), signal });
  return heard;
}

const surface = { roll: "swiss-roll", rows: 400, noise: 0 } as const;

test("maps are those of a fit, t-SNE with all its steps", async () => {
  const heard = await told({ kind: "maps", surface, nNeighbors: "8", perplexity: "30", seed: 2 });
  const { x } = swissRoll({ rows: 400 });
  expect(heard[0]).toMatchObject({ kind: "surface", points: x.data, name: "swiss-roll" });
  const maps = heard.filter((one) => one.kind === "map");
  expect(maps.map(({ method }) => method)).toEqual(["isomap", "locallyLinearEmbedding", "tsne"]);
  const flat = await fit(isomap({ latentDim: 2, nNeighbors: 8 }), x, { seed: 2, scale: "none" });
  expect(maps[0]!.places).toEqual(flat.embedding.data);
  const near = await fit(tsne({ perplexity: 30 }), x, { seed: 2, scale: "none" });
  expect(maps[2]!.places).toEqual(near.embedding.data);
  const frames = heard.filter((one) => one.kind === "frame" && one.method === "tsne");
  expect(frames.length).toBe(49 + 76);
  // The embedded roll has another number of points.
  expect(maps[0]!.command).toBeUndefined();
});

test("the rolls that come with the package are told with their commands", async () => {
  const heard = await told({
    ...{ kind: "maps", surface: { ...surface, roll: "s-curve", rows: 1500 }, seed: 1 },
    ...{ nNeighbors: "10", perplexity: "30" },
  });
  const maps = heard.filter((one) => one.kind === "map");
  expect(maps[0]!.command).toBe(
    "unlabeled fit s-curve --method isomap --latent-dim 2 --n-neighbors 10 --scale none --seed 1 -o model.safetensors",
  );
  const model = await fit(isomap({ latentDim: 2, nNeighbors: 10 }), embedded("s-curve"), {
    ...{ seed: 1, scale: "none" },
  });
  expect(maps[0]!.places).toEqual(model.embedding.data);
  // Isomap lays the sheet flat, but for what a graph of so many points is longer than its ways.
  expect(maps[0]!.quality.correlation).toBeGreaterThan(0.999);
  expect(maps[0]!.quality.trustworthiness).toBeGreaterThan(0.999);
});

test("the grid has a map for every perplexity and seed, from random places", async () => {
  const heard = await told({
    ...{ kind: "grid", surface: { ...surface, rows: 120 }, maxIter: "60" },
    ...{ perplexities: ["5", "20"], seeds: [1, 2] },
  });
  const done = heard.filter((one) => one.kind === "cell" && one.quality !== undefined);
  expect(done.map((cell) => cell.kind === "cell" && [cell.perplexity, cell.seed])).toEqual([
    ["5", 1],
    ["5", 2],
    ["20", 1],
    ["20", 2],
  ]);
  const places = done.map((cell) => (cell.kind === "cell" ? Array.from(cell.places) : []));
  expect(places[0]).not.toEqual(places[1]);
  const { x } = swissRoll({ rows: 120 });
  const model = await fit(tsne({ perplexity: 5, maxIter: 60, init: "random" }), x, {
    seed: 1,
    scale: "none",
  });
  expect(places[0]).toEqual(Array.from(model.embedding.data));
});

test("surfaces that there are not are refused in a line", async () => {
  const asked = { kind: "maps", nNeighbors: "8", perplexity: "30", seed: 2 } as const;
  await expect(told({ ...asked, surface: { ...surface, rows: 5000 } })).rejects.toThrow(
    "rows must be an integer from 50 to 3000, got 5000",
  );
  await expect(told({ ...asked, surface: { ...surface, roll: "data" } })).rejects.toThrow(
    "digits: want 3 columns of numbers to turn in space, got 64",
  );
});

test("distances that differ by a factor and a turn are correlated by 1, and others as Pearson has it", () => {
  const draws = random(5);
  const a = matrix(60, 2);
  draws.fillNormal(a.data);
  const [cos, sin] = [Math.cos(1), Math.sin(1)];
  const turned = matrix(60, 2);
  for (let i = 0; i < 60; i++) {
    const [x, y] = [a.data[2 * i]!, a.data[2 * i + 1]!];
    turned.data.set([3 * (cos * x - sin * y) + 5, 3 * (sin * x + cos * y)], 2 * i);
  }
  expect(distanceCorrelation(a, turned)).toBeCloseTo(1, 6);
  // Three points: distances 3, 4, 5 and 3, 4, 7.
  const corners = matrix(3, 2, Float32Array.of(0, 0, 3, 0, 0, 4));
  const line = matrix(3, 1, Float32Array.of(0, 3, -4));
  const [da, db] = [
    [-1, 0, 1],
    [-5 / 3, -2 / 3, 7 / 3],
  ];
  const dot = (u: number[], v: number[]) => u.reduce((sum, one, k) => sum + one * v[k]!, 0);
  expect(distanceCorrelation(corners, line)).toBeCloseTo(
    dot(da!, db!) / Math.sqrt(dot(da!, da!) * dot(db!, db!)),
    6,
  );
});

test("from the front x is across and z upwards, from above y; what is behind is drawn first", () => {
  const points = Float32Array.of(-1, -1, -1, 1, 1, 1, 1, -1, 0);
  const front = projected(points, { around: 0, above: 0 });
  expect(Array.from(front.order)).toEqual([1, 0, 2]);
  expect(Array.from(front.places)).toEqual([1, 1, -1, -1, 1, 0]);
  const above = projected(points, { around: 0, above: Math.PI / 2 });
  expect(Array.from(above.order)).toEqual([0, 2, 1]);
  Array.from(above.places).forEach((value, k) => {
    expect(value).toBeCloseTo([-1, -1, 1, -1, 1, 1][k]!, 6);
  });
  expect(front.radius).toBeCloseTo(Math.sqrt(3), 6);
});
