/**
 * @file A model beside what needs no thought: the means of the columns, and principal components of the same number.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { allFinite, takeRows } from "../../src/data/matrix.js";
import { pca } from "../../src/methods/linear/pca.js";
import type { Coder } from "../../src/methods/model.js";
import { ofModel, reconstructionMetrics } from "../../src/tasks/quality.js";
import { fit } from "../../src/training/fit.js";
import { drawnRows } from "../draw/drawn-rows.js";
import { grouped } from "../draw/words.js";
import type { Section } from "../report.js";

/** Rows and numbers that are compared on at most, so that a report is soon made. */
const MOST_ROWS = 5000;
const MOST_NUMBERS = 4_000_000;
const MOST_COLUMNS = 1000;

/** Nothing for models that reconstruct nothing or are principal components themselves, nor for rows with gaps. */
export async function baselineSection(model: Coder, input: Dataset): Promise<Section[]> {
  const { x } = input;
  if (!model.partNames.includes("reconstruct") || model.sequential || x.cols > MOST_COLUMNS) return [];
  const rows = drawnRows(x.rows, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / x.cols)));
  const sample = rows.length === x.rows ? x : takeRows(x, rows);
  if (!allFinite(sample.data) || rows.length < 2) return [];
  const own = await reconstructionMetrics(model, { x: ofModel(model, { x: sample }) as typeof sample });
  const total = own.squaredErrorPerSample / (1 - own.explainedVarianceRatio || 1);
  const lines: [string, number, number][] = [
    [model.method, own.squaredErrorPerSample, own.explainedVarianceRatio],
  ];
  const k = model.latentDim;
  if (model.method !== "pca" && k !== undefined && k <= Math.min(sample.rows, sample.cols)) {
    const linear = await fit(pca({ latentDim: k }), sample, { scale: "none", seed: 0 });
    const figures = await reconstructionMetrics(linear, { x: sample });
    lines.push([
      `pca, ${k} ${k === 1 ? "component" : "components"}`,
      figures.squaredErrorPerSample,
      figures.explainedVarianceRatio,
    ]);
  }
  if (Number.isFinite(total) && own.explainedVarianceRatio < 1)
    lines.push(["means of the columns", total, 0]);
  const drawn = sample === x ? "" : ` Counted on ${grouped(rows.length)} rows drawn at random.`;
  return [
    {
      heading: "Beside baselines",
      text: `Errors of giving back the rows that were learned from, in the units of the data.${drawn} Principal components are the best there is that is linear; a method that is to be worth its while does better with as many numbers, or gives something else.`,
      panels: [
        {
          kind: "table",
          title: "Errors beside baselines",
          see: "Squared error of a row, summed over its numbers, and the share of the variance that is explained.",
          columns: ["method", "squaredErrorPerSample", "explainedVarianceRatio"],
          rows: lines,
        },
      ],
    },
  ];
}
