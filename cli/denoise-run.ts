/**
 * @file Noise taken off rows, images or photographs, from the command line.
 */
import { extname } from "node:path";
import { isSharpImage, readImageFile } from "../node/images.js";
import type { Dataset } from "../src/data/dataset.js";
import { isImage } from "../src/data/image.js";
import { type Numbers, rounded } from "../src/data/matrix.js";
import { applyScale, type ScaleKind } from "../src/data/scale.js";
import type { Coder } from "../src/methods/model.js";
import { peakSignalToNoise } from "../src/metrics/psnr.js";
import { squaredErrorPerSample } from "../src/metrics/reconstruction.js";
import { DENOISING, type Denoised, denoise } from "../src/tasks/denoise/denoise.js";
import { type ModelFlags, withoutChoices } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { stoppable } from "./fitting.js";
import { checkReport, writeReport } from "./html-report.js";
import { type FillFlag, isFile, prepare, readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { readFor, readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { WorkProgress } from "./progress.js";
import { jsonReport, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { decodedColumns, without } from "./rows-run.js";
import { checkTableOutput, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface DenoiseFlags extends ModelFlags, ReportFlags {
  noise?: number;
  clean?: string;
  output?: string;
  picture?: string;
  scale?: ScaleKind;
  fill?: FillFlag;
}

/** Endings of files of one image, and of a sheet of several. */
const IMAGE = [".pgm", ".ppm"];
const SHEET = ".png";

export async function runDenoise(terminal: Terminal, data: string, flags: DenoiseFlags): Promise<void> {
  const { model: path, noise, clean, output, picture, report } = flags;
  if (path !== undefined && noise !== undefined)
    throw new UsageError("--noise does not apply to a model: it was fitted with noise of its own");
  const ending = output === undefined ? "" : extname(output).toLowerCase();
  const asImage = ending === SHEET || IMAGE.includes(ending);
  if (!asImage) checkTableOutput(output, flags);
  checkReport(flags);
  await checkPicture(picture, { pixels: true });
  const files = [output, picture, report];
  return withOutputs(
    terminal,
    flags,
    { written: files, read: [data, path, clean] },
    async (outputs, messages) => {
      const model = path === undefined ? undefined : await readModel(flags);
      const { read, input, scale } = await noisyRows(data, model, flags, messages);
      const shape = isImage(input.rowShape) ? input.rowShape : undefined;
      if (asImage && !shape) throw new UsageError(`${output}: the rows of ${input.name} are no images`);
      if (IMAGE.includes(ending)) checkNetpbm(output!, input, shape!);
      const wanted = clean === undefined ? undefined : await cleanRows(clean, read, flags, messages);

      const elapsed = stopwatch();
      const progress = new WorkProgress<{ fraction: number }>(messages, "denoise", () => "of the pixels");
      const found = await stoppable(messages, (signal) =>
        denoise(input, { noise, model, scale, signal, onProgress: (now) => progress.update(now) }),
      );
      if (!found) return;
      const seconds = elapsed();
      const metrics = metricsOf(found, input, wanted);
      await outputs.finish(messages, async (put) => {
        if (picture !== undefined)
          await put(picture, async () => {
            const { noisePanel } = await import("../panels/sections/noise.js");
            const panel = await noisePanel(input, found, wanted);
            return pictureFile(picture, panel, { terminal, input });
          });
        if (picture === undefined || output !== undefined)
          await put(output, async () =>
            asImage
              ? imageFile(ending, found.x, shape!, input.x)
              : tableFile(output, ...resultsOf(found, read, model), {}, messages),
          );
      });
      for (const line of saidOf(found, noise, metrics)) messages.note(line);
      const figures = {
        method: model?.method ?? "denoise",
        n: input.x.rows,
        d: input.x.cols,
        ...(model && { latentDim: model.latentDim }),
        ...{ seconds, metrics, files: files.filter((file) => file !== undefined) },
      };
      const further = { way: found.way, ...(scale && { scale }) };
      await writeReport(outputs, messages, flags, { input, figures, further, model }, async ({ count }) => {
        const { noiseSections } = await import("../panels/sections/noise.js");
        return noiseSections(input, found, wanted, count);
      });
      if (flags.json) await terminal.print(jsonReport(figures, further));
    },
  );
}

interface Noisy {
  /** Rows as they were read. */
  readonly read: Dataset;
  /** The same without gaps. */
  readonly input: Dataset;
  readonly scale?: ScaleKind;
}

async function noisyRows(
  data: string,
  model: Coder | undefined,
  flags: DenoiseFlags,
  messages: Messages,
): Promise<Noisy> {
  if (model) {
    const input = await readFor(model, data, flags, messages);
    await startEngine(flags.threads, messages);
    return { read: input, input };
  }
  const read = await picturesOrRows(data, flags, messages);
  // Pixels are alike: their scale is that of the image.
  const { input, scale } = await prepare(read, [DENOISING], flags, messages);
  return { read, input, scale };
}

/** Rows as all verbs read them, and a photograph as the one row that it is. */
async function picturesOrRows(
  path: string,
  flags: DenoiseFlags,
  messages: Messages,
  fittedOn?: Dataset,
): Promise<Dataset> {
  const picture = isSharpImage(path) && (await isFile(path));
  return picture ? readImageFile(path) : readInput(path, flags, messages, fittedOn);
}

/** @throws RangeError if they are not as many, of as many numbers. */
async function cleanRows(
  path: string,
  read: Dataset,
  flags: DenoiseFlags,
  messages: Messages,
): Promise<Dataset> {
  const wanted = await picturesOrRows(path, withoutChoices(flags), messages, read);
  const { x } = read;
  if (wanted.x.rows !== x.rows || wanted.x.cols !== x.cols)
    throw new RangeError(
      `${wanted.name}: ${wanted.x.rows} rows of ${wanted.x.cols} numbers, ${read.name} has ${x.rows} of ${x.cols}`,
    );
  return wanted;
}

function checkNetpbm(output: string, { x, name }: Dataset, shape: readonly number[]): void {
  if (x.rows > 1)
    throw new UsageError(`${output}: holds one image, ${name} has ${x.rows} (.npy and .png hold several)`);
  const ending = shape.length === 3 && shape[0] === 3 ? ".ppm" : ".pgm";
  if (extname(output).toLowerCase() !== ending)
    throw new UsageError(`${output}: an image of this kind is a ${ending}`);
}

async function imageFile(
  ending: string,
  found: Numbers,
  shape: readonly number[],
  measured: Numbers,
): Promise<Uint8Array> {
  const { plainNetpbm, plainSheet } = await import("../panels/plain-sheet.js");
  const [x, levels] = [rounded(found, "denoise"), rounded(measured, "denoise")];
  return ending === SHEET ? plainSheet(x, shape, levels) : plainNetpbm(x, shape, levels);
}

/** Rows without noise in place of what was read: columns of a table keep their names and their kinds. */
function resultsOf(
  { x, scaling }: Denoised,
  read: Dataset,
  model: Coder | undefined,
): [Parameters<typeof tableFile>[1], Dataset] {
  const { encoding, columns } = model ?? read;
  const added = decodedColumns({ encoding, columns, inputDim: x.cols, scaling }, x);
  const rowShape = model?.rowShape ?? read.rowShape;
  const input = without(
    read,
    added.map(({ name }) => name),
  );
  return [{ added, numbers: x, ...(rowShape && { rowShape }) }, input];
}

function metricsOf(found: Denoised, input: Dataset, wanted: Dataset | undefined): Record<string, number> {
  const { noise, rank, scaling, x } = found;
  const metrics = { ...(noise !== undefined && { noise }), ...(rank !== undefined && { rank }) };
  if (!wanted) return metrics;
  if (!input.encoding) {
    const peak = wanted.range && wanted.range[1] - wanted.range[0];
    const psnr = (rows: Numbers) => peakSignalToNoise(wanted.x, rows, peak);
    return { ...metrics, psnrBefore: psnr(input.x), psnrAfter: psnr(x) };
  }
  // Columns of a table have units of their own: errors are in those that they were compared in.
  const clean = applyScale(wanted.x, scaling);
  const rmse = (rows: Numbers) =>
    Math.sqrt(squaredErrorPerSample(clean, applyScale(rows, scaling)) / clean.cols);
  return { ...metrics, rmseBefore: rmse(input.x), rmseAfter: rmse(x) };
}

function saidOf(
  { way, noise, rank, scaling }: Denoised,
  said: number | undefined,
  { psnrBefore, psnrAfter, rmseBefore, rmseAfter }: Record<string, number>,
): string[] {
  const unit = scaling.kind === "standard" ? " of a column's standard deviation" : "";
  const told = said === undefined ? "estimated" : "as said";
  const ways = {
    patches: `noise ${noise?.toPrecision(4)} (${told}): taken off by patches that look alike`,
    "low-rank": `noise ${noise?.toPrecision(4)}${unit} (${told}): taken off by the ${rank} ${rank === 1 ? "direction" : "directions"} that rows have in common`,
    model: "rows as the model gives them back",
  };
  const dB = (value: number | undefined) => `${value?.toFixed(2)} dB`;
  return [
    ways[way],
    ...(psnrBefore === undefined ? [] : [`PSNR ${dB(psnrBefore)} before, ${dB(psnrAfter)} after`]),
    ...(rmseBefore === undefined
      ? []
      : [
          `root mean squared error ${rmseBefore.toPrecision(4)} before, ${rmseAfter?.toPrecision(4)} after${unit}`,
        ]),
  ];
}
