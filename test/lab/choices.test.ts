/** @file Choices of columns: the words of the address are those of the command line, and read the same columns. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nameList, pairList } from "../../cli/flag-values.js";
import {
  type Choices,
  choiceFlags,
  chosenRole,
  chosenType,
  columnWords,
  readOptionsOf,
  withRole,
  withType,
} from "../../lab/choices.js";
import { readData } from "../../src/data/format.js";

const CSV = `id,"a,b",a=b,town,size,flag\n${Array.from({ length: 30 }, (_, i) => `x${i},${(i * i) % 7},${i / 3},${["Ulm", "Bonn"][i % 2]},${i % 5},${i % 2}`).join("\n")}\n`;
const read = (choices: Choices) =>
  readData(new TextEncoder().encode(CSV), "shop.csv", readOptionsOf(choices));

async function guessesOf(choices: Choices): Promise<Record<string, string>> {
  const { guesses } = await read(choices);
  return Object.fromEntries(guesses!.map(({ name, type, role }) => [name, `${type} ${role}`]));
}

test("a name that a list would cut is told by its place", () => {
  expect(columnWords(["id", "a,b", "a=b", "id", ""])).toEqual(["id", "2", "3", "4", "5"]);
});

test("types and roles are read as they were chosen, and taken back", async () => {
  const told = await read({});
  const names = told.table!.columns.map(({ name }) => name);
  const words = columnWords(names);
  const column = (name: string) => {
    const j = names.indexOf(name);
    return { word: words[j]!, kind: told.table!.columns[j]!.kind, type: told.guesses![j]!.type };
  };
  let choices: Choices = {};
  choices = withRole(choices, column("a,b"), "carried");
  choices = withType(choices, column("a=b").word, "category");
  choices = withRole(choices, column("town"), "label");
  choices = withRole(choices, column("flag"), "id");
  choices = withRole(choices, column("id"), "feature");
  expect(choices).toEqual({ types: "3=category,id=category", exclude: "2", id: "flag", label: "town" });
  expect(await guessesOf(choices)).toMatchObject({
    ...{ "a,b": "number carried", "a=b": "category feature", town: "category label" },
    ...{ flag: "id carried", id: "category feature" },
  });
  expect([chosenRole(choices, "2"), chosenRole(choices, "flag"), chosenRole(choices, "town")]).toEqual([
    ...["carried", "id", "label"],
  ]);
  expect([chosenType(choices, "3"), chosenType(choices, "size")]).toEqual(["category", undefined]);
  for (const name of names)
    choices = withType(withRole(choices, column(name), undefined), column(name).word, undefined);
  expect(choices).toEqual({});
  expect(choiceFlags({ types: "3=category", exclude: "2" })).toEqual([
    "--types",
    "3=category",
    "--exclude",
    "2",
  ]);
});

test("any address is read as the command line reads its flags", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (exclude, types) => {
      let pairs: Record<string, string> | undefined;
      try {
        pairs = pairList(types);
      } catch {
        pairs = undefined;
      }
      const options = readOptionsOf({ exclude, types });
      expect(options.exclude).toEqual(nameList(exclude));
      if (pairs) expect(options.types).toEqual(pairs);
    }),
  );
});
