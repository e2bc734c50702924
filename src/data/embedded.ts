/**
 * @file Data sets that come with the package, by name.
 */
import type { Dataset } from "./dataset.js";
import { digits } from "./digits.js";
import type { Matrix } from "./matrix.js";
import { blobs, lowRank, type Synthetic, sCurve, swissRoll } from "./synthetic.js";
import { formatFloat32 } from "./table/format-number.js";

/** The names `embedded` knows. */
export const EMBEDDED_NAMES = ["digits", "swiss-roll", "s-curve", "blobs", "low-rank"] as const;

/** The name of an embedded data set. */
export type EmbeddedName = (typeof EMBEDDED_NAMES)[number];

/** An embedded data set; synthetic ones bring what they were made from. */
export interface EmbeddedDataset extends Dataset {
  readonly x: Matrix;
  /** Shape `[n, k]`. */
  readonly latent?: Matrix;
}

export function isEmbedded(name: string): name is EmbeddedName {
  return (EMBEDDED_NAMES as readonly string[]).includes(name);
}

/** Labels of a rolled sheet: how far along the curve each row is. */
function withPositions({ x, latent }: Synthetic) {
  const labels = Array.from({ length: x.rows }, (_, i) => formatFloat32(latent.data[i * latent.cols]!));
  return { x, latent, labels, labelName: "position" };
}

/**
 * An embedded data set. Digits and blobs have classes as labels, the swiss roll and the s-curve the position of a row along the curve.
 * @param options `seed` of the synthetic ones, default 0.
 * @throws RangeError for an unknown name.
 */
export function embedded(name: string, options: { seed?: number | undefined } = {}): EmbeddedDataset {
  const rest = { name, format: "embedded", notes: [] } as const;
  switch (name) {
    case "digits":
      return { ...rest, ...digits(), range: [0, 16], labelName: "label" };
    case "swiss-roll":
      return { ...rest, ...withPositions(swissRoll(options)), columns: ["x", "y", "z"] };
    case "s-curve":
      return { ...rest, ...withPositions(sCurve(options)), columns: ["x", "y", "z"] };
    case "blobs": {
      const { x, latent, labels } = blobs(options);
      return { ...rest, x, latent, labels: Array.from(labels, String), labelName: "label" };
    }
    case "low-rank": {
      const { x, latent } = lowRank(options);
      return { ...rest, x, latent };
    }
    default:
      throw new RangeError(`embedded: no data set is called "${name}" (have ${EMBEDDED_NAMES.join(", ")})`);
  }
}
