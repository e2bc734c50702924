import fc from "fast-check";
import { expect, test } from "vitest";
import { holeOfText, textOfHole } from "../../lab/break/hole.js";

test("holes come back from their texts", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (pixels) => {
      const hidden = Uint8Array.from(pixels, Number);
      expect(holeOfText(textOfHole(hidden), hidden.length)).toEqual(hidden);
    }),
  );
  expect(textOfHole([0, 1, 1, 1, 0, 1])).toBe("1-3,5");
});

test("what is no run, or lies outside, is left out", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(holeOfText(text, 9)).toHaveLength(9);
    }),
  );
  expect([...holeOfText("2-3, 5-99 ,x,-1,4-", 7)]).toEqual([0, 0, 1, 1, 0, 1, 1]);
});
