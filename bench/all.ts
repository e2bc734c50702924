/**
 * @file All benchmarks, one after the other: `npm run bench`.
 */
import { csvBenchmarks } from "./csv.js";
import { benchmarks } from "./harness.js";
import { linalgBenchmarks } from "./linalg.js";
import { pcaBenchmarks } from "./pca.js";
import { startupBenchmarks } from "./startup.js";
import { trainingBenchmarks } from "./training.js";

benchmarks(async () => {
  await startupBenchmarks();
  await trainingBenchmarks();
  await pcaBenchmarks();
  await linalgBenchmarks();
  await csvBenchmarks();
});
