/**
 * Made format-2.safetensors: a checkpoint of model file format 2, in which `rowShape` was called `imageShape`. It runs on
 * the package as it was then: `node test/golden/format-2.mjs`, after a build.
 */
import { writeFileSync } from "node:fs";
import { fit, maskedAutoencoder } from "unlabeled";

const x = Array.from({ length: 8 }, (_, i) =>
  Array.from({ length: 16 }, (_, j) => ((i * 7 + j * 5) % 11) / 10),
);
const stop = new AbortController();
const method = maskedAutoencoder({ latentDim: 2, hidden: [], patchSize: 2, imageShape: [4, 4] });
const options = { seed: 3, epochs: 100, batchSize: 4, imageShape: [4, 4], signal: stop.signal };
const interrupted = fit(method, x, { ...options, onProgress: () => stop.abort() });
await interrupted.catch((error) => {
  writeFileSync(new URL("format-2.safetensors", import.meta.url), error.checkpoint);
});
