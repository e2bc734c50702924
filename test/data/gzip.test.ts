import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
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

test("damaged and cut files are refused in one line", async () => {
  const good = gzipSync("some text that is long enough to be compressed, compressed, compressed");
  await expect(gunzip(good.subarray(0, 30), "a.gz")).rejects.toThrow("a.gz: damaged gzip file");
  await fc.assert(
    fc.asyncProperty(damaged(good), (bytes) => readsOrRefuses("a.gz", () => gunzip(bytes, "a.gz"))),
  );
});
