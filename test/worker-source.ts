/**
 * @file Stands for src/worker-source.ts in tests, which know one place of a worker's program.
 */
import type { WorkerSource } from "../src/worker-source.js";

/** Written by worker.ts, where neither git nor npm look. */
export const WORKER = new URL("../node_modules/.unlabeled-tests/unlabeled-worker.js", import.meta.url);

export const workerSources = (): WorkerSource[] => [{ url: WORKER }];
