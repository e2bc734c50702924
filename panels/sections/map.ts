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
  const { cols } = codes;
  const shares = (model as { explainedVarianceRatio?: ArrayLike<number> }).explainedVarianceRatio;
  const named = (j: number) =>
    shares?.[j] === undefined ? `z${j + 1}` : `z${j + 1} (${shownPercent(shares[j])} of variance)`;
  const points = pointsOf(input, drawn, count);
  const colored = points.color ? `, colored by ${points.color.name}` : "";
  return {
    kind: "scatter",
    title: `${model.method}: ${nameOf(input)}`,
    see: `A point for every row at ${cols > 1 ? "the first two numbers of its code" : "its code, upwards by its place in the data"}${colored}: rows that lie near each other are alike to the model.`,
    ...placesBy(codes, named),
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

/** Points at the first two numbers of codes; of one number, upwards in the order of the rows. @param named name of a number, from 0. */
export function placesBy(
  { data, rows, cols }: Matrix,
  named: (j: number) => string,
): Pick<ScatterPanel, "x" | "y" | "xName" | "yName" | "equalUnits"> {
  const column = (j: number) => Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
  const two = cols > 1;
  return {
    x: column(0),
    y: two ? column(1) : Float64Array.from({ length: rows }, (_, i) => i + 1),
    xName: named(0),
    yName: two ? named(1) : "row",
    equalUnits: two,
  };
}

/** Name of the data without the folder that it is in. */
export const nameOf = ({ name }: Pick<Dataset, "name">) => name.split(/[\\/]/).at(-1)!;
