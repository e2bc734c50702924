/**
 * @file Small tables for people to read.
 */
import { printable } from "./printable.js";

/** Columns two spaces apart: the first to the left, the others to the right. The first row is the heading. */
export function textTable(cells: readonly (readonly string[])[], align: "left" | "right" = "right"): string {
  const rows = cells.map((row) => row.map(printable));
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, j) =>
    Math.max(...rows.map((row) => (row[j] ?? "").length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, j) => (j === 0 || align === "left" ? cell.padEnd(widths[j]!) : cell.padStart(widths[j]!)))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** A number as tables show it: 5 digits are more than anybody compares. */
export function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(4) : value.toPrecision(5);
}

export function shownPercent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

export function shownSeconds(seconds: number): string {
  return seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1);
}
