/** @file Memories that a thread makes larger while workers are told of them. */
import { expect, test } from "vitest";

const dist = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href;
const { configureRuntime, fit, random, tsne }: typeof import("../../src/index.js") = await import(
  dist("index.js")
);
const { setThreads }: typeof import("../../src/parallel/team.js") = await import(dist("parallel/team.js"));

configureRuntime({ threads: 1 });

// One fit in some fifty failed where a worker did not hear of it: "memory access out of bounds".
test("workers know how large a memory is, fit after fit", { timeout: 120_000 }, async () => {
  setThreads(2);
  const stream = random(1);
  const x = { data: Float32Array.from({ length: 240 }, () => stream.uniform()), rows: 40, cols: 6 };
  const method = tsne({ perplexity: 5, maxIter: 3, algorithm: "fft" });
  let fits = 0;
  for (; fits < 400; fits++) await fit(method, x, { seed: fits });
  expect(fits).toBe(400);
});
