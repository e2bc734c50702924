/**
 * @file Clusters in words: how their number was chosen, what makes each different, and rows that are in none.
 */
import { formatDate } from "../src/data/table/dates.js";
import type { RowClustering } from "../src/tasks/cluster/cluster-rows.js";
import type { ClusterDifference } from "../src/tasks/cluster/describe-clusters.js";
import type { ClusterTrial } from "../src/tasks/cluster/number-of-clusters.js";
import { printable } from "./printable.js";
import { shownNumber, shownPercent, textTable } from "./text-table.js";

/** Differences told of a cluster. */
const MOST_DIFFERENCES = 3;
/** Rows in no cluster that are told one by one. */
const MOST_OUTLIERS = 5;

/** The figures of every number of clusters, and the choice. */
export function trialsText({ trials, reason, clusters, trialRows }: RowClustering, rows: number): string {
  if (!trials) return "";
  const cell = (value: number | undefined) => (value === undefined ? "" : value.toFixed(3));
  const line = ({ clusters: k, silhouette, stability, gap, gapError }: ClusterTrial) => [
    `${k}${k === clusters ? " *" : ""}`,
    cell(silhouette),
    cell(stability),
    `${cell(gap)} ± ${cell(gapError)}`,
  ];
  const of =
    trialRows !== undefined && trialRows < rows ? ` (figures of ${trialRows} rows drawn at random)` : "";
  const chosen = clusters === 1 ? "one group: no clusters that stand apart" : `${clusters} clusters`;
  return `${textTable([["clusters", "silhouette", "stability", "gap"], ...trials.map(line)])}${chosen}: ${reason}${of}\n`;
}

/** A line for every cluster, the largest first, and for rows that are in none. @param rowName a row in the words of the file. */
export function clustersText(found: RowClustering, rowName: (row: number) => string): string {
  const groups = found.groups.toSorted((a, b) => b.size - a.size);
  const lines = groups.map(({ cluster, size, share, differences, typical }) => {
    const told = differences.slice(0, MOST_DIFFERENCES).map(differenceText);
    const words = told.length > 0 ? `: ${told.join("; ")}` : "";
    const rows = typical.length > 0 ? `; typical: row ${typical.map(rowName).join(", ")}` : "";
    return `cluster ${cluster}, ${size} rows (${shownPercent(share)})${words}${rows}`;
  });
  const { outliers, noise } = found;
  if (outliers.length > 0) {
    const told = outliers
      .slice(0, MOST_OUTLIERS)
      .map(
        ({ row, column, value, expected }) =>
          `row ${rowName(row)} (${column} ${shownNumber(value)}, median ${shownNumber(expected)})`,
      );
    const more = outliers.length > told.length ? `, … (${outliers.length - told.length} more)` : "";
    const are = outliers.length === 1 ? "1 row is" : `${outliers.length} rows are`;
    lines.push(`-1, in no cluster: ${are} far from all others: ${told.join(", ")}${more}`);
  }
  if (noise > 0) lines.push(`-1, in no cluster: ${noise} rows lie between the clusters`);
  return lines.map((line) => `${printable(line)}\n`).join("");
}

/** `Q1 higher: 4.2, others 2.1`, `gender f: 80 %, others 31 %`. */
function differenceText({
  column,
  type,
  level,
  inside,
  others,
  effect,
  insideMedian,
  othersMedian,
}: ClusterDifference): string {
  if (level !== undefined || type === "boolean") {
    const of = level === undefined ? column : `${column} ${level}`;
    return `${of} ${shownPercent(inside)}, others ${shownPercent(others)}`;
  }
  const shown = (value: number) =>
    type === "date" ? formatDate(Math.round(value), "YYYY-MM-DD") : shownNumber(value);
  // A median says more of amounts; where it is the same in both, the means differ.
  const [own, rest] = insideMedian !== othersMedian ? [insideMedian!, othersMedian!] : [inside, others];
  return `${column} ${effect > 0 ? "higher" : "lower"}, ${shown(own)}, others ${shown(rest)}`;
}
