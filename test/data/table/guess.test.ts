import { describe, expect, test } from "vitest";
import { readCsv } from "../../../src/data/csv.js";
import { type ColumnOptions, guessColumns } from "../../../src/data/table/guess.js";
import { makeTable } from "../../../src/data/table/table.js";
import { Texts } from "../../../src/data/table/texts.js";

const guess = (text: string, options?: ColumnOptions) =>
  guessColumns(readCsv(text, { name: "t.csv" }), options);
const rolesOf = (text: string, options?: ColumnOptions) =>
  Object.fromEntries(guess(text, options).map(({ name, type, role }) => [name, `${type} ${role}`]));
const rows = (n: number, make: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => make(i)).join("\n");

describe("keys are not learned from", () => {
  test.each([
    ["row numbers without a name", `,v\n${rows(4, (i) => `${i},${i * i}.5`)}`, "x1"],
    ["row numbers without a name from 1", `v,\n${rows(4, (i) => `${i * i}.5,${i + 1}`)}`, "x2"],
    ["a first column that counts", `n,v\n${rows(12, (i) => `${i + 7},${i * i}.5`)}`, "n"],
    ["a number called id", `id,v\n${rows(4, (i) => `${900 + 7 * i},${i * i}.5`)}`, "id"],
    [
      "one called so in camels",
      `passengerId,v\n${rows(4, (i) => `${90 + 7 * i},${i * i}.5`)}`,
      "passengerId",
    ],
    ["one called so in snakes", `user_id,v\n${rows(4, (i) => `${900 - 7 * i},${i * i}.5`)}`, "user_id"],
    ["a permutation of numbers in a row", `v,r\n${rows(20, (i) => `${i * i}.5,${(7 * i) % 20}`)}`, "r"],
    [
      "numbers of one length in the first column",
      `k,v\n${rows(25, (i) => `${10_000 + ((7919 * i) % 9973)},${i}.5`)}`,
      "k",
    ],
    ["texts of their own in every row", `c,v\n${rows(6, (i) => `AB${i * 31},${i}.5`)}`, "c"],
    ["whole numbers that no number holds", `c,v\n${rows(6, (i) => `1234567890123456${70 + i},${i}.5`)}`, "c"],
  ])("%s", (_, text, name) => {
    expect(rolesOf(text)[name]).toBe("id carried");
  });

  test.each([
    ["whole numbers that repeat", `n,v\n${rows(20, (i) => `${i % 7},${i * i}.5`)}`, "n"],
    [
      "different whole numbers far apart",
      `v,salary\n${rows(30, (i) => `${i * i}.5,${1000 + i * i * 37}`)}`,
      "salary",
    ],
    ["few that count", `a,b\n${rows(5, (i) => `${i + 1},${2 * i}`)}`, "a"],
    ["the only column there is", `t\n${rows(30, (i) => `${1_700_000_000 + i * i}`)}`, "t"],
    ["a number called id that repeats", `group_id,v\n${rows(10, (i) => `${i % 2},${i}.5`)}`, "group_id"],
    ["numbers with fractions", `id,v\n${rows(10, (i) => `${i}.25,${i}.5`)}`, "id"],
  ])("but %s", (_, text, name) => {
    expect(rolesOf(text)[name]).toBe("number feature");
  });

  test("unless they are asked for", () => {
    const text = `id,v\n${rows(5, (i) => `${i},${i}.5`)}`;
    expect(rolesOf(text, { columns: ["id"] })).toEqual({ id: "number feature", v: "number carried" });
    expect(rolesOf(text, { types: { id: "number" } }).id).toBe("number feature");
  });
});

test("a choice that takes columns away leaves the others as they would be by themselves", () => {
  const text = `id,v,w,note,score\n${rows(12, (i) => `${i},${i * i}.5,${i % 5},remark ${i * 31} on it,${i}.25`)}`;
  const by = (columns: string[], more?: ColumnOptions) => rolesOf(text, { ...more, columns });
  const usual = rolesOf(text);
  expect(usual).toMatchObject({ id: "id carried", note: "text carried", score: "number carried" });
  expect(by(["!w"])).toEqual({ ...usual, w: "number carried" });
  expect(by(["!w", "!note"])).toEqual({ ...usual, w: "number carried" });
  expect(by(["!w", "id"])).toEqual({ ...usual, id: "number feature", w: "number carried" });
  expect(by(["!w", "!score"], { types: { id: "number" } }).id).toBe("number feature");
  expect(by(["!v-w"])).toMatchObject({ v: "number carried", w: "number carried" });
  expect(by(["*", "!note"])).toMatchObject({ id: "number feature", score: "number feature" });
});

describe("numbers that a file holds as text", () => {
  test.each([
    ["with points", "1.5", "2.25", "text carried"],
    ["whole ones", "12", "7", "text carried"],
    ["whole ones that no number holds", "12345678901234567891", "12345678901234567892", "id carried"],
  ])("%s", (_, a, b, wanted) => {
    const columns = [{ name: "a", kind: "text", values: Texts.from([a, b, "3"]) } as const];
    const [first] = guessColumns(makeTable(columns));
    expect(`${first!.type} ${first!.role}`).toBe(wanted);
    if (first!.type === "text") expect(first!.why).toContain('--types "a=number"');
  });
});

test("columns called like results are not learned from, unless they are asked for", () => {
  const text = "a,z1,z2,cluster,score,label\n1,2,3,0,5,1\n2,3,4,1,7,1\n4,4,4,1,8,0\n";
  expect(rolesOf(text)).toEqual({
    a: "number feature",
    z1: "number carried",
    z2: "number carried",
    cluster: "number carried",
    score: "number carried",
    label: "number carried",
  });
  expect(rolesOf(text, { columns: ["z*"] }).z1).toBe("number feature");
});

