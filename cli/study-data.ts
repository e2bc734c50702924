/**
 * @file The data of a study from the command line: the digits, a folder of MNIST or Fashion-MNIST, or any file of rows.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { flagOf } from "../panels/flag-names.js";
import type { Dataset } from "../src/data/dataset.js";
import { type Numbers, takeRows, toNumbers } from "../src/data/matrix.js";
import { applyScale, fitScale } from "../src/data/scale.js";
import type { Size } from "../studies/lectures/study.js";
import { digitsData, type StudyData, studyData } from "../studies/lectures/study-data.js";
import { type DataFlags, dataFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import { readInput } from "./input.js";
import type { Messages } from "./messages.js";

/** Rows that are taken of more. */
const MOST_ROWS: Readonly<Record<Size, number>> = { small: 2000, full: 10_000 };
/** Images of more pixels are taken at half the size: a map of 784 numbers has 614,656 of its own. */
const MOST_PIXELS = 400;

export async function readStudyData(
  flags: DataFlags & { readonly data?: string; readonly size: Size },
  messages: Messages,
): Promise<StudyData> {
  const { data: path, size } = flags;
  const reading = dataFlags(flags);
  if (path === undefined) {
    const idle = Object.entries(reading).find(([, value]) => value !== undefined);
    if (idle) throw new UsageError(`${flagOf(idle[0])} wants the data that it is for: --data PATH`);
    return digitsData();
  }
  const images = await imagesIn(path);
  const read = await readInput(
    images?.rows ?? path,
    { ...reading, label: reading.label ?? images?.labels },
    messages,
  );
  const count = Math.min(read.x.rows, MOST_ROWS[size]);
  const first = Array.from({ length: count }, (_, i) => i);
  if (count < read.x.rows) messages.note(`the first ${count} of ${read.x.rows} rows are studied`);
  const rows = takeRows(read.x, first);
  const labels = read.labels?.slice(0, count);
  if (!labels) messages.note("without labels what is about these is not measured: --label COLUMN");
  const scaled = read.range ? inUnits(read, rows, messages) : standardized(rows, read.name);
  return studyData(read.name, scaled, labels?.every((label) => label !== "") ? labels : undefined);
}

/** The training images of a folder, by the names that MNIST gave them. */
async function imagesIn(path: string): Promise<{ rows: string; labels: string } | undefined> {
  for (const ending of ["", ".gz"]) {
    const rows = join(path, `train-images-idx3-ubyte${ending}`);
    if (await isThere(rows)) return { rows, labels: join(path, `train-labels-idx1-ubyte${ending}`) };
  }
  return undefined;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Pixels in [0, 1]; large gray images as means of 2 × 2 pixels. */
function inUnits({ range, rowShape = [] }: Dataset, rows: Numbers, messages: Messages): Numbers {
  const [low, high] = range!;
  const unit = { ...rows, data: Float64Array.from(rows.data, (value) => (value - low) / (high - low)) };
  const [height = 0, width = 0] = rowShape;
  const isHalved = rowShape.length === 2 && rows.cols > MOST_PIXELS && height % 2 === 0 && width % 2 === 0;
  if (!isHalved) return unit;
  messages.note(`images of ${height} × ${width} pixels are studied as ${height / 2} × ${width / 2}`);
  const [down, across] = [height / 2, width / 2];
  const data = new Float64Array(rows.rows * down * across);
  for (let i = 0; i < rows.rows; i++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[(i * down + (y >> 1)) * across + (x >> 1)]! += unit.data[(i * height + y) * width + x]! / 4;
  return { data, rows: rows.rows, cols: down * across };
}

/** Columns of a table in units of their deviation, since they have no unit in common. */
function standardized(rows: Numbers, name: string): Numbers {
  return toNumbers(applyScale(rows, fitScale(rows, "standard"), name));
}
