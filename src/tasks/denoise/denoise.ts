/**
 * @file Noise taken off rows: of images by patches that look alike, of other rows by what their columns have in common, or by what a model gives back.
 */
import { type Dataset, factsOf, isDataset, type RowsLike } from "../../data/dataset.js";
import { isImage } from "../../data/image.js";
import { type MatrixLike, type Numbers, toNumbers } from "../../data/matrix.js";
import {
  applyScale,
  fitScale,
  IDENTITY,
  type ScaleHints,
  type ScaleKind,
  type Scaling,
  undoScaleWide,
} from "../../data/scale.js";
import { defaultScaleOf, type TakesNumbers } from "../../methods/default-scale.js";
import type { Coder } from "../../methods/model.js";
import { breather } from "../../training/breather.js";
import { refuseNonFinite } from "../../training/finite.js";
import { denoiseImages } from "./denoise-images.js";
import { imageNoise } from "./noise-level.js";
import { LEAST_SIZE, shrinkSingularValues } from "./shrink-singular-values.js";

/** Options of `denoise`. */
export interface DenoiseOptions {
  /**
   * Standard deviation of the noise, ≥ 0, in the units of the data, or of the scaled columns where these are scaled. Default: told by the data.
   */
  noise?: number | undefined;
  /** Model whose reconstructions are the result, in place of both ways. */
  model?: Coder | undefined;
  /** Shape of a row that is an image: `[height, width]` or `[channels, height, width]`. Default: that of the data set. */
  rowShape?: readonly number[] | undefined;
  /** Scaling of columns that are no pixels, so that their noise is alike. Default: `standard` for tables, `none` else. */
  scale?: ScaleKind | undefined;
  /** For `scale`. */
  scaleHints?: ScaleHints | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
  /** Told of the share that is done, in (0, 1], of images. */
  onProgress?: ((progress: { readonly fraction: number }) => void) | undefined;
}

/** Rows without noise. */
export interface Denoised {
  /** `[n, d]`, in the units of the data. */
  readonly x: Numbers;
  /** `patches` of images that look alike, what rows have in common (`low-rank`), or a `model`. */
  readonly way: "patches" | "low-rank" | "model";
  /** Standard deviation of the noise that was taken off, in the units of `scaling`; not by a model. */
  readonly noise?: number;
  /** Directions that are left of rows, of `low-rank`. */
  readonly rank?: number;
  /** Units that columns were compared in. */
  readonly scaling: Scaling;
}

/** Denoising as methods are described where a scale is chosen. */
export const DENOISING: TakesNumbers = { name: "denoising", fitting: { kind: "solved" } };

/** Sides of images from which on their patches tell more than what rows have in common. */
const LEAST_IMAGE_SIDE = 16;

/**
 * Takes noise off rows, white noise of one standard deviation.
 *
 * Images of 16 × 16 pixels or more are estimated from groups of patches that look alike (Lebrun, Buades & Morel 2013), each image by itself. Other rows are
 * estimated together: the singular values of the centered rows are shrunk as is best for such noise (Gavish & Donoho 2017).
 * @param data rows `[n, d]` without missing numbers, or a data set. With a model: rows as `reconstruct` takes them.
 * @throws RangeError for options out of range, numbers that are not finite, or fewer than 4 rows or columns where the noise is to be told.
 */
export async function denoise(data: RowsLike | Dataset, options: DenoiseOptions = {}): Promise<Denoised> {
  const { noise, model, signal, onProgress } = options;
  if (noise !== undefined && !(noise >= 0 && noise < Number.POSITIVE_INFINITY))
    throw new RangeError(`denoise: noise must be a number ≥ 0, got ${noise}`);
  if (model) {
    if (noise !== undefined)
      throw new RangeError("denoise: a model takes no noise, it was fitted with its own");
    return { x: await model.reconstructWide(data), way: "model", scaling: model.scaling };
  }
  const set = isDataset(data) ? data : undefined;
  const x = toNumbers(set?.x ?? (data as MatrixLike), "denoise");
  if (x.rows === 0) throw new RangeError("denoise: there are no rows");
  refuseNonFinite(x, "denoise", { missing: false });
  const shape = options.rowShape ?? set?.rowShape;
  const breathe = breather(signal);
  if (shape && isImage(shape) && Math.min(...shape.slice(-2)) >= LEAST_IMAGE_SIDE) {
    if (shape.reduce((product, size) => product * size, 1) !== x.cols)
      throw new RangeError(`denoise: rows of ${x.cols} numbers are no images of ${shape.join(" × ")}`);
    const sigma = noise ?? (await imageNoise(x, shape, { range: set?.range, breathe }));
    const progress = (fraction: number) => onProgress?.({ fraction });
    const found = await denoiseImages(x, shape, sigma, { breathe, onProgress: progress });
    return { x: within(found, set?.range), way: "patches", noise: sigma, scaling: IDENTITY };
  }
  if (noise === undefined && Math.min(x.rows, x.cols) < LEAST_SIZE)
    throw new RangeError(
      `denoise: noise is told by ${LEAST_SIZE} rows and columns or more, got ${x.rows} × ${x.cols} (say its standard deviation)`,
    );
  const hints: ScaleHints = { range: set?.range, groups: set?.groups, ...options.scaleHints };
  const kind = options.scale ?? (set ? defaultScaleOf(DENOISING, factsOf(set)).scale : "none");
  const scaling = fitScale(x, kind, hints);
  const found = await shrinkSingularValues(applyScale(x, scaling, "denoise"), noise, {
    breathe,
  });
  const back = undoScaleWide(found.x, scaling);
  return { ...found, x: within(back, set?.range), way: "low-rank", scaling };
}

/** Numbers moved into the limits that there are. */
function within(x: Numbers, range: readonly [number, number] | undefined): Numbers {
  if (!range) return x;
  const [low, high] = range;
  return { ...x, data: x.data.map((value) => Math.min(high, Math.max(low, value))) };
}
