import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIdx, writeIdx } from "../../src/data/idx.js";
import { damaged, expectSameBits, readsOrRefuses } from "./damage.js";
import { testWith } from "./shared.js";

describe("every type, big-endian", () => {
  type Setter = (view: DataView, at: number, value: number) => void;
  const types: [number, number, Setter][] = [
    [0x08, 1, (view, at, value) => view.setUint8(at, value)],
    [0x09, 1, (view, at, value) => view.setInt8(at, value)],
    [0x0b, 2, (view, at, value) => view.setInt16(at, value)],
    [0x0c, 4, (view, at, value) => view.setInt32(at, value)],
    [0x0d, 4, (view, at, value) => view.setFloat32(at, value)],
    [0x0e, 8, (view, at, value) => view.setFloat64(at, value)],
  ];
  test.each(types)("type 0x%s", (type, size, set) => {
    const bytes = new Uint8Array(12 + 4 * size);
    const view = new DataView(bytes.buffer);
    bytes.set([0, 0, type, 2]);
    view.setUint32(4, 2);
    view.setUint32(8, 2);
    const values = type === 8 ? [0, 1, 200, 255] : [0, 1, -2, 100];
    values.forEach((value, i) => {
      set(view, 12 + i * size, value);
    });
    const { x, shape } = readIdx(bytes);
    expect(shape).toEqual([2, 2]);
    expectSameBits(x.data, values);
  });
});

test("sizes are held against the bytes before anything is allocated", () => {
  const promise = Uint8Array.of(0, 0, 8, 2, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1, 5);
  expect(() => readIdx(promise, "a.idx")).toThrow(
    "a.idx: 2147483647 × 1 is 2147483647 bytes, the file has 1",
  );
  const beyond = Uint8Array.of(0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  expect(() => readIdx(beyond, "a.idx")).toThrow("a.idx: at most 2147483647 numbers");
  expect(() => readIdx(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1), "a.idx")).toThrow(
    "a.idx: cut off in its header",
  );
  expect(() => readIdx(Uint8Array.of(0, 0, 10, 1, 0, 0, 0, 0), "a.idx")).toThrow("a.idx: no IDX file");
});

test("more axes than arrays have are refused", () => {
  const axes = new Uint8Array(4 + 4 * 33 + 1).fill(1, 4 + 4 * 33);
  axes.set([0, 0, 8, 33]);
  expect(() => readIdx(axes, "a.idx")).toThrow("a.idx: 33 axes, want 1 to 32");
});

test("what float32 cannot hold comes back as it is", () => {
  const doubles = [1e300, 0.1, -0, Number.NaN, 2 ** 53 - 1];
  const bytes = new Uint8Array(8 + 8 * doubles.length);
  bytes.set([0, 0, 14, 1, 0, 0, 0, doubles.length]);
  doubles.forEach((value, i) => {
    new DataView(bytes.buffer).setFloat64(8 + 8 * i, value);
  });
  expectSameBits(readIdx(bytes).x.data, doubles);
  const whole = [2 ** 24 + 1, -(2 ** 31), 20240103];
  const ints = new Uint8Array(8 + 4 * whole.length);
  ints.set([0, 0, 12, 1, 0, 0, 0, whole.length]);
  whole.forEach((value, i) => {
    new DataView(ints.buffer).setInt32(8 + 4 * i, value);
  });
  expectSameBits(readIdx(ints).x.data, whole);
});

test("round trip of bytes and of floats", () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 30 }), fc.uint8Array({ maxLength: 30 }), (floats, bytes) => {
      const asMatrix = (data: Float32Array) => ({ data, rows: data.length, cols: 1 });
      expectSameBits(readIdx(writeIdx(asMatrix(floats))).x.data, floats);
      expectSameBits(readIdx(writeIdx(asMatrix(Float32Array.from(bytes)), "u1")).x.data, bytes);
    }),
  );
  expect(() => writeIdx({ data: Float32Array.of(256), rows: 1, cols: 1 }, "u1")).toThrow("number 0 is 256");
});

test("any damage is refused in one line", async () => {
  const good = writeIdx({ data: new Float32Array(12), rows: 3, cols: 4 }, "u1", [3, 2, 2]);
  await fc.assert(
    fc.asyncProperty(damaged(good), (bytes) => readsOrRefuses("a.idx", () => readIdx(bytes, "a.idx"))),
    { numRuns: 2000 },
  );
});

testWith("fashion-mnist/t10k-images-idx3-ubyte.gz", "Fashion-MNIST's test images", (path) => {
  const { x, shape } = readIdx(gunzipSync(readFileSync(path)));
  expect(shape).toEqual([10000, 28, 28]);
  expect([x.rows, x.cols]).toEqual([10000, 784]);
  // Mean intensity of the test set, 73.1466, as every description of it gives.
  expect(Array.from(x.data).reduce((sum, value) => sum + value, 0) / x.data.length).toBeCloseTo(73.1466, 3);
});
