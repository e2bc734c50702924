/**
 * @file Choosing columns: by name, by position from 1, by range, by pattern, and what is left without some.
 */

import { nearestNames } from "../../nearest-names.js";
import { namePattern } from "../name-pattern.js";
import { quoted } from "../quoted.js";

const POSITION = /^[1-9]\d{0,9}$/;

/**
 * Columns that words name, in the order of the words, each once. A word is, the first that holds: the name of a column; a
 * position from 1; a range of names or positions (`Q1-Q12`, `4-15`), ends with it; a pattern with `*` and `?`; and any of
 * these after `!`, which takes columns away: from those named before, or from all if it comes first.
 * @param where names the flag or option in errors.
 * @returns indices from 0.
 * @throws RangeError for a word that names no column, with the nearest names; for a choice of nothing.
 */
export function chooseColumns(
  names: readonly string[],
  words: readonly string[],
  where: string,
): readonly number[] {
  const places = new Map<string, number>();
  for (const [j, name] of names.entries()) if (!places.has(name)) places.set(name, j);
  const chosen = new Set<number>();
  for (const [i, word] of words.entries()) {
    const without = word.startsWith("!") && !places.has(word);
    const found = columnsOf(without ? word.slice(1) : word);
    if (without && i === 0) for (const j of names.keys()) chosen.add(j);
    for (const j of found) without ? chosen.delete(j) : chosen.add(j);
  }
  if (words.length > 0 && chosen.size === 0)
    throw new RangeError(`${where}: ${quoted(words.join(","))} leaves no column`);
  return [...chosen];

  function columnsOf(word: string): readonly number[] {
    const one = columnOf(word);
    if (one !== undefined) return [one];
    for (let at = word.indexOf("-", 1); at >= 0; at = word.indexOf("-", at + 1)) {
      const [from, to] = [columnOf(word.slice(0, at).trim()), columnOf(word.slice(at + 1).trim())];
      if (from === undefined || to === undefined) continue;
      if (from > to) throw new RangeError(`${where}: ${quoted(word)} runs backwards`);
      return Array.from({ length: to - from + 1 }, (_, k) => from + k);
    }
    if (/[*?]/.test(word)) {
      const matches = namePattern(word);
      const matching = [...names.keys()].filter((j) => matches(names[j]!));
      if (matching.length > 0) return matching;
    }
    if (POSITION.test(word) || names.length === 0)
      throw new RangeError(`${where}: there is no column ${word}, the file has ${names.length}`);
    const near = nearestNames(names, word).map(quoted);
    throw new RangeError(`${where}: no column is called ${quoted(word)} (near: ${near.join(", ")})`);
  }

  function columnOf(word: string): number | undefined {
    const index = places.get(word);
    if (index !== undefined) return index;
    return POSITION.test(word) && Number(word) <= names.length ? Number(word) - 1 : undefined;
  }
}

/**
 * The one column that a word names, by name or position.
 * @throws RangeError as `chooseColumns`, or if it names several.
 */
export function chooseColumn(names: readonly string[], word: string, where: string): number {
  const found = chooseColumns(names, [word], where);
  if (found.length > 1)
    throw new RangeError(`${where}: ${quoted(word)} names ${found.length} columns, want one`);
  return found[0]!;
}
