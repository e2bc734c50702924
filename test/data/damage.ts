/** @file Damaged files for property tests, and what a reader may say of them. */
import fc from "fast-check";
import { expect } from "vitest";

/** A file with a few bytes changed, cut off or added to. */
export function damaged(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(file.length - 1), byte: fc.oneof(fc.constant(255), fc.nat(255)) });
  return fc
    .record({
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
      length: fc.oneof({ weight: 3, arbitrary: fc.constant(file.length) }, fc.nat(file.length + 8)),
    })
    .map(({ changes, length }) => {
      const bytes = file.slice();
      for (const { at, byte } of changes) bytes[at] = byte;
      const cut = new Uint8Array(length);
      cut.set(bytes.subarray(0, length));
      return cut;
    });
}

/** Reads it, or refuses it in one line that starts with its name. */
export async function readsOrRefuses(name: string, read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    expect(error.message.startsWith(name), error.stack).toBe(true);
    expect(error.message).not.toContain("\n");
  }
}

/** Numbers with the same bits as those wanted, NaN and −0 included: none was rounded. */
export function expectSameBits(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], wanted[i])) expect(got[i], `number ${i}`).toBe(wanted[i]);
  }
}
