/**
 * @file Colors of labels in pictures: a color for each of up to 12 classes, a scale for more numbers than that.
 *
 * Classes are told apart also by those who do not see all colors: the palette of Okabe & Ito (2008), "Color universal
 * design", its yellow darkened to show on white, and four more. The scale rises in lightness from dark to light as
 * well as in hue; its five colors are those of viridis (Smith & van der Walt 2015) without the palest end.
 */
import { isQuantity, MOST_NUMBERED_CLASSES } from "../src/data/labels.js";

const CLASSES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#a89a00", "#000000"];
const MORE_CLASSES = ["#7f7f7f", "#8c564b", "#6a3d9a", "#98df8a"];
/** Colors for as many classes as numbers may name. */
const PALETTE = [...CLASSES, ...MORE_CLASSES].slice(0, MOST_NUMBERED_CLASSES);
const SCALE = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [210, 226, 27],
] as const;
/** Colors that the scale is drawn with, so that points of one can be drawn together. */
const STEPS = 32;

/** Colors of the rows, and the legend beside the picture. */
export interface LabelColors {
  /** The colors that rows are drawn in. */
  readonly colors: readonly string[];
  /** Which of them `[n]`. */
  readonly ofRow: Uint8Array;
  /** Names of classes, or the range of numbers; without labels neither. */
  readonly key:
    | { readonly classes: readonly string[] }
    | { readonly low: number; readonly high: number }
    | undefined;
}

/** Up to 12 classes by name; more, if they are numbers, by value; else one color. */
export function labelColors(labels: readonly string[] | undefined, rows: number): LabelColors {
  const plain = { colors: [PALETTE[0]!], ofRow: new Uint8Array(rows), key: undefined };
  if (!labels) return plain;
  const names = classNames(labels);
  if (names.length <= PALETTE.length) {
    const places = new Map(names.map((name, i) => [name, i]));
    const ofRow = Uint8Array.from(labels, (label) => places.get(label)!);
    return { colors: PALETTE.slice(0, names.length), ofRow, key: { classes: names } };
  }
  if (!isQuantity(labels)) return plain;
  const values = labels.map(Number);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const ofRow = Uint8Array.from(values, (value) =>
    Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS)),
  );
  return { colors: scaleColors(), ofRow, key: { low, high } };
}

/** Different labels, numbers in them by their value. */
function classNames(labels: readonly string[]): string[] {
  return [...new Set(labels)].sort(new Intl.Collator("en", { numeric: true }).compare);
}

function scaleColors(): string[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const place = (step / (STEPS - 1)) * (SCALE.length - 1);
    const at = Math.min(SCALE.length - 2, Math.floor(place));
    const mix = SCALE[at]!.map((from, c) => Math.round(from + (place - at) * (SCALE[at + 1]![c]! - from)));
    return `rgb(${mix.join(",")})`;
  });
}
