/** @file Gaps filled by the way that fills best: the choice, the error that it tells, and values that columns can have. */
import { describe, expect, test } from "vitest";
import { hideEntries } from "../../../src/data/corrupt.js";
import { readData } from "../../../src/data/format.js";
import { type Matrix, matrix, row } from "../../../src/data/matrix.js";
import { fitScale } from "../../../src/data/scale.js";
import { FILLERS, type FillerName, impute, imputeByBest } from "../../../src/index.js";
import { random } from "../../../src/random.js";
import { nearestPossible, possibleOf } from "../../../src/tasks/imputation/variables.js";

const QUICK: readonly FillerName[] = [
  "columnMeans",
  "nearestNeighborImputation",
  "iterativeRidge",
  "lowRankCompletion",
];
const stream = random(6);

/** Five columns that say each other but for a little. */
function plane(n: number): Matrix {
  const x = matrix(n, 5);
  for (let i = 0; i < n; i++) {
    const [a, b] = [stream.normal(), stream.normal()];
    const little = () => 0.2 * stream.normal();
    row(x, i).set([
      a + little(),
      10 * b + little(),
      a + b + little(),
      100 + 5 * (a - b) + little(),
      b + little(),
    ]);
  }
  return x;
}

/** A ring in two columns, and the angle's double in two more. */
function ring(n: number): Matrix {
  const x = matrix(n, 4);
  for (let i = 0; i < n; i++) {
    const t = 2 * Math.PI * stream.uniform();
    row(x, i).set([Math.cos(t), Math.sin(t), Math.cos(2 * t), Math.sin(2 * t)]);
  }
  return x;
}

const noise = (n: number) => matrix(n, 4, stream.fillNormal(new Float32Array(4 * n)));

/** Error of what was taken out, in deviations of what is left. */
function actual(x: Matrix, holed: Matrix, filled: ArrayLike<number>, mask: Uint8Array): number {
  const { factor } = fitScale(holed, "standard");
  let [sum, count] = [0, 0];
  mask.forEach((hidden, at) => {
    if (!hidden) return;
    sum += ((x.data[at]! - filled[at]!) / factor[at % x.cols]!) ** 2;
    count++;
  });
  return Math.sqrt(sum / count);
}

describe("the way that fits the rows is taken, and the error that it tells is the true one to 15 %", () => {
  const cases = [
    ["columns that say each other", plane, "iterativeRidge"],
    ["a curve", ring, "nearestNeighborImputation"],
  ] as const;
  /** Times that numbers are taken out: the true error on a hundred of them is itself one draw. */
  const DRAWS = 6;
  test.each(cases)("%s", async (_, make, method) => {
    for (const probability of [0.1, 0.3]) {
      let [told, truth] = [0, 0];
      for (let seed = 0; seed < DRAWS; seed++) {
        const x = make(300);
        const { x: holed, mask } = hideEntries(x, { probability, seed });
        const before = holed.data.slice();
        const found = await imputeByBest(holed, { methods: QUICK, seed });
        expect(holed.data).toEqual(before);
        expect(found.method).toBe(method);
        expect(found.mask).toEqual(mask);
        expect(found.gaps).toBe(mask.reduce((sum, one) => sum + one, 0));
        expect(found.spread!).toBeLessThan(0.6 * found.error!);
        x.data.forEach((value, at) => {
          if (!mask[at]) expect(found.filled.data[at]).toBe(value);
        });
        const error = actual(x, holed, found.filled.data, mask);
        expect(error).toBeLessThan(0.9 * found.errorOfMeans!);
        told += found.error! / DRAWS;
        truth += error / DRAWS;
      }
      expect(Math.abs(told / truth - 1)).toBeLessThan(0.15);
    }
  });
});

test("of noise no way is told to be better than the means by much", async () => {
  const { x: holed } = hideEntries(noise(300), { probability: 0.2, seed: 2 });
  const found = await imputeByBest(holed, { methods: QUICK });
  expect(found.error!).toBeGreaterThan(0.97 * found.errorOfMeans!);
  expect(Math.abs(found.errorOfMeans! - 1)).toBeLessThan(0.1);
});

