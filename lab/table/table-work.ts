/**
 * @file Tasks on a table, in the worker.
 */
import { outlierSections } from "../../panels/sections/outliers.js";
import { findOutliers } from "../../src/tasks/outliers/find-outliers.js";
import type { WorkPlace } from "../works.js";
import type { TableAsked } from "./table-words.js";

/** Rows that are told with their reasons. */
const MOST_EXPLAINED = 10;

export async function answer(
  { seed }: TableAsked,
  { data, tell, signal }: WorkPlace<"table">,
): Promise<void> {
  const opened = data();
  const found = await findOutliers(opened, {
    ...{ seed, signal, explained: MOST_EXPLAINED },
    onDetector: ({ detector }) => tell({ kind: "progress", text: detector }),
  });
  tell({ kind: "sections", sections: await outlierSections(found, opened, undefined, MOST_EXPLAINED) });
}
