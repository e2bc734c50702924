import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";
import { modelFiles, wrongIn } from "../../campaigns/model-files.js";

test("damaged and forged model files are refused in a sentence, or work", async () => {
  const hunt = new Hunt({ seed: 3, cases: 150 });
  await modelFiles.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(150);
  // Both happen: it is not that everything is refused.
  expect(hunt.figures.refused).toBeGreaterThan(50);
  expect(hunt.figures.loaded).toBeGreaterThan(10);
});

test("what goes wrong is told from what is refused", () => {
  const value = (answer: object) => wrongIn({ kind: "value", value: answer }, Uint8Array.of(1));
  expect(
    value({ refused: "RangeError: model: not a safetensors file: want at least 8 bytes, got 0" }),
  ).toBeUndefined();
  expect(value({ saved: Uint8Array.of(1) })).toBeUndefined();
  expect(value({ saved: Uint8Array.of(2) })).toBe("loaded as another model");
  for (const message of [
    "TypeError: Cannot read properties of undefined (reading 'data')",
    "RangeError: Invalid typed array length: 45035996273704950",
    "Error: Non-zero status code returned while running Conv node.",
    "RangeError: model: two\nlines",
    "TypeError: model: no RangeError",
  ])
    expect(value({ refused: message }), message).toBeDefined();
  expect(value({ saved: Uint8Array.of(1), failed: "TypeError: f is not a function" })).toBeDefined();
  expect(wrongIn({ kind: "hung", seconds: 5 })).toBeDefined();
  expect(wrongIn({ kind: "died", reason: "SIGABRT" })).toBeDefined();
});
