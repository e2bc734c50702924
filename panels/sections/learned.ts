/**
 * @file A model in a report: how training went, its spectrum, and the directions it has learned.
 */
import { isImage } from "../../src/data/image.js";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import type { Coder, Epoch } from "../../src/methods/model.js";
import { directionSheet } from "../component-sheet.js";
import { grouped } from "../draw/words.js";
import type { CurvesPanel, HeatMapPanel, ImagePanel, Panel, Section, SpectrumPanel } from "../report.js";
import { shownPercent } from "../text-table.js";

/** Directions that are shown of more. */
const MOST_DIRECTIONS = 12;
const MOST_IMAGES = 40;

/** Everything that the model itself tells. */
export async function learnedSections(model: Coder): Promise<Section[]> {
  const { history } = model;
  const spectrum = spectrumPanel(model);
  const directions = await directionsPanel(model);
  const own: Panel[] = [...(spectrum ? [spectrum] : []), ...(directions ? [directions] : [])];
  return [
    ...(history.length > 0
      ? [{ heading: "Training", text: trainingText(history), panels: [lossPanel(model.method, history)] }]
      : []),
    ...(own.length > 0 ? [{ heading: "What was learned", panels: own }] : []),
  ];
}

function trainingText(history: readonly Epoch[]): string {
  const [first, last] = [history[0]!, history.at(-1)!];
  const fell =
    last.loss < first.loss
      ? `fell from ${short(first.loss)} to ${short(last.loss)}`
      : `went from ${short(first.loss)} to ${short(last.loss)} and did not fall`;
  return `In ${grouped(history.length)} ${history.length === 1 ? "epoch" : "epochs"} the loss ${fell}.`;
}

const short = (value: number) => String(Number(value.toPrecision(4)));

/** Loss and the method's own figures over the epochs. */
export function lossPanel(method: string, history: readonly Epoch[]): CurvesPanel {
  const validation = history.some(({ validationLoss }) => validationLoss !== undefined);
  const figures = [...new Set(history.flatMap((epoch) => Object.keys(epoch.figures ?? {})))];
  return {
    kind: "curves",
    title: `Loss of ${method}`,
    see: `The mean loss of each epoch${validation ? ", and that of rows held out" : ""}: a line that still falls at its end says that more epochs may help.`,
    xName: "epoch",
    yName: "loss",
    x: history.map(({ epoch }) => epoch),
    series: [
      { name: "loss", values: history.map(({ loss }) => loss) },
      ...(validation
        ? [
            {
              name: "loss of rows held out",
              values: history.map((epoch) => epoch.validationLoss ?? Number.NaN),
            },
          ]
        : []),
      ...figures.map((name) => ({
        name,
        values: history.map((epoch) => epoch.figures?.[name] ?? Number.NaN),
      })),
    ],
  };
}

/** Shares of the variance, of models that know them. */
export function spectrumPanel(model: Coder): SpectrumPanel | undefined {
  const shares = (model as { explainedVarianceRatio?: ArrayLike<number> }).explainedVarianceRatio;
  if (!shares || typeof shares === "number") return undefined;
  const all = Array.from(shares);
  const sum = all.reduce((total, share) => total + share, 0);
  return {
    kind: "spectrum",
    title: "Variance of the components",
    see: `The share of the variance that each component explains, and all up to it: ${shownPercent(sum)} by ${all.length}.`,
    shares: all,
    xName: "component",
    yName: "share of the variance",
  };
}

/** Names of the directions of models, by the property that has them. */
const DIRECTIONS = [
  ["components", "component", "components"],
  ["dictionary", "atom", "atoms"],
  ["weights", "filter", "filters"],
  ["centers", "center", "centers"],
] as const;

/** Components, atoms, filters or centers: as images, or as numbers of the columns. */
export async function directionsPanel(model: Coder): Promise<ImagePanel | HeatMapPanel | undefined> {
  for (const [property, name, names] of DIRECTIONS) {
    const found = asRows((model as unknown as Record<string, unknown>)[property], model.inputDim);
    if (!found) continue;
    const { rowShape } = model;
    const count = found.rows;
    if (isImage(rowShape)) {
      const shown = Math.min(MOST_IMAGES, count);
      const places = name === "center";
      return {
        kind: "image",
        title: `${shown} of ${count} ${names}`,
        see: places
          ? "Each center as an image."
          : `Each ${name} as an image, gray where it is 0, lightest and darkest where it counts most.`,
        png: await directionSheet(firstRows(found, shown), rowShape, { places }),
      };
    }
    const shown = Math.min(MOST_DIRECTIONS, count);
    const columns = model.columns ?? Array.from({ length: model.inputDim }, (_, j) => `x${j + 1}`);
    const values = new Float64Array(columns.length * shown);
    for (let j = 0; j < columns.length; j++)
      for (let k = 0; k < shown; k++) values[j * shown + k] = found.data[k * found.cols + j]!;
    return {
      kind: "heatMap",
      title: shown < count ? `The first ${shown} of ${count} ${names}` : `The ${names}`,
      see: `What each ${name} is made of: the darker, the more a column counts in it.`,
      rowNames: columns,
      columnNames: Array.from({ length: shown }, (_, k) => `${name} ${k + 1}`),
      values,
    };
  }
  return undefined;
}

function asRows(found: unknown, inputDim: number): Matrix | undefined {
  if (typeof found !== "object" || found === null || !("data" in found && "rows" in found && "cols" in found))
    return undefined;
  const { data, rows, cols } = found as Matrix;
  if (cols === inputDim) return { data, rows, cols };
  if (rows !== inputDim) return undefined;
  const turned = matrix(cols, rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) turned.data[j * rows + i] = data[i * cols + j]!;
  return turned;
}

function firstRows({ data, cols }: Matrix, count: number): Matrix {
  return { data: data.slice(0, count * cols), rows: count, cols };
}
