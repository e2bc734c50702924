/** @file Noise taken off rows and images: theory where there is some, photographs where they are there. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  digits,
  gaussianNoise,
  lowRank,
  type Matrix,
  matrix,
  readNetpbm,
  recordsTable,
  tableDataset,
} from "../../../src/data/index.js";
import { denoise, fit, pca, random } from "../../../src/index.js";
import { peakSignalToNoise } from "../../../src/metrics/index.js";
import { marchenkoPasturMedian } from "../../../src/tasks/denoise/marchenko-pastur.js";
import { imageNoise } from "../../../src/tasks/denoise/noise-level.js";
import { shrinkSingularValues } from "../../../src/tasks/denoise/shrink-singular-values.js";

const rmse = (a: Matrix, b: { readonly data: ArrayLike<number> }) =>
  Math.sqrt(a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length);
const normal = (rows: number, cols: number, seed: number) =>
  matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));

describe("the median of the Marchenko–Pastur distribution", () => {
  // Gavish & Donoho (2014), table IV: ω(β) = λ(β) / √μ_β, λ being the best hard threshold of noise that is known.
  test.each([
    [0.05, 1.5194],
    [0.1, 1.6089],
    [0.2, 1.765],
    [0.5, 2.1711],
    [1, 2.8582],
  ])("gives the published threshold at β = %d", (beta, omega) => {
    const weight = (8 * beta) / (beta + 1 + Math.sqrt(beta ** 2 + 14 * beta + 1));
    const lambda = Math.sqrt(2 * (beta + 1) + weight);
    expect(lambda / Math.sqrt(marchenkoPasturMedian(beta))).toBeCloseTo(omega, 3);
  });
});

describe("singular values", () => {
  test.each([
    [800, 400, 1.5],
    [400, 800, 3],
  ])(
    "of %d × %d rows with one direction are shrunk as is best: the error is the least there is",
    async (n, d, x) => {
      const [most, beta] = [Math.max(n, d), Math.min(n, d) / Math.max(n, d)];
      const unit = (seed: number, size: number) => {
        const { data } = normal(1, size, seed);
        const length = Math.hypot(...data);
        return data.map((value) => value / length);
      };
      const [u, v] = [unit(1, n), unit(2, d)];
      const clean = matrix(
        n,
        d,
        Float32Array.from(
          { length: n * d },
          (_, at) => x * Math.sqrt(most) * u[Math.floor(at / d)]! * v[at % d]!,
        ),
      );
      const noise = normal(n, d, 3);
      const given = matrix(
        n,
        d,
        clean.data.map((value, at) => value + noise.data[at]!),
      );
      const found = await shrinkSingularValues(given, undefined);
      expect(found.rank).toBe(1);
      expect(found.noise).toBeCloseTo(1, 1);
      // Gavish & Donoho (2017), section 3: x² (1 − c² c̃²), c and c̃ the cosines between the vectors and the true ones.
      const [c, other] = [(x ** 4 - beta) / (x ** 4 + beta * x ** 2), (x ** 4 - beta) / (x ** 4 + x ** 2)];
      // The means have noise of their own, one number in a column.
      const least = most * x ** 2 * (1 - c * other) + d;
      const squares = rmse(clean, found.x) ** 2 * n * d;
      expect(squares / least).toBeGreaterThan(0.9);
      expect(squares / least).toBeLessThan(1.1);
    },
  );

  test("of noise alone nothing is left but the means, and without noise all stays", async () => {
    const noise = normal(300, 40, 5);
    const { rank, x } = await shrinkSingularValues(noise, undefined);
    expect(rank).toBe(0);
    for (let i = 1; i < 300; i++) expect(x.data[i * 40]).toBe(x.data[0]);
    expect(rmse(noise, (await shrinkSingularValues(noise, 0)).x)).toBeLessThan(1e-6);
  });

  test.each([3, 10, 15])("of 20 columns, %d of which are alike, tell the noise", async (rank) => {
    const { x } = lowRank({ rows: 400, cols: 20, rank, noise: 0, seed: 2 });
    const { x: given } = gaussianNoise(x, { sigma: 0.1, seed: 1 });
    const found = await shrinkSingularValues(given, undefined);
    expect(Math.abs(found.noise / 0.1 - 1)).toBeLessThan(0.1);
    // Of each direction that is kept the noise is, too.
    expect(rmse(x, found.x) / 0.1).toBeLessThan(1.1 * Math.sqrt((rank + 1) / 20));
  });
});

/** A disk, stripes and a ramp of light, gray levels 40 … 200. */
function drawing(height: number, width: number): Matrix {
  const level = (i: number, j: number) => {
    if ((i - height / 2) ** 2 + (j - width / 3) ** 2 < (height / 4) ** 2) return 200;
    if (j > (2 * width) / 3) return 60 + 100 * (Math.floor(i / 6) % 2);
    return 40 + (80 * i) / height;
  };
  const data = Float32Array.from({ length: height * width }, (_, at) =>
    level(Math.floor(at / width), at % width),
  );
  return matrix(1, data.length, data);
}