test("networks take part: same seed, same bits, and the model fills later rows", async () => {
  const { x: holed } = hideEntries(plane(60), { probability: 0.1, seed: 2 });
  const told: (string | undefined)[] = [];
  const options = { seed: 4, methods: ["maskedAutoencoder", "linearAutoencoder"] } as const;
  const found = await imputeByBest(holed, {
    ...options,
    onProgress: ({ method, repeat, fraction }) => {
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThanOrEqual(1);
      told.push(`${method} ${repeat}`);
    },
  });
  expect(found.trials.map(({ method }) => method)).toEqual([
    "columnMeans",
    "linearAutoencoder",
    "maskedAutoencoder",
  ]);
  expect(told[0]).toBe("columnMeans 1");
  expect(told.at(-1)).toBe(`${found.method} undefined`);
  expect((await imputeByBest(holed, options)).filled).toEqual(found.filled);
  const later = await impute(found.model!, holed);
  expect(later.data.some(Number.isNaN)).toBe(false);
});

test("a way that is named is taken, whatever its error", async () => {
  const { x: holed } = hideEntries(plane(80), { probability: 0.1, seed: 2 });
  for (const name of ["columnMeans", "lowRankCompletion"] as const) {
    const found = await imputeByBest(holed, { methods: [name] });
    expect(found.method).toBe(name);
    expect(found.trials.map(({ method }) => method)).toEqual([...new Set(["columnMeans", name])]);
    expect(found.model?.method).toBe(name === "columnMeans" ? undefined : name);
  }
});

describe("values that columns can have", () => {
  const lines = Array.from({ length: 200 }, () => {
    const size = stream.integer(3);
    const cells = [
      String(3 + 4 * size + stream.integer(4)),
      (10 * size + 5 * stream.uniform()).toFixed(2),
      ["small", "medium", "large"][size]!,
      ["Oslo", "Rome", "Lima"][size]!,
      String(0.5 * stream.integer(5)),
      size > 1 ? "yes" : "no",
    ];
    return cells.map((cell) => (stream.uniform() < 0.1 ? "" : cell)).join(",");
  });
  const text = `count,price,size,city,half,large\n${lines.join("\n")}\n`;

  test("whole numbers are whole, prices have cents, categories a level, and errors are told of each column", async () => {
    const data = await readData(new TextEncoder().encode(text), "things.csv");
    const found = await imputeByBest(data, { methods: QUICK, seed: 1 });
    const { filled, columns, mask } = found;
    const { columns: names } = data;
    const known = (name: string) => {
      const j = names!.indexOf(name);
      return Array.from(
        { length: 200 },
        (_, i) => [filled.data[i * filled.cols + j]!, mask[i * filled.cols + j]!] as const,
      );
    };
    for (const [value] of known("count"))
      expect(Number.isInteger(value) && value >= 3 && value <= 14).toBe(true);
    for (const [value] of known("price")) expect(Number(value.toFixed(2))).toBe(value);
    for (const [value] of known("size")) expect([0, 1, 2]).toContain(value);
    for (const [value] of known("half")) expect([0, 0.5, 1, 1.5, 2]).toContain(value);
    for (const [value] of known("large")) expect([0, 1]).toContain(value);
    const cities = names!.filter((name) => name.startsWith("city="));
    for (let i = 0; i < 200; i++) {
      const indicators = cities.map((name) => filled.data[i * filled.cols + names!.indexOf(name)]!);
      expect([...indicators].sort()).toEqual([0, 0, 1]);
    }
    expect(columns.map(({ name }) => name)).toEqual(["count", "price", "size", "city", "half", "large"]);
    const [count, , , city, half] = columns;
    expect(count!.measure).toBe("rmse");
    expect(count!.error!).toBeLessThan(0.6 * count!.errorOfMeans!);
    expect(city!.measure).toBe("share wrong");
    expect(city!.error!).toBeLessThan(0.2);
    expect(city!.errorOfMeans!).toBeGreaterThan(0.4);
    // Nothing tells it.
    expect(half!.error!).toBeGreaterThan(0.85 * half!.errorOfMeans!);
    for (const { gaps, name } of columns)
      expect(gaps).toBe(
        known(name === "city" ? "city=Oslo" : name).reduce((sum, [, hidden]) => sum + hidden, 0),
      );
  });

  test("what is possible is told by what is there", () => {
    const of = (values: readonly number[], wide = true) =>
      possibleOf(
        { data: wide ? Float64Array.from(values) : Float32Array.from(values), rows: values.length, cols: 1 },
        0,
      );
    const many = Array.from({ length: 50 }, (_, i) => 1000 + 37 * i);
    expect(of(many)).toEqual({ least: 1000, greatest: 2813, decimals: 0 });
    expect(nearestPossible(1500.4, of(many))).toBe(1500);
    expect(nearestPossible(5000, of(many))).toBe(2813);
    const tenths = many.map((value) => value / 10);
    expect(of(tenths).decimals).toBe(1);
    expect(of(tenths, false).decimals).toBe(1);
    expect(of([...tenths, Math.PI]).decimals).toBeUndefined();
    expect(nearestPossible(2, of([...tenths, Math.PI]))).toBe(Math.PI);
    const steps = of([1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8]);
    expect([...steps.levels!]).toEqual([1, 2, 4, 8]);
    expect([nearestPossible(5.9, steps), nearestPossible(6.1, steps), nearestPossible(-3, steps)]).toEqual([
      4, 8, 1,
    ]);
  });
});

