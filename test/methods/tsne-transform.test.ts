/** @file The Fourier transforms of t-SNE's mesh, through the code that its threads run. */
import { expect, test } from "vitest";
import { codeOn } from "../../src/methods/manifold/tsne/code.js";
import {
  chunksOf,
  MESH_WORDS,
  type Mesh,
  spectrumLength,
  spectrumSize,
  tellOfMesh,
} from "../../src/methods/manifold/tsne/mesh.js";
import { roomFor } from "../../src/methods/manifold/tsne/mesh-kernel.js";
import { transformLength, twiddles } from "../../src/methods/manifold/tsne/twiddles.js";
import { float32On, int32On, wasmMemory } from "../../src/parallel/wasm.js";
import { random } from "../../src/random.js";

/** A mesh in memory of its own, its grid filled with noise. */
function meshOf(sizes: Omit<Mesh, "scale" | "splitting">) {
  const memory = wasmMemory();
  const mesh: Mesh = { ...sizes, scale: 1, splitting: 0 };
  const words = int32On(memory, MESH_WORDS);
  const table = (length: number) => {
    const values = twiddles(length);
    const there = float32On(memory, values.length);
    there.set(values);
    return there;
  };
  const { nx, ny, nz, mx, my, mz } = mesh;
  const [re, im, transfer] = [0, 1, 2].map(() => float32On(memory, spectrumSize(mesh)));
  const none = float32On(memory, 1);
  const noise = random(mx + my + mz);
  const grid = float32On(memory, nx * ny * nz).map(() => noise.normal());
  const stored = float32On(memory, grid.length);
  stored.set(grid);
  tellOfMesh(words, mesh, 0, [0, 0, 0], {
    ...{ places: none, px: none, py: none, pz: none, cells: none, order: none, cellStart: none },
    ...{ grid: stored, re: re!, im: im!, transfer: transfer!, sums: none, forces: none },
    ...{ twiddlesX: table(mx), twiddlesY: table(my), twiddlesZ: table(mz) },
  });
  const code = codeOn(memory);
  const room = roomFor(memory, Math.max(mx, my, mz));
  type Stage = "forwardRows" | "forwardMiddle" | "convolve" | "inverseMiddle" | "inverseRows";
  const run = (stage: Stage, chunks: number) => {
    for (let chunk = 0; chunk < chunks; chunk++) code[stage](words.byteOffset, chunk, room);
  };
  return { mesh, run, grid, stored, re: re!, im: im!, transfer: transfer! };
}

test.each([2, 4, 6, 8, 10, 16, 30, 36, 60, 90, 100, 128])(
  "spectra of rows padded to %d are the sums that define them",
  (mx) => {
    const nx = Math.max(1, Math.floor(mx / 2));
    const ny = 19;
    const { mesh, run, grid, re, im } = meshOf({ nx, ny, nz: 1, mx, my: 40, mz: 1 });
    run("forwardRows", chunksOf.rows(mesh));
    for (const row of [0, 1, 7, 18]) {
      for (let k = 0; k <= mx / 2; k++) {
        let [sumRe, sumIm] = [0, 0];
        for (let t = 0; t < nx; t++) {
          const angle = (-2 * Math.PI * ((k * t) % mx)) / mx;
          sumRe += grid[row * nx + t]! * Math.cos(angle);
          sumIm += grid[row * nx + t]! * Math.sin(angle);
        }
        const at = row * spectrumLength(mx) + k;
        expect(Math.abs(re[at]! - sumRe)).toBeLessThan(2e-5);
        expect(Math.abs(im[at]! - sumIm)).toBeLessThan(2e-5);
      }
    }
  },
);

test.each([
  { nx: 40, ny: 1, nz: 1, mx: 80, my: 1, mz: 1 },
  { nx: 21, ny: 33, nz: 1, mx: 48, my: 72, mz: 1 },
  { nx: 12, ny: 17, nz: 9, mx: 30, my: 36, mz: 20 },
])("a grid of $nx × $ny × $nz comes back from there, multiplied", (sizes) => {
  const { mesh, run, grid, stored, transfer } = meshOf(sizes);
  transfer.fill(3 / (mesh.mx * mesh.my * mesh.mz));
  run("forwardRows", chunksOf.rows(mesh));
  if (mesh.nz > 1) run("forwardMiddle", chunksOf.middle(mesh));
  run("convolve", chunksOf.last(mesh));
  if (mesh.nz > 1) run("inverseMiddle", chunksOf.middle(mesh));
  run("inverseRows", chunksOf.rows(mesh));
  for (let i = 0; i < grid.length; i++) expect(Math.abs(stored[i]! - 3 * grid[i]!)).toBeLessThan(2e-5);
});

test("lengths are even and have no prime factor above 5", () => {
  expect([1, 2, 7, 13, 61, 121].map(transformLength)).toEqual([1, 2, 8, 16, 64, 128]);
});
