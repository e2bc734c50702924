/**
 * @file Is the first line of a CSV file one of names? Words above numbers say so; numbers do where they count columns or years
 * and those below do not look like them.
 */
import { quoted } from "../quoted.js";
import { dateFormats } from "../table/dates.js";
import { isPlainNumber, styleOf } from "../table/number-style.js";

// Rows below the numbers 1 to k before they are taken for names: less may be a small table of data.
const ROWS_BELOW_COUNTS = 5;
// Texts that the one above them is compared with.
const MOST_ALIKE = 100;

/**
 * @param top the first line. @param columns texts below each of its fields.
 * @param where file and line, for errors.
 * @throws RangeError if the line is neither names nor data.
 */
export function guessHeader(
  top: readonly string[],
  columns: readonly (readonly string[])[],
  isMissing: (text: string) => boolean,
  where: string,
): boolean {
  const numeric = [...top.keys()].filter((j) => isPlainNumber(top[j]!));
  if (numeric.length === 0) return !top.every(isMissing) && !top.some(isLikeThoseBelow);
  if (numbersAreNames()) return true;
  const word = top.find((text, j) => !isMissing(text) && !isPlainNumber(text) && mostAreNumbers(columns[j]!));
  if (word === undefined) return false;
  const clash = `${quoted(top[numeric[0]!]!)} is a number, ${quoted(word)} is not but the column below it is`;
  throw new RangeError(
    `${where}: neither names nor data: ${clash} (use --skip-rows 1, --header or --no-header)`,
  );

  /** True of `1,5` above `2,5`, of `$3` above `$4`, and of a date above dates. */
  function isLikeThoseBelow(text: string, j: number): boolean {
    if (isMissing(text)) return false;
    const texts = [text, ...columns[j]!.slice(0, MOST_ALIKE).filter((below) => !isMissing(below))];
    return styleOf(texts) !== undefined || dateFormats(texts).length > 0;
  }

  function mostAreNumbers(texts: readonly string[]): boolean {
    const there = texts.filter((text) => !isMissing(text));
    return 2 * there.filter(isPlainNumber).length > there.length;
  }

  /** Counts of columns or years above numbers that are others. */
  function numbersAreNames(): boolean {
    if (numeric.length < 2 || !numeric.every((j) => /^\d+$/.test(top[j]!))) return false;
    const values = numeric.map((j) => Number(top[j]!));
    if (!values.every((value, i) => i === 0 || value > values[i - 1]!)) return false;
    const consecutive = values.every((value, i) => value === values[0]! + i);
    const rows = columns[0]!.length;
    const counts =
      consecutive && (values[0] === 0 || (values[0] === 1 && rows >= ROWS_BELOW_COUNTS)) && rows > 0;
    const years = values[0]! >= 1500 && values.at(-1)! <= 2200;
    if (!counts && !years) return false;
    const spread = values.at(-1)! - values[0]!;
    const below = numeric.flatMap((j) => columns[j]!.filter(isPlainNumber));
    const alike = below.filter((text) => {
      const value = Number(text);
      return Number.isInteger(value) && value >= values[0]! - spread && value <= values.at(-1)! + spread;
    });
    return below.length > 0 && alike.length < below.length / 10;
  }
}

export function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: number | undefined;
  for (const [value, count] of counts) if (best === undefined || count > counts.get(best)!) best = value;
  return best;
}