test("nothing missing: nothing is compared, but where a share is said", async () => {
  const x = plane(100);
  const whole = await imputeByBest(x);
  expect([whole.gaps, whole.hidden, whole.trials, whole.columns]).toEqual([0, 0, [], []]);
  expect(whole.filled.data).toEqual(Float64Array.from(x.data));
  const judged = await imputeByBest(x, { share: 0.1, methods: QUICK });
  expect(judged.error!).toBeLessThan(0.6 * judged.errorOfMeans!);
  expect(judged.columns).toEqual([]);
});

test("few rows, rows of nothing, and a column alone are filled", async () => {
  const NONE = Number.NaN;
  const few = await imputeByBest([
    [1, 2],
    [NONE, 4],
    [3, NONE],
  ]);
  expect(few.filled.data.some(Number.isNaN)).toBe(false);
  const x = hideEntries(plane(40), { probability: 0.1, seed: 1 }).x;
  row(x, 3).fill(NONE);
  const found = await imputeByBest(x, { methods: QUICK });
  expect(found.filled.data.some(Number.isNaN)).toBe(false);
  const alone = await imputeByBest([[1], [NONE], [3], [4], [4]], { methods: QUICK });
  expect(alone.filled.data[1]).toBe(3);
});

test("what cannot be asked is refused, and a signal stops it with its reason", async () => {
  const x = hideEntries(plane(40), { probability: 0.1, seed: 1 }).x;
  await expect(imputeByBest(x, { methods: [] })).rejects.toThrow(
    `methods are of ${FILLERS.join(", ")}, got none`,
  );
  await expect(imputeByBest(x, { methods: ["pca" as FillerName] })).rejects.toThrow("got pca");
  await expect(imputeByBest(x, { share: 1 })).rejects.toThrow("share must be a number in (0, 1), got 1");
  const empty = matrix(
    40,
    5,
    x.data.map((value, at) => (at % 5 === 2 ? Number.NaN : value)),
  );
  await expect(imputeByBest(empty)).rejects.toThrow("every number of column 2 is missing");
  const reason = new Error("enough");
  const controller = new AbortController();
  const stopped = imputeByBest(x, {
    signal: controller.signal,
    onProgress: ({ repeat }) => {
      if (repeat === 2) controller.abort(reason);
    },
  });
  await expect(stopped).rejects.toBe(reason);
});
