/**
 * @file Labels of rows: names of classes, or measurements.
 */

/** Different labels up to which numbers among them, such as 0 … 9, are taken for names of classes. */
export const MOST_NUMBERED_CLASSES = 12;

/**
 * True if labels are measured numbers, such as lengths, so that no two rows share one: numbers, more different ones than classes have, and not
 * all of them whole, as numbers that are names are. Missing ones (`""`) do not count.
 */
export function areMeasured(labels: readonly string[] | undefined): boolean {
  const told = (labels ?? []).filter((label) => label !== "");
  return isQuantity(told) && told.some((label) => !Number.isInteger(Number(label)));
}

/** True if labels are measurements and not names of classes: numbers, and more different ones than classes have. */
export function isQuantity(labels: readonly string[]): boolean {
  const names = new Set(labels);
  if (names.size <= MOST_NUMBERED_CLASSES) return false;
  return [...names].every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
}
