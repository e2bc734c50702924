// Fits an autoencoder to handwritten digits, saves it to one file and loads it again.
//
//   node fit-and-save.mjs
//
import { readFile, writeFile } from "node:fs/promises";
import { autoencoder, fit, load } from "unlabeled";
import { digits } from "unlabeled/data";

const { x } = digits(); // 1797 images of 8 × 8 pixels, a row each
const model = await fit(autoencoder({ latentDim: 8, hidden: [64, 32] }), x, {
  scale: "unit",
  epochs: 20,
  seed: 1,
  onProgress: ({ epoch, epochEnd, loss }) => {
    if (epochEnd && epoch % 5 === 0) console.log(`epoch ${epoch}: loss ${loss.toFixed(3)}`);
  },
});
await writeFile("digits.safetensors", model.save());

// Elsewhere, or tomorrow.
const again = await load(await readFile("digits.safetensors"));
const [before, after] = [await model.encode(x), await again.encode(x)];
const same = before.data.every((value, i) => value === after.data[i]);
console.log(`${again.method}, ${again.inputDim} numbers to ${again.latentDim}; the same codes: ${same}`);
