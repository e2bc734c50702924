/** @file Views of tables and of sequences, beside the same worked out one by one from the numbers drawn. */
import { describe, expect, test } from "vitest";
import { matrix } from "../../../src/data/matrix.js";
import { random } from "../../../src/random.js";
import { seen } from "./seen.js";

const normal = (rows: number, cols: number) =>
  matrix(rows, cols, random(3).fillNormal(new Float32Array(rows * cols)));
const mean = (values: Iterable<number>) => {
  const all = [...values];
  return all.reduce((t, v) => t + v, 0) / all.length;
};

describe("swap", () => {
  const [n, d] = [400, 6];
  // The number of the row and of the column can be read off: row + column / 8.
  const x = matrix(
    n,
    d,
    Float32Array.from({ length: n * d }, (_, at) => Math.floor(at / d) + (at % d) / 8),
  );

  test("takes the number of another row, of the same column, each with even chances", async () => {
    const { view } = await seen("swap:0.5", x);
    const steps: number[] = [];
    view.forEach((value, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      expect(value - Math.floor(value)).toBe(j / 8);
      if (value !== x.data[at]) steps.push((Math.floor(value) - i + n) % n);
    });
    expect(Math.abs(steps.length / (n * d) - 0.5)).toBeLessThan(0.051); // five standard deviations of 2 400 draws
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...steps)).toBeLessThanOrEqual(n - 1);
    // Uniform on 1 … n − 1: five standard deviations of the mean of 1 200 are 16.7.
    expect(Math.abs(mean(steps) - n / 2)).toBeLessThan(16.7);
    for (const quarter of [0, 1, 2, 3])
      expect(
        steps.filter((s) => Math.floor((4 * (s - 1)) / (n - 1)) === quarter).length / steps.length,
      ).toBeCloseTo(0.25, 1);
  });

  test("with probability 1 no number stays with its row, and in two rows they change places", async () => {
    const { view } = await seen("swap:1", x);
    expect(view.every((value, at) => value !== x.data[at])).toBe(true);
    const two = matrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
    expect([...(await seen("swap:1", two)).view]).toEqual([4, 5, 6, 1, 2, 3]);
  });

  test("leaves a batch of one row as it is", async () => {
    const one = matrix(1, 3, Float32Array.of(1, 2, 3));
    expect((await seen("swap:1", one)).view).toEqual(one.data);
  });

  // Columns of unlike distributions: a swapped number is drawn from that of its own column.
  test("marginals are those of the columns, and what columns have in common is lost", async () => {
    const rows = 4000;
    const base = random(8).fillNormal(new Float32Array(rows));
    const both = matrix(
      rows,
      2,
      Float32Array.from({ length: 2 * rows }, (_, at) => {
        const value = base[Math.floor(at / 2)]!;
        return at % 2 === 0 ? value : Math.exp(value);
      }),
    );
    const { view } = await seen("swap:1", both);
    const column = (data: Float32Array, j: number) => data.filter((_, at) => at % 2 === j).sort();
    for (const j of [0, 1]) {
      const [was, is] = [column(both.data, j), column(view, j)];
      // The greatest distance of two empirical distributions of 4 000 is above 0.044 once in a thousand (Kolmogorov–Smirnov).
      let [at, worst] = [0, 0];
      was.forEach((value, i) => {
        while (at < rows && is[at]! <= value) at++;
        worst = Math.max(worst, Math.abs(at - (i + 1)) / rows);
      });
      expect(worst).toBeLessThan(0.044);
    }
    const correlation = (data: Float32Array) => {
      const [a, b] = [0, 1].map((j) => data.filter((_, at) => at % 2 === j)) as [Float32Array, Float32Array];
      const [ma, mb] = [mean(a), mean(b)];
      const sum = (f: (i: number) => number) => a.reduce((t, _, i) => t + f(i), 0);
      return (
        sum((i) => (a[i]! - ma) * (b[i]! - mb)) /
        Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2))
      );
    };
    expect(correlation(both.data)).toBeGreaterThan(0.6);
    expect(Math.abs(correlation(view))).toBeLessThan(0.08); // five over √4 000
  });
});

