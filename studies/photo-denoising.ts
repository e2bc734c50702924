/**
 * @file Photographs with noise of a known σ: PSNR of groups of patches that look alike (`denoise`) beside a Wiener filter, principal components of all patches, and a
 * learned dictionary; and the σ that is told of them. In studies/results/photo-denoising.json.
 *
 * The others are at their usual settings: the Wiener filter of Lee (1980) in windows of 5 × 5; coefficients of 8 × 8 patches in their principal
 * components kept above 2.7 σ; and 256 atoms learned from the noisy patches themselves, with as few of them as leave ‖x − D z‖² ≤ 64 (1.15 σ)²
 * (Elad & Aharon 2006, "Image denoising via sparse and redundant representations over learned dictionaries").
 */
import { readFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { gaussianNoise, type Matrix, matrix, readNetpbm, takeRows } from "../src/data/index.js";
import { configureRuntime, denoise, fit, pca, random, sparseCodes, sparseCoding } from "../src/index.js";
import { peakSignalToNoise } from "../src/metrics/index.js";
import { keepFigures } from "./results.js";

configureRuntime({ backend: "native", threads: 2 });
const SIDE = 8;
const [ATOMS, LEARNED_FROM] = [256, 20_000];

interface Photo {
  readonly x: Matrix;
  readonly height: number;
  readonly width: number;
}

function photo(name: string): Photo {
  const path = sharedFile(`data/photos/${name}.pgm`);
  const { width, height, pixels } = readNetpbm(readFileSync(path), path);
  return { x: matrix(1, width * height, Float32Array.from(pixels)), height, width };
}

/** All patches `[m, 64]`. */
function patchesOf({ x, height, width }: Photo): Matrix {
  const [down, across] = [height - SIDE + 1, width - SIDE + 1];
  const out = matrix(down * across, SIDE * SIDE);
  for (let p = 0, to = 0; p < down * across; p++)
    for (let u = 0; u < SIDE; u++, to += SIDE) {
      const from = (Math.floor(p / across) + u) * width + (p % across);
      out.data.set(x.data.subarray(from, from + SIDE), to);
    }
  return out;
}

/** The image whose patches they are estimates of: their mean where they overlap. */
function overlapped({ data }: Matrix, { height, width }: Photo): Matrix {
  const across = width - SIDE + 1;
  const [sums, counts] = [new Float64Array(height * width), new Float64Array(height * width)];
  for (let at = 0; at < data.length; at++) {
    const [p, u, v] = [Math.floor(at / SIDE ** 2), Math.floor((at % SIDE ** 2) / SIDE), at % SIDE];
    const to = (Math.floor(p / across) + u) * width + (p % across) + v;
    sums[to]! += data[at]!;
    counts[to]!++;
  }
  return matrix(
    1,
    sums.length,
    Float32Array.from(sums, (sum, i) => sum / counts[i]!),
  );
}

function wiener({ x: { data }, height, width }: Photo, sigma: number): Matrix {
  const out = matrix(1, data.length);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) {
      let [count, sum, squares] = [0, 0, 0];
      for (let a = Math.max(0, i - 2); a <= Math.min(height - 1, i + 2); a++)
        for (let b = Math.max(0, j - 2); b <= Math.min(width - 1, j + 2); b++) {
          const value = data[a * width + b]!;
          count++;
          sum += value;
          squares += value * value;
        }
      const mean = sum / count;
      const variance = squares / count - mean ** 2;
      const share = Math.max(0, variance - sigma ** 2) / Math.max(variance, sigma ** 2);
      out.data[i * width + j] = mean + share * (data[i * width + j]! - mean);
    }
  return out;
}

async function principal(noisy: Photo, sigma: number): Promise<Matrix> {
  const patches = patchesOf(noisy);
  const model = await fit(pca({ latentDim: SIDE ** 2 }), patches);
  const codes = await model.encode(patches);
  const kept = codes.data.map((value) => (Math.abs(value) > 2.7 * sigma ? value : 0));
  return overlapped(await model.decode({ ...codes, data: kept }), noisy);
}

async function dictionary(noisy: Photo, sigma: number): Promise<Matrix> {
  const patches = patchesOf(noisy);
  const means = new Float64Array(patches.rows);
  patches.data.forEach((value, at) => {
    means[Math.floor(at / SIDE ** 2)]! += value / SIDE ** 2;
  });
  const less = matrix(
    patches.rows,
    patches.cols,
    patches.data.map((value, at) => value - means[Math.floor(at / SIDE ** 2)]!),
  );
  const some = takeRows(less, random(0).permutation(less.rows).subarray(0, LEARNED_FROM));
  const method = sparseCoding({ latentDim: ATOMS, sparsity: 3 * sigma, maxIter: 20 });
  const model = await fit(method, some, { seed: 0 });
  const codes = await sparseCodes(less, model.dictionary, {
    kind: "l0",
    squaredError: SIDE ** 2 * (1.15 * sigma) ** 2,
  });
  const back = await model.decode(codes);
  back.data.forEach((value, at) => {
    back.data[at] = value + means[Math.floor(at / SIDE ** 2)]!;
  });
  return overlapped(back, noisy);
}

const results: object[] = [];
for (const name of ["china", "flower"]) {
  const clean = photo(name);
  const rowShape = [clean.height, clean.width];
  for (const sigma of [10, 25, 50]) {
    const noisy = { ...clean, x: gaussianNoise(clean.x, { sigma, seed: 1 }).x };
    const psnr = (x: Matrix) => Number(peakSignalToNoise(clean.x, x, 255).toFixed(2));
    const started = performance.now();
    const found = await denoise(noisy.x, { rowShape, noise: sigma });
    const seconds = (performance.now() - started) / 1000;
    const estimated = await denoise(noisy.x, { rowShape });
    const result = {
      ...{ name, sigma, noisy: psnr(noisy.x), wiener: psnr(wiener(noisy, sigma)) },
      principalComponents: psnr(await principal(noisy, sigma)),
      dictionary: psnr(await dictionary(noisy, sigma)),
      denoise: psnr(found.x as Matrix),
      seconds: Number(seconds.toFixed(1)),
      toldSigma: Number(estimated.noise!.toFixed(2)),
      denoiseAtToldSigma: psnr(estimated.x as Matrix),
    };
    console.log(result);
    results.push(result);
    keepFigures("photo-denoising", {
      about:
        "PSNR in dB of gray photographs with white noise of standard deviation sigma, not cut off, gray levels 0 … 255",
      results,
      machine: machine(),
    });
  }
}
