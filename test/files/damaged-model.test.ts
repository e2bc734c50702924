import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load } from "../../src/index.js";
import { damaged } from "../data/damage.js";
import { rewritten, saved } from "./saved-models.js";

describe("damage is refused in a sentence or does no harm", () => {
  const all = saved.flatMap(({ bytes, checkpoint }) => (checkpoint ? [bytes, checkpoint] : [bytes]));

  /** Loads it, or says in one line why not. */
  async function loadsOrRefuses(bytes: Uint8Array) {
    const model = await load(bytes).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      expect(error.message).not.toContain("\n");
      expect(error.message).toMatch(
        /^(model|there is no method|pca|linearAutoencoder|factorization|autoencoder)\b/,
      );
      expect(error.message).not.toMatch(/of undefined|Cannot read|is not a function|object Object/);
      return undefined;
    });
    // What still loads also runs.
    if (model) expect((await model.encode([[1, 2, 3, 4, 5]])).cols).toBe(model.latentDim);
  }

  test("bytes changed, cut off or added anywhere", async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...all).chain(damaged), loadsOrRefuses), {
      numRuns: 150,
    });
  });

  test("bytes changed in the header", async () => {
    const header = fc.constantFrom(...all).chain((file) => {
      const length = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
      return damaged(file.subarray(8, length)).map((changed) => {
        const bytes = file.slice();
        bytes.set(changed.subarray(0, length - 8), 8);
        return bytes;
      });
    });
    await fc.assert(fc.asyncProperty(header, loadsOrRefuses), { numRuns: 500 });
  });

  test("any JSON in the place of any entry of the description", async () => {
    const entry = fc.record({
      file: fc.constantFrom(...all),
      key: fc.constantFrom(
        "method",
        "options",
        "seed",
        "scale",
        "columns",
        "data",
        "history",
        "training",
        "position",
      ),
      value: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(entry, ({ file, key, value }) =>
        loadsOrRefuses(rewritten(file, (header) => ({ ...header, [key]: value }))),
      ),
      { numRuns: 300 },
    );
  });
});
