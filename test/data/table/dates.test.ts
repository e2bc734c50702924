import fc from "fast-check";
import { expect, test } from "vitest";
import { dateFormats, formatDate, parseDate } from "../../../src/data/table/dates.js";

const days = (iso: string) => Date.parse(iso) / 86_400_000;

test.each([
  ["2024-02-29", "YYYY-MM-DD", "2024-02-29"],
  ["2024-01-31 23:59", "YYYY-MM-DD HH:mm", "2024-01-31T23:59Z"],
  ["2024-01-31T23:59:58", "YYYY-MM-DDTHH:mm:ss", "2024-01-31T23:59:58Z"],
  ["2024-01-31T23:59:58.250", "YYYY-MM-DDTHH:mm:ss.SSS", "2024-01-31T23:59:58.250Z"],
  ["2024-01-31T01:00:00+02:00", "YYYY-MM-DDTHH:mm:ssZ", "2024-01-30T23:00Z"],
  ["31.12.1999", "DD.MM.YYYY", "1999-12-31"],
  ["31/12/1999 11:05 PM", "DD/MM/YYYY HH:mm AM", "1999-12-31T23:05Z"],
  ["12/31/1999", "MM/DD/YYYY", "1999-12-31"],
  ["Dec 31, 1999", "Mon DD, YYYY", "1999-12-31"],
  ["31 December 1999", "DD Mon YYYY", "1999-12-31"],
  ["31-Dec-99", "DD-Mon-YY", "1999-12-31"],
  ["2024-03", "YYYY-MM", "2024-03-01"],
  ["06:30", "HH:mm", "1970-01-01T06:30Z"],
])("%s is of the format %s alone", (text, format, iso) => {
  expect(dateFormats([text])).toEqual([format]);
  expect(parseDate(text, format)).toBeCloseTo(days(iso), 9);
});

test("days that no calendar has, and other texts, are no dates", () => {
  for (const text of [
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "32.01.2024",
    "1.5",
    "20240101",
    "2024",
    "Mon",
    "x",
    "",
    "12-34",
    "1-2",
    "A 1 2",
  ])
    expect(dateFormats([text]), text).toEqual([]);
});

test("day and month are told apart by the whole column, or not at all", () => {
  expect(dateFormats(["03/04/2024", "05/06/2024"])).toEqual(["DD/MM/YYYY", "MM/DD/YYYY"]);
  expect(dateFormats(["03/04/2024", "25/06/2024"])).toEqual(["DD/MM/YYYY"]);
  expect(dateFormats(["03/04/2024", "05/26/2024"])).toEqual(["MM/DD/YYYY"]);
  expect(dateFormats(["25/04/2024", "05/26/2024"])).toEqual([]);
});

// Of an independent calendar: that of the platform.
test("every time of day is read and written back in every format that holds it", () => {
  const formats = [
    "YYYY-MM-DD HH:mm:ss",
    "YYYY-MM-DDTHH:mm:ssZ",
    "DD.MM.YYYY HH:mm:ss",
    "MM/DD/YYYY HH:mm:ss AM",
    "Mon DD, YYYY HH:mm:ss",
  ];
  const seconds = fc.integer({ min: Date.UTC(1000, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
  fc.assert(
    fc.property(seconds, fc.constantFrom(...formats), (second, format) => {
      const text = formatDate(second / 86_400, format);
      expect(Math.round(parseDate(text, format)! * 86_400)).toBe(second);
      if (format.startsWith("YYYY-MM-DD "))
        expect(text).toBe(new Date(second * 1000).toISOString().slice(0, 19).replace("T", " "));
    }),
  );
});
