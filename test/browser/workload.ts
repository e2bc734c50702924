/**
 * @file What is computed in Node and in the browser and compared: random numbers, and fits on the digits.
 */
import { digits } from "../../src/data/digits.js";
import {
  autoencoder,
  type Coder,
  configureRuntime,
  type FitOptions,
  fit,
  linearAutoencoder,
  type Method,
  nonNegativeFactorization,
  type Parameterization,
  pca,
  type RuntimeOptions,
  random,
  sparseCoding,
  tsne,
} from "../../src/index.js";

export interface FitFigures {
  /** Of every epoch. */
  losses: number[];
  /** Codes of the first rows, row by row. */
  codes: number[];
  /** SHA-256 of the model file, and so of every parameter. */
  file: string;
}

export interface Figures {
  random: Record<string, number[]>;
  fits: Record<string, FitFigures>;
  /** What loops of our own find, in which the last bit of a product may decide: codes of the first rows, row by row. */
  searches: Record<string, number[]>;
}

const CODED_ROWS = 200;
/** More than t-SNE does pair by pair. */
const MAPPED_ROWS = 600;
const training: FitOptions = { epochs: 3, seed: 7 };

export async function compute(options: RuntimeOptions): Promise<Figures> {
  configureRuntime(options);
  const { x } = digits();
  const fits: Record<string, FitFigures> = {};
  const measure = async (name: string, method: Method<Coder>, fitOptions: FitOptions) => {
    const model = await fit(method, x, fitOptions);
    const codes = await model.encode({
      ...x,
      data: x.data.subarray(0, CODED_ROWS * x.cols),
      rows: CODED_ROWS,
    });
    const hash = await crypto.subtle.digest("SHA-256", Uint8Array.from(model.save()));
    const file = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
    fits[name] = { file, losses: model.history.map((epoch) => epoch.loss), codes: [...codes.data] };
  };

  await measure("pca", pca({ latentDim: 8 }), { seed: 7 });
  await measure("pca randomized", pca({ latentDim: 8, solver: "randomized" }), { seed: 7 });
  const parameterizations: Parameterization[] = ["free", "projection", "shared", "unrolled", "tied"];
  for (const parameterization of parameterizations) {
    await measure(parameterization, linearAutoencoder({ latentDim: 8, parameterization }), training);
  }
  const deep = autoencoder({ latentDim: 8, hidden: [64, 32], activation: "gelu" });
  await measure("deep autoencoder", deep, training);

  const few = { ...x, rows: MAPPED_ROWS, data: x.data.subarray(0, MAPPED_ROWS * x.cols) };
  const map = await fit(tsne({ maxIter: 60 }), few, { seed: 7 });
  const atoms = await fit(sparseCoding({ latentDim: 20, sparsity: 8 }), few, { seed: 7 });
  const parts = await fit(nonNegativeFactorization({ latentDim: 6, maxIter: 60 }), few, { seed: 7 });
  const searches = {
    "t-SNE": [...map.embedding.data],
    "sparse coding": [...(await atoms.encode(few)).data],
    "non-negative factorization": [...(await parts.encode(few)).data],
  };
  return { random: randomNumbers(), fits, searches };
}

function randomNumbers(): Record<string, number[]> {
  const stream = random(2 ** 40 + 11);
  return {
    bits: Array.from({ length: 1000 }, () => stream.bits()),
    uniform: [...stream.fork("uniform").fillUniform(new Float32Array(1000))],
    // Enough that both tails, which go through logarithms, are drawn hundreds of times.
    normal: Array.from({ length: 10_000 }, () => stream.normal()),
    permutation: [...stream.fork("order", 3).permutation(1000)],
  };
}
