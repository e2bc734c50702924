/**
 * @file Words between the page Latent and its worker.
 */

import type { Panel } from "../../panels/report.js";
import type { Choices } from "../choices.js";

/** One of the two maps. */
export type Slot = "a" | "b";

export type LatentAsked =
  /** Columns that there are. */
  | { readonly kind: "columns" }
  /** Colors of all rows by a column. */
  | { readonly kind: "color"; readonly column: string }
  /** A map: a method is fitted, and its codes are told. */
  | {
      readonly kind: "map";
      readonly slot: Slot;
      readonly method: string;
      /** Texts by name: options of the method, and of training. */
      readonly options: Readonly<Record<string, string>>;
      readonly seed: number;
      /** Types and roles of columns that somebody chose, for commands. */
      readonly choices?: Choices | undefined;
    }
  /** Content of some rows, by their places in the data. */
  | { readonly kind: "rows"; readonly rows: readonly number[]; readonly columns: readonly string[] }
  /** Rows of codes `[m, latentDim]`. */
  | { readonly kind: "decode"; readonly slot: Slot; readonly codes: Float32Array }
  /** Rows on the way between the codes of two rows. */
  | { readonly kind: "walk"; readonly slot: Slot; readonly from: number; readonly to: number }
  /** Rows of a grid over two numbers of the code, counted from 0. */
  | { readonly kind: "grid"; readonly slot: Slot; readonly dims: readonly [number, number] }
  /** A file of some rows of the table, or of their codes. */
  | {
      readonly kind: "export";
      readonly part: "rows" | "codes";
      readonly slot: Slot;
      readonly rows: Uint32Array;
    };

/** An image, ready for a canvas. */
export interface RowImage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, 255 of every pixel. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** Content of rows: cells in columns, and an image each if that is what they are. */
export interface RowContents {
  readonly columns: readonly string[];
  readonly cells: readonly (readonly string[])[];
  readonly images?: readonly RowImage[] | undefined;
}

/** Groups of all rows that have a color each. */
export interface RowColors {
  readonly column: string;
  /** Group of each row `[n]`. */
  readonly groups: Uint8Array;
  /** Groups from this one on are drawn gray. */
  readonly gray: number;
  /** Names of the groups; none of a column of quantities. */
  readonly names?: readonly string[] | undefined;
  /** Value of each row `[n]`, and the ends of the scale, of a column of quantities. */
  readonly values?: Float32Array | undefined;
  readonly range?: { readonly low: number; readonly high: number } | undefined;
}

/** A map that is made. */
export interface MadeMap {
  readonly slot: Slot;
  readonly method: string;
  readonly seed: number;
  /** Codes `[points, latentDim]`. */
  readonly codes: Float32Array;
  readonly latentDim: number;
  /** Row of the data that each point is `[points]`. */
  readonly rows: Uint32Array;
  /** Rows there are. */
  readonly rowsInAll: number;
  /** Names of the numbers of a code, such as the share of the variance. */
  readonly names: readonly string[];
  /** It gives rows back for codes. */
  readonly decodes: boolean;
  readonly notes: readonly string[];
  /** Commands that give the same codes; none where few of many rows were learned from. */
  readonly command?: string | undefined;
  readonly seconds: number;
}

export type LatentTold =
  | {
      readonly kind: "columns";
      readonly names: readonly string[];
      /** Those that are shown of a row where none are chosen. */
      readonly usual: readonly string[];
      readonly label?: string | undefined;
    }
  | { readonly kind: "color"; readonly color: RowColors }
  | {
      readonly kind: "progress";
      readonly slot: Slot;
      readonly text: string;
      /** Codes as they stand, of methods that move them. */
      readonly moving?: Pick<MadeMap, "codes" | "latentDim" | "rows" | "rowsInAll" | "method"> | undefined;
    }
  | { readonly kind: "map"; readonly map: MadeMap }
  | { readonly kind: "rows"; readonly contents: RowContents }
  /** Answer to `decode`. */
  | { readonly kind: "decoded"; readonly contents: RowContents }
  /** Answer to `walk` and `grid`: a picture, a table, and the codes on the way. */
  | { readonly kind: "panels"; readonly panels: readonly Panel[]; readonly codes: Float32Array }
  | { readonly kind: "file"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
