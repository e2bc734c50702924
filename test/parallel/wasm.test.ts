/** @file Memory for WebAssembly code. */
import { expect, test } from "vitest";
import { float32On, float64On, int32On, ownRoom, uint32On, wasmMemory } from "../../src/parallel/wasm.js";

test("arrays are zeros, apart from each other and from address 0", () => {
  const memory = wasmMemory();
  const arrays = [float64On(memory, 10), float32On(memory, 70_000), int32On(memory, 1), uint32On(memory, 3)];
  arrays.forEach((array, i) => {
    array.fill(i + 1);
  });
  arrays.forEach((array, i) => {
    expect(array.every((value) => value === i + 1)).toBe(true);
    expect(array.byteOffset).toBeGreaterThan(0);
    expect(array.byteOffset % 16).toBe(0);
  });
  expect(float64On(memory, 5).every((value) => value === 0)).toBe(true);
});

test("a thread's room stays until it is too small", () => {
  const memory = wasmMemory();
  const room = ownRoom(memory, 100);
  expect(ownRoom(memory, 50)).toBe(room);
  expect(ownRoom(memory, 101).length).toBeGreaterThanOrEqual(101);
});

test("what does not fit is refused", () => {
  const memory = wasmMemory();
  expect(() => float64On(memory, 2 ** 29)).toThrow("no room for 4294967296 bytes more");
});
