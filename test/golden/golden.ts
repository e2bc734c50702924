/** @file Reading the golden figures, and the numbers that their networks start from. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { NdArray } from "../../src/engine/index.js";

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as T;
}

interface Uniform {
  name: string;
  shape: number[];
  low: number;
  high: number;
}

/** Numbers of the golden scripts' linear congruential generator, exact in float32. */
export function generated(seed: number, tensors: readonly Uniform[]): Record<string, NdArray> {
  let state = seed;
  const next = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  return Object.fromEntries(
    tensors.map(({ name, shape, low, high }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [
        name,
        float32(
          shape,
          Array.from({ length: size }, () => low + (high - low) * next()),
        ),
      ];
    }),
  );
}

export function float32(shape: readonly number[], values: ArrayLike<number>): NdArray {
  return { dtype: "float32", shape, data: Float32Array.from(values) };
}

/** Every number within `tolerance` of what is wanted, relative to the largest number wanted. */
export function expectClose(
  got: ArrayLike<number | bigint>,
  wanted: readonly number[],
  tolerance: number,
  what: string,
): void {
  expect(got.length, what).toBe(wanted.length);
  const scale = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(Number(got[i]) - wanted[i]!) / scale;
    // Said so that NaN fails too.
    if (!(difference <= tolerance)) expect(got[i], `${what}, number ${i}`).toBe(wanted[i]);
  }
}
