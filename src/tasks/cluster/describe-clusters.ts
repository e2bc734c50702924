/**
 * @file Clusters in words of their columns: which are higher, lower or otherwise shared out than among the rows of the other clusters.
 *
 *   number     d = (x̄_in − x̄_out) / s,  s the pooled standard deviation
 *   category   h = 2 arcsin √p_in − 2 arcsin √p_out,  of the level that differs most
 *   v          (x̄_in − x̄) / √((n − n_in) / (n − 1) · s² / n_in): how far a mean, or a share, is from that of as many rows drawn at random
 *
 * Sources: Cohen (1988), "Statistical power analysis for the behavioral sciences", sections 2.2 and 6.2 (d and h; .2 is small, .8 large);
 * Lebart, Morineau & Piron (1995), "Statistique exploratoire multidimensionnelle", section 2.3 (v).
 */
import type { Numbers } from "../../data/matrix.js";
import { type ColumnEncoding, columnSpans, type TableEncoding } from "../../data/table/encoding.js";
import { quantileOf } from "../robust-units.js";

/** Type of a column, as far as its values are told otherwise. */
export type DescribedType = ColumnEncoding["type"];

/** A column in which the rows of a cluster differ from those of the others. */
export interface ClusterDifference {
  /** Name of the column. */
  readonly column: string;
  /** Type of the column. */
  readonly type: DescribedType;
  /** Level of a category whose share differs most. */
  readonly level?: string;
  /** Mean of the rows in the cluster, of a category the share of the level; of dates days since 1970-01-01. */
  readonly inside: number;
  /** The same of the rows of the other clusters. */
  readonly others: number;
  /** Median of the rows in the cluster; of a category there is none. */
  readonly insideMedian?: number;
  /** The same of the rows of the other clusters. */
  readonly othersMedian?: number;
  /** Cohen's d, of a category Cohen's h: .2 is small, .8 large. */
  readonly effect: number;
  /** Distance of the mean or share from that of as many rows drawn at random, in standard errors. */
  readonly vTest: number;
}

/** Rows with one label. */
export interface ClusterDescription {
  /** The cluster, from 0. */
  readonly cluster: number;
  /** Number of its rows. */
  readonly size: number;
  /** Share of it among the rows of all clusters. */
  readonly share: number;
  /** Columns in which it differs from the others, most first; none of those that differ by less than .2. */
  readonly differences: readonly ClusterDifference[];
}

/** Differences below this are small. */
const SMALL = 0.2;
/** A difference that chance would make in one of twenty columns. */
const LEAST_V = 1.96;

/** Sums of one column of numbers in each cluster. */
interface Sums {
  readonly counts: Float64Array;
  readonly means: Float64Array;
  /** Σ (x − x̄)² within each. */
  readonly squares: Float64Array;
}

/**
 * Columns that tell clusters apart.
 * @param x `[n, d]`, in the units of the data; missing numbers are passed over. @param names of its columns.
 * @param labels the cluster of every row `[n]`, from 0; rows with −1 have no part in it. @param encoding of the table that x was made of: then columns are
 *   those of the table. @param most columns that are told of a cluster.
 */
export function describeClusters(
  x: Numbers,
  names: readonly string[],
  labels: ArrayLike<number>,
  encoding: TableEncoding | undefined,
  most = 5,
): ClusterDescription[] {
  const sizes: number[] = [];
  let rows = 0;
  for (let i = 0; i < x.rows; i++) {
    if (labels[i]! < 0) continue;
    sizes[labels[i]!] = (sizes[labels[i]!] ?? 0) + 1;
    rows++;
  }
  const columns = describedColumns(x, names, encoding);
  const found: { at: number; difference: ClusterDifference }[][] = sizes.map(() => []);
  for (const { name, type, from, to, levels } of columns) {
    const best: ({ at: number; difference: ClusterDifference } | undefined)[] = sizes.map(() => undefined);
    for (let at = from; at < to; at++) {
      const sums = sumsOf(x, at, labels, sizes.length);
      for (const cluster of sizes.keys()) {
        const level = levels?.[at - from];
        const told = differenceOf(sums, cluster, level === undefined ? "mean" : "share");
        if (!told || Math.abs(told.effect) < SMALL || Math.abs(told.vTest) < LEAST_V) continue;
        if (Math.abs(told.effect) <= Math.abs(best[cluster]?.difference.effect ?? 0)) continue;
        best[cluster] = {
          at,
          difference: { column: name, type, ...(level !== undefined && { level }), ...told },
        };
      }
    }
    for (const [cluster, one] of best.entries()) if (one) found[cluster]!.push(one);
  }
  return found.map((all, cluster) => {
    all.sort((a, b) => Math.abs(b.difference.effect) - Math.abs(a.difference.effect));
    const differences = all.slice(0, most).map(({ at, difference }) => {
      if (difference.level !== undefined) return difference;
      const [insideMedian, othersMedian] = mediansOf(x, at, labels, cluster);
      return { ...difference, insideMedian, othersMedian };
    });
    return { cluster, size: sizes[cluster] ?? 0, share: (sizes[cluster] ?? 0) / rows, differences };
  });
}

