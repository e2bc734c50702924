/**
 * @file Tables of what a few labels are worth, in 80 columns.
 */
import type { DimensionEntry, FewLabelsByDimension } from "../src/tasks/few-labels/by-dimension.js";
import type { FeatureName } from "../src/tasks/few-labels/features.js";
import type { FewLabels, LabelAccuracy } from "../src/tasks/few-labels/few-labels.js";
import type { FewLabelsFromClusters } from "../src/tasks/few-labels/from-clusters.js";
import { textTable } from "./text-table.js";

/** Numbers of labels that stand beside each other. */
const A_BLOCK = 4;

const LEARNERS = { probe: "probe", neighbors: "neighbors", fineTuning: "fine-tuned" } as const;

/** One line for each way to learn, one column for each number of labels. */
export function fewLabelsText(found: FewLabels): string {
  const lines = grouped(found.entries, ({ features, learner }) => `${features} ${learner}`).map((own) => ({
    name: `${sized(own[0]!.features, found.sizes)}: ${LEARNERS[own[0]!.learner]}`,
    cells: own.map(shown),
  }));
  return `${heading(found)}\n\n${blocks(countsOf(found.entries), lines)}`;
}

/** Accuracy, and the share of rows without a label under it. */
export function fromClustersText(found: FewLabelsFromClusters): string {
  const lines = grouped(found.entries, ({ features }) => features).flatMap((own) => {
    const name = sized(own[0]!.features, found.sizes);
    return [
      { name: `${name}: accuracy`, cells: own.map(shown) },
      { name: `${name}: unlabeled`, cells: own.map(({ unlabeledShare }) => inPercent(unlabeledShare)) },
    ];
  });
  const title = `labels carried to their cluster, of ${found.clusters}; unlabeled: rows in one without, in %`;
  return `${title}\n${heading(found)}\n\n${blocks(countsOf(found.entries), lines)}`;
}

/** A block for each number of labels, a line for each number of components. */
export function byDimensionText(found: FewLabelsByDimension): string {
  const tables = grouped(found.entries, ({ labeled }) => String(labeled)).map((own) => {
    const lines = grouped(own, ({ dimensions }) => String(dimensions)).map(dimensionLine);
    return `${own[0]!.labeled} labels\n${textTable([["components", "least squares", "probe"], ...lines])}`;
  });
  const title = "a linear classifier on the first principal components of all rows";
  return `${title}\n${heading(found)}\n\n${tables.join("\n")}`;
}

function dimensionLine(own: readonly DimensionEntry[]): string[] {
  const { dimensions, labeled } = own[0]!;
  const cells = (["minimumNorm", "probe"] as const).map((name) =>
    shown(own.find(({ classifier }) => classifier === name)!),
  );
  return [String(dimensions), ...cells, ...(dimensions === labeled ? ["as many as labels"] : [])];
}

function heading({ seeds, judged }: Pick<FewLabels, "seeds" | "judged">): string {
  const over = seeds.length === 1 ? "of one draw" : `mean ± 95 % interval over ${seeds.length} draws`;
  return `accuracy in %, ${over}, on ${judged} held-out rows`;
}

interface Line {
  readonly name: string;
  readonly cells: readonly string[];
}

/** Tables of at most so many columns, under one another. */
function blocks(counts: readonly number[], lines: readonly Line[]): string {
  const tables: string[] = [];
  for (let from = 0; from < counts.length; from += A_BLOCK) {
    const here = counts.slice(from, from + A_BLOCK).map((count) => `${count} labels`);
    const rows = lines.map(({ name, cells }) => [name, ...cells.slice(from, from + A_BLOCK)]);
    tables.push(textTable([["", ...here], ...rows]));
  }
  return tables.join("\n");
}

const sized = (name: FeatureName, sizes: FewLabels["sizes"]): string =>
  `${name === "pca" ? "PCA" : name} (${sizes[name]})`;

const inPercent = (share: number): string => (Number.isNaN(share) ? "–" : (100 * share).toFixed(1));

function shown({ mean, halfWidth }: LabelAccuracy): string {
  return halfWidth === undefined
    ? inPercent(mean)
    : `${inPercent(mean)} ± ${(100 * halfWidth).toFixed(1).padStart(4)}`;
}

const countsOf = (entries: readonly LabelAccuracy[]): number[] => [
  ...new Set(entries.map(({ labeled }) => labeled)),
];

/** Entries that go together, in order. */
function grouped<T>(entries: readonly T[], key: (entry: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const entry of entries) groups.set(key(entry), [...(groups.get(key(entry)) ?? []), entry]);
  return [...groups.values()];
}
