/**
 * @file One recognition from the command line: labelled rows and further rows in, predictions out.
 */
import { extname } from "node:path";
import { imageSheet } from "../panels/image-sheet.js";
import { type Matrix, matrix, row } from "../src/data/matrix.js";
import { type Eigenfaces, eigenfaces } from "../src/tasks/recognise.js";
import type { RecogniseFlags } from "./commands/recognise.js";
import { type DataFlags, dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { chosenScale, isFile, readInput } from "./input.js";
import { Messages, printResult } from "./messages.js";
import { withOutputs } from "./outputs.js";
import { jsonReport, type Report, textReport } from "./report.js";
import { checkTableOutput, oneColumn, tableBytes, textColumns } from "./table-output.js";

/** Images side by side on the sheet, and at most. */
const ACROSS = 8;
const MOST_SHOWN = 40;

export async function runRecognise(
  trainPath: string,
  testPath: string,
  flags: RecogniseFlags,
): Promise<void> {
  const { latentDim, classifier, whiten = false, skipFirst = 0, output, picture, force } = flags;
  checkOutputs(flags);
  if (skipFirst >= latentDim)
    throw new UsageError(`--skip-first ${skipFirst}: want fewer than --latent-dim, ${latentDim}`);
  return withOutputs(async (outputs) => {
    const messages = new Messages(flags);
    const inputs = [trainPath, testPath].filter((path) => path !== "-");
    for (const path of [output, picture]) await outputs.open(path, { force, inputs });
    const train = await readInput(trainPath, dataFlags(flags), messages);
    if (!train.labels) {
      throw new UsageError(
        `${trainPath}: want labels: --label COLUMN or FILE, or a folder with a folder of images for each label`,
      );
    }
    if (picture !== undefined && !train.imageShape)
      throw new UsageError(`${picture}: the rows of ${trainPath} are no images`);
    const test = await readInput(testPath, await testFlags(flags), messages, train.columns);
    const scale = chosenScale(train, flags.scale, messages);
    await startEngine(flags.threads, messages);

    const started = performance.now();
    const { columns, imageShape } = train;
    const options = { latentDim, whiten, skipFirst, scale, columns, imageShape };
    const faces = await eigenfaces(train.x, train.labels, options);
    const { labels, distances } = await faces.recognise(test.x, classifier);
    const seconds = (performance.now() - started) / 1000;
    messages.release();

    const predicted = { name: "predicted", kind: "text", values: labels } as const;
    const table = { texts: [...textColumns(test), predicted], names: ["distance"], x: oneColumn(distances) };
    await outputs.finish(messages, async (put) => {
      if (picture !== undefined) await put(picture, () => sheetOf(faces, imageShape!));
      await put(output, () => tableBytes(output, table, messages));
    });
    const accuracy = test.labels && shareOfHits(labels, test.labels);
    const report: Report = {
      method: classifier,
      n: test.x.rows,
      d: test.x.cols,
      latentDim,
      seed: faces.model.seed,
      seconds,
      metrics: accuracy === undefined ? {} : { accuracy },
      files: [output, picture].filter((path) => path !== undefined),
    };
    if (flags.json) await printResult(jsonReport(report));
    else if (output !== undefined) await printResult(textReport(report));
    else if (accuracy !== undefined) messages.note(`accuracy ${accuracy.toPrecision(5)}`);
  });
}

function checkOutputs(flags: RecogniseFlags): void {
  const { output, picture } = flags;
  checkTableOutput(output, flags);
  if (output !== undefined && extname(output).toLowerCase() === ".npy")
    throw new UsageError(`${output}: .npy holds no labels; the name must end in .csv or .parquet`);
  if (picture === undefined) return;
  if (extname(picture).toLowerCase() !== ".png")
    throw new UsageError(`${picture}: the name must end in .png`);
}

/** How TEST is read: a file with the labels of TRAIN has not those of TEST. */
async function testFlags(flags: RecogniseFlags): Promise<DataFlags> {
  const { label, testLabel } = flags;
  if (typeof testLabel === "string") return { ...dataFlags(flags), label: testLabel };
  const shared = testLabel !== false && label !== undefined && !(await isFile(label));
  return { ...dataFlags(flags), label: shared ? label : undefined };
}

function shareOfHits(predicted: readonly string[], actual: readonly string[]): number {
  return predicted.filter((label, i) => label === actual[i]).length / actual.length;
}

/** The mean, then the components, grey where they are 0, each in its own range. */
function sheetOf({ model }: Eigenfaces, shape: readonly number[]): Promise<Uint8Array> {
  const { components, mean } = model;
  const count = Math.min(MOST_SHOWN, 1 + components.rows);
  const images: Matrix = matrix(count, components.cols);
  row(images, 0).set(unitRange(mean));
  for (let i = 1; i < count; i++) {
    const component = row(components, i - 1);
    const largest = component.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    row(images, i).set(component.map((value) => 0.5 + (largest > 0 ? value / largest / 2 : 0)));
  }
  return imageSheet(images, shape, ACROSS, [0, 1]);
}

function unitRange(values: Float64Array): Float64Array {
  const low = values.reduce((a, b) => Math.min(a, b));
  const range = values.reduce((a, b) => Math.max(a, b)) - low;
  return values.map((value) => (range > 0 ? (value - low) / range : 0));
}
