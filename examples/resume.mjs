// Training that is interrupted and goes on from its checkpoint, to the same bits as without the break.
//
//   node resume.mjs
//
import { readFile, writeFile } from "node:fs/promises";
import { denoisingAutoencoder, fit, InterruptedError } from "unlabeled";
import { digits } from "unlabeled/data";

const { x } = digits();
const method = denoisingAutoencoder({ latentDim: 8, hidden: [64], noise: { gaussian: 0.3 } });
const options = /** @type {const} */ ({ scale: "unit", epochs: 60, seed: 1, schedule: "cosine" });

// Ctrl-C, a time limit, a closed page: anything that can raise an AbortSignal.
const stop = new AbortController();
try {
  await fit(method, x, {
    ...options,
    signal: stop.signal,
    onProgress: ({ epoch }) => {
      if (epoch === 10) stop.abort();
    },
  });
} catch (error) {
  if (!(error instanceof InterruptedError)) throw error;
  console.log(error.message);
  await writeFile("training.checkpoint", error.checkpoint);
}

const resumed = await fit(method, x, { resume: await readFile("training.checkpoint") });
const straight = await fit(method, x, options);
const [a, b] = [resumed.save(), straight.save()];
console.log(`after ${resumed.history.length} epochs, the same bytes: ${Buffer.compare(a, b) === 0}`);
