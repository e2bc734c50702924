/**
 * @file Words between the page Table and its worker.
 */
import type { Section } from "../../panels/report.js";

/** Tasks on the data that are open. */
export interface TableAsked {
  readonly task: "outliers";
  readonly seed: number;
}

export type TableTold =
  | { readonly kind: "progress"; readonly text: string }
  /** The result: the sections of a report of the task. */
  | { readonly kind: "sections"; readonly sections: readonly Section[] };
