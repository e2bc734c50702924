// A method of your own, trained by gradients: a subspace that a few wild rows do not turn.
//
//   node own-method.mjs
//
//   min over B, c of 1/n Σᵢ ‖xᵢ − x̂ᵢ‖₂,   z = (x − c) B,   x̂ = z Bᵀ + c
//
// The error is not squared, so that a row far off pulls no harder than any other.
// Source: Ding, Zhou, He & Zha (2006), "R1-PCA: rotational invariant L1-norm principal component analysis", ICML.
import { engine, fit, load, pca, random } from "unlabeled";
import { matrix } from "unlabeled/data";
import { checkOptions, defineMethod, float32, integer } from "unlabeled/method";

const { add, matmul, mean, sqrt, square, sub, sum, transpose } = engine;

const NAME = "robustSubspace";
const options = { latentDim: integer({ min: 1, help: "numbers in a code" }) };

/** @typedef {import("unlabeled").engine.Tensor} Tensor */
/** @param {Tensor} x @param {import("unlabeled/method").Symbols} p */
const encode = (x, p) => matmul(sub(x, p.center), p.basis);
/** @param {Tensor} z @param {import("unlabeled/method").Symbols} p */
const decode = (z, p) => add(matmul(z, transpose(p.basis, [1, 0])), p.center);

const robustSubspace = defineMethod({
  name: NAME,
  summary: "a subspace of least unsquared error",
  options,
  create(given) {
    const { latentDim: k } = checkOptions(NAME, options, given);
    return {
      name: NAME,
      options: { latentDim: k },
      codeSize: () => k,
      fitting: {
        kind: "trained",
        initial: (x, stream) => ({
          basis: float32(
            [x.cols, k],
            stream.fillNormal(new Float32Array(x.cols * k)).map((v) => v / 10),
          ),
          center: float32([x.cols], new Float32Array(x.cols)),
        }),
        loss({ data: { x } }, p) {
          const residual = sub(x, decode(encode(x, p), p));
          return { loss: mean(sqrt(add(sum(square(residual), 1), 1e-6))) };
        },
        defaults: { epochs: 100, batchSize: 100, learningRate: 0.01, optimizer: { name: "adam" } },
      },
      parts: () => ({ encode, decode }),
      results: () => ({}),
    };
  },
});

// Rows along the diagonal of a cube, and one in ten far off to one side.
const stream = random(1);
const x = matrix(1000, 3);
for (let i = 0; i < 1000; i++) {
  const along = 2 * stream.normal();
  const wild = i % 10 === 0 ? [8 + stream.normal(), -8 + stream.normal(), 0] : [0, 0, 0];
  for (let j = 0; j < 3; j++) x.data[3 * i + j] = along + 0.1 * stream.normal() + wild[j];
}

/** Degrees between the diagonal and the direction in which rows are described. @param {import("unlabeled").Coder} model */
async function degreesOff(model) {
  const { data } = await model.decode([[-1], [1]]);
  const direction = [0, 1, 2].map((j) => data[3 + j] - data[j]);
  const cosine =
    direction.reduce((total, value) => total + value, 0) / Math.hypot(...direction) / Math.sqrt(3);
  return ((Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI).toFixed(0);
}

const model = await fit(robustSubspace.create({ latentDim: 1 }), x, { seed: 1, schedule: "cosine" });
console.log(`pca: ${await degreesOff(await fit(pca({ latentDim: 1 }), x, { seed: 1 }))} degrees off`);
console.log(`${model.method}: ${await degreesOff(model)} degrees off`);

// Files, ONNX and checks of options came with it.
const again = await load(model.save(), robustSubspace);
const [a, b] = [await model.encode(x), await again.encode(x)];
console.log(`the same codes after loading: ${a.data.every((value, i) => value === b.data[i])}`);
console.log(`ONNX: ${model.toOnnx("encode").length > 0}`);
try {
  robustSubspace.create({ latentDim: 0 });
} catch (error) {
  console.log(String(error));
}