/** A column as a table has it, and its columns of numbers. */
export interface DescribedColumn {
  readonly name: string;
  /** Type of the column. */
  readonly type: DescribedType;
  /** Its columns of x. */
  readonly from: number;
  readonly to: number;
  readonly levels?: readonly string[];
}

/** Columns of a table, or of rows of numbers where there is none. */
export function describedColumns(
  x: Pick<Numbers, "cols">,
  names: readonly string[],
  encoding: TableEncoding | undefined,
): readonly DescribedColumn[] {
  // A row of several moments has each column several times, under names of their own.
  if (!encoding || encoding.rows)
    return Array.from({ length: x.cols }, (_, j) => ({
      name: names[j] ?? `x${j + 1}`,
      type: "number",
      from: j,
      to: j + 1,
    }));
  return columnSpans(encoding).map(({ column, from, to }) => {
    const { name, type } = column;
    if (type !== "category") return { name, type, from, to: from + 1 };
    const levels = column.other ? [...column.levels, "(other)"] : column.levels;
    return { name, type, from, to, levels };
  });
}

function sumsOf(
  { data, rows, cols }: Numbers,
  at: number,
  labels: ArrayLike<number>,
  clusters: number,
): Sums {
  const [counts, means, squares] = [0, 0, 0].map(() => new Float64Array(clusters)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < rows; i++) {
    const [label, value] = [labels[i]!, data[i * cols + at]!];
    if (label < 0 || Number.isNaN(value)) continue;
    // Running means: sums of squares of large numbers would lose what differs.
    const count = ++counts[label]!;
    const off = value - means[label]!;
    means[label]! += off / count;
    squares[label]! += off * (value - means[label]!);
  }
  return { counts, means, squares };
}

/** Sums of all clusters but one. */
function joined({ counts, means, squares }: Sums, but = -1) {
  let [count, mean, square] = [0, 0, 0];
  for (let g = 0; g < counts.length; g++) {
    if (g === but || counts[g] === 0) continue;
    const all = count + counts[g]!;
    const off = means[g]! - mean;
    mean += (off * counts[g]!) / all;
    square += squares[g]! + (off * off * count * counts[g]!) / all;
    count = all;
  }
  return { count, mean, square };
}

function differenceOf(
  sums: Sums,
  cluster: number,
  kind: "mean" | "share",
): Pick<ClusterDifference, "inside" | "others" | "effect" | "vTest"> | undefined {
  const rest = joined(sums, cluster);
  const all = joined(sums);
  const count = sums.counts[cluster]!;
  if (count === 0 || rest.count === 0 || all.square === 0) return undefined;
  const [inside, others] = [sums.means[cluster]!, rest.mean];
  const variance = all.square / all.count;
  const error = Math.sqrt((((all.count - count) / Math.max(1, all.count - 1)) * variance) / count);
  const vTest = (inside - all.mean) / error;
  if (kind === "share") {
    const angle = (share: number) => 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, share))));
    return { inside, others, effect: angle(inside) - angle(others), vTest };
  }
  const pooled = Math.sqrt((sums.squares[cluster]! + rest.square) / Math.max(1, all.count - 2));
  // The spread within each is 0: the spread of both together is all there is.
  return { inside, others, effect: (inside - others) / (pooled > 0 ? pooled : Math.sqrt(variance)), vTest };
}

function mediansOf(
  { data, rows, cols }: Numbers,
  at: number,
  labels: ArrayLike<number>,
  cluster: number,
): [number, number] {
  const parts: [number[], number[]] = [[], []];
  for (let i = 0; i < rows; i++) {
    const value = data[i * cols + at]!;
    if (labels[i]! >= 0 && !Number.isNaN(value)) parts[labels[i] === cluster ? 0 : 1].push(value);
  }
  return parts.map((part) => quantileOf(Float64Array.from(part).sort(), 0.5)) as [number, number];
}
