/**
 * @file Order of names of files as people count: `part-2` before `part-10`.
 */

const collator = new Intl.Collator("en", { numeric: true });

/** The names in order, numbers in them as numbers; names that this takes for the same, such as `a1` and `a01`, by their characters. */
export function inNaturalOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1));
}
