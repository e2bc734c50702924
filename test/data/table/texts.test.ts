import fc from "fast-check";
import { expect, test } from "vitest";
import { NotUtf8, Texts, TextsBuilder } from "../../../src/data/table/texts.js";

test("texts come back as they were, equal ones kept once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom("", "a", "é", "ab"), fc.string({ unit: "grapheme" }))),
      (values) => {
        const texts = Texts.from(values);
        expect(texts.toArray()).toEqual(values);
        expect(values.map((_, i) => texts.at(i))).toEqual(values);
        expect(texts.levelCount).toBe(new Set(["", ...values]).size);
      },
    ),
  );
});

test("many different ones are no longer looked for, and still come back", () => {
  const values = Array.from({ length: 150_000 }, (_, i) => `text ${i}`);
  const texts = Texts.from([...values, "text 0"]);
  expect(texts.distinct).toBe(false);
  expect([texts.at(0), texts.at(77_777), texts.at(149_999), texts.at(150_000)]).toEqual([
    "text 0",
    "text 77777",
    "text 149999",
    "text 0",
  ]);
  expect(texts.take([3, 1]).toArray()).toEqual(["text 3", "text 1"]);
});

test("rows can be taken back, and bytes that are no UTF-8 are refused at their place", () => {
  const builder = new TextsBuilder();
  for (const text of ["a", "b", "c"]) builder.addText(text);
  builder.cut(1);
  builder.addText("d");
  expect(builder.finish().toArray()).toEqual(["a", "d"]);
  for (const [bytes, at] of [
    [[0x51, 0xe9, 0x62], 1],
    [[0xc3, 0xa9, 0xff], 2],
    [[0xc3], 0],
    [[0x61, 0xc3, 0xa9, 0xe2, 0x82], 3],
  ] as const) {
    const add = () => new TextsBuilder().add(Uint8Array.from(bytes), 0, bytes.length);
    expect(add).toThrow(NotUtf8);
    try {
      add();
    } catch (error) {
      expect((error as NotUtf8).at).toBe(at);
    }
  }
});
