import { afterEach, expect, test } from "vitest";
import { configureRuntime, type RuntimeOptions } from "../../src/engine/index.js";
import { scatterMatrix } from "../../src/linalg/covariance.js";
import { toFloat32 } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { randomizedSvd } from "../../src/linalg/randomized-svd.js";
import { svd } from "../../src/linalg/svd.js";
import { topEigenpairs } from "../../src/linalg/top-eigenpairs.js";
import { normal, spread } from "./matrices.js";

afterEach(() => configureRuntime({}));

/** All solvers on matrices large enough for blocks and for several threads. */
async function everything(options: RuntimeOptions) {
  configureRuntime(options);
  const a = normal(330, 260);
  const gram = await gemm(a, a, { transposeA: true });
  return {
    svd: await svd(a),
    eigh: await eigh(gram),
    top: await topEigenpairs(gram, 5),
    scatter: await scatterMatrix(toFloat32(a), { precision: "mixed" }),
    randomized: await randomizedSvd(toFloat32(a), 5),
  };
}

test("the same bits on one thread and on two", async () => {
  expect(await everything({ threads: 2 })).toEqual(await everything({ threads: 1 }));
});

test("WebAssembly gives the same to rounding", async () => {
  const native = await everything({});
  const wasm = await everything({ backend: "wasm" });
  expect(spread(wasm.svd.s, native.svd.s, native.svd.s[0])).toBeLessThan(1e-14);
  expect(spread(wasm.eigh.values, native.eigh.values, native.eigh.values[0])).toBeLessThan(1e-14);
  expect(spread(wasm.top.values, native.top.values, native.top.values[0])).toBeLessThan(1e-14);
  // Float32 rounding of products.
  expect(spread(wasm.randomized.s, native.randomized.s, native.randomized.s[0])).toBeLessThan(1e-6);
  expect(spread(wasm.scatter.matrix.data, native.scatter.matrix.data, 330)).toBeLessThan(1e-6);
});
