/**
 * @file A model in a report: how training went, its spectrum, and the directions it has learned.
 */
import { columnNames } from "../../src/data/dataset.js";
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

/** Vectors in the space of the rows. */
interface Directions {
  /** Such as `atom`. */
  readonly name: string;
  /** `[k, size]` */
  readonly rows: Matrix;
  /** Shape of each, where it is an image. */
  readonly shape: readonly number[] | undefined;
  /** Names of its numbers, where it is none. */
  readonly columns: readonly string[];
}

/** Names of them by the property of a model that has them. */
const DIRECTIONS = { centers: "center", components: "component", dictionary: "atom", weights: "filter" };
const FIRST_LAYER = "encoder.0.weight";

function directionsOf(model: Coder): Directions | undefined {
  const { inputDim, rowShape, parameters } = model;
  const columns = columnNames(model.columns, inputDim);
  const shape = isImage(rowShape) ? rowShape : undefined;
  for (const [property, name] of Object.entries(DIRECTIONS)) {
    const found = (model as unknown as Record<string, Matrix | undefined>)[property];
    if (found?.data && (found.cols === inputDim || found.rows === inputDim))
      return { name, rows: found.cols === inputDim ? found : turned(found), shape, columns };
  }
  const layer = parameters[FIRST_LAYER];
  if (!layer) return undefined;
  const data = Float32Array.from(layer.data as ArrayLike<number>);
  const [first, ...kernel] = layer.shape as [number, ...number[]];
  if (layer.shape.length === 2 && first === inputDim)
    return { name: "filter", rows: turned({ data, rows: first, cols: kernel[0]! }), shape, columns };
  if (layer.shape.length === 4 && isImage(kernel))
    return {
      name: "filter",
      rows: { data, rows: first, cols: data.length / first },
      shape: kernel,
      columns: [],
    };
  return undefined;
}

function turned({ data, rows, cols }: Matrix): Matrix {
  const out = matrix(cols, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out.data[j * rows + i] = data[i * cols + j]!;
  return out;
}

/** Centers, components, atoms or filters: as images, or as numbers of the columns; nothing for models that have none. */
export async function directionsPanel(model: Coder): Promise<ImagePanel | HeatMapPanel | undefined> {
  const found = directionsOf(model);
  if (!found) return undefined;
  const { name, rows, shape, columns } = found;
  const shown = Math.min(shape ? MOST_IMAGES : MOST_DIRECTIONS, rows.rows);
  const own = shown < rows.rows ? `The first ${shown} of ${grouped(rows.rows)} ${name}s` : `The ${name}s`;
  const title = `${own} of ${model.method}`;
  if (shape) {
    const places = name === "center";
    return {
      kind: "image",
      title,
      see: places
        ? "Each center as an image."
        : `Each ${name} as an image: gray where it is 0, lightest and darkest where it counts most.`,
      png: await directionSheet(firstRows(rows, shown), shape, { places }),
    };
  }
  return {
    kind: "heatMap",
    title,
    see: `Weights of the columns in each ${name}: the stronger the color, the more a column counts in it.`,
    rowNames: columns,
    columnNames: Array.from({ length: shown }, (_, k) => `${name} ${k + 1}`),
    values: turned(firstRows(rows, shown)).data,
  };
}

function firstRows({ data, cols }: Matrix, count: number): Matrix {
  return { data: data.slice(0, count * cols), rows: count, cols };
}
