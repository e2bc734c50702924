import { expect, test } from "vitest";
import { chooseColumn, chooseColumns } from "../../../src/data/table/choose.js";

const names = ["id", "Q1", "Q2", "Q3", "age", "a-b", "x*", "2"];
const chosen = (...words: string[]) => chooseColumns(names, words, "columns").map((j) => names[j]);

test.each([
  [["age"], ["age"]],
  [["3"], ["Q2"]],
  // A name comes before a position.
  [["2"], ["2"]],
  [["Q1-Q3"], ["Q1", "Q2", "Q3"]],
  [["3-5"], ["Q2", "Q3", "age"]],
  [["Q2-5"], ["Q2", "Q3", "age"]],
  [["a-b"], ["a-b"]],
  [["Q*"], ["Q1", "Q2", "Q3"]],
  [["?ge"], ["age"]],
  [["x*"], ["x*"]],
  [
    ["*", "!id", "!Q*"],
    ["age", "a-b", "x*", "2"],
  ],
  [
    ["!id", "!Q1-Q3"],
    ["age", "a-b", "x*", "2"],
  ],
  [
    ["Q3", "Q1-Q3"],
    ["Q3", "Q1", "Q2"],
  ],
])("%j names %j", (words, wanted) => {
  expect(chosen(...words)).toEqual(wanted);
});

test.each([
  [["agee"], 'columns: no column is called "agee" (near: "age"'],
  [["9"], "columns: there is no column 9, the file has 8"],
  [["Q3-Q1"], 'columns: "Q3-Q1" runs backwards'],
  [["Z*"], 'columns: no column is called "Z*"'],
  [["id", "!id"], 'columns: "id,!id" leaves no column'],
])("%j is refused", (words, message) => {
  expect(() => chosen(...words)).toThrow(message);
});

test("one column is one", () => {
  expect(chooseColumn(names, "age", "label")).toBe(4);
  expect(() => chooseColumn(names, "Q*", "label")).toThrow('label: "Q*" names 3 columns, want one');
});

test("long patterns take no longer than other words", () => {
  const many = Array.from({ length: 1000 }, (_, j) => `${"a".repeat(100)}${j}`);
  expect(() => chooseColumns(many, [`${"*a".repeat(200)}b`], "columns")).toThrow("no column is called");
  const long = ["a".repeat(20_000), `${"a".repeat(20_000)}b`];
  expect(chooseColumns(long, [`${"*a".repeat(10_000)}b`], "columns")).toEqual([1]);
  const refused = () => chooseColumns(many, [`${"*a".repeat(200_000)}b`], "columns");
  expect(refused).toThrow(RangeError);
  expect(refused).toThrow(/^columns: no column is called .{0,400}$/);
});

test("a pattern is one, whatever its characters mean elsewhere", () => {
  const odd = ["a.b", "axb", "[x] 1", "x 2", "💧5", "(a|b)", "a\nb"];
  const places = (word: string) => chooseColumns(odd, [word], "columns");
  expect(places("a.*")).toEqual([0]);
  expect(places("[x]*")).toEqual([2]);
  expect(places("?5")).toEqual([4]);
  expect(places("(*")).toEqual([5]);
  expect(places("a?b")).toEqual([0, 1, 6]);
  expect(places("**b**")).toEqual([0, 1, 5, 6]);
});
