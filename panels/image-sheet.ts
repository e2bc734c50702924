/**
 * @file A sheet of images: originals in the first row, below them what each model makes of them.
 */
import { areMeasured } from "../src/data/labels.js";
import { type Matrix, matrix, row } from "../src/data/matrix.js";
import { tileImages, writePng } from "../src/files/png.js";

const MOST_COLUMNS = 20;
/** Images are enlarged to about this many pixels, so that small ones can be seen. */
const SHOWN_SIZE = 64;

/**
 * PNG of `1 + reconstructions.length` rows of images, gray levels as in the originals.
 * @param shape of a row: `[height, width]`, or `[3, height, width]`.
 */
export function reconstructionSheet(
  originals: Matrix,
  reconstructions: readonly Matrix[],
  shape: readonly number[],
): Promise<Uint8Array> {
  return imageSheet(stacked([originals, ...reconstructions]), shape, originals.rows, range(originals));
}

/**
 * PNG of images, each with its views beside it in one line, gray levels as in the originals.
 * @param shape of a row: `[height, width]`, or `[1 or 3, height, width]`.
 */
export function viewSheet(
  originals: Matrix,
  views: readonly Matrix[],
  shape: readonly number[],
): Promise<Uint8Array> {
  const across = 1 + views.length;
  const lines = matrix(originals.rows * across, originals.cols);
  [originals, ...views].forEach((part, column) => {
    for (let i = 0; i < part.rows; i++) row(lines, i * across + column).set(row(part, i));
  });
  return imageSheet(lines, shape, across, range(originals));
}

/**
 * PNG of images, so many side by side, enlarged so that small ones can be seen.
 * @param levels values drawn black and white; default: the least and greatest of all.
 */
export function imageSheet(
  images: Matrix,
  shape: readonly number[],
  across: number,
  levels: readonly [number, number] = range(images),
): Promise<Uint8Array> {
  const [height, width] = shape.slice(-2) as [number, number];
  const factor = Math.max(1, Math.floor(SHOWN_SIZE / Math.max(height, width)));
  const enlarged = factor === 1 ? images : enlarge(images, shape, factor);
  const size = [...shape.slice(0, -2), height * factor, width * factor];
  return writePng(tileImages(enlarged, size, across, levels));
}

/** Rows to show, 20 at most or as many as are asked for: of every label in turn, so that each is seen; without classes the first. */
export function shownRows(
  rows: number,
  labels: readonly string[] | undefined,
  wanted: number = MOST_COLUMNS,
): Uint32Array {
  const most = Math.min(wanted, rows);
  if (!labels || areMeasured(labels)) return Uint32Array.from({ length: most }, (_, i) => i);
  const byLabel = new Map<string, number[]>();
  labels.forEach((label, i) => {
    const group = byLabel.get(label);
    if (group) group.push(i);
    else byLabel.set(label, [i]);
  });
  const groups = [...byLabel.keys()].sort().map((label) => byLabel.get(label)!);
  const order = Array.from({ length: most }, (_, turn) =>
    groups.flatMap((group) => group.slice(turn, turn + 1)),
  );
  return Uint32Array.from(order.flat().slice(0, most));
}

function stacked(parts: readonly Matrix[]): Matrix {
  const { cols } = parts[0]!;
  const out = matrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    cols,
  );
  let at = 0;
  for (const { data } of parts) {
    out.data.set(data, at);
    at += data.length;
  }
  return out;
}

/** Every pixel becomes a square of `factor` × `factor`. */
function enlarge(images: Matrix, shape: readonly number[], factor: number): Matrix {
  const [height, width] = shape.slice(-2) as [number, number];
  const out = matrix(images.rows, images.cols * factor ** 2);
  const wide = width * factor;
  for (let i = 0; i < images.rows; i++) {
    const from = row(images, i);
    const to = row(out, i);
    for (let at = 0; at < to.length; at++) {
      const line = Math.floor(at / wide);
      const channel = Math.floor(line / (height * factor));
      const y = Math.floor((line % (height * factor)) / factor);
      to[at] = from[(channel * height + y) * width + Math.floor((at % wide) / factor)]!;
    }
  }
  return out;
}

function range({ data }: Matrix): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
