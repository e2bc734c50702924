/** @file Options of every method in the words of the page, and back. */
import { describe, expect, test } from "vitest";
import { EMBEDDED } from "../../lab/open-data.js";
import { describeOptions, describeTraining, methodOf, trainingOf } from "../../lab/options.js";
import { EMBEDDED_NAMES } from "../../src/data/embedded.js";
import { allMethods } from "../../src/methods/registry.js";

const entries = await allMethods();
const needed = (entry: (typeof entries)[number]) =>
  Object.fromEntries(describeOptions(entry).flatMap(({ required, name }) => (required ? [[name, "2"]] : [])));

describe.each(entries.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  const shape = Object.hasOwn(entry.options, "rowShape") ? [8, 8] : undefined;

  test("is made of the words for what it must be told: 2, which is what the page begins with", () => {
    expect(methodOf(entry, needed(entry), shape).name).toBe(entry.name);
  });

  test("defaults in words are the defaults", () => {
    const words = describeOptions(entry).flatMap(({ name, default: usual }) =>
      usual === undefined ? [] : [[name, usual] as const],
    );
    const told = methodOf(entry, { ...needed(entry), ...Object.fromEntries(words) }, shape);
    expect(told.options).toEqual(methodOf(entry, needed(entry), shape).options);
  });

  test("a word that an option does not take is refused by its name", () => {
    for (const { name, isSwitch, choices } of describeOptions(entry)) {
      if (isSwitch || choices) continue;
      expect(() => methodOf(entry, { ...needed(entry), [name]: "no such value" }, shape)).toThrow(name);
    }
  });

  test("options of training are those that it has not by the same name", () => {
    const names = describeTraining(entry).map(({ name }) => name);
    expect(names).not.toEqual(expect.arrayContaining(Object.keys(entry.options)));
    expect(names).toContain(Object.hasOwn(entry.options, "scale") ? "batchSize" : "scale");
  });
});

test("options of training are read as the command line reads them", () => {
  const none = { options: {} };
  expect(trainingOf(none, { epochs: "3", batchSize: "500", schedule: "step:5:0.1" }, 100)).toEqual({
    epochs: 3,
    batchSize: 100,
    schedule: { name: "step", every: 5, factor: 0.1 },
  });
  expect(trainingOf(none, { batchSize: "all" }, 100)).toEqual({ batchSize: "all" });
  expect(() => trainingOf(none, { epochs: "0" }, 100)).toThrow('epochs must be an integer ≥ 1, got "0"');
  expect(trainingOf({ options: entries[0]!.options }, { latentDim: "2" }, 100)).toEqual({});
});

test("the names of embedded data are all there are", () => {
  expect(EMBEDDED).toEqual(EMBEDDED_NAMES);
});
