/**
 * @file Photographs with missing pixels filled by their patches: every patch of 8 × 8 pixels is a row with gaps, iterative ridge regression
 * is fitted to some thousand of them and fills all, and a missing pixel is the mean of what its patches make of it. PSNR over the missing pixels of
 * the whole photographs, as the reference figures have it, in studies/results/inpainting-patches.json.
 *
 *   node dist/studies/inpainting-patches.js
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { type Matrix, matrix, takeRows } from "../src/data/matrix.js";
import { readNetpbm } from "../src/data/netpbm.js";
import { configureRuntime, fit, impute, iterativeRidge } from "../src/index.js";
import { keepFigures } from "./results.js";

const CASES = [
  ["flower", 30],
  ["flower", 50],
  ["china", 30],
  ["china", 50],
] as const;
const [SIDE, STRIDE, FITTED, RIDGE] = [8, 2, 6000, 1e-4];

interface Photo {
  readonly width: number;
  readonly height: number;
  /** In [0, 1]. */
  readonly pixels: Float32Array;
  /** 1 where a pixel is missing. */
  readonly missing: Uint8Array;
}

function load(name: string, share: number): Photo {
  const path = sharedFile(`data/photos/${name}.pgm`);
  const { width, height, pixels } = readNetpbm(new Uint8Array(readFileSync(path)), path);
  const bits = gunzipSync(readFileSync(sharedFile(`reference/masks/${name}-missing${share}.bits.gz`)));
  return {
    width,
    height,
    pixels: Float32Array.from(pixels, (value) => value / 255),
    missing: Uint8Array.from({ length: width * height }, (_, at) => (bits[at >> 3]! >> (7 - (at & 7))) & 1),
  };
}

/** Places of patches along a side, the last at its end. */
function placesAlong(length: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < length - SIDE; at += STRIDE) places.push(at);
  return [...places, length - SIDE];
}

/** Positions of the pixels of every patch. */
function patchPixels({ width, height }: Photo): Uint32Array[] {
  return placesAlong(height).flatMap((top) =>
    placesAlong(width).map((left) =>
      Uint32Array.from(
        { length: SIDE * SIDE },
        (_, j) => (top + Math.floor(j / SIDE)) * width + left + (j % SIDE),
      ),
    ),
  );
}

async function filled(photo: Photo): Promise<Float64Array> {
  const { pixels, missing } = photo;
  const places = patchPixels(photo);
  const patches: Matrix = matrix(places.length, SIDE * SIDE);
  places.forEach((own, i) => {
    own.forEach((at, j) => {
      patches.data[i * SIDE * SIDE + j] = missing[at] ? Number.NaN : pixels[at]!;
    });
  });
  const step = Math.max(1, Math.floor(places.length / FITTED));
  const some = Array.from({ length: Math.floor(places.length / step) }, (_, i) => i * step);
  const model = await fit(iterativeRidge({ ridge: RIDGE, tol: 3e-3 }), takeRows(patches, some), { seed: 0 });
  const { data } = await impute(model, patches);
  const sums = new Float64Array(pixels.length);
  const counts = new Float64Array(pixels.length);
  places.forEach((own, i) => {
    own.forEach((at, j) => {
      sums[at]! += data[i * SIDE * SIDE + j]!;
      counts[at]!++;
    });
  });
  return sums.map((sum, at) => (missing[at] ? Math.min(1, Math.max(0, sum / counts[at]!)) : pixels[at]!));
}

function psnr({ pixels, missing }: Photo, estimate: Float64Array): number {
  let [squares, count] = [0, 0];
  missing.forEach((isMissing, at) => {
    if (!isMissing) return;
    squares += (estimate[at]! - pixels[at]!) ** 2;
    count++;
  });
  return -10 * Math.log10(squares / count);
}

interface ReferenceFile {
  readonly results: Record<string, Record<string, { readonly psnr_missing_pixels: number } | number>>;
}

configureRuntime({ backend: "native", threads: 2 });
const { results: stored } = JSON.parse(
  readFileSync(sharedFile("reference/11_inpainting_photos.json"), "utf8"),
) as ReferenceFile;
const results: Record<string, object> = {};
for (const [name, share] of CASES) {
  const photo = load(name, share);
  const begun = performance.now();
  const found = psnr(photo, await filled(photo));
  const seconds = (performance.now() - begun) / 1000;
  const key = `${name} ${share / 100}`;
  results[key] = {
    patches: { psnr: Number(found.toPrecision(4)), seconds: Number(seconds.toPrecision(3)) },
    reference: Object.fromEntries(
      Object.entries(stored[key]!).flatMap(([method, figure]) =>
        typeof figure === "object" ? [[method, Number(figure.psnr_missing_pixels.toPrecision(4))]] : [],
      ),
    ),
  };
  console.error(key, JSON.stringify(results[key]));
}
keepFigures("inpainting-patches", {
  about: `PSNR in dB over the missing pixels of whole photographs: patches of ${SIDE} × ${SIDE} pixels every ${STRIDE}, filled by iterative ridge regression (ridge ${RIDGE}) fitted to ${FITTED} of them, overlapping ones averaged`,
  results,
  machine: machine(),
  date: new Date().toISOString(),
});
