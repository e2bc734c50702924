/**
 * @file Colors of rows by a column: a scale for quantities, 20 colors for the most frequent words.
 */
import { MOST_COLORS } from "../../panels/draw/coloring.js";
import { robustLimits } from "../../panels/draw/limits.js";
import { SCALE_STEPS } from "../../panels/draw/palette.js";
import { cellText } from "../../src/data/csv/write.js";
import { isQuantity, MOST_NUMBERED_CLASSES } from "../../src/data/labels.js";
import { type Column, copied } from "../../src/data/table/table.js";
import type { RowColors } from "./latent-words.js";

/** Words for rows without a value, and for those of words that have no color of their own. */
const NONE = "(none)";
const OTHER = "(others)";
/** Rows whose values tell the ends of a scale. */
const MOST_MEASURED = 20_000;

export function colorsOf(column: Column, rows: number): RowColors {
  const values =
    column.kind === "number"
      ? copied(column.values, new Float32Array(rows))
      : quantities(column.values.levels, column.values.codes);
  if (values && isManyValued(values)) return scaled(column.name, values);
  const counts = new Map<string, number>();
  const texts = column.kind === "text" && column.values.distinct ? column.values.levels : undefined;
  const textOf = (i: number) =>
    texts && column.kind === "text" ? texts[column.values.codes[i]!]! : cellText(column, i);
  for (let i = 0; i < rows; i++) {
    const text = textOf(i);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const missing = counts.delete("");
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_COLORS);
  const { compare } = new Intl.Collator("en", { numeric: true });
  const names = frequent.map(([name]) => name).sort(compare);
  const others = counts.size > names.length;
  const places = new Map(names.map((name, place) => [name, place]));
  const gray = names.length;
  if (missing) places.set("", gray + (others ? 1 : 0));
  const groups = Uint8Array.from({ length: rows }, (_, i) => places.get(textOf(i)) ?? gray);
  return {
    ...{ column: column.name, groups, gray },
    names: [...names, ...(others ? [OTHER] : []), ...(missing ? [NONE] : [])],
  };
}

/** Numbers that texts are, all of them, or none. */
function quantities(levels: readonly string[], codes: Uint32Array): Float32Array | undefined {
  if (!isQuantity(levels.slice(1))) return undefined;
  const numbers = Float32Array.from(levels, (level) => (level === "" ? Number.NaN : Number(level)));
  return Float32Array.from(codes, (code) => numbers[code]!);
}

function isManyValued(values: Float32Array): boolean {
  const different = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) different.add(value);
    if (different.size > MOST_NUMBERED_CLASSES) return true;
  }
  return false;
}

function scaled(column: string, values: Float32Array): RowColors {
  const every = Math.max(1, Math.floor(values.length / MOST_MEASURED));
  const range = robustLimits(values.filter((_, i) => i % every === 0));
  const groups = Uint8Array.from(values, (value) => {
    if (Number.isNaN(value)) return SCALE_STEPS;
    const share = range.high > range.low ? (value - range.low) / (range.high - range.low) : 0.5;
    return Math.max(0, Math.min(SCALE_STEPS - 1, Math.floor(share * SCALE_STEPS)));
  });
  return { column, groups, gray: SCALE_STEPS, values, range };
}
