// Training in a worker thread, so that the main thread stays free: progress, and an answer at the end.
//
//   node worker.mjs
//
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { autoencoder, fit, load } from "unlabeled";
import { digits } from "unlabeled/data";

if (isMainThread) {
  const { x } = digits();
  let ticks = 0;
  const clock = setInterval(() => ticks++, 10);
  const worker = new Worker(new URL(import.meta.url), { workerData: x });
  /** @type {Uint8Array} */
  const bytes = await new Promise((resolve, reject) => {
    worker.on("message", ({ epoch, loss, model }) => {
      if (model) resolve(model);
      else if (epoch % 10 === 0) console.log(`epoch ${epoch}: loss ${loss.toFixed(3)}`);
    });
    worker.on("error", reject);
  });
  clearInterval(clock);
  await worker.terminate();
  const model = await load(bytes);
  console.log(`${model.method} came back; the main thread was free meanwhile: ${ticks > 10}`);
} else {
  const model = await fit(autoencoder({ latentDim: 8, hidden: [64] }), workerData, {
    scale: "unit",
    epochs: 30,
    seed: 1,
    onProgress: ({ epoch, epochEnd, loss }) => {
      if (epochEnd) parentPort?.postMessage({ epoch, loss });
    },
  });
  parentPort?.postMessage({ model: model.save() });
}
