/**
 * @file Rows as a map: at their first two principal components, in colors that something was found to give them.
 */
import type { Dataset } from "../src/data/dataset.js";
import { takeRows } from "../src/data/matrix.js";
import { applyScale, type ScaleKind } from "../src/data/scale.js";
import { pca } from "../src/methods/linear/pca.js";
import { unitsAmongFarRows } from "../src/tasks/robust-units.js";
import { fit } from "../src/training/fit.js";
import type { ScatterPanel } from "./report.js";
import { placesBy } from "./sections/map.js";
import { pointsOf, sampleOf } from "./sections/rows.js";
import { shownPercent } from "./text-table.js";

/**
 * Points of rows, in robust units where columns are scaled, so that no far row draws all others together.
 * @param input without missing numbers. @param count rows whose content may be told.
 */
export async function coloredRows(
  input: Dataset,
  scale: ScaleKind,
  count: number,
  {
    name,
    label,
    usual,
    drawn = sampleOf(input),
  }: {
    /** Name of what the colors stand for. */
    readonly name: string;
    readonly label: (row: number) => string;
    /** Rows that the directions are of: others may be so far out that theirs would be the only one. */
    readonly usual: (row: number) => boolean;
    /** Rows that are drawn. Default: all, or a sample of very many. */
    readonly drawn?: Uint32Array;
  },
): Promise<
  Pick<
    ScatterPanel,
    "x" | "y" | "xName" | "yName" | "equalUnits" | "color" | "rowNumbers" | "details" | "rowsInAll"
  >
> {
  const { x: given, range, groups } = input;
  const x = applyScale(given, unitsAmongFarRows(given, scale, { range, groups }));
  const own = drawn.length === x.rows ? x : takeRows(x, drawn);
  const latentDim = Math.min(2, own.rows, own.cols);
  const inside = Array.from(drawn.keys()).filter((i) => usual(drawn[i]!));
  const learned = inside.length > latentDim ? takeRows(own, inside) : own;
  const model = await fit(pca({ latentDim }), learned, { seed: 0 });
  const named = (j: number) =>
    `component ${j + 1} (${shownPercent(model.explainedVarianceRatio[j]!)} of the variance)`;
  return {
    ...placesBy(await model.encode(own), named),
    ...pointsOf(input, drawn, count),
    color: { name, labels: Array.from(drawn, label), classes: true },
  };
}
