/** @file Verdicts, and runs that go on where they were stopped. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { matrix } from "../../../src/data/matrix.js";
import { STUDIES } from "../../../studies/lectures/all.js";
import { LEFT_OUT } from "../../../studies/lectures/left-out.js";
import { indexPage, numberText, studyPage } from "../../../studies/lectures/pages.js";
import { type Kept, runStudy } from "../../../studies/lectures/run-study.js";
import {
  atLeast,
  atMost,
  type Claim,
  check,
  type Figures,
  Results,
  type Study,
} from "../../../studies/lectures/study.js";
import { studyData } from "../../../studies/lectures/study-data.js";

const claim: Claim = {
  id: "X1",
  quote: "small numbers are small",
  source: "1",
  statement: "Both are at most 1.",
  means: "Nothing.",
  sides: (results, threshold = 1) => [
    atMost("a", results.numbers("a"), threshold),
    atLeast("b, less", results.numbers("b"), -threshold),
  ],
};
const data = studyData("rows", matrix(3, 2, Float32Array.of(0, 5, 1, 5, 2, 5)));

test.each([
  [[0.5, 1.5], [0, 0], "holds"],
  [[0.5, 1.6], [0, 0], "conditional"],
  [[3, 3], [-4, -4], "does not hold"],
] as const)("verdicts are of the means over seeds: %j and %j %s", (a, b, verdict) => {
  const results = new Results(a.map((value, seed) => ({ a: value, b: b[seed]! })));
  const found = check(claim, results);
  expect(found.verdict).toBe(verdict);
  expect(found.sides[0]).toMatchObject({
    value: (a[0] + a[1]) / 2,
    spread: (Math.max(...a) - Math.min(...a)) / 2,
    relation: "≤",
    threshold: 1,
  });
});

test("another threshold is another verdict, and no figures are none", () => {
  const results = new Results([{ a: 3, b: 0 }]);
  expect(check(claim, results).verdict).toBe("conditional");
  expect(check(claim, results, 3).verdict).toBe("holds");
  expect(check({ ...claim, sides: () => [] }, results).verdict).toBe("not measured");
  expect(() => results.numbers("c")).toThrow('no number "c" among the figures');
});

test("a run that is stopped goes on at its seed, and other settings or data are measured anew", async () => {
  const measured: number[] = [];
  const memory = new Map<string, Figures>();
  const kept: Kept = {
    get: async (content) => memory.get(content),
    put: async (content, figures) => void memory.set(content, figures),
  };
  let stops = true;
  const study: Study = {
    id: "x",
    title: "X",
    question: "?",
    claims: [claim],
    settings: { small: { steps: 1 }, full: { steps: 2 } },
    async measure({ seed }) {
      if (stops && seed === 2) throw new Error("stopped");
      measured.push(seed);
      return { a: seed, b: 0 };
    },
    pictures: {},
  };
  const run = { data: await data, size: "small", seeds: 3, kept } as const;
  await expect(runStudy(study, run)).rejects.toThrow("stopped");
  stops = false;
  expect((await runStudy(study, run)).numbers("a")).toEqual([0, 1, 2]);
  expect(measured).toEqual([0, 1, 2]);
  await runStudy(study, { ...run, size: "full", seeds: 1 });
  await runStudy(study, {
    ...run,
    data: await studyData("others", matrix(2, 1, Float32Array.of(1, 2))),
    seeds: 1,
  });
  expect(measured).toEqual([0, 1, 2, 0, 0]);
});

test("rows are about their mean, without columns that never change", async () => {
  const { x, moments, eigenvalues, raw } = await data;
  expect([...x.data]).toEqual([-1, 0, 1]);
  expect(moments.data[0]).toBeCloseTo(2 / 3, 15);
  expect(eigenvalues[0]).toBeCloseTo(2 / 3, 15);
  expect(raw.cols).toBe(2);
  await expect(studyData("flat", matrix(3, 1))).rejects.toThrow("flat: a study wants rows that differ");
  const gaps = matrix(2, 2, Float32Array.of(1, 2, Number.NaN, 3));
  await expect(studyData("gaps", gaps)).rejects.toThrow(
    "gaps: row 1 column 0 is NaN: a study wants every number",
  );
});

test("claims have names of their own, a place, and a number to hang on", () => {
  const ids = STUDIES.flatMap(({ claims }) => claims.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const { claims, pictures } of STUDIES)
    for (const { picture, quote, source, statement, means } of claims) {
      expect([quote, source, statement, means].every((text) => text.length > 2)).toBe(true);
      if (picture !== undefined) expect(Object.keys(pictures)).toContain(picture);
    }
});

test("words and pictures take from the figures what another size of work changes", async () => {
  for (const { id, settings } of STUDIES) {
    const source = await readFile(new URL(`../../../studies/lectures/${id}.ts`, import.meta.url), "utf8");
    const [small, full] = [settings.small, settings.full].map((of) => new Map(Object.entries(of)));
    const changed = [...full!.keys()].filter(
      (name) => JSON.stringify(full!.get(name)) !== JSON.stringify(small!.get(name)),
    );
    expect(changed.length, id).toBeGreaterThan(0);
    for (const name of changed) expect(source, id).not.toMatch(new RegExp(`\\bsmall\\.${name}\\b`));
  }
});

test("every claim of the list has a verdict, or the reason why it has none", () => {
  const listed = Object.entries({ A: 29, B: 17, C: 21, D: 22, E: 13 }).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
  );
  const judged = STUDIES.flatMap(({ claims }) => claims.map(({ id }) => id));
  const leftOut = LEFT_OUT.map(({ id }) => id);
  expect(listed.filter((id) => judged.includes(id) === leftOut.includes(id))).toEqual([]);
});

test("every study has its page, with every claim, in the documentation", async () => {
  const pageOf = (name: string) =>
    readFile(new URL(`../../../docs/studies/${name}`, import.meta.url), "utf8");
  const index = await pageOf("README.md");
  for (const { id, claims, pictures } of STUDIES) {
    const page = await pageOf(`${id}.md`);
    for (const one of claims) {
      expect(page).toContain(`\n## ${one.id}\n\n> ${one.quote}\n`);
      expect(index).toContain(`(${id}.md#${one.id.toLowerCase()})`);
    }
    for (const picture of Object.keys(pictures))
      expect(await pageOf(`${id}-${picture}.svg`)).toContain("<svg");
  }
});

test("a page says the claim, the verdict and its numbers, and the index every verdict", () => {
  const study: Study = {
    id: "x",
    title: "Title",
    question: "Is it?",
    claims: [claim],
    settings: { small: {}, full: {} },
    measure: async () => ({}),
    pictures: {
      one: () => ({
        kind: "curves",
        title: "Curve",
        see: "It rises.",
        xName: "x",
        yName: "y",
        x: [1, 2],
        series: [{ name: "s", values: [1, 2] }],
      }),
    },
  };
  const measured = {
    study,
    results: new Results([
      { a: 0.5, b: 0 },
      { a: 0.7, b: 0 },
    ]),
    on: "rows",
  };
  const page = studyPage(measured);
  expect(page).toContain("> small numbers are small");
  expect(page).toContain("**Holds.** Nothing.");
  expect(page).toContain("| a | 0.6 ± 0.1 | ≤ 1 | yes |");
  expect(page).toContain("![Curve](x-one.svg)");
  expect(indexPage([measured])).toContain("| [X1](x.md#x1) | holds | small numbers are small |");
  for (const { reason } of LEFT_OUT) expect(indexPage([measured])).toContain(reason);
  expect(numberText(0, 0)).toBe("0");
});
