/**
 * @file One inverse problem from the command line: measurements in, rows or images out.
 */
import { extname } from "node:path";
import { readFileData } from "../node/read.js";
import { flagOf } from "../panels/flag-names.js";
import { plainSheet } from "../panels/plain-sheet.js";
import { descentText } from "../panels/progress-text.js";
import { columnNames, type Dataset } from "../src/data/dataset.js";
import { withHoles } from "../src/data/holes.js";
import { isImage } from "../src/data/image.js";
import { type Matrix, rounded } from "../src/data/matrix.js";
import { numberColumns } from "../src/data/table/table.js";
import type { Coder } from "../src/methods/model.js";
import { deepImagePrior } from "../src/tasks/inverse-problem/deep-image-prior.js";
import type { InversionProgress } from "../src/tasks/inverse-problem/descend.js";
import { invert } from "../src/tasks/inverse-problem/invert.js";
import {
  blur,
  downsample,
  gaussianKernel,
  identity,
  linear,
  type Measurement,
} from "../src/tasks/inverse-problem/measurements.js";
import type { CommonFlags, DataFlags, PluginFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { asUsage, UsageError } from "./exit.js";
import { stoppable } from "./fitting.js";
import { readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { WorkProgress } from "./progress.js";
import { jsonReport, stopwatch } from "./report.js";
import { decodedColumns } from "./rows-run.js";
import { checkTableOutput, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

/** A Gaussian kernel: `5x1.5` is 5 × 5 pixels with a standard deviation of 1.5. */
export interface BlurFlag {
  readonly size: number;
  readonly sigma: number;
}

export interface InvertFlags extends CommonFlags, DataFlags, PluginFlags {
  model?: string;
  prior?: "deep-image";
  output?: string;
  picture?: string;
  mask?: string;
  matrix?: string;
  blur?: BlurFlag;
  downsample?: number;
  rowShape?: number[];
  reference?: string;
  loss?: string;
  penalties?: string[];
  starts?: number;
  steps?: number;
  learningRate?: number;
  channels?: number[];
  heldOut?: number;
  seed?: number;
}

/** Flags that apply to one of the priors alone. */
const OF_A_MODEL = ["reference", "starts", "loss", "penalties"] as const;
const OF_DEEP_IMAGE = ["channels", "heldOut"] as const;

export async function runInvert(terminal: Terminal, data: string, flags: InvertFlags): Promise<void> {
  checkFlags(flags);
  const { output, picture } = flags;
  const toPng = output !== undefined && extname(output).toLowerCase() === ".png";
  const read = [data, flags.model, flags.mask, flags.matrix, flags.reference];
  if (!toPng) checkTableOutput(output, flags);
  await checkPicture(picture, { pixels: true });
  return withOutputs(terminal, flags, { written: [output, picture], read }, async (outputs, messages) => {
    const model = flags.model === undefined ? undefined : await readModel(flags);
    const whole = flags.matrix === undefined && flags.downsample === undefined;
    const input = await readInput(data, flags, messages, whole ? model : undefined);
    const rowShape = shapeOf(flags, model, input);
    if (toPng && !rowShape)
      throw new UsageError(`${output}: the rows are no images (--row-shape says which)`);
    if (picture !== undefined && !isImage(rowShape))
      throw new UsageError(`--picture ${picture}: the rows are no images (--row-shape says which)`);
    const measurement = await measurementOf(flags, rowShape, terminal);
    const measured = rounded(input.x, input.name);
    const y = flags.mask === undefined ? measured : await masked(measured, flags.mask, terminal);
    await startEngine(flags.threads, messages);

    const elapsed = stopwatch();
    const found = await findOrStop(y, flags, model, measurement, rowShape, messages);
    if (!found) return;
    const seconds = elapsed();
    const { x, seed, metrics } = found;
    const content = () => {
      if (toPng) return plainSheet(x, rowShape!, whole ? y : x);
      const names = columnNames(undefined, x.cols);
      const added = model ? decodedColumns(model, x) : numberColumns(x, names);
      return tableFile(
        output,
        { added, numbers: x, ...(rowShape && { rowShape }) },
        input,
        { onlyNew: true },
        messages,
      );
    };
    await outputs.finish(messages, async (put) => {
      if (picture !== undefined)
        await put(picture, async () => {
          const { foundPanel } = await import("../panels/sections/made-rows.js");
          const panel = await foundPanel(x, whole ? y : undefined, rowShape!);
          return pictureFile(picture, panel, { terminal, input, seed });
        });
      if (picture === undefined || output !== undefined) await put(output, content);
    });
    if (!flags.json) return;
    const files = [output, picture].filter((file) => file !== undefined);
    const method = model?.method ?? "deepImagePrior";
    const size = { n: x.rows, d: x.cols, ...(model && { latentDim: model.latentDim }) };
    await terminal.print(jsonReport({ method, ...size, seed, seconds, metrics, files }));
  });
}

function checkFlags(flags: InvertFlags): void {
  const { model, prior } = flags;
  if ((model === undefined) === (prior === undefined))
    throw new UsageError("want a model (--model FILE) or --prior deep-image, one of them");
  const foreign = (prior === undefined ? OF_DEEP_IMAGE : OF_A_MODEL).find(
    (name) => flags[name] !== undefined,
  );
  if (foreign !== undefined)
    throw new UsageError(
      `${flagOf(foreign)} does not apply ${prior ? "to --prior deep-image" : "to a model"}`,
    );
  const ways = (["mask", "matrix", "blur", "downsample"] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (ways.length > 1) throw new UsageError(`${ways.map(flagOf).join(" and ")}: want one way to measure`);
}

/** Shape of the images looked for, if rows are images. */
function shapeOf(
  flags: InvertFlags,
  model: Coder | undefined,
  input: Dataset,
): readonly number[] | undefined {
  const { matrix: a, downsample: factor = 1, rowShape } = flags;
  const given = a === undefined ? input.rowShape : undefined;
  const larger = given && [...given.slice(0, -2), ...given.slice(-2).map((size) => size * factor)];
  const shape = rowShape ?? model?.rowShape ?? larger;
  const wants = flags.blur ?? flags.downsample ?? flags.prior;
  if (!shape && wants !== undefined)
    throw new UsageError("the shape of the images is not known: --row-shape HEIGHTxWIDTH");
  return shape;
}

async function measurementOf(
  flags: InvertFlags,
  shape: readonly number[] | undefined,
  terminal: Terminal,
): Promise<Measurement> {
  if (flags.matrix !== undefined) return linear(await readMatrix(flags.matrix, terminal));
  const { blur: kernel, downsample: factor } = flags;
  if (kernel) return asUsage(() => blur(gaussianKernel(kernel.size, kernel.sigma), shape!));
  if (factor !== undefined) return asUsage(() => downsample(factor, shape!));
  return identity();
}

/** The rows with what the mask hides missing. */
async function masked(x: Matrix, path: string, terminal: Terminal): Promise<Matrix> {
  return withHoles(x, await readMatrix(path, terminal), path);
}

/** Numbers that stand for themselves, none of which names a row. */
async function readMatrix(path: string, terminal: Terminal): Promise<Matrix> {
  const { x } = await readFileData(path, { columns: ["*"] }, terminal);
  return rounded(x, path);
}

interface Found {
  readonly x: Matrix;
  readonly seed: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Solves; stopped by Ctrl-C, says so and gives nothing. */
async function findOrStop(
  y: Matrix,
  flags: InvertFlags,
  model: Coder | undefined,
  measurement: Measurement,
  rowShape: readonly number[] | undefined,
  messages: Messages,
): Promise<Found | undefined> {
  const { steps, learningRate, seed } = flags;
  const progress = new WorkProgress(messages, model?.method ?? "deep image prior", descentText);
  const onProgress = (now: InversionProgress) => progress.update(now);
  return stoppable(messages, async (signal): Promise<Found> => {
    const common = { measurement, steps, learningRate, seed, signal, onProgress };
    if (!model) {
      const { channels, heldOut } = flags;
      const found = await deepImagePrior(y, { ...common, rowShape: rowShape!, channels, heldOut });
      return { ...found, metrics: {} };
    }
    const codes = flags.reference === undefined ? undefined : await codesOf(flags, model, messages);
    const { starts, loss, penalties } = flags;
    const found = await invert(model, y, { ...common, codes, starts, loss, penalties });
    return { ...found, metrics: { objective: found.objective.reduce((s, v) => s + v, 0) / y.rows } };
  });
}

async function codesOf(flags: InvertFlags, model: Coder, messages: Messages): Promise<Matrix> {
  const { x } = await readInput(flags.reference!, flags, messages, model);
  return model.encode(x);
}
