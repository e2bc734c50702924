/** @file The page: starts the worker that trains, shows how far it is, and draws what came out. */
import { load } from "unlabeled";
import { digits, type Matrix, takeRows } from "unlabeled/data";
import type { News } from "./train.js";

const status = document.querySelector<HTMLElement>("#status")!;
const canvas = document.querySelector<HTMLCanvasElement>("#digits")!;

// A run of training steps blocks its thread for a fifth of a second, so it is not the page's.
const worker = new Worker(new URL("./train.ts", import.meta.url), { type: "module" });
worker.onerror = ({ message }) => {
  status.textContent = `failed: ${message}`;
};
worker.onmessage = async ({ data }: MessageEvent<News>) => {
  if (data.kind === "progress") {
    status.textContent = `epoch ${data.epoch} of ${data.epochs}, loss ${data.loss.toFixed(2)}`;
    return;
  }
  // Any model file can be loaded in the page, fitted in the browser or elsewhere.
  const model = await load(data.model);
  const some = takeRows(digits().x, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  draw(some, 0);
  draw(await model.reconstruct(some), 32);
  status.textContent = `done: ${model.inputDim} numbers to ${model.latentDim}, loss ${data.loss.toFixed(2)}`;
};

/** Draws images of 8 × 8 pixels from 0 to 16 side by side, each pixel four wide. */
function draw(images: Matrix, top: number): void {
  const context = canvas.getContext("2d")!;
  images.data.forEach((value, i) => {
    const [image, row, column] = [Math.floor(i / 64), Math.floor((i % 64) / 8), i % 8];
    const gray = 255 - Math.min(255, Math.max(0, value * 16));
    context.fillStyle = `rgb(${gray} ${gray} ${gray})`;
    context.fillRect(32 * image + 4 * column, top + 4 * row, 4, 4);
  });
}
