// A fitted encoder in another runtime: exported as ONNX, and run by ONNX Runtime's WebAssembly build alone.
//
//   npm install onnxruntime-web
//   node onnx-elsewhere.mjs
//
import { readFile, writeFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { autoencoder, fit } from "unlabeled";
import { digits } from "unlabeled/data";

const { x } = digits();
const model = await fit(autoencoder({ latentDim: 8, hidden: [64] }), x, {
  scale: "unit",
  epochs: 10,
  seed: 1,
});
await writeFile("encoder.onnx", model.toOnnx("encode"));

// From here on nothing of Unlabeled: any language with an ONNX runtime does the same.
const session = await InferenceSession.create(await readFile("encoder.onnx"));
const { z } = await session.run({ x: new Tensor("float32", x.data, [x.rows, x.cols]) });
console.log(
  `input ${session.inputNames} [${x.rows}, ${x.cols}], output ${session.outputNames} [${z.dims.join(", ")}]`,
);

const ours = (await model.encode(x)).data;
const theirs = /** @type {Float32Array} */ (z.data);
const largest = ours.reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[i])), 0);
console.log(`the two differ by less than 0.0001: ${largest < 1e-4}`);
