/**
 * @file One inverse problem from the command line: measurements in, rows or images out.
 */
import { extname } from "node:path";
import { readFileData } from "../node/read.js";
import { type Matrix, matrix } from "../src/data/matrix.js";
import { tileImages, writePng } from "../src/files/png.js";
import type { Coder } from "../src/methods/method.js";
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
import type { InvertFlags } from "./commands/invert.js";
import { dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { asUsage, UsageError } from "./exit.js";
import { flagOf } from "./flag-values.js";
import { type Input, readInput } from "./input.js";
import { endInterrupted, interruptible } from "./interrupt.js";
import { Messages, printResult } from "./messages.js";
import { readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { DescentProgress } from "./progress.js";
import { jsonReport } from "./report.js";
import { columnNames } from "./rows-run.js";
import { checkTableOutput, tableBytes, textColumns } from "./table-output.js";

/** What applies to one of the priors alone. */
const OF_A_MODEL = ["reference", "starts", "loss", "penalties"] as const;
const OF_DEEP_IMAGE = ["channels", "heldOut"] as const;
const SHEET_COLUMNS = 20;

export async function runInvert(data: string, flags: InvertFlags): Promise<void> {
  checkFlags(flags);
  const { output, force } = flags;
  const toPng = output !== undefined && extname(output).toLowerCase() === ".png";
  const files = [data, flags.model, flags.mask, flags.matrix, flags.reference];
  const inputs = files.filter((path): path is string => path !== undefined && path !== "-");
  if (!toPng) checkTableOutput(output, flags);
  return withOutputs(async (outputs) => {
    const messages = new Messages(flags);
    await outputs.open(output, { force, inputs });
    const model = flags.model === undefined ? undefined : await readModel(flags.model);
    const whole = flags.matrix === undefined && flags.downsample === undefined;
    const input = await readInput(data, dataFlags(flags), messages, whole ? model?.columns : undefined);
    const imageShape = shapeOf(flags, model, input);
    if (toPng && !imageShape)
      throw new UsageError(`${output}: the rows are no images (--image-shape says which)`);
    const measurement = await measurementOf(flags, imageShape);
    const y = flags.mask === undefined ? input.x : await masked(input.x, flags.mask);
    await startEngine(flags.threads, messages);

    const started = performance.now();
    const found = await findOrStop(y, flags, model, measurement, imageShape, messages);
    if (!found) return;
    const seconds = (performance.now() - started) / 1000;
    messages.release();
    const { x, seed, metrics } = found;
    const content = () => {
      if (toPng) return writePng(tileImages(x, imageShape!, SHEET_COLUMNS, levelsOf(whole ? y : x)));
      const names = model ? columnNames(model) : Array.from({ length: x.cols }, (_, j) => `x${j + 1}`);
      const rowShape = imageShape ? { rowShape: imageShape } : {};
      return tableBytes(output, { texts: textColumns(input), names, x, ...rowShape }, messages);
    };
    await outputs.finish(messages, (put) => put(output, content));
    if (!flags.json) return;
    const method = model?.method ?? "deepImagePrior";
    const size = { n: x.rows, d: x.cols, ...(model && { latentDim: model.latentDim }) };
    await printResult(jsonReport({ method, ...size, seed, seconds, metrics, files: [output!] }));
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
  if (flags.json && flags.output === undefined)
    throw new UsageError("--json takes standard output, so the result wants a file: -o FILE");
}

/** Of the images looked for, if rows are images. */
function shapeOf(flags: InvertFlags, model: Coder | undefined, input: Input): readonly number[] | undefined {
  const { matrix: a, downsample: factor = 1, imageShape } = flags;
  const given = a === undefined ? input.imageShape : undefined;
  const larger = given && [...given.slice(0, -2), ...given.slice(-2).map((size) => size * factor)];
  const shape = imageShape ?? model?.imageShape ?? larger;
  const wants = flags.blur ?? flags.downsample ?? flags.prior;
  if (!shape && wants !== undefined)
    throw new UsageError("the shape of the images is not known: --image-shape HEIGHTxWIDTH");
  return shape;
}

async function measurementOf(flags: InvertFlags, shape: readonly number[] | undefined): Promise<Measurement> {
  if (flags.matrix !== undefined) return linear((await readFileData(flags.matrix)).x);
  const { blur: kernel, downsample: factor } = flags;
  if (kernel) return asUsage(() => blur(gaussianKernel(kernel.size, kernel.sigma), shape!));
  if (factor !== undefined) return asUsage(() => downsample(factor, shape!));
  return identity();
}

/** The rows with what the mask hides missing. */
async function masked({ data, rows, cols }: Matrix, path: string): Promise<Matrix> {
  const { x: mask } = await readFileData(path);
  const one = mask.data.length === cols;
  if (!one && mask.data.length !== data.length) {
    const got = `${mask.rows} × ${mask.cols}`;
    throw new RangeError(`${path}: want a mask of ${cols} numbers, or of ${rows} × ${cols}, got ${got}`);
  }
  const missing = mask.data.findIndex(Number.isNaN);
  if (missing >= 0) throw new RangeError(`${path}: number ${missing + 1} is missing, want 0 or 1`);
  return matrix(
    rows,
    cols,
    data.map((value, at) => (mask.data[one ? at % cols : at] === 0 ? Number.NaN : value)),
  );
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
  imageShape: readonly number[] | undefined,
  messages: Messages,
): Promise<Found | undefined> {
  const { steps, learningRate, seed } = flags;
  const progress = new DescentProgress(messages, model?.method ?? "deep image prior");
  const onProgress = (now: InversionProgress) => progress.update(now);
  const stop = () => messages.note("stopping after the steps under way (Ctrl-C again: at once)");
  try {
    return await interruptible(stop, async (signal): Promise<Found> => {
      const common = { measurement, steps, learningRate, seed, signal, onProgress };
      if (!model) {
        const { channels, heldOut } = flags;
        const found = await deepImagePrior(y, { ...common, imageShape: imageShape!, channels, heldOut });
        return { ...found, metrics: {} };
      }
      const codes = flags.reference === undefined ? undefined : await codesOf(flags, model, messages);
      const { starts, loss, penalties } = flags;
      const found = await invert(model, y, { ...common, codes, starts, loss, penalties });
      return { ...found, metrics: { objective: found.objective.reduce((s, v) => s + v, 0) / y.rows } };
    });
  } catch (error) {
    messages.endLine();
    if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    return endInterrupted();
  } finally {
    messages.endLine();
  }
}

async function codesOf(flags: InvertFlags, model: Coder, messages: Messages): Promise<Matrix> {
  const { x } = await readInput(flags.reference!, dataFlags(flags), messages, model.columns);
  return model.encode(x);
}

/** Black and white: those of 8-bit images or of shares where all that is measured lies between, else its ends. */
function levelsOf({ data }: Matrix): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= 0 && high <= 255) return [0, high <= 1 ? 1 : 255];
  return [low, high];
}
