/** @file Every row of t-SNE has the perplexity asked for, however its distances are spread. */
import { expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { kNearestWithin } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { allSquaredDistances, squares } from "../../src/methods/manifold/tsne/distances.js";
import { conditionals } from "../../src/methods/manifold/tsne/joint-probabilities.js";
import { tsne } from "../../src/methods/manifold/tsne.js";
import { trustworthiness } from "../../src/metrics/trustworthiness.js";
import { random } from "../../src/random.js";
import { fit } from "../../src/training/fit.js";

/** Rows in as many clusters, their centers `apart` standard deviations from each other along the first column. */
function clusters(rows: number, cols: number, count: number, apart: number): Matrix {
  const x = matrix(rows, cols, random(rows + cols).fillNormal(new Float32Array(rows * cols)));
  for (let i = 0; i < rows; i++) x.data[i * cols]! += apart * (i % count);
  return x;
}

const scaled = ({ data, rows, cols }: Matrix, unit: number) =>
  matrix(
    rows,
    cols,
    data.map((value) => value * unit),
  );

function withCell(x: Matrix, at: number, value: number): Matrix {
  const out = matrix(x.rows, x.cols, x.data.slice());
  out.data[at] = value;
  return out;
}

const even = clusters(300, 5, 6, 10);
const far = clusters(150, 5, 3, 100);
const lattice = matrix(
  144,
  2,
  Float32Array.from({ length: 288 }, (_, at) => (at % 2 ? Math.floor(at / 24) : (at / 2) % 12)),
);

/** Every row five times. */
const repeated = matrix(
  200,
  3,
  Float32Array.from({ length: 600 }, (_, at) => even.data[Math.floor(at / 15) * 5 + (at % 3)]!),
);
const halfEqual = matrix(
  120,
  4,
  even.data.slice(0, 480).map((value, at) => (at < 240 ? 1 : value)),
);

const DATA: Readonly<Record<string, Matrix>> = {
  "clusters side by side": even,
  "an outlier in row 0": withCell(even, 0, 1e4),
  "an outlier in row 100": withCell(even, 502, -1e4),
  "an outlier ten million times as far": withCell(even, 7, 1e8),
  "an outlier as far as numbers go": withCell(even, 7, 1e38),
  "clusters 100 deviations apart": far,
  "clusters a million deviations apart": clusters(150, 5, 3, 1e6),
  "an offset that leaves few digits": matrix(
    300,
    5,
    even.data.map((value) => 1e6 + value),
  ),
  "units of 1e-30": scaled(even, 1e-30),
  "units of 1e30": scaled(even, 1e30),
  "numbers next to 0": scaled(even, 1e-44),
  "a lattice": lattice,
  "rows that are there five times": repeated,
  "rows of which half are equal": halfEqual,
  "equal rows": matrix(60, 3),
};

/** −Σ p ln p of each row, and how many others are as near to it as the nearest. */
function rowsOf(probabilities: Float64Array, squaredDistances: Float64Array, k: number) {
  return Array.from({ length: probabilities.length / k }, (_, i) => {
    const p = probabilities.subarray(i * k, (i + 1) * k);
    const d = squaredDistances.subarray(i * k, (i + 1) * k);
    const nearest = Math.min(...d);
    return {
      sum: p.reduce((sum, value) => sum + value, 0),
      entropy: p.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0),
      ties: d.reduce((count, value) => count + Number(value === nearest), 0),
      p,
      d,
      nearest,
    };
  });
}

async function distancesOf(x: Matrix, perplexity: number) {
  const k = Math.min(x.rows - 1, Math.floor(3 * perplexity) + 1);
  const { distances } = await kNearestWithin(x, k);
  return {
    all: [await allSquaredDistances(x, "euclidean"), x.rows - 1],
    nearest: [squares(distances), k],
  } as const;
}

// More rows at the smallest distance than the perplexity leave no choice: the limit is an even share.
test.each(Object.keys(DATA))("%s: the entropy of every row is ln perplexity, or ln ties", async (name) => {
  for (const perplexity of [2, 5, 15.5]) {
    for (const [squaredDistances, k] of Object.values(await distancesOf(DATA[name]!, perplexity))) {
      const rows = rowsOf(await conditionals(squaredDistances, k, [perplexity]), squaredDistances, k);
      const worst = Math.max(
        ...rows.map(({ entropy, ties }) => Math.abs(entropy - Math.log(Math.max(ties, perplexity)))),
      );
      expect(worst).toBeLessThan(1e-6);
      expect(Math.max(...rows.map(({ sum }) => Math.abs(sum - 1)))).toBeLessThan(1e-12);
    }
  }
});

test("probabilities are a Gaussian's, of one width a row", async () => {
  for (const x of [even, far, withCell(even, 0, 1e4), lattice]) {
    const { all } = await distancesOf(x, 15);
    for (const { p, d, nearest } of rowsOf(await conditionals(...all, [15]), ...all)) {
      const top = Math.max(...p);
      const widths = [...p.keys()]
        .filter((j) => d[j]! > nearest && p[j]! > 1e-300)
        .map((j) => Math.log(top / p[j]!) / (d[j]! - nearest));
      expect(Math.max(...widths) / Math.min(...widths)).toBeLessThan(1 + 1e-9);
    }
  }
});

test("several perplexities: the mean of what each gives", async () => {
  const { all } = await distancesOf(withCell(even, 0, 1e4), 15);
  const [few, many, both] = await Promise.all(
    [[3], [40], [3, 40]].map((perplexities) => conditionals(...all, perplexities)),
  );
  const away = both!.map((value, at) => Math.abs(value - (few![at]! + many![at]!) / 2));
  expect(Math.max(...away)).toBeLessThan(1e-15);
});

// scikit-learn reaches .986 here.
test("one wild cell leaves the rest of a map as good", async () => {
  const x = withCell(even, 0, 1e4);
  for (const algorithm of ["exact", "fft"] as const) {
    const model = await fit(tsne({ perplexity: 15, algorithm, maxIter: 500 }), x, { seed: 1 });
    expect(await trustworthiness(x, model.embedding)).toBeGreaterThan(0.97);
    expect(model.klDivergence).toBeGreaterThan(0.1);
  }
});
