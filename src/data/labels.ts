/**
 * @file Labels of rows: names of classes, or measurements.
 */

/** Different labels up to which numbers among them, such as 0 … 9, are taken for names of classes. */
export const MOST_NUMBERED_CLASSES = 12;

/** True if labels are measurements and not names of classes: numbers, and more different ones than classes have. */
export function isQuantity(labels: readonly string[]): boolean {
  const names = new Set(labels);
  if (names.size <= MOST_NUMBERED_CLASSES) return false;
  return [...names].every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
}
