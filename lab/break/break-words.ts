/**
 * @file Words between the page Break it and its worker.
 */

/** Questions of the page: models first, then images of which a part is hidden. */
export type BreakAsked =
  | { readonly kind: "prepare"; readonly seed: number }
  | {
      readonly kind: "fill";
      readonly seed: number;
      /** A row of the data by its number, or pixels of one's own `[d]`. */
      readonly image: number | Float32Array;
      /** 1 for pixels that are hidden `[height · width]`. */
      readonly hidden: Uint8Array;
      /** Standard deviation of normal noise on what is seen, as a share of the gray levels. */
      readonly noise: number;
    };

/** The images and models, once these are fitted. */
export interface Prepared {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Gray levels, black and white. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Rows that no model has learned from. */
  readonly heldOut: Uint32Array;
  /** Commands that fit the same models, a line each; none where they learn from a sample of the rows. */
  readonly commands?: string | undefined;
  readonly notes: readonly string[];
}

/** An image as a way gives it back. */
export interface Way {
  readonly name: string;
  /** `[d]` */
  readonly pixels: Float32Array;
  /** Root of the mean squared error as a share of the gray levels: of the hidden pixels, and of all; NaN where there are none. */
  readonly hiddenError: number;
  readonly error: number;
}

export interface Filled {
  /** The image without noise and holes `[d]`, and with noise. */
  readonly image: Float32Array;
  readonly noisy: Float32Array;
  /** False for a row that the models have learned from; true of pixels of one's own. */
  readonly isNew: boolean;
  readonly ways: readonly Way[];
  /** Steps of the search for a code so far, and in all. */
  readonly step: number;
  readonly steps: number;
}

/** An outlier's score by a model. */
export interface Score {
  readonly name: string;
  readonly score: number;
  /** Rows of the data with a lower one, of so many. */
  readonly below: number;
  readonly rows: number;
}

export type BreakTold =
  | { readonly kind: "progress"; readonly text: string; readonly share: number }
  | { readonly kind: "prepared"; readonly prepared: Prepared }
  | { readonly kind: "filled"; readonly filled: Filled }
  /** The image with its noise and without its holes. */
  | { readonly kind: "scored"; readonly scores: readonly Score[] };
