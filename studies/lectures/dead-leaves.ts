/**
 * @file Images of dead leaves: disks of all sizes and shades that cover one another, as things do in photographs, whose statistics they
 * share. They stand for photographs where there are none.
 *
 * Radii r have a density as r⁻³ between two bounds. Sources: Matheron (1968), "Schéma booléen séquentiel de partition aléatoire";
 * Lee, Mumford & Huang (2001), "Occlusion models for natural images", IJCV 41.
 */
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { type Random, random } from "../../src/random.js";

const SIDE = 64;
const [SMALLEST, LARGEST] = [2, 32];

/** Patches of so many pixels a side, each less its own mean. @returns `[rows, side²]`, shades in [0, 1] before. */
export function leafPatches(rows: number, side: number, seed: number): Matrix {
  const stream = random(seed).fork("dead leaves");
  const patches = matrix(rows, side * side);
  let image = leafImage(stream);
  for (let i = 0; i < rows; i++) {
    if (i % FROM_EACH === 0) image = leafImage(stream);
    const [top, left] = [stream.integer(SIDE - side + 1), stream.integer(SIDE - side + 1)];
    const own = patches.data.subarray(i * side * side, (i + 1) * side * side);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) own[y * side + x] = image[(top + y) * SIDE + left + x]!;
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    for (let j = 0; j < own.length; j++) own[j]! -= mean;
  }
  return patches;
}

/** Patches of an image. */
const FROM_EACH = 40;

/** Leaves from the first, which nothing covers, down, until all is covered. */
function leafImage(stream: Random): Float32Array {
  const image = new Float32Array(SIDE * SIDE).fill(Number.NaN);
  let open = image.length;
  while (open > 0) {
    // The share of radii above r falls as r⁻².
    const radius = SMALLEST / Math.sqrt(1 - stream.uniform() * (1 - (SMALLEST / LARGEST) ** 2));
    const place = () => stream.uniform() * (SIDE + 2 * radius) - radius;
    const [across, down, shade] = [place(), place(), stream.uniform()];
    const [from, to] = [Math.max(0, Math.ceil(down - radius)), Math.min(SIDE - 1, Math.floor(down + radius))];
    for (let y = from; y <= to; y++) {
      const half = Math.sqrt(radius ** 2 - (y - down) ** 2);
      const last = Math.min(SIDE - 1, Math.floor(across + half));
      for (let x = Math.max(0, Math.ceil(across - half)); x <= last; x++) {
        if (!Number.isNaN(image[y * SIDE + x]!)) continue;
        image[y * SIDE + x] = shade;
        open--;
      }
    }
  }
  return image;
}
