/** @file Ordinary tables through the verbs as a new user would use them: no flag but the file, an output, the number of clusters. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.js";
import { adjustedRandIndex } from "../../src/metrics/agreement.js";
import { customers, type Messy, sensors, survey } from "../fixtures/messy-tables.js";
import { workplace } from "./command.js";

const { folder, unlabeled } = await workplace();

/** Fields of a CSV file as they stand, line by line. */
function fieldsOf(csv: string, delimiter: string): string[][] {
  return csv
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const fields: string[] = [];
      for (let at = 0; at <= line.length; ) {
        let end = at;
        if (line[at] === '"')
          for (end = line.indexOf('"', at + 1); line[end + 1] === '"'; ) end = line.indexOf('"', end + 2);
        end = line.indexOf(delimiter, end);
        if (end < 0) end = line.length;
        fields.push(line.slice(at, end));
        at = end + 1;
      }
      return fields;
    });
}

/** The table in a folder of its own, run through a verb; gives the fields of what was written. */
async function through(verb: string, name: string, { csv, delimiter }: Messy, ...flags: string[]) {
  writeFileSync(join(folder, `${name}.csv`), csv);
  const output = `${name}-${verb}.csv`;
  const { code, stderr } = await unlabeled([verb, `${name}.csv`, "-o", output, "--force", ...flags]);
  expect(code, stderr).toBe(0);
  return { stderr, fields: fieldsOf(readFileSync(join(folder, output), "utf8"), delimiter) };
}

const tables = { customers: customers(), sensors: sensors(), survey: survey() };

describe.each(Object.entries(tables))("%s", (name, messy) => {
  const given = fieldsOf(messy.csv, messy.delimiter);
  const width = given[0]!.length;

  test("its columns are told apart", async () => {
    writeFileSync(join(folder, `${name}.csv`), messy.csv);
    const { code, stdout } = await unlabeled(["columns", `${name}.csv`, "--json"]);
    expect(code).toBe(0);
    const { columns } = JSON.parse(stdout) as {
      columns: { name: string; type: string; role: string; missing: number }[];
    };
    const told = Object.fromEntries(columns.map((column) => [column.name, `${column.type} ${column.role}`]));
    const wanted = {
      customers: {
        customer_id: "id carried",
        name: "text carried",
        age: "number feature",
        income: "number feature",
        country: "category feature",
        premium: "boolean feature",
        joined: "date feature",
        spend: "number feature",
        visits: "number feature",
        comment: "text carried",
      },
      sensors: {
        x1: "id carried",
        time: "date feature",
        temp_1: "number feature",
        temp_2: "number feature",
        temp_3: "number feature",
        pressure: "number feature",
        humidity: "number feature",
        status: "category feature",
        note: "text carried",
      },
      survey: {
        respondent: "id carried",
        ...Object.fromEntries(Array.from({ length: 8 }, (_, k) => [`Q${k + 1}`, "ordinal feature"])),
        hours: "number feature",
        gender: "category feature",
        remarks: "text carried",
      },
    };
    expect(told).toEqual(wanted[name as keyof typeof wanted]);
    for (const [column, removed] of messy.removed)
      expect(columns.find((one) => one.name === column)!.missing).toBe(removed.size);
  });

  test("its planted clusters are found, and it comes back with a column more", async () => {
    const { fields, stderr } = await through("cluster", name, messy, "--clusters", "3");
    expect(fields.map((line) => line.slice(0, width))).toEqual(given);
    expect(fields[0]!.slice(width)).toEqual(["cluster"]);
    const found = fields.slice(1).map((line) => line[width]!);
    expect(adjustedRandIndex(found, messy.clusters.map(String))).toBeGreaterThanOrEqual(0.9);
    expect(stderr).toContain(`learning from `);
    expect(stderr).toContain(`, ${given.length - 1} rows × ${width + 1} columns`);
  });

  test("its gaps are filled, better than by means, and nothing else changes", async () => {
    const { fields } = await through("impute", name, messy);
    const filled = readCsv(readFileSync(join(folder, `${name}-impute.csv`)), { name });
    let [ours, means, gaps] = [0, 0, 0];
    for (const [column, removed] of messy.removed) {
      const j = given[0]!.indexOf(column);
      const values = filled.columns.find((one) => one.name === column)!.values;
      const known = Array.from(values as Iterable<number>).filter((_, i) => !removed.has(i));
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
      for (const [i, truth] of removed) {
        ours += ((Number(values.at(i)) - truth) / deviation) ** 2;
        means += ((mean - truth) / deviation) ** 2;
        gaps++;
        given[i + 1]![j] = fields[i + 1]![j]!;
      }
    }
    expect(Math.sqrt(ours / gaps)).toBeLessThanOrEqual(0.8 * Math.sqrt(means / gaps));
    // Gaps of words are filled, too; all else stands as it stood.
    const differing = fields.flatMap((line, i) =>
      line.flatMap((field, j) => (field === given[i]![j] ? [] : [given[i]![j]!])),
    );
    expect(differing.every((field) => field === "")).toBe(true);
  });

  test.each(["embed", "score"])("%s gives it back with numbers beside", async (verb) => {
    const { fields } = await through(verb, name, tables[name as keyof typeof tables]);
    const whole = fieldsOf(tables[name as keyof typeof tables].csv, messy.delimiter);
    expect(fields.map((line) => line.slice(0, width))).toEqual(whole);
    expect(fields[0]!.slice(width)).toEqual(verb === "embed" ? ["z1", "z2"] : ["score"]);
    expect(
      fields
        .slice(1)
        .every((line) => line.slice(width).every((field) => Number.isFinite(Number(field)) && field !== "")),
    ).toBe(true);
  });
});
