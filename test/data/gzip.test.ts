import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gunzipStream } from "../../src/data/gzip.js";
import { collect } from "../../src/data/pieces.js";
import { damaged, readsOrRefuses } from "./damage.js";

const gunzip = (bytes: Uint8Array, name: string, limit?: number) =>
  collect(gunzipStream([bytes], name, limit));

test("inflates what gzip deflated", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      expect(await gunzip(gzipSync(bytes), "a.gz")).toEqual(bytes);
    }),
  );
});

test("stops at the limit, however much is to come", async () => {
  const bomb = gzipSync(new Uint8Array(50_000_000));
  await expect(gunzip(bomb, "bomb.gz", 1_000_000)).rejects.toThrow(
    "bomb.gz: inflates to more than 1000000 bytes",
  );
});

test("small files may grow a thousandfold, large ones two hundredfold", async () => {
  expect(await gunzip(gzipSync(new Uint8Array(2 ** 25)), "zeros.gz")).toHaveLength(2 ** 25);
  await expect(gunzip(gzipSync(new Uint8Array(2 ** 27)), "bomb.gz")).rejects.toThrow(
    "bomb.gz: inflates to more than 200 times its size (unpack it first if that is right)",
  );
});

describe("a file of several members, in pieces of any size", () => {
  const member = gzipSync("some text\n");
  const pieces = (parts: readonly Uint8Array[], size: number) => {
    const file = Buffer.concat(parts);
    const count = Math.ceil(file.length / size);
    return Array.from({ length: count }, (_, i) => file.subarray(i * size, (i + 1) * size));
  };
  const texts = async (parts: readonly Uint8Array[], size: number) =>
    new TextDecoder().decode(await collect(gunzipStream(pieces(parts, size), "a.gz")));

  test.each([1, 7, member.length, 1000])("of %i", async (size) => {
    expect(await texts([member, member, member], size)).toBe("some text\n".repeat(3));
    // Padding of zero bytes is allowed; what lies behind it would be lost.
    expect(await texts([member, new Uint8Array(600)], size)).toBe("some text\n");
    for (const foreign of [
      [Uint8Array.of(0), member],
      [Uint8Array.of(0, 0, 7)],
      [new TextEncoder().encode("x")],
    ]) {
      await expect(texts([member, ...foreign], size)).rejects.toThrow("a.gz: damaged gzip file");
    }
    await expect(texts([member, member.subarray(0, -1)], size)).rejects.toThrow("a.gz: damaged gzip file");
  });
});

test("an error of the source stays what it is, and reading can be left at any time", async () => {
  const good = gzipSync(Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
  async function* breaking() {
    yield good.subarray(0, 5000);
    throw new RangeError("a.gz: cannot be read (EIO)");
  }
  await expect(collect(gunzipStream(breaking(), "a.gz"))).rejects.toThrow("a.gz: cannot be read (EIO)");
  for await (const piece of gunzipStream([good], "a.gz")) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  let left = false;
  async function* endless() {
    try {
      yield good.subarray(0, 200);
      for (;;) yield good.subarray(200, 300);
    } finally {
      left = true;
    }
  }
  await expect(collect(gunzipStream(endless(), "a.gz", 1000))).rejects.toThrow(/^a\.gz: /);
  expect(left).toBe(true);
});

test("damaged and cut files are refused in one line", async () => {
  const good = gzipSync("some text that is long enough to be compressed, compressed, compressed");
  await expect(gunzip(good.subarray(0, 30), "a.gz")).rejects.toThrow("a.gz: damaged gzip file");
  await fc.assert(
    fc.asyncProperty(damaged(good), (bytes) => readsOrRefuses("a.gz", () => gunzip(bytes, "a.gz"))),
  );
});
