/**
 * @file The module worker of the test page: computes once, when it is told how.
 */
import type { RuntimeOptions } from "../../src/index.js";
import { compute } from "./workload.js";

addEventListener("message", async ({ data }: MessageEvent<RuntimeOptions>) => {
  try {
    postMessage({ figures: await compute(data) });
  } catch (error) {
    postMessage({ error: error instanceof Error ? error.stack : String(error) });
  }
});
