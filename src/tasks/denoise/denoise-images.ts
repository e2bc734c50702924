/**
 * @file Images freed of noise: groups of patches that look alike, in two passes, the second of which looks at what the first has found.
 *
 * Colors are taken apart by an orthonormal map, so that their noise stays the same: patches are compared by brightness, and each of brightness and two
 * differences of colors is freed by itself.
 */
import { type Matrix, matrix, type Numbers } from "../../data/matrix.js";
import type { Breathing } from "../../linalg/breathing.js";
import { BAND, bandsOf, patchGroups, REACH, slabRows } from "../../linalg/patches/patch-groups-kernel.js";
import { sharedFloat64 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";

/** Side of a patch, and patches of a group: the first pass wants groups that tell a covariance, the second has one that is nearly clean. */
const FIRST = { side: 5, members: 60 };
const SECOND = { side: 6, members: 20 };
/** Numbers of the slabs of a run. */
const MOST_NUMBERS = 2 ** 22;

/** Numbers of the images that are looked at together. */
const MOST_AT_ONCE = 2 ** 23;

/** Rows of the map of colors: brightness, and two differences. */
const COLORS = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [Math.SQRT1_2, 0, -Math.SQRT1_2],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
] as const;

interface Images {
  /** `[images, channels, height · width]` */
  readonly planes: Float64Array;
  readonly images: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Images without noise of a standard deviation.
 * @param x images `[n, d]`, finite. @param shape of a row: `[height, width]` or `[channels, height, width]`. @param noise ≥ 0.
 * @param onProgress told of the share that is done.
 */
export async function denoiseImages(
  x: Numbers,
  shape: readonly number[],
  noise: number,
  {
    breathe,
    onProgress,
  }: Breathing & { readonly onProgress?: ((fraction: number) => void) | undefined } = {},
): Promise<Matrix> {
  const [height, width] = shape.slice(-2) as [number, number];
  const channels = x.cols / (height * width);
  const out = matrix(x.rows, x.cols);
  if (noise === 0) out.data.set(x.data);
  // Each image is by itself, so that some at a time need less memory.
  const most = Math.max(1, Math.floor(MOST_AT_ONCE / x.cols));
  for (let from = 0; noise > 0 && from < x.rows; from += most) {
    const images = Math.min(most, x.rows - from);
    const size = { images, channels, height, width };
    const block = x.data.subarray(from * x.cols, (from + images) * x.cols);
    const given: Images = { ...size, planes: mixed(sharedFloat64(block.length), block, size, false) };
    const pass = (guide: Float64Array | undefined, settings: typeof FIRST) =>
      estimated(given, guide, noise, settings, {
        breathe,
        onProgress: (share) =>
          onProgress?.((from + (images * (share + Number(guide !== undefined))) / 2) / x.rows),
      });
    const found = await pass(await pass(undefined, FIRST), SECOND);
    out.data.set(mixed(new Float64Array(block.length), found, size, true), from * x.cols);
  }
  return out;
}

/** Planes of colors as brightness and differences, or back. Fewer planes stay as they are. */
function mixed(
  out: Float64Array,
  data: ArrayLike<number>,
  { images, channels, height, width }: Omit<Images, "planes">,
  back: boolean,
): Float64Array {
  if (channels !== 3) {
    out.set(data);
    return out;
  }
  const plane = height * width;
  for (let i = 0; i < images; i++)
    for (let p = 0; p < plane; p++) {
      const at = 3 * i * plane + p;
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let b = 0; b < 3; b++) sum += (back ? COLORS[b]![c]! : COLORS[c]![b]!) * data[at + b * plane]!;
        out[at + c * plane] = sum;
      }
    }
  return out;
}

async function estimated(
  { planes, images, channels, height, width }: Images,
  guide: Float64Array | undefined,
  noise: number,
  settings: typeof FIRST,
  { breathe, onProgress }: Breathing & { readonly onProgress: (fraction: number) => void },
): Promise<Float64Array> {
  const side = Math.min(settings.side, height, width);
  const bands = bandsOf(height, side);
  const slab = slabRows(side) * width;
  const numbers = (channels + 1) * slab;
  const all = images * bands;
  const most = Math.max(1, Math.min(all, Math.floor(MOST_NUMBERS / numbers)));
  const sums = sharedFloat64(most * numbers);
  const estimates = sharedFloat64(planes.length);
  const counts = new Float64Array(images * height * width);
  const team = gatherTeam(patchGroups, {
    ...{ noisy: planes, guide: guide ?? new Float64Array(), channels, height, width },
    ...{ variance: noise * noise, side, members: settings.members, sums },
  });
  try {
    for (let first = 0; first < all; first += most) {
      const count = Math.min(most, all - first);
      await team.runInPieces(breathe, count, first);
      for (let chunk = 0; chunk < count; chunk++) {
        const image = Math.floor((first + chunk) / bands);
        const top = ((first + chunk) % bands) * BAND - REACH;
        const [from, to] = [Math.max(0, top), Math.min(height, top + slabRows(side))];
        for (let c = 0; c <= channels; c++) {
          const into = c < channels ? estimates : counts;
          const plane = (c < channels ? image * channels + c : image) * height * width;
          const own = chunk * numbers + c * slab - top * width;
          for (let p = from * width; p < to * width; p++) into[plane + p]! += sums[own + p]!;
        }
      }
      onProgress((first + count) / all);
    }
  } finally {
    team.release();
  }
  const plane = height * width;
  for (let i = 0; i < images; i++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < plane; p++) estimates[(i * channels + c) * plane + p]! /= counts[i * plane + p]!;
  return estimates;
}
