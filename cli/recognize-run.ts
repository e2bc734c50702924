/**
 * @file One recognition from the command line: labeled rows and further rows in, predictions out.
 */
import { extname } from "node:path";
import { textReport } from "../panels/report-text.js";
import { measure } from "../src/data/columns/measures.js";
import { matrix } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import { pca } from "../src/methods/linear/pca.js";
import { labeledRows } from "../src/tasks/labeled.js";
import { eigenfaces } from "../src/tasks/recognize.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import { checkReport, writeReport } from "./html-report.js";
import { isFile, prepare, readInput, refuseMissing } from "./input.js";
import { sayLabeled } from "./labeled.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { checkTableOutput, numbersTable, tableFile, textColumn } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface RecognizeFlags extends CommonFlags, DataFlags, ReportFlags {
  latentDim: number;
  classifier: "nearest-neighbor" | "nearest-class-mean";
  whiten?: boolean;
  skipFirst?: number;
  scale?: ScaleKind;
  /** `false` by `--no-test-label`. */
  testLabel?: string | boolean;
  output?: string;
  onlyNew?: boolean;
  picture?: string;
}

export async function runRecognize(
  terminal: Terminal,
  trainPath: string,
  testPath: string,
  flags: RecognizeFlags,
): Promise<void> {
  const { latentDim, classifier, whiten = false, skipFirst = 0, output, picture } = flags;
  checkOutputs(flags);
  checkReport(flags);
  await checkPicture(picture, { pixels: true });
  if (skipFirst >= latentDim)
    throw new UsageError(`--skip-first ${skipFirst}: want fewer than --latent-dim, ${latentDim}`);
  const files = [output, picture, flags.report];
  return withOutputs(
    terminal,
    flags,
    { written: files, read: [trainPath, testPath] },
    async (outputs, messages) => {
      const train = await readInput(trainPath, flags, messages);
      if (!train.labels) {
        throw new UsageError(
          `${trainPath}: want labels: --label COLUMN or FILE, or a folder with a folder of images for each label`,
        );
      }
      if (picture !== undefined && !train.rowShape)
        throw new UsageError(`${picture}: the rows of ${trainPath} are no images`);
      const test = await readInput(testPath, await testFlags(flags), messages, train);
      refuseMissing(test, measure(test.x), "pca", false, "unlabeled impute fills gaps");
      const { input, scale } = await prepare(train, [pca({ latentDim, whiten })], flags, messages);

      const elapsed = stopwatch();
      const { rowShape } = train;
      const options = { latentDim, whiten, skipFirst, scale };
      const faces = await eigenfaces(input, train.labels, options);
      const { labels, distances } = await faces.recognize(test.x, classifier);
      const seconds = elapsed();

      const table = numbersTable(matrix(test.x.rows, 1, distances), ["distance"]);
      const results = { ...table, added: [textColumn("predicted", labels), ...table.added] };
      await outputs.finish(messages, async (put) => {
        if (picture !== undefined)
          await put(picture, async () => {
            const { componentsPanel } = await import("../panels/sections/recognition.js");
            const panel = await componentsPanel(faces.model, rowShape!);
            return pictureFile(picture, panel, { terminal, input: train });
          });
        await put(output, () => tableFile(output, results, test, flags, messages));
      });
      sayLabeled(test, messages);
      const accuracy = test.labels && shareOfHits(labels, test.labels);
      const metrics = accuracy === undefined ? undefined : { accuracy };
      const report = {
        ...reportOf(faces.model, test.x.rows, { seconds, metrics, files }),
        method: classifier,
      };
      await writeReport(
        outputs,
        messages,
        flags,
        { input: train, figures: report, model: faces.model },
        async ({ count }) => {
          const { recognitionSections } = await import("../panels/sections/recognition.js");
          return recognitionSections(faces.model, train, test, labels, { count });
        },
      );
      if (flags.json) await terminal.print(jsonReport(report));
      else if (output !== undefined) await terminal.print(textReport(report));
      else if (accuracy !== undefined) messages.note(`accuracy ${accuracy.toPrecision(5)}`);
    },
  );
}

function checkOutputs(flags: RecognizeFlags): void {
  const { output } = flags;
  checkTableOutput(output, flags);
  if (output !== undefined && extname(output).toLowerCase() === ".npy")
    throw new UsageError(`${output}: .npy holds no labels; the name must end in .csv, .json or .parquet`);
}

/** Flags that TEST is read with: a file with the labels of TRAIN has not those of TEST. */
async function testFlags(flags: RecognizeFlags): Promise<DataFlags> {
  const { label, testLabel } = flags;
  if (typeof testLabel === "string") return { ...flags, label: testLabel };
  const shared = testLabel !== false && label !== undefined && !(await isFile(label));
  return { ...flags, label: shared ? label : undefined };
}

/** Among the rows that have a label; `undefined` if none has. */
function shareOfHits(predicted: readonly string[], actual: readonly string[]): number | undefined {
  const told = labeledRows(actual);
  return told.length === 0 ? undefined : told.filter((i) => predicted[i] === actual[i]).length / told.length;
}
