/** @file The settings of every page go into its address and come back from it. */
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { PAGE_NAMES, type PageName, pages } from "../../lab/pages.js";
import { addressOf, change, page, readAddress, settings } from "../../lab/store.js";
import { methods } from "../../src/methods/registry.js";

const place = { hash: "" };
beforeEach(() => void vi.stubGlobal("location", place));
afterAll(() => void vi.unstubAllGlobals());

/** Names of settings as they stand in links: options of methods and of pages. */
const name = fc.constantFrom(
  ...new Set([
    ...PAGE_NAMES.flatMap((one) => Object.keys(pages[one].first)),
    ...["fingerprint", "hide", "hole", "row", "noise", "learningRate", "epochs", "types", "exclude", "steps"],
  ]),
);
const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("gaussian:0.3", "64,32", "a=b&c", "100%", "#", "Ümlaut", ...methods.map((one) => one.name)),
);

describe.each(PAGE_NAMES)("%s", (open: PageName) => {
  test("settings come back from the address", () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), (changes) => {
        page.value = open;
        change(changes);
        const before = settings();
        place.hash = addressOf(open);
        // Something else meanwhile.
        change(Object.fromEntries(Object.keys(before).map((key) => [key, "other"])));
        expect(readAddress()).toBe(true);
        expect(page.value).toBe(open);
        expect(settings()).toEqual(before);
      }),
    );
  });

  test("what a page cannot do without is there, whatever the address leaves out", () => {
    place.hash = `#page=${open}&hide=pages`;
    expect(readAddress()).toBe(true);
    for (const key of ["data", "seed", ...pages[open].needed])
      expect(settings()[key]).toBe((pages[open].first as Record<string, string>)[key]);
    expect(settings().hide).toBe("pages");
  });
});
