/**
 * @file Views of rows from the command line: data in, a sheet of images or a table out.
 */
import { shownRows, viewSheet } from "../panels/image-sheet.js";
import { columnNames, type Dataset } from "../src/data/dataset.js";
import { type Matrix, matrix, rounded, row, takeRows } from "../src/data/matrix.js";
import { fitScale, type ScaleKind } from "../src/data/scale.js";
import { roundedTo } from "../src/data/table/encoding.js";
import { numberColumns } from "../src/data/table/table.js";
import {
  type Augmenting,
  augmentationOfAll,
  augmentationsOption,
} from "../src/methods/augmentations/augmentations-option.js";
import { defaultAugmentations } from "../src/methods/augmentations/default-augmentations.js";
import { autoencoder } from "../src/methods/autoencoder/autoencoder.js";
import { imageShape } from "../src/methods/options.js";
import { drawViews } from "../src/tasks/views.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { asUsage, UsageError } from "./exit.js";
import { type FillFlag, prepare, readInput } from "./input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, stopwatch } from "./report.js";
import { decimalsOf } from "./rows-run.js";
import { checkTableOutput, type RowsTable, tableFile, textColumn } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface ViewsFlags extends CommonFlags, DataFlags {
  augment?: string;
  rowShape?: string;
  rows: number;
  views: number;
  output?: string;
  picture?: string;
  fill?: FillFlag;
  scale?: ScaleKind;
  seed: number;
}

const AUGMENT = augmentationsOption({ default: [], help: "" });
const SHAPE = imageShape({ help: "" });
/** A method that is trained, as the data is prepared for one. */
const TRAINED = { ...autoencoder({ latentDim: 1 }), name: "views" };

export async function runViews(terminal: Terminal, data: string, flags: ViewsFlags): Promise<void> {
  const said = chosenAugmentations(flags.augment);
  const given = chosenShape(flags.rowShape);
  const { output, picture, seed } = flags;
  const table = output !== undefined || picture === undefined;
  if (table) checkTableOutput(output, flags);
  await checkPicture(picture, { pixels: true });
  const files = [output, picture];
  return withOutputs(terminal, flags, { written: files, read: [data] }, async (outputs, messages) => {
    const read = await readInput(data, flags, messages);
    const sizes = given ?? read.rowShape ?? [read.x.cols];
    const size = sizes.reduce((all, n) => all * n, 1);
    if (size !== read.x.cols)
      throw new UsageError(`--row-shape ${sizes.join("x")} is ${size} numbers, a row has ${read.x.cols}`);
    const shape = shapeFor(sizes, read, said);
    if (picture !== undefined && !(shape.length === 3 && (shape[0] === 1 || shape[0] === 3)))
      throw new UsageError(
        `--picture ${picture}: rows of shape ${sizes.join(" × ")} are no images of one or three channels, so a picture cannot show them`,
      );
    const augmentations = said ?? defaultAugmentations(shape);
    const { name } = augmentationOfAll(augmentations);
    messages.note(`views: ${name === "" ? "no augmentation" : name}, of ${kindOf(shape)}`);
    const { input, scale } = await prepare(read, [TRAINED], flags, messages);

    const elapsed = stopwatch();
    const rows = shownRows(input.x.rows, input.labels, flags.rows);
    const scaleHints = { range: input.range, groups: input.groups };
    const views = await drawViews(input.x, {
      rowShape: shape,
      augmentations,
      count: flags.views,
      rows,
      scale,
      scaleHints,
      seed,
    });
    const seconds = elapsed();

    await outputs.finish(messages, async (put) => {
      if (picture !== undefined)
        await put(picture, async () => {
          const panel = {
            kind: "image",
            title: `Views of ${input.name}`,
            see: "In each line an image, and beside it views of it.",
            caption: `${name === "" ? "no augmentation" : name}; seed ${seed}`,
            png: await viewSheet(rounded(takeRows(input.x, rows), "views"), views, shape),
          } as const;
          return pictureFile(picture, panel, { terminal, input, seed });
        });
      if (table) {
        const decimals = decimalsOf(fitScale(input.x, scale, scaleHints));
        const results = viewsTable(input, rows, views, decimals);
        await put(output, () => tableFile(output, results, undefined, {}, messages));
      }
    });
    if (!flags.json) return;
    const written = files.filter((path) => path !== undefined);
    const report = { n: input.x.rows, d: input.x.cols, seed, seconds, files: written };
    await terminal.print(jsonReport(report, { augmentations: name, rowShape: shape, views: flags.views }));
  });
}

function chosenAugmentations(text: string | undefined): readonly Augmenting[] | undefined {
  if (text === undefined) return undefined;
  const list = AUGMENT.accept(AUGMENT.parse(text));
  if (!list) throw new UsageError(`--augment must be ${AUGMENT.want}, got ${text}`);
  return list;
}

function chosenShape(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const sizes = SHAPE.accept(SHAPE.parse(text));
  if (!sizes) throw new UsageError(`--row-shape wants two or three sizes ≥ 1, such as 28x28, got ${text}`);
  return sizes;
}

/**
 * The shape as augmentations take it. Two sizes are height and width of pixels, where the data are known to be such, else steps and
 * features; and the other where that is what the augmentations are for.
 */
function shapeFor(
  sizes: readonly number[],
  { range }: Dataset,
  augmentations: readonly Augmenting[] | undefined,
): readonly number[] {
  const image = [1, ...sizes];
  const ways = sizes.length !== 2 ? [sizes] : range ? [image, sizes] : [sizes, image];
  if (!augmentations) return ways[0]!;
  const { check } = augmentationOfAll(augmentations);
  const fits = (shape: readonly number[]) => {
    try {
      check?.("views", shape);
      return true;
    } catch {
      return false;
    }
  };
  const found = ways.find(fits);
  if (!found) asUsage(() => check?.("--augment", ways[0]!));
  return found ?? ways[0]!;
}

function kindOf(shape: readonly number[]): string {
  if (shape.length === 1) return `rows of ${shape[0]} numbers`;
  return `${shape.length === 3 ? "images" : "sequences"} of ${shape.join(" × ")}`;
}

/**
 * Every row and then its views, under one another.
 * @param views each of all rows. @param decimals places after the point of the numbers in them, where they are known no better.
 */
function viewsTable(
  { x, columns, labels, labelName = "label" }: Dataset,
  rows: Uint32Array,
  views: readonly Matrix[],
  decimals: readonly number[] | undefined,
): RowsTable {
  const { cols } = x;
  const lines = rows.length * (1 + views.length);
  const data = new (x.data instanceof Float64Array ? Float64Array : Float32Array)(lines * cols);
  const places = matrix(lines, 2);
  let at = 0;
  const add = (number: number, view: number, values: ArrayLike<number>) => {
    data.set(values, at * cols);
    row(places, at++).set([number + 1, view]);
  };
  rows.forEach((number, i) => {
    add(number, 0, row(x, number));
    views.forEach((part, v) => {
      add(
        number,
        v + 1,
        Array.from(row(part, i), (value, j) => roundedTo(value, decimals?.[j])),
      );
    });
  });
  const numbers = { data, rows: lines, cols };
  const names = columnNames(columns, cols);
  const label = labels && Array.from(rows, (number) => Array(1 + views.length).fill(labels[number]!)).flat();
  return {
    added: [
      ...numberColumns(places, ["row", "view"]),
      ...(label ? [textColumn(labelName, label)] : []),
      ...numberColumns(numbers, names),
    ],
    numbers,
  };
}
