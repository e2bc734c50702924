import { expect, test } from "vitest";
import { dense, transpose } from "../../../src/linalg/dense.js";
import { gemm } from "../../../src/linalg/gemm.js";
import {
  connectedComponents,
  multiplySparse,
  sparseFromTriplets,
  sparseGram,
  sparseToDense,
  symmetricPart,
  transposeSparse,
} from "../../../src/linalg/sparse/index.js";
import { random } from "../../../src/random.js";
import { laplacian, randomSparse } from "./graphs.js";

const a = randomSparse(60, 45, 4, 1);
const full = sparseToDense(a);

test("entries of one place are summed, columns ascend", () => {
  const b = sparseFromTriplets(3, 4, {
    rowIndices: [2, 0, 2, 2, 0],
    columnIndices: [3, 1, 0, 3, 2],
    values: [1, 2, 3, 10, -1],
  });
  expect([...b.rowStarts]).toEqual([0, 2, 2, 4]);
  expect([...b.columns]).toEqual([1, 2, 0, 3]);
  expect([...b.values]).toEqual([2, -1, 3, 11]);
});

test("transposes twice to the same, and once to the dense transpose", () => {
  expect(transposeSparse(transposeSparse(a))).toEqual(a);
  expect(sparseToDense(transposeSparse(a))).toEqual(transpose(full));
});

test("products with blocks of vectors, and with itself, are those of dense matrices", async () => {
  const stream = random(2);
  const x = dense(
    45,
    7,
    Float64Array.from({ length: 45 * 7 }, () => stream.normal()),
  );
  const [product, want] = [multiplySparse(a, x), await gemm(full, x)];
  // Sums of at most 45 products in another order.
  product.data.forEach((value, i) => {
    expect(Math.abs(value - want.data[i]!)).toBeLessThan(1e-13);
  });
  const gram = sparseGram(a);
  const dense45 = await gemm(full, full, { transposeA: true });
  sparseToDense(gram).data.forEach((value, i) => {
    expect(Math.abs(value - dense45.data[i]!)).toBeLessThan(1e-13);
  });
  expect(transposeSparse(gram)).toEqual(gram);
});

test("the symmetric part is the mean with the transpose", () => {
  const b = randomSparse(30, 30, 3, 3);
  const half = sparseToDense(symmetricPart(b));
  const [left, right] = [sparseToDense(b), sparseToDense(transposeSparse(b))];
  half.data.forEach((value, i) => {
    expect(value).toBe((left.data[i]! + right.data[i]!) / 2);
  });
});

test("components are numbered by their first nodes", () => {
  const graph = laplacian(7, [
    [0, 3],
    [3, 5],
    [1, 6],
    [6, 4],
  ]);
  expect(connectedComponents(graph)).toEqual({ count: 3, labels: Int32Array.of(0, 1, 2, 0, 1, 0, 1) });
});

test("what does not fit is refused in a sentence", () => {
  const lists = { rowIndices: [0], columnIndices: [5], values: [1] };
  expect(() => sparseFromTriplets(2, 5, lists)).toThrow("entry (0, 5) is outside of 2 × 5");
  expect(() => sparseFromTriplets(2, 5, { ...lists, values: [] })).toThrow(
    "got 1 rows, 1 columns and 0 values",
  );
  expect(() => multiplySparse(a, dense(44, 2))).toThrow("inner sizes differ in [60, 45] · [44, 2]");
  expect(() => symmetricPart(a)).toThrow("want a square matrix, got 60 × 45");
});
