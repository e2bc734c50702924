/** @file Tables of options in the pages say what the tables say that check options: names, defaults, and none left out. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { kebabCase } from "../../panels/flag-names.js";
import type { Option } from "../../src/methods/options.js";
import { allMethods } from "../../src/methods/registry.js";
import { trainingOptions } from "../../src/training/training-options.js";

const read = (page: string) => readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), "utf8");

/** Rows of the page's first table whose heading is `option`: name and default. */
function tableOf(page: string): Map<string, string> {
  const [, table = ""] = /^\| option .*\n\| -.*\n((?:\|.*\n)+)/m.exec(read(page)) ?? [];
  const cells = table.matchAll(/^\| *`(\w+)` *\| *(.*?) *\|/gm);
  return new Map([...cells].map(([, name, fallback]) => [name!, fallback!.replace(/^`(.*)`$/, "$1")]));
}

/** A default as pages write it. */
function says(cell: string, option: Option<unknown>): boolean {
  if (option.required) return cell === "required";
  const value = option.default;
  if (value === undefined) return cell !== "required" && cell !== "";
  if (typeof value === "number") return Number(cell.replace("−", "-")) === value;
  if (Array.isArray(value)) return cell === JSON.stringify(value).replaceAll(",", ", ") || cell === "none";
  return cell === (typeof value === "string" ? value : JSON.stringify(value));
}

function wrongIn(table: Map<string, string>, options: Readonly<Record<string, Option<unknown>>>): string[] {
  return [...table].flatMap(([name, cell]) => {
    const option = options[name];
    if (!option) return [`${name}: there is no such option`];
    return says(cell, option) ? [] : [`${name}: says ${cell}, is ${JSON.stringify(option.default)}`];
  });
}

const entries = await allMethods();
const { options: ofAutoencoder } = entries.find(({ name }) => name === "autoencoder")!;

describe("options of methods", () => {
  test.each(entries.map((entry) => [entry.name, entry] as const))("%s", (name, { options }) => {
    const page = `methods/${kebabCase(name)}`;
    const table = tableOf(page);
    expect(wrongIn(table, options)).toEqual([]);
    // Autoencoders refer to the first for what they have as it has.
    const asThere = (option: string) =>
      /\]\(autoencoder\.md\)/.test(read(page)) && ofAutoencoder[option]?.default === options[option]!.default;
    const without = Object.keys(options).filter((option) => !table.has(option) && !asThere(option));
    expect(without).toEqual([]);
  });
});

test("options of training", () => {
  const table = tableOf("training");
  const options: Readonly<Record<string, Option<unknown>>> = trainingOptions;
  const ofTraining = new Map([...table].filter(([name]) => Object.hasOwn(options, name)));
  expect(wrongIn(ofTraining, options)).toEqual([]);
  expect([...ofTraining.keys()]).toEqual(Object.keys(options));
});
