/** @file The order in which UMAP's threads take rows. */
import { expect, test } from "vitest";
import { curveOrder } from "../../src/methods/manifold/umap/curve-order.js";
import { random } from "../../src/random.js";

test("four places of a square are taken as Morton's Z", () => {
  expect([...curveOrder(Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0), 2)]).toEqual([3, 2, 1, 0]);
});

test.each([1, 2, 3])(
  "with %d coordinates every place is taken once, near ones soon after each other",
  (dims) => {
    const stream = random(2);
    const n = 4000;
    const places = Float64Array.from({ length: n * dims }, () => stream.normal());
    const order = curveOrder(places, dims);
    expect(Int32Array.from(order).sort()).toEqual(Int32Array.from({ length: n }, (_, i) => i));
    const step = (rows: ArrayLike<number>) => {
      let sum = 0;
      for (let i = 1; i < n; i++)
        for (let axis = 0; axis < Math.min(2, dims); axis++)
          sum += Math.abs(places[rows[i]! * dims + axis]! - places[rows[i - 1]! * dims + axis]!) / n;
      return sum;
    };
    expect(step(order)).toBeLessThan(0.1 * step(Int32Array.from({ length: n }, (_, i) => i)));
  },
);

test("places that are all one are taken as they come", () => {
  expect([...curveOrder(new Float64Array(10), 2)]).toEqual([0, 1, 2, 3, 4]);
});
