/**
 * @file The number of clusters that `clusterRows` finds in tables of planted groups, and the rows that it sets aside.
 *
 * `node dist/studies/clusters.js [--tables 50]`: groups whose centers are at least 6 apart, and at least 4.5, at standard deviations of about 1.
 */
import { parseArgs } from "node:util";
import { machine } from "../bench/results.js";
import { clusterRows } from "../src/index.js";
import { adjustedRandIndex } from "../src/metrics/index.js";
import { plantedGroups } from "./planted-groups.js";
import { keepFigures } from "./results.js";

const NAME = "clusters";
const { values } = parseArgs({ options: { tables: { type: "string", default: "50" } } });
const tables = Number(values.tables);

const cases: Record<string, object> = {};
for (const apart of [6, 4.5]) {
  let [found, aside, lone, wrong, agreement] = [0, 0, 0, 0, 0];
  const missed: string[] = [];
  for (let seed = 1; seed <= tables; seed++) {
    const { x, groups, labels } = plantedGroups(seed, apart);
    const result = await clusterRows(x, { seed, scale: "standard" });
    if (result.clusters === groups) found++;
    else missed.push(`${seed}: ${groups}, found ${result.clusters}`);
    lone += labels.filter((label) => label < 0).length;
    for (const { row } of result.outliers) {
      if (labels[row]! < 0) aside++;
      else wrong++;
    }
    agreement += adjustedRandIndex(result.labels, labels) / tables;
  }
  console.log(
    `${apart} apart: ${found} of ${tables} numbers found; ${aside} of ${lone} lone rows set aside, ${wrong} others`,
  );
  for (const one of missed) console.log(`  table ${one}`);
  cases[`${apart} apart`] = {
    tables,
    found,
    missed,
    loneRows: lone,
    setAside: aside,
    wronglySetAside: wrong,
    adjustedRandIndex: agreement,
  };
}
keepFigures(NAME, {
  name: NAME,
  data: "tables of 2 to 8 planted normal groups of unequal size and spread, 300 to 1,200 rows, 2 to 10 columns, 1 % of the rows anywhere",
  cases,
  date: new Date().toISOString(),
  machine: machine(),
});
