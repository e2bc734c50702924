/** @file The short form of the campaign `soak`, and that it sees what leaks. */
import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";

// From the build, as the campaign runs: its child process is beside it.
const soak = (await import(
  new URL("../../dist/campaigns/soak.js", import.meta.url).href
)) as typeof import("../../campaigns/soak.js");

/** In the first hundred fits a process still grows by some 100 kB a fit, as its code is compiled; after them by 3 kB at most. */
const FITS = 256;

test("a model that is dropped leaves nothing behind, and one that is kept is seen", {
  timeout: 180_000,
}, async () => {
  const hunt = new Hunt({ seed: 1 });
  await soak.memoryOf(hunt, "sparseCoding", FITS, { threads: 1 });
  expect(hunt.faults).toEqual([]);
  await soak.memoryOf(hunt, "leak", FITS, { threads: 1 });
  expect(hunt.faults).toHaveLength(1);
});

test("fits at the same time have the bits that each has alone", async () => {
  const hunt = new Hunt({ seed: 2 });
  const names = [
    "pca",
    "sparseCoding",
    "kMeans",
    "autoencoder",
    "tsne",
    "umap",
    "nonNegativeFactorization",
    "isomap",
  ];
  await soak.fitsAtOnce(hunt, names, 50);
  expect(hunt.faults).toEqual([]);
});

test("the slope is that of the highest points: what is let go now and then is none", () => {
  const sizes = (size: (fit: number) => number) =>
    Array.from({ length: 320 }, (_, i) => [3 * i, size(3 * i)] as const);
  expect(soak.slopeOf(sizes((fit) => 1e8 + 3e4 * fit))).toBeCloseTo(3e4, 6);
  expect(Math.abs(soak.slopeOf(sizes((fit) => 1e8 + 1e5 * (fit % 100))))).toBeLessThan(5e3);
});
