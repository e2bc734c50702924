/**
 * @file Codes of rows as a map.
 */
import type { Dataset } from "../../src/data/dataset.js";
import type { Matrix } from "../../src/data/matrix.js";
import type { FittedModel } from "../../src/methods/model.js";
import type { ScatterPanel } from "../report.js";
import { shownPercent } from "../text-table.js";
import { pointsOf } from "./rows.js";

/**
 * The first two numbers of the codes of rows; of one number, rows stand upwards in their order.
 * @param drawn places of the rows that the codes are of. @param count rows whose content may be told.
 */
export function mapPanel(
  model: FittedModel,
  input: Dataset,
  { codes, drawn, count }: { codes: Matrix; drawn: Uint32Array; count: number },
): ScatterPanel {
  const { data, rows, cols } = codes;
  const shares = (model as { explainedVarianceRatio?: ArrayLike<number> }).explainedVarianceRatio;
  const named = (j: number) =>
    shares?.[j] === undefined ? `z${j + 1}` : `z${j + 1} (${shownPercent(shares[j])} of variance)`;
  const column = (j: number) => Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
  const points = pointsOf(input, drawn, count);
  const colored = points.color ? `, colored by ${points.color.name}` : "";
  return {
    kind: "scatter",
    title: `${model.method}: ${nameOf(input)}`,
    see: `A point for every row at ${cols > 1 ? "the first two numbers of its code" : "its code, upwards by its place in the data"}${colored}: rows that lie near each other are alike to the model.`,
    x: column(0),
    y: cols > 1 ? column(1) : Float64Array.from({ length: rows }, (_, i) => i + 1),
    xName: named(0),
    yName: cols > 1 ? named(1) : "row",
    equalUnits: cols > 1,
    caption: [
      `${model.method}, seed ${model.seed}`,
      cols > 2 ? `the first 2 of ${cols} numbers` : "",
      shares && cols > 1 ? `${shownPercent(shares[0]! + shares[1]!)} of the variance` : "",
    ]
      .filter(Boolean)
      .join("; "),
    ...points,
  };
}

/** Name of the data without the folder that it is in. */
export const nameOf = ({ name }: Pick<Dataset, "name">) => name.split(/[\\/]/).at(-1)!;
