/** @file The state of a page in its address: any settings come back as they were, and any text is read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf, settingsOf } from "../../lab/hash.js";

const text = fc.string({ unit: "grapheme" });
const settings = fc.dictionary(text, text).map((all) => ({ ...all }));

test("settings come back, in their order", () => {
  fc.assert(
    fc.property(settings, (all) => {
      for (const hash of [hashOf(all), `#${hashOf(all)}`]) {
        expect(settingsOf(hash)).toEqual(all);
        expect(Object.keys(settingsOf(hash))).toEqual(Object.keys(all));
      }
    }),
  );
});

test("an address that a browser has tidied up says the same", () => {
  fc.assert(
    fc.property(settings, (all) => {
      const { hash } = new URL(`#${hashOf(all)}`, "http://127.0.0.1/");
      expect(settingsOf(hash)).toEqual(all);
    }),
  );
});

test("any text is read, and what is read comes back", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (hash) => {
      const read = settingsOf(hash);
      expect(settingsOf(hashOf(read))).toEqual(read);
    }),
  );
});

test("people can read it", () => {
  const all = {
    page: "bench",
    data: "digits",
    method: "denoisingAutoencoder",
    noise: "gaussian:0.3",
    hidden: "64,32",
  };
  expect(hashOf(all)).toBe(
    "page=bench&data=digits&method=denoisingAutoencoder&noise=gaussian:0.3&hidden=64,32",
  );
  expect(settingsOf("#100%=a%20b%&odd&=&k=1&k=2")).toEqual({ "100%": "a%20b%", "": "", k: "2" });
});
