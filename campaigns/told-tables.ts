/**
 * @file CSV files as people have them (decimal commas, currency, remarks, names that are the same, words for nothing, UTF-16),
 * with what pandas must be told to read them.
 */
import type { ReadOptions } from "../src/data/formats/format.js";
import type { Random } from "../src/random.js";
import { join } from "./damaged.js";

/** What pandas is told of a file, and what it cannot be told. */
export interface PandasOptions {
  readonly sep: string;
  readonly decimal: string;
  readonly thousands: string | null;
  readonly comment: string | null;
  readonly encoding: string;
  readonly skiprows: number;
  readonly na_values: readonly string[];
  /** Of every column whether it is numbers, and marks before and after each of them, which pandas does not know. */
  readonly columns: readonly ToldColumn[];
}

export interface ToldColumn {
  readonly kind: "number" | "text";
  readonly prefix: string;
  readonly suffix: string;
}

export interface ToldTable {
  readonly bytes: Uint8Array;
  readonly options: ReadOptions;
  readonly pandas: PandasOptions;
}

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.integer(items.length)]!;

const MISSING = [
  "",
  "",
  "NA",
  "N/A",
  "n/a",
  "NaN",
  "nan",
  "null",
  "NULL",
  "None",
  "-",
  "?",
  "#N/A",
  "<NA>",
  "--",
];
const TOLD_MISSING = ["missing", "x", "-999 ", "k. A."];
const NAMES = ["x", "x", "x.1", "y", "größe", "Preis (€)", "a b", "id", "1990", "n;o", "p,q", 'say "it"'];
const MARKS: readonly (readonly [string, string])[] = [
  ["$", ""],
  ["€ ", ""],
  ["", " €"],
  ["", " %"],
  ["", "%"],
  ["", " kg"],
  ["EUR ", ""],
];
/** Separators of wholes and of thousands, with delimiters that they need no quotes beside. */
const SEPARATORS = [
  { decimal: ".", thousands: "" },
  { decimal: ",", thousands: "" },
  { decimal: ",", thousands: "." },
  { decimal: ".", thousands: "," },
  { decimal: ".", thousands: " " },
  { decimal: ",", thousands: " " },
] as const;

type Separators = (typeof SEPARATORS)[number];
type Column = ToldColumn & { readonly texts: readonly string[] };

