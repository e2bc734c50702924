/**
 * @file Words between the page Claims and its worker, and the claims as the build has them.
 */
import type { DrawnPanel } from "../../panels/draw/panel.js";
import type { Verdict } from "../../studies/lectures/study.js";

/** A number that a claim stands on, as pages of studies write it. */
export interface ToldSide {
  readonly condition: string;
  readonly number: string;
  /** Such as `≤ 0.1`. */
  readonly threshold: string;
  readonly holds: boolean;
}

export interface ToldCheck {
  readonly verdict: Verdict;
  readonly sides: readonly ToldSide[];
}

/** A claim of the notes with what was measured when the pages were made. */
export interface ToldClaim extends ToldCheck {
  readonly id: string;
  readonly quote: string;
  readonly source: string;
  readonly statement: string;
  readonly means: string;
  /** Name of the picture that shows it. */
  readonly picture?: string | undefined;
}

export interface ToldPicture {
  readonly name: string;
  /** Name in the folder claims/. */
  readonly file: string;
  readonly title: string;
  readonly see: string;
}

export interface ToldStudy {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** Data that it was measured on, and with how many seeds. */
  readonly on: string;
  readonly seeds: number;
  readonly claims: readonly ToldClaim[];
  readonly pictures: readonly ToldPicture[];
}

/** A study to measure here. */
export interface ClaimsAsked {
  readonly study: string;
  /** Number of seeds, which are 0, 1 … */
  readonly seeds: number;
}

export type ClaimsTold =
  /** @param fraction share of the work that is done, in [0, 1]. */
  | { readonly kind: "progress"; readonly fraction: number }
  | {
      readonly kind: "measured";
      readonly study: string;
      readonly seeds: number;
      readonly seconds: number;
      /** Checks by the claim's name. */
      readonly checks: Readonly<Record<string, ToldCheck>>;
      /** Panels by the picture's name. */
      readonly pictures: Readonly<Record<string, DrawnPanel>>;
    };
