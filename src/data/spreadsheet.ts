/**
 * @file Spreadsheets are told from other files and refused, with the way to a table that is read.
 */

/** Start of a compound file, which .xls is. Source: Microsoft, "[MS-CFB] Compound File Binary File Format", 2.2. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const KINDS: readonly (readonly [path: RegExp, kind: string])[] = [
  [/^xl\/workbook\.(?:xml|bin)$/, "an Excel workbook"],
  [/^content\.xml$/, "an OpenDocument spreadsheet"],
  [/^Index\/.*\.iwa$|^Index\.zip$/, "a Numbers spreadsheet"],
];

/** Kind of a spreadsheet that is a zip archive, by the paths in it. */
export function spreadsheetKind(paths: readonly string[]): string | undefined {
  return KINDS.find(([path]) => paths.some((one) => path.test(one)))?.[1];
}

/** True if the bytes start as an Excel workbook of before 2007 does. */
export function isOldExcel(bytes: Uint8Array): boolean {
  return COMPOUND_FILE.every((byte, index) => bytes[index] === byte);
}

/** One line for a spreadsheet of this kind. */
export function spreadsheetRefusal(name: string, kind: string): RangeError {
  const way = kind.startsWith("a Numbers") ? "File > Export To > CSV" : 'File > Save As > "CSV UTF-8"';
  return new RangeError(`${name}: is ${kind}, which is not read (save the sheet as CSV: ${way})`);
}
