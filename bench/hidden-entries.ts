/**
 * @file Data sets of which the reference figures hide 30 % of the entries by stored masks.
 */

import { readFileData } from "../node/read.js";
import { type Matrix, matrix, row, toMatrix } from "../src/data/matrix.js";
import { applyScale, fitScale } from "../src/data/scale.js";
import { sharedFile } from "./shared-data.js";

export interface HiddenSet {
  readonly file: string;
  readonly mask: string;
  /** Units that the complete matrix is taken to, as in the reference. */
  readonly units: "z-scores" | "centered";
}

/** The complete matrix, and 1 for every entry that is to be hidden. */
export async function readSet({
  file,
  mask,
  units,
}: HiddenSet): Promise<{ x: Matrix; hidden: Float32Array }> {
  const all = toMatrix(
    (
      await readFileData(
        sharedFile(`data/${file}`),
        file.endsWith(".gz") ? {} : { skipRows: 1, header: false },
      )
    ).x,
  );
  const hidden = toMatrix((await readFileData(sharedFile(`reference/masks/${mask}`), { header: false })).x);
  const raw = matrix(all.rows, hidden.cols);
  for (let i = 0; i < raw.rows; i++) row(raw, i).set(row(all, i).subarray(0, raw.cols));
  const scaling = fitScale(raw, "standard");
  const factor = units === "centered" ? scaling.factor.map(() => 1) : scaling.factor;
  return { x: applyScale(raw, { ...scaling, factor }), hidden: hidden.data };
}

/** NaN for every entry that is hidden. */
export function withHoles(x: Matrix, hidden: ArrayLike<number>): Matrix {
  return matrix(
    x.rows,
    x.cols,
    x.data.map((value, at) => (hidden[at] ? Number.NaN : value)),
  );
}