test("hide puts means of the columns in place of a share of the numbers", async () => {
  const x = normal(500, 8);
  x.data.forEach((v, at) => {
    x.data[at] = v * (1 + (at % 8)) + 10 * (at % 8);
  });
  const { view, draws } = await seen("hide:0.3", x);
  const means = Array.from({ length: 8 }, (_, j) => mean(x.data.filter((_v, at) => at % 8 === j)));
  view.forEach((value, at) => {
    const wanted = draws[0]![at] === 1 ? x.data[at]! : means[at % 8]!;
    if (Math.abs(value - wanted) > 1e-5 * (1 + Math.abs(wanted)))
      throw new Error(`${at}: ${value} is not ${wanted}`);
  });
  expect(Math.abs(mean(draws[0]!) - 0.7)).toBeLessThan(0.037); // five standard deviations of 4 000 draws
});

describe("sequences", () => {
  const shape = [9, 3];
  const x = normal(200, 27);
  const at = (n: number, step: number, feature: number) => x.data[n * 27 + step * 3 + feature]!;
  const difference = (view: Float32Array, wanted: (n: number, step: number, feature: number) => number) => {
    let worst = 0;
    view.forEach((value, k) => {
      worst = Math.max(worst, Math.abs(value - wanted(Math.floor(k / 27), Math.floor((k % 27) / 3), k % 3)));
    });
    return worst;
  };

  test("cropSteps stretches a part of the steps over all of them", async () => {
    const { view, draws, map } = await seen("cropSteps:0.4", x, shape);
    const wanted = (n: number, step: number, feature: number) => {
      const share = 0.4 + 0.6 * draws[0]![n]!;
      const begin = draws[1]![n]! * (1 - share) * 9;
      const place = Math.min(Math.max(begin + share * (step + 0.5) - 0.5, 0), 8);
      const before = Math.min(Math.floor(place), 7);
      return (
        at(n, before, feature) + (place - before) * (at(n, before + 1, feature) - at(n, before, feature))
      );
    };
    expect(difference(view, wanted)).toBeLessThan(2e-5);
    expect(Math.min(...map.map(([, , , , share]) => share!))).toBeGreaterThanOrEqual(0.4);
  });

  test("a long sequence is stretched in the same way", async () => {
    const long = matrix(
      4,
      400,
      Float32Array.from({ length: 1600 }, (_, k) => Math.floor((k % 400) / 2) + 1000 * (k % 2)),
    );
    const { view, draws } = await seen("cropSteps:0.5", long, [200, 2]);
    let worst = 0;
    view.forEach((value, k) => {
      const [n, step] = [Math.floor(k / 400), Math.floor((k % 400) / 2)];
      const share = 0.5 + 0.5 * draws[0]![n]!;
      const place = draws[1]![n]! * (1 - share) * 200 + share * (step + 0.5) - 0.5;
      worst = Math.max(worst, Math.abs(value - 1000 * (k % 2) - Math.min(Math.max(place, 0), 199)));
    });
    expect(worst).toBeLessThan(1e-3); // float32 of numbers about 1 000
  });

  test("scale has one factor a feature, jitter one number a number", async () => {
    const scaled = await seen("scale:0.2", x, shape);
    expect(
      difference(scaled.view, (n, s, f) => at(n, s, f) * (1 + 0.2 * scaled.draws[0]![n * 3 + f]!)),
    ).toBeLessThan(2e-6);
    const moved = await seen("jitter:0.2", x, shape);
    expect(
      difference(moved.view, (n, s, f) => at(n, s, f) + 0.2 * moved.draws[0]![n * 27 + s * 3 + f]!),
    ).toBeLessThan(2e-6);
  });

  test.each([0.3, 0.5, 1])(
    "hideSteps:%d hides a stretch of every sequence, in all features",
    async (share) => {
      const length = Math.round(share * 9);
      const { view, draws } = await seen(`hideSteps:${share}`, x, shape);
      const means = Array.from({ length: 27 }, (_, k) => mean(x.data.filter((_v, i) => i % 27 === k)));
      const firsts = new Set<number>();
      const wanted = (n: number, step: number, feature: number) => {
        const first = Math.floor(draws[0]![n]! * (9 - length + 1));
        firsts.add(first);
        return step >= first && step < first + length ? means[step * 3 + feature]! : at(n, step, feature);
      };
      expect(difference(view, wanted)).toBeLessThan(1e-6);
      expect([...firsts].sort()).toEqual(Array.from({ length: 10 - length }, (_, i) => i));
    },
  );
});
