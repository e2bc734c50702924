import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { imagesContent, toGray } from "../../src/data/image.js";
import { type Image, readNetpbm, writeNetpbm } from "../../src/data/netpbm.js";
import { damaged, readsOrRefuses } from "./damage.js";
import { testWith } from "./shared.js";

const bytes = (text: string, ...raw: number[]) =>
  Uint8Array.from([...new TextEncoder().encode(text), ...raw]);

test("plain and raw, gray and color, 8 and 16 bit, comments", () => {
  const plain = readNetpbm(bytes("P2 # a comment\n# another\n3 1#x\n15\n0 7\n#in the middle\n15"));
  expect(plain).toEqual({ width: 3, height: 1, channels: 1, maxValue: 15, pixels: Uint8Array.of(0, 7, 15) });
  expect(readNetpbm(bytes("P3\n1 1 255 1 2 3\n")).pixels).toEqual(Uint8Array.of(1, 2, 3));
  expect(readNetpbm(bytes("P5\n2 1\n255\n", 9, 10)).pixels).toEqual(Uint8Array.of(9, 10));
  expect(readNetpbm(bytes("P5 1 2 65535\n", 1, 0, 0, 1)).pixels).toEqual(Uint16Array.of(256, 1));
  expect(readNetpbm(bytes("P6 1 1 255\n", 1, 2, 3)).channels).toBe(3);
});

test.each([
  ["P4\n1 1\n", "no PGM or PPM"],
  ["P5\n65536 65536\n255\n", "at most 2147483647 numbers"],
  ["P5\n40000 40000\n255\n", "40000 × 40000 × 1 needs 1600000000 bytes, the file has 0"],
  ["P5\n99999999999 1\n255\n", "byte 13: want a width"],
  ["P5\n0 5\n255\n", "has no pixels"],
  ["P5\n1 1\n65536\n\0", "maximum 65536, want 1 to 65535"],
  ["P5\n-1 1\n255\n", "byte 3: want a width"],
  ["P2\n2 1\n9\n1 10\n", "pixel 1 is 10, above the maximum 9"],
  ["P2\n2 2\n9\n1 1 1 x", "byte 15: want a pixel"],
  ["P2\n1 1\n9\n1 2", "a.pgm: byte 11: more follows after the last pixel"],
  ["P5\n1 1\n9\n\0P5\n1 1\n9\n\0", "a.pgm: byte 10: more follows after the last pixel"],
])("refuses %j", (text, message) => {
  expect(() => readNetpbm(bytes(text), "a.pgm")).toThrow(message);
});

const image = fc
  .record({
    width: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 5 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    maxValue: fc.integer({ min: 1, max: 65535 }),
  })
  .chain(({ width, height, channels, maxValue }) => {
    const length = width * height * channels;
    return fc
      .array(fc.integer({ min: 0, max: maxValue }), { minLength: length, maxLength: length })
      .map((values): Image => {
        const pixels = maxValue < 256 ? Uint8Array.from(values) : Uint16Array.from(values);
        return { width, height, channels, maxValue, pixels };
      });
  });

test("round trip", () => {
  fc.assert(
    fc.property(image, (made) => {
      expect(readNetpbm(writeNetpbm(made))).toEqual(made);
    }),
  );
});

test("any damage is refused in one line", async () => {
  for (const good of [bytes("P5\n2 2\n255\n", 1, 2, 3, 4), bytes("P3 1 2 99 1 2 3 4 5 6")]) {
    await fc.assert(
      fc.asyncProperty(damaged(good), (file) => readsOrRefuses("a.pgm", () => readNetpbm(file, "a.pgm"))),
      { numRuns: 1000 },
    );
  }
});

test("images become rows in [0, 255], color channel by channel, and the odd one is named", () => {
  const color = readNetpbm(bytes("P3 2 1 15 1 2 3 4 5 15"));
  const { x, rowShape } = imagesContent([{ name: "a", image: color }], "folder");
  expect(rowShape).toEqual([3, 1, 2]);
  expect([...x.data]).toEqual([17, 68, 34, 85, 51, 255]);
  // 0.299 · 4 + 0.587 · 5 + 0.114 · 15 = 5.841
  expect([...toGray(color).pixels]).toEqual([2, 6]);
  const gray = readNetpbm(bytes("P2 2 1 15 1 2"));
  const wide = readNetpbm(bytes("P2 3 1 15 1 2 3"));
  const named = [
    { name: "a.pgm", image: gray },
    { name: "b.pgm", image: wide },
  ];
  expect(() => imagesContent(named, "folder")).toThrow(
    "b.pgm: 3 × 1 × 1, the images before it are 2 × 1 × 1",
  );
});

testWith("photos/china.pgm", "a real photograph, equal to its color version made gray", (path) => {
  const gray = readNetpbm(readFileSync(path), path);
  const color = readNetpbm(readFileSync(path.replace(".pgm", ".ppm")), path);
  expect([gray.width, gray.height]).toEqual([640, 427]);
  const made = toGray(color).pixels;
  // The file was made by another program's integer arithmetic, which may fall one level beside ours.
  expect(gray.pixels.every((value, i) => Math.abs(value - made[i]!) <= 1)).toBe(true);
});
