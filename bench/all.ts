/**
 * @file All benchmarks, one after the other: `npm run bench`.
 */

import { approximateNeighborsBenchmarks } from "./approximate-neighbors.js";
import { autoencoderBenchmarks } from "./autoencoders.js";
import { contrastiveBenchmarks } from "./contrastive.js";
import { csvBenchmarks } from "./csv.js";
import { dictionaryLearningBenchmarks } from "./dictionary-learning.js";
import { benchmarks } from "./harness.js";
import { hdbscanBenchmarks } from "./hdbscan.js";
import { imputationBenchmarks } from "./imputation.js";
import { isomapBenchmarks } from "./isomap.js";
import { kMeansBenchmarks } from "./k-means.js";
import { kalmanFilterBenchmarks } from "./kalman-filter.js";
import { labBenchmarks } from "./lab.js";
import { laplacianEigenmapsBenchmarks } from "./laplacian-eigenmaps.js";
import { linalgBenchmarks } from "./linalg.js";
import { locallyLinearBenchmarks } from "./manifold-lle.js";
import { neighborsBenchmarks } from "./neighbors.js";
import { noiseCostBenchmarks } from "./noise-cost.js";
import { nonNegativeFactorizationBenchmarks } from "./non-negative-factorization.js";
import { outlierBenchmarks } from "./outliers.js";
import { pcaBenchmarks } from "./pca.js";
import { sequenceBenchmarks } from "./sequences.js";
import { sessionBenchmarks } from "./sessions.js";
import { sparseCodesBenchmarks } from "./sparse-codes.js";
import { startupBenchmarks } from "./startup.js";
import { tableBenchmarks } from "./tables.js";
import { trainingBenchmarks } from "./training.js";
import { trainingMemoryBenchmark } from "./training-memory.js";
import { tsneBenchmarks } from "./tsne.js";
import { umapBenchmarks } from "./umap.js";
import { wholeCommandBenchmarks } from "./whole-commands.js";

benchmarks(async () => {
  await startupBenchmarks();
  await labBenchmarks();
  await wholeCommandBenchmarks();
  await trainingBenchmarks();
  await autoencoderBenchmarks();
  await contrastiveBenchmarks();
  await sequenceBenchmarks();
  await noiseCostBenchmarks();
  await sessionBenchmarks();
  await trainingMemoryBenchmark();
  await pcaBenchmarks();
  await kMeansBenchmarks();
  await hdbscanBenchmarks();
  await outlierBenchmarks();
  await imputationBenchmarks();
  await linalgBenchmarks();
  await nonNegativeFactorizationBenchmarks();
  await sparseCodesBenchmarks();
  await dictionaryLearningBenchmarks();
  await isomapBenchmarks();
  await laplacianEigenmapsBenchmarks();
  await csvBenchmarks();
  await tableBenchmarks();
  await neighborsBenchmarks();
  await approximateNeighborsBenchmarks();
  await locallyLinearBenchmarks();
  await tsneBenchmarks();
  await umapBenchmarks();
  await kalmanFilterBenchmarks();
});
