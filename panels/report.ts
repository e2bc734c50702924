/**
 * @file Reports as data. A verb says its sections, each of panels, which are plain objects; `reportPage` makes one HTML file of
 * them, with the same numbers once more as JSON. No section needs to escape, cut or round anything: that is done where
 * panels are drawn.
 *
 *   const section: Section = {
 *     heading: "Clusters",
 *     text: "k-means found 3 clusters.",
 *     panels: [
 *       { kind: "table", title: "Sizes", see: "A line for every cluster.", columns: ["cluster", "rows"], rows: [[0, 12], [1, 9]] },
 *       { kind: "bars", title: "…", see: "…", valueName: "rows", names: ["0", "1"], series: [{ name: "rows", values: [12, 9] }] },
 *     ],
 *   };
 */

/** A report: what was asked, sections in their order, and the numbers that `unlabeled report extract` prints. */
export interface Report {
  readonly title: string;
  /** One or two sentences under the title: the finding. */
  readonly summary?: string;
  readonly asked: Asked;
  readonly sections: readonly Section[];
  /** Numbers of the whole, as `--json` prints them. Those of panels come with the panels. */
  readonly numbers: object;
}

/** The question: a command, and the data it was asked of. */
export interface Asked {
  /** The command, as it can be run once more. */
  readonly command: string;
  readonly seed?: number;
  /** Versions of what has a part in the numbers, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly data: {
    readonly name: string;
    readonly rows: number;
    /** Numbers in a row. */
    readonly columns: number;
    readonly fingerprint?: string;
  };
  /** Further things, by name, such as the method and its options. */
  readonly further?: Readonly<Record<string, Cell>>;
}

export interface Section {
  readonly heading: string;
  /** Sentences under the heading. */
  readonly text?: string;
  readonly panels: readonly Panel[];
}

/** A picture or a table. */
export type Panel =
  | TablePanel
  | ScatterPanel
  | CurvesPanel
  | SpectrumPanel
  | BarsPanel
  | HeatMapPanel
  | ImagePanel;

interface Titled {
  readonly title: string;
  /** A sentence on what is to be seen. */
  readonly see: string;
}

/** Content of a cell: a number is shown with up to five digits, `undefined` as a dash. */
export type Cell = string | number | undefined;

/** Lines of cells. Behind the first 40 lines the rest is folded, behind 1000 it is left out and counted. */
export interface TablePanel extends Titled {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Points of rows, in their own colors. */
export interface ScatterPanel extends Titled {
  readonly kind: "scatter";
  /** Places across and upwards `[n]`. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly xName: string;
  readonly yName: string;
  /** One unit upwards is as long as one across, since distances are what is shown. */
  readonly equalUnits?: boolean;
  /** Column that says colors: more than 12 different numbers are a scale, all else are classes. */
  readonly color?: {
    readonly name: string;
    /** One a row; `""` where there is none. */
    readonly labels: readonly string[];
    /** Numbers are names, such as those of clusters. */
    readonly classes?: boolean;
    /** Label of rows that are drawn gray and under all others. */
    readonly under?: string;
  };
  /** Under the picture: method, seed, variance. The number of rows comes by itself. */
  readonly caption?: string;
  /** Rows that there are, where these are a sample of them. */
  readonly rowsInAll?: number;
  /** Number that each row is called by; default: from 1. */
  readonly rowNumbers?: ArrayLike<number>;
  /** Content of some rows, by their place, which is shown at their points. */
  readonly details?: {
    readonly columns: readonly string[];
    readonly rows: ReadonlyMap<number, readonly Cell[]>;
  };
}

/** Values along steps, a line for each series. */
export interface CurvesPanel extends Titled {
  readonly kind: "curves";
  readonly xName: string;
  readonly yName: string;
  /** Places across `[n]`. */
  readonly x: readonly number[];
  /** `[n]` each; `NaN` where there is no value. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly logX?: boolean;
  /** Default: where all values are above 0 and the largest is 50 times the least. */
  readonly logY?: boolean;
  readonly caption?: string;
}

/** Shares of components, largest first as they are given, and their sum so far. */
export interface SpectrumPanel extends Titled {
  readonly kind: "spectrum";
  /** Share of each `[k]`, of 1. */
  readonly shares: readonly number[];
  /** Such as `component`. */
  readonly xName: string;
  /** Such as `share of the variance`. */
  readonly yName: string;
  readonly caption?: string;
}

/** Bars from 0, a group of them for each name. Behind the first 40 names the rest is folded. */
export interface BarsPanel extends Titled {
  readonly kind: "bars";
  readonly names: readonly string[];
  readonly valueName: string;
  /** `[names]` each; `NaN` where there is no value. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Names in the order of the first series, largest first. */
  readonly ranked?: boolean;
  /** Bars of a name one behind the other on one line: parts of a whole, none below 0. */
  readonly stacked?: boolean;
  readonly caption?: string;
}

/** Numbers as colors: blue below 0, orange above it. Rows beyond 40 are those with the largest numbers. */
export interface HeatMapPanel extends Titled {
  readonly kind: "heatMap";
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** `[rows, columns]`, row by row. */
  readonly values: ArrayLike<number>;
  readonly caption?: string;
}

/** A picture of pixels. */
export interface ImagePanel extends Titled {
  readonly kind: "image";
  readonly png: Uint8Array;
  readonly caption?: string;
  /** Numbers that the picture shows, if there are any. */
  readonly numbers?: Pick<TablePanel, "columns" | "rows">;
}
