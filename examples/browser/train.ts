/** @file The worker: fits an autoencoder and sends the model's file. */
import { autoencoder, fit } from "unlabeled";
import { digits } from "unlabeled/data";

/** Messages of the worker to the page. */
export type News =
  | { readonly kind: "progress"; readonly epoch: number; readonly epochs: number; readonly loss: number }
  | { readonly kind: "done"; readonly model: Uint8Array; readonly loss: number };

const tell = (news: News) => postMessage(news);

const model = await fit(autoencoder({ latentDim: 8, hidden: [64] }), digits().x, {
  scale: "unit",
  epochs: 20,
  seed: 1,
  onProgress: ({ epoch, epochs, loss }) => tell({ kind: "progress", epoch, epochs, loss }),
});
tell({ kind: "done", model: model.save(), loss: model.history.at(-1)!.loss });
