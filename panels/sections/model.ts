/**
 * @file A fitted model and its data in a report: what was learned, the map of its codes, what it gives back of rows.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { type Matrix, takeRows } from "../../src/data/matrix.js";
import type { Coder } from "../../src/methods/model.js";
import { ofModel } from "../../src/tasks/quality.js";
import type { Panel, ScatterPanel, Section, TablePanel } from "../report.js";
import { baselineSection } from "./baselines.js";
import { directionsPanel, learnedSections, lossPanel, spectrumPanel } from "./learned.js";
import { mapPanel } from "./map.js";
import { reconstructionSection } from "./reconstruction.js";
import { sampleOf } from "./rows.js";

/**
 * @param count rows whose content may be told.
 * @param codes of all rows, where they are known.
 */
export async function modelSections(
  model: Coder,
  input: Dataset,
  { count, codes }: { readonly count: number; readonly codes?: Matrix },
): Promise<Section[]> {
  return [
    ...(await learnedSections(model)),
    ...(await mapSection(model, input, count, codes)),
    ...(await reconstructionSection(model, input, count)),
    ...(await baselineSection(model, input)),
  ];
}

/** The one picture of a model without data: its directions, else its spectrum, else the loss, as far as there is one. */
export async function ownPanel(model: Coder): Promise<Exclude<Panel, TablePanel> | undefined> {
  const own = (await directionsPanel(model)) ?? spectrumPanel(model);
  return own ?? (model.history.length > 0 ? lossPanel(model.method, model.history) : undefined);
}

/** The one picture of a model: that without data, else the map of its codes. */
export async function modelPanel(model: Coder, input: Dataset): Promise<Exclude<Panel, TablePanel>> {
  const own = await ownPanel(model);
  if (own) return own;
  return mapOf(model, input, { codes: await model.encode(ofModel(model, input)), count: 0 });
}

/** The map of codes of all rows, of which a sample is drawn where they are very many. */
export function mapOf(
  model: Coder,
  input: Dataset,
  { codes, count }: { readonly codes: Matrix; readonly count: number },
): ScatterPanel {
  const drawn = sampleOf(input);
  const own = drawn.length === input.x.rows ? codes : takeRows(codes, drawn);
  return mapPanel(model, input, { codes: own, drawn, count });
}

/** Codes of all rows, or of a sample of very many. */
export async function mapSection(
  model: Coder,
  input: Dataset,
  count: number,
  known?: Matrix,
): Promise<Section[]> {
  if (!known && !model.partNames.includes("encode")) return [];
  const drawn = sampleOf(input);
  if (known || model.sequential || drawn.length === input.x.rows) {
    const codes = known ?? (await model.encode(ofModel(model, input)));
    return [{ heading: "Map", panels: [mapOf(model, input, { codes, count })] }];
  }
  const codes = await model.encode(takeRows(input.x, drawn));
  return [{ heading: "Map", panels: [mapPanel(model, input, { codes, drawn, count })] }];
}
