/**
 * @file The general path of the CSV reader: records with quoted fields, split by papaparse (RFC 4180).
 */
import Papa from "papaparse";

/**
 * Splits text into records and hands each on with the line it starts at. Blank lines are passed over.
 * @param firstLine the line, from 1, at which `text` starts.
 * @param onMalformed what to do with a record whose quotes are wrong; the reason stands in `reason`.
 * @returns the line after the last record.
 */
export function splitRecords(
  text: string,
  delimiter: string,
  firstLine: number,
  onRecord: (fields: readonly string[], line: number) => void,
  onMalformed: (line: number, reason: string) => void,
): number {
  const unix = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  let line = firstLine;
  let start = 0;
  Papa.parse<string[]>(unix, {
    delimiter,
    newline: "\n",
    quoteChar: '"',
    step: ({ data: fields, errors, meta }) => {
      const raw = fields.length === 1 ? unix.slice(start, meta.cursor) : undefined;
      start = meta.cursor;
      const error = errors.find(({ type }) => type === "Quotes");
      if (error) {
        const open = error.code === "MissingQuotes";
        onMalformed(
          line,
          open ? "a quoted field is not closed" : "a quote inside a quoted field is not doubled",
        );
      } else if (raw === undefined || raw.trim() !== "") onRecord(fields, line);
      line++;
      for (const field of fields) if (field.includes("\n")) line += field.split("\n").length - 1;
    },
  });
  // Text that ends with a line break gives one empty record too many.
  return unix.endsWith("\n") ? line - 1 : line;
}