/** @param most rows of it. */
export function toldTable(random: Random, most: number): ToldTable {
  const separators = pick(random, SEPARATORS);
  const rows = 2 + random.integer(most);
  const missing = random.integer(4) === 0 ? [pick(random, TOLD_MISSING).trim()] : [];
  const columns = Array.from({ length: 1 + random.integer(6) }, () =>
    column(random, rows, separators, [...MISSING, ...missing]),
  );
  const delimiter = pick(random, [",", ";", "\t", "|"]);
  const names = columns.map(() => pick(random, NAMES));
  const lines = [names, ...Array.from({ length: rows }, (_, i) => columns.map(({ texts }) => texts[i]!))];
  const comment = pick(random, [null, null, "#", "%"]);
  // Lines with # at the top are passed over untold; Excel's line tells the delimiter.
  const top = comment === null ? pick(random, ["sep", columns.length > 1 ? "remarks" : "", "", "", ""]) : "";
  const eaten = comment ?? (top === "remarks" ? "#" : null);
  const records = lines.flatMap((record) => {
    const line = record.map((text) => field(text, delimiter, eaten, record.length === 1, random));
    const remark = comment === null || random.integer(5) > 0 ? [] : [`${comment} a remark, of "no" use`];
    return [...remark, line.join(delimiter)];
  });
  const newline = pick(random, ["\n", "\r\n"]);
  if (top === "sep") records.unshift(`sep=${delimiter}`);
  if (top === "remarks") records.unshift("# made by a program", "# for a test");
  const text = records.join(newline) + newline;
  const encodings = ["utf-8", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"];
  // The sign of the euro is not in Latin 1.
  const encoding = pick(random, text.includes("€") ? encodings : [...encodings, "latin1"]);
  return {
    bytes: encoded(text, encoding),
    options: {
      header: true,
      ...(top !== "sep" && { delimiter }),
      ...(comment !== null && { comment }),
      ...(missing.length > 0 && { missing }),
      ...(encoding === "latin1" && { encodingOfText: "latin1" }),
      ...(random.integer(2) === 0 && { decimal: separators.decimal }),
    },
    pandas: {
      sep: delimiter,
      decimal: separators.decimal,
      thousands: separators.thousands || null,
      comment: eaten,
      encoding: encoding.startsWith("utf-16") ? "utf-16" : encoding,
      skiprows: top === "sep" ? 1 : 0,
      na_values: [...MISSING, ...missing],
      columns: columns.map(({ kind, prefix, suffix }) => ({ kind, prefix, suffix })),
    },
  };
}

function column(random: Random, rows: number, separators: Separators, missing: readonly string[]): Column {
  const [prefix, suffix] = pick(random, MARKS);
  const numbers = (value: (i: number) => string, marks: readonly [string, string] = ["", ""]): Column => ({
    kind: "number",
    prefix: marks[0],
    suffix: marks[1],
    texts: Array.from({ length: rows }, (_, i) =>
      i > 0 && random.integer(5) === 0 ? pick(random, missing) : marks[0] + value(i) + marks[1],
    ),
  });
  const texts = (value: (i: number) => string): Column => ({
    kind: "text",
    prefix: "",
    suffix: "",
    texts: Array.from({ length: rows }, (_, i) => value(i)),
  });
  switch (random.integer(10)) {
    case 0:
    case 1:
      return numbers((i) => styled(random, i, separators));
    case 2:
      return numbers((i) => styled(random, i, separators), [prefix, suffix]);
    case 3:
      return numbers(() => String(random.integer(1000)));
    case 4:
      return numbers(() => `${pick(random, ["", "-"])}${1 + random.integer(9)}${digits(random, 14)}`);
    case 5:
      return texts((i) => (i === 0 ? "w" : pick(random, ["12", "1.5", "", "NA", `w${random.integer(9)}`])));
    case 6:
      return texts((i) => (i === 0 ? "007" : `${random.integer(10)}${digits(random, 2)}`));
    case 7:
      return texts(() => `9${digits(random, 18)}1`);
    case 8:
      return texts((i) => (i === 0 ? "2024-01-31" : pick(random, ["1999-12-01", "2024-02-30", "NA", ""])));
    default:
      return texts((i) =>
        i === 0 ? "wo" : pick(random, ["NA", "", "é, ü", 'he said "no"', "a;b|c\td", " w "]),
      );
  }
}

/** Two decimals everywhere and two groups in the first, so that there is one way to read the column. */
function styled(random: Random, i: number, { decimal, thousands }: Separators): string {
  const whole =
    i === 0 ? `${1 + random.integer(9)}234567` : String(random.integer(10 ** (1 + random.integer(8))));
  const grouped = thousands === "" ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, thousands);
  return `${grouped}${decimal}${digits(random, 2)}`;
}

function digits(random: Random, length: number): string {
  return Array.from({ length }, () => random.integer(10)).join("");
}

function field(
  text: string,
  delimiter: string,
  comment: string | null,
  alone: boolean,
  random: Random,
): string {
  // An empty field alone on its line would be a blank line, and pandas takes the rest of a line for a remark.
  const must =
    /["\r\n]/.test(text) ||
    text.includes(delimiter) ||
    (alone && text.trim() === "") ||
    text.includes(comment ?? "\0");
  return must || random.integer(8) === 0 ? `"${text.replaceAll('"', '""')}"` : text;
}

function encoded(text: string, encoding: string): Uint8Array {
  switch (encoding) {
    case "utf-16-le":
    case "utf-16-be": {
      const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
      return new Uint8Array(encoding === "utf-16-be" ? bytes.swap16() : bytes);
    }
    case "latin1":
      return new Uint8Array(Buffer.from(text, "latin1"));
    default:
      return join(
        encoding === "utf-8-sig" ? Uint8Array.of(0xef, 0xbb, 0xbf) : new Uint8Array(0),
        new TextEncoder().encode(text),
      );
  }
}
