/**
 * @file Words between the page Manifolds and its worker.
 */

import type { Choices } from "../choices.js";

/** The surface: a rolled sheet of its own, or the three columns of the data that are open. */
export interface Surface {
  readonly roll: "swiss-roll" | "s-curve" | "data";
  /** Points on it. */
  readonly rows: number;
  /** Standard deviation of normal noise on every coordinate. */
  readonly noise: number;
}

export type MapName = "isomap" | "locallyLinearEmbedding" | "tsne";

export type ManifoldsAsked =
  /** The surface, and a map of it by each method. */
  | {
      readonly kind: "maps";
      readonly surface: Surface;
      /** Texts of options. */
      readonly nNeighbors: string;
      readonly perplexity: string;
      readonly seed: number;
      /** Types and roles of columns that somebody chose, for commands. */
      readonly choices?: Choices | undefined;
    }
  /** Maps by t-SNE, of each perplexity with each seed, from random places. */
  | {
      readonly kind: "grid";
      readonly surface: Surface;
      readonly perplexities: readonly string[];
      readonly seeds: readonly number[];
      readonly maxIter: string;
    };

/** Numbers of a map. */
export interface MapQuality {
  /** In [0, 1]: 1 if all near neighbors on the map are such on the surface. */
  readonly trustworthiness: number;
  /** Correlation of the distances of pairs on the map and along the sheet; none where the sheet is not known. */
  readonly correlation?: number | undefined;
}

/** A map, on the way or at its end. */
export interface ToldMap {
  /** Places `[2n]`. */
  readonly places: Float32Array;
  readonly iteration?: number | undefined;
}

export type ManifoldsTold =
  /** Points `[3n]`, and where along the sheet each is `[n]`. */
  | {
      readonly kind: "surface";
      readonly points: Float32Array;
      readonly positions: Float32Array;
      readonly name: string;
    }
  | { readonly kind: "progress"; readonly text: string }
  | ({ readonly kind: "frame"; readonly method: MapName } & ToldMap)
  | ({
      readonly kind: "map";
      readonly method: MapName;
      readonly quality: MapQuality;
      readonly seconds: number;
      readonly command?: string | undefined;
    } & ToldMap)
  /** A map of the grid; its numbers at the end. */
  | ({
      readonly kind: "cell";
      readonly perplexity: string;
      readonly seed: number;
      readonly quality?: MapQuality | undefined;
      readonly klDivergence?: number | undefined;
    } & ToldMap);
