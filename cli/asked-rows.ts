/**
 * @file Rows as a user names them: by number, by the value of a column, or in a file of their own.
 */
import { stat } from "node:fs/promises";
import { cellText } from "../src/data/csv/write.js";
import type { Dataset } from "../src/data/dataset.js";
import { isEmbedded } from "../src/data/embedded.js";
import { quoted } from "../src/data/quoted.js";
import type { Column, Table } from "../src/data/table/table.js";
import { UsageError } from "./exit.js";

const NUMBERS = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;
/** Names of columns that an error tells. */
const MOST_NAMES = 6;

/** True if the words name a file of further rows and not rows of the data. */
export async function namesFile(words: string): Promise<boolean> {
  if (NUMBERS.test(words)) return false;
  const there = await stat(words).then(
    () => true,
    () => false,
  );
  return words === "-" || isEmbedded(words) || there;
}

/**
 * Places, from 0, of the rows of data that words name, each once, in their order.
 * @param words `3,17,20-25`, from 1; `COLUMN=VALUE`; or values of a column that names rows, with commas between them.
 * @throws RangeError for rows or values that are not there; UsageError for a span that runs backwards.
 */
export function askedRows(words: string, flag: string, data: Dataset): Uint32Array {
  return Uint32Array.from(
    new Set(NUMBERS.test(words) ? rowsNumbered(words, flag, data) : rowsOfValue(words, flag, data)),
  );
}

function rowsNumbered(words: string, flag: string, { name, x, order }: Dataset): number[] {
  const places = order && new Map(Array.from(order.rows, (row, place) => [row, place]));
  const last = order ? order.table.rows : x.rows;
  return words.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number) as [number, number?];
    if (to < from) throw new UsageError(`${flag} ${part}: want the lower number first, ${to}-${from}`);
    const outside = [from, to].find((row) => row < 1 || row > last);
    if (outside !== undefined)
      throw new RangeError(`${flag}: ${name} has no row ${outside}, want rows from 1 to ${last}`);
    return Array.from({ length: to - from + 1 }, (_, i) => {
      const place = places ? places.get(from + i - 1) : from + i - 1;
      if (place === undefined)
        throw new RangeError(`${flag}: row ${from + i} of ${name} is left out of what is compared`);
      return place;
    });
  });
}

function rowsOfValue(words: string, flag: string, data: Dataset): number[] {
  const { name, table } = data;
  if (!table)
    throw new RangeError(
      `${flag}: there is no file ${words}, and ${name} has no columns with names (want row numbers, such as 3,17)`,
    );
  const [, columnName = "", value = ""] = /^([^=]+)=(.*)$/s.exec(words) ?? [];
  const told = table.columns.find((column) => column.name === columnName.trim());
  if (told) {
    const rows = rowsWith(told, value, table);
    if (rows.length > 0) return rows;
    throw new RangeError(
      `${flag}: no row of ${name} has ${quoted(value)} in the column ${quoted(told.name)}`,
    );
  }
  const naming = namingColumns(data, table);
  const whole = firstRows(naming, words, table);
  if (whole) return whole;
  return words.split(",").flatMap((part) => {
    const rows = firstRows(naming, part, table);
    if (rows) return rows;
    const names = naming.slice(0, MOST_NAMES).map((column) => quoted(column.name));
    const places = names.length > 0 ? `in ${names.join(", ")}` : "in a column that names rows";
    throw new RangeError(
      `${flag}: ${quoted(part.trim())} is no file, and no row of ${name} has it ${places} (want row numbers, such as 3,17, or COLUMN=VALUE)`,
    );
  });
}

/** Columns that may name rows: ids first, then what else is carried and not learned from. */
function namingColumns({ guesses, encoding }: Dataset, { columns }: Table): readonly Column[] {
  const learned = new Set(encoding?.columns.map(({ name }) => name));
  const ids = columns.filter((_, j) => guesses?.[j]?.type === "id");
  return [...ids, ...columns.filter((column) => !ids.includes(column) && !learned.has(column.name))];
}

function firstRows(columns: readonly Column[], value: string, table: Table): number[] | undefined {
  for (const column of columns) {
    const rows = rowsWith(column, value, table);
    if (rows.length > 0) return rows;
  }
  return undefined;
}

function rowsWith(column: Column, value: string, { rows }: Table): number[] {
  const wanted = value.trim();
  const found: number[] = [];
  for (let i = 0; i < rows; i++) if (cellText(column, i).trim() === wanted) found.push(i);
  return found;
}