describe("images", () => {
  const [height, width] = [90, 120];
  const clean = drawing(height, width);

  test.each([5, 20, 40])("noise %d is told, and most of it taken off", async (sigma) => {
    const { x: noisy } = gaussianNoise(clean, { sigma, seed: 3 });
    const found = await denoise(noisy, { rowShape: [height, width] });
    expect(found.way).toBe("patches");
    expect(Math.abs(found.noise! / sigma - 1)).toBeLessThan(0.1);
    expect(rmse(clean, found.x) / sigma).toBeLessThan(0.35);
    // A pixel that is much darker than all others has gone.
    expect(Math.min(...found.x.data)).toBeGreaterThan(40 - sigma);
  });

  test("noise that was cut off at the ends of the range is told by the rest", async () => {
    const { x: noisy } = gaussianNoise(clean, { sigma: 40, seed: 3 });
    const x = { ...noisy, data: noisy.data.map((value) => Math.min(255, Math.max(0, Math.round(value)))) };
    expect(Math.abs((await imageNoise(x, [height, width], { range: [0, 255] })) / 40 - 1)).toBeLessThan(0.1);
  });

  test("colors are as good as gray levels, and images of a set are each by itself", async () => {
    const plane = height * width;
    const color = matrix(2, 3 * plane);
    for (let c = 0; c < 3; c++) {
      color.data.set(
        clean.data.map((value) => value * (1 - c / 4)),
        c * plane,
      );
      color.data.set(
        clean.data.map((value) => 255 - value),
        (3 + c) * plane,
      );
    }
    const { x: noisy } = gaussianNoise(color, { sigma: 20, seed: 4 });
    const found = await denoise(noisy, { rowShape: [3, height, width], noise: 20 });
    expect(rmse(color, found.x) / 20).toBeLessThan(0.3);
    const alone = await denoise(matrix(1, 3 * plane, noisy.data.slice(3 * plane)), {
      rowShape: [3, height, width],
      noise: 20,
    });
    expect(Array.from(alone.x.data)).toEqual(Array.from(found.x.data.slice(3 * plane)));
  });

  test("a constant image, and one without noise, stay as they are", async () => {
    const flat = matrix(1, 400, new Float32Array(400).fill(7));
    const found = await denoise(flat, { rowShape: [20, 20] });
    expect(found.noise).toBe(0);
    expect(Array.from(found.x.data)).toEqual(Array.from(flat.data));
    expect(rmse(clean, (await denoise(clean, { rowShape: [height, width], noise: 0 })).x)).toBe(0);
  });

  test("small images are rows that have something in common", async () => {
    const { x } = digits();
    const { x: noisy } = gaussianNoise(x, { sigma: 2, seed: 1 });
    const found = await denoise(noisy, { rowShape: [8, 8] });
    expect(found.way).toBe("low-rank");
    expect(Math.abs(found.noise! / 2 - 1)).toBeLessThan(0.1);
    expect(peakSignalToNoise(x, found.x, 16)).toBeGreaterThan(peakSignalToNoise(x, noisy, 16) + 2);
  });
});

