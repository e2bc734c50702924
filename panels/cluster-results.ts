/**
 * @file Clusters as results: a column of their numbers, and what `--json` prints of them.
 */
import { type Dataset, rowInFile } from "../src/data/dataset.js";
import { matrix } from "../src/data/matrix.js";
import type { RowClustering } from "../src/tasks/cluster/cluster-rows.js";
import { numbersTable, type RowsTable } from "./row-results.js";

/** The cluster of every row. */
export function clusterTable({ labels }: RowClustering): RowsTable {
  return numbersTable(matrix(labels.length, 1, Float32Array.from(labels)), ["cluster"]);
}

/** Numbers of a clustering. */
export function clusterNumbers(found: RowClustering, input: Dataset): object {
  const { model, groups, clusters, noise, trials, reason } = found;
  return {
    clusters,
    sizes: groups.map(({ size }) => size),
    ...("iterations" in model && { iterations: model.iterations }),
    ...(reason !== undefined && { reason, trials, trialRows: found.trialRows }),
    groups: groups.map(({ typical, ...group }) => ({
      ...group,
      typical: typical.map((row) => rowInFile(input, row)),
    })),
    outliers: found.outliers.map((one) => ({ ...one, row: rowInFile(input, one.row) })),
    noise,
  };
}
