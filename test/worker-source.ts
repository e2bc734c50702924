/**
 * @file Stands for src/worker-source.ts in tests, which know one place of a worker's program.
 */
import { inject } from "vitest";
import type { WorkerSource } from "../src/worker-source.js";

/** Made before the tests, by worker.ts. */
export const workerSources = (): WorkerSource[] => [{ url: new URL(inject("worker")) }];