describe("tables", () => {
  test("columns of unlike units and categories are freed together, and come back in their units", async () => {
    const { x } = lowRank({ rows: 300, cols: 6, rank: 2, noise: 0, seed: 4 });
    const { x: noisy } = gaussianNoise(x, { sigma: 0.2, seed: 2 });
    const units = [1, 1000, 0.01, 1, 10, 5];
    const rows = (of: Matrix) =>
      Array.from({ length: 300 }, (_, i) => ({
        ...Object.fromEntries(units.map((unit, j) => [`c${j}`, 100 * unit + unit * of.data[6 * i + j]!])),
        kind: x.data[6 * i]! > 0 ? "a" : "b",
      }));
    const data = tableDataset(recordsTable(rows(noisy)), "memory");
    const wanted = tableDataset(recordsTable(rows(x)), "memory");
    const found = await denoise(data);
    expect(found.way).toBe("low-rank");
    expect(found.scaling.kind).toBe("standard");
    const column = (of: { data: ArrayLike<number>; cols: number }, j: number) =>
      Float32Array.from({ length: 300 }, (_, i) => of.data[i * of.cols + j]!);
    const off = (of: { data: ArrayLike<number>; cols: number }, j: number) =>
      rmse(matrix(300, 1, column(wanted.x, j)), { data: column(of, j) });
    const left = units.map((_, j) => off(found.x, j) / off(data.x, j));
    expect(Math.max(...left)).toBeLessThan(1);
    expect(left.reduce((sum, share) => sum + share) / 6).toBeLessThan(0.9);
  });

  test("a model gives its reconstructions", async () => {
    const { x } = digits();
    const model = await fit(pca({ latentDim: 12 }), x);
    const found = await denoise(x, { model });
    expect(found.way).toBe("model");
    expect(Array.from(found.x.data)).toEqual(Array.from((await model.reconstructWide(x)).data));
    await expect(denoise(x, { model, noise: 1 })).rejects.toThrow("a model takes no noise");
  });

  test("refuses what does not fit", async () => {
    const x = normal(20, 3, 1);
    await expect(denoise(x)).rejects.toThrow("noise is told by 4 rows and columns or more, got 20 × 3");
    expect((await denoise(x, { noise: 0.1 })).rank).toBe(3);
    await expect(denoise(x, { noise: -1 })).rejects.toThrow("noise must be a number ≥ 0, got -1");
    await expect(denoise(normal(2, 500, 1), { rowShape: [20, 20] })).rejects.toThrow(
      "rows of 500 numbers are no images of 20 × 20",
    );
    x.data[4] = Number.NaN;
    await expect(denoise(x, { noise: 1 })).rejects.toThrow("row 1 column 1 is NaN");
  });
});

const shared = (name: string) =>
  fileURLToPath(new URL(`../../../../shared/data/photos/${name}.pgm`, import.meta.url));
const sides = [240, 320] as const;

// A part of the photographs, since the whole takes a while.
describe.skipIf(!existsSync(shared("china")))("photographs", () => {
  const part = (name: string) => {
    const { width, height, pixels } = readNetpbm(readFileSync(shared(name)), name);
    const [top, left] = [Math.floor((height - sides[0]) / 2), Math.floor((width - sides[1]) / 2)];
    const data = Float32Array.from(
      { length: sides[0] * sides[1] },
      (_, at) => pixels[(top + Math.floor(at / sides[1])) * width + left + (at % sides[1])]!,
    );
    return {
      part: matrix(1, data.length, data),
      whole: matrix(1, pixels.length, Float32Array.from(pixels)),
      height,
      width,
    };
  };

  test.each(["china", "flower"])("%s: the noise is told within a tenth", async (name) => {
    const { whole, height, width } = part(name);
    for (const sigma of [5, 10, 25, 50]) {
      const { x } = gaussianNoise(whole, { sigma, seed: 2 });
      expect(Math.abs((await imageNoise(x, [height, width])) / sigma - 1)).toBeLessThan(0.1);
    }
  });

  // PSNR of a Wiener filter in windows of 5 × 5 pixels on the same parts, see studies/photo-denoising.ts.
  test.each([
    ["china", 25],
    ["flower", 25],
  ] as const)("%s, noise %d: clearly better than a Wiener filter", async (name, sigma) => {
    const { part: clean } = part(name);
    const { x } = gaussianNoise(clean, { sigma, seed: 2 });
    const found = await denoise(x, { rowShape: sides, noise: sigma });
    const wiener = peakSignalToNoise(clean, wienerFilter(x, sides, sigma), 255);
    expect(peakSignalToNoise(clean, found.x, 255)).toBeGreaterThan(wiener + 1);
  });
});

function wienerFilter({ data }: Matrix, [height, width]: readonly [number, number], sigma: number): Matrix {
  const out = matrix(1, data.length);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) {
      let [count, sum, squares] = [0, 0, 0];
      for (let a = Math.max(0, i - 2); a <= Math.min(height - 1, i + 2); a++)
        for (let b = Math.max(0, j - 2); b <= Math.min(width - 1, j + 2); b++) {
          count++;
          sum += data[a * width + b]!;
          squares += data[a * width + b]! ** 2;
        }
      const [mean, variance] = [sum / count, squares / count - (sum / count) ** 2];
      const share = Math.max(0, variance - sigma ** 2) / Math.max(variance, sigma ** 2);
      out.data[i * width + j] = mean + share * (data[i * width + j]! - mean);
    }
  return out;
}