test("words called like labels are not learned from, numbers so called are", () => {
  for (const name of ["class", "Class", "target", "species", "labels", "y"]) {
    const text = `v,${name}\n${rows(12, (i) => `${i}.5,${i % 2 ? "a" : "b"}`)}`;
    expect(rolesOf(text)[name]).toBe("category carried");
    expect(rolesOf(text, { columns: ["v", name] })[name]).toBe("category feature");
    expect(rolesOf(text, { types: { [name]: "category" } })[name]).toBe("category feature");
  }
  expect(rolesOf("x,y\n1.5,2\n2.5,1\n3,7\n").y).toBe("number feature");
  expect(rolesOf(`v,sort\n${rows(12, (i) => `${i}.5,${i % 2 ? "a" : "b"}`)}`).sort).toBe("category feature");
});

describe("types", () => {
  test.each([
    ["True", "False", "boolean"],
    ["TRUE", "FALSE", "boolean"],
    ["t", "f", "boolean"],
    ["T", "F", "boolean"],
    ["yes", "no", "boolean"],
    ["Y", "N", "boolean"],
    ["on", "off", "boolean"],
    ["red", "blue", "category"],
    ["yes", "maybe", "category"],
    ["2024-01-31", "2024-02-01", "date"],
    ["31.01.2024", "01.02.2024", "date"],
    ["Jan 5, 2024", "Feb 6, 2025", "date"],
    ["0123", "0456", "category"],
  ])("%s and %s are %s", (a, b, type) => {
    expect(guess(`v,c\n${rows(12, (i) => `${i}.5,"${i % 2 ? a : b}"`)}`)[1]).toMatchObject({
      type,
      role: "feature",
    });
  });

  test("steps of scales that are known, in their order", () => {
    for (const order of [
      ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"],
      ["low", "medium", "high"],
      ["Never", "Rarely", "Sometimes", "Often", "Always"],
      ["S", "M", "L"],
    ]) {
      const [, column] = guess(`v,c\n${rows(20, (i) => `${i}.5,${order[(7 * i) % order.length]}`)}`);
      expect(column!.encoding).toEqual({ name: "c", type: "ordinal", levels: order });
    }
  });

  test("a day that may be a month is carried, and can be told", () => {
    const text = `v,d\n${rows(12, (i) => `${i}.5,0${1 + (i % 9)}/0${1 + (i % 5)}/2024`)}`;
    const [, date] = guess(text);
    expect(date).toMatchObject({ role: "carried", type: "text" });
    expect(date!.why).toBe('its dates may be DD/MM/YYYY or MM/DD/YYYY (--types "d=date:DD/MM/YYYY")');
    expect(guess(text, { types: { d: "date:MM/DD/YYYY" } })[1]!.encoding).toEqual({
      name: "d",
      type: "date",
      format: "MM/DD/YYYY",
    });
  });

  test("numbers among texts are carried, with all texts that stand in the way", () => {
    const text = `v,age\n${rows(40, (i) => `${i}.5,${i % 13 === 0 ? "unknown" : i === 5 ? "n.k." : 20 + i}`)}`;
    const [, age] = guess(text);
    expect(age).toMatchObject({ type: "text", role: "carried" });
    expect(age!.why).toBe(
      'numbers and texts mixed: "unknown" 4 ×, "n.k." (--missing takes texts as missing)',
    );
    expect(() => guess(text, { columns: ["age"] })).toThrow(
      't.csv column "age": numbers and texts mixed: "unknown" 4 ×',
    );
  });

  test("free text, one value and columns that are mostly empty are carried", () => {
    const text = `v,t,one,few,num\n${rows(12, (i) => `${i}.5,I think of ${i % 10} things,same,${i < 4 ? "ab"[i % 2] : ""},${i < 3 ? i : ""}`)}`;
    expect(rolesOf(text)).toEqual({
      v: "number feature",
      t: "text carried",
      one: "text carried",
      few: "text carried",
      num: "number carried",
    });
  });

  test("rare levels are joined where there are many", () => {
    const levels = (i: number) => (i < 400 ? `c${i % 20}` : `rare${i % 6}`);
    const [, column] = guess(`v,c\n${rows(412, (i) => `${i}.5,${levels(i)}`)}`);
    const { encoding } = column!;
    if (encoding?.type !== "category") throw new Error("no category");
    expect(encoding.other).toBe(true);
    expect(encoding.levels).toHaveLength(20);
    expect(encoding.levels).toEqual([...encoding.levels].sort());
    expect(column!.why).toBe("26 values that repeat, 6 rare ones joined");
  });
});

test("label, keys and exclusions are told by name, position and pattern, and given back", () => {
  const text = "a,b,c,y\n1,20,3,u\n4,50,6,v\n7,81,10,u\n2,9,1,v\n";
  expect(rolesOf(text, { columns: ["2", "3"], label: "y" })).toEqual({
    a: "number carried",
    b: "number feature",
    c: "number feature",
    y: "category label",
  });
  expect(rolesOf(text, { label: "4", exclude: ["a"], id: ["3"] })).toEqual({
    a: "number carried",
    b: "number feature",
    c: "id carried",
    y: "category label",
  });
  expect(() => guess(text, { label: "z" })).toThrow('t.csv: label: no column is called "z"');
  expect(() => guess(text, { types: { a: "color" } })).toThrow('t.csv column "a": there is no type "color"');
  expect(() => guess(text, { order: { y: ["u"] } })).toThrow("want two or more different steps");
});
