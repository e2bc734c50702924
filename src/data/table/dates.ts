/**
 * @file Dates and times as people write them, and the number each stands for: days since 1970-01-01, UTC.
 *
 * A format is read off a whole column; `03/04/2024` alone may be two days, so a column in which no day is above 12 has none
 * unless it is said. Times without a zone are taken for UTC.
 */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAMES = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const MS_PER_DAY = 86_400_000;

/** Format of a date: `YYYY`, `MM`, `Mon`, `DD`, `HH`, `mm`, `ss`, `SSS`, `AM`, `Z` and what stands between them. */
export type DateFormat = string;

const DAYS = [
  "YYYY-MM-DD",
  "YYYY/MM/DD",
  "YYYY.MM.DD",
  "DD.MM.YYYY",
  "DD/MM/YYYY",
  "MM/DD/YYYY",
  "DD-MM-YYYY",
  "MM-DD-YYYY",
  "DD Mon YYYY",
  "DD-Mon-YYYY",
  "DD-Mon-YY",
  "DD. Mon YYYY",
  "Mon DD, YYYY",
  "Mon DD YYYY",
] as const;
const TIMES = [
  "HH:mm",
  "HH:mm:ss",
  "HH:mm:ss.SSS",
  "HH:mm AM",
  "HH:mm:ss AM",
  "HH:mmZ",
  "HH:mm:ssZ",
  "HH:mm:ss.SSSZ",
] as const;
/** Formats that a column is tried in. */
const FORMATS: readonly DateFormat[] = [
  ...DAYS,
  ...DAYS.flatMap((day) => TIMES.map((time) => `${day} ${time}`)),
  ...TIMES.map((time) => `YYYY-MM-DDT${time}`),
  "YYYY-MM",
  "HH:mm",
  "HH:mm:ss",
];

const PIECES: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<short>\\d{2})",
  MM: "(?<month>\\d{1,2})",
  Mon: "(?<name>\\p{L}{3,9})\\.?",
  DD: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  ss: "(?<second>\\d{2})",
  SSS: "(?<fraction>\\d{1,9})",
  AM: "(?<half>[AaPp])\\.?[Mm]\\.?",
  Z: "\\s?(?<zone>Z|UTC|[+-]\\d{2}:?\\d{2})",
};
const PIECE = /YYYY|YY|MM|Mon|DD|HH|mm|ss|SSS|AM|Z/g;

const patterns = new Map<DateFormat, RegExp>();

function patternOf(format: DateFormat): RegExp {
  let pattern = patterns.get(format);
  if (!pattern) {
    const source = format
      .split(/(YYYY|YY|MM|Mon|DD|HH|mm|ss|SSS|AM|Z)/)
      .map((piece) => PIECES[piece] ?? piece.replace(/[.\\/]/g, "\\$&").replace(" ", "\\s+"));
    pattern = new RegExp(`^${source.join("")}$`, "u");
    patterns.set(format, pattern);
  }
  return pattern;
}

/** True of what `parseDate` can be asked for. */
export function isDateFormat(format: string): boolean {
  return format.match(PIECE) !== null && format.replace(PIECE, "").replace(/[T :.,/-]/g, "") === "";
}

/**
 * Days since 1970-01-01 UTC; `undefined` if the text is no date in this format, or no day of the calendar.
 * @param text without spaces around it.
 */
export function parseDate(text: string, format: DateFormat): number | undefined {
  const parts = patternOf(format).exec(text)?.groups;
  if (!parts) return undefined;
  const {
    year,
    short,
    month,
    name,
    day = "1",
    hour = "0",
    minute = "0",
    second = "0",
    fraction,
    half,
    zone,
  } = parts;
  const monthAt = name === undefined ? Number(month ?? 1) - 1 : monthOf(name);
  // Two digits are those of the century that POSIX says: 69 to 99 are of the 20th.
  const century = short === undefined ? 0 : Number(short) < 69 ? 2000 : 1900;
  const yearAt = year === undefined ? (short === undefined ? 1970 : century + Number(short)) : Number(year);
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  }
  if (monthAt < 0 || hours > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const days = dayNumber(yearAt, monthAt, Number(day));
  if (days === undefined) return undefined;
  const seconds =
    hours * 3600 + Number(minute) * 60 + Number(second) + (fraction ? Number(`0.${fraction}`) : 0);
  return days + (seconds - zoneSeconds(zone)) / 86_400;
}

const ZERO = 48;
const HYPHEN = 45;
const COLON = 58;

/** Characters of a format of ISO dates without a zone, at fixed places: most files have no others; 0 for other formats. */
function isoLength(format: DateFormat): number {
  if (format === "YYYY-MM-DD") return 10;
  if (format === "YYYY-MM-DD HH:mm" || format === "YYYY-MM-DDTHH:mm") return 16;
  return format === "YYYY-MM-DD HH:mm:ss" || format === "YYYY-MM-DDTHH:mm:ss" ? 19 : 0;
}

/**
 * Days of an ISO date that stands in `[start, end)` of bytes; `undefined` if it is none, which `parseDate` then looks at.
 */
export function isoDaysOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  format: DateFormat,
): number | undefined {
  const length = isoLength(format);
  if (length === 0 || end - start !== length) return undefined;
  const two = (at: number) => {
    const [a, b] = [bytes[start + at]! - ZERO, bytes[start + at + 1]! - ZERO];
    return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? 10 * a + b : Number.NaN;
  };
  if (bytes[start + 4] !== HYPHEN || bytes[start + 7] !== HYPHEN) return undefined;
  const year = 100 * two(0) + two(2);
  if (Number.isNaN(year)) return undefined;
  const days = dayNumber(year, two(5) - 1, two(8));
  if (days === undefined || length === 10) return days;
  if (bytes[start + 10] !== format.charCodeAt(10) || bytes[start + 13] !== COLON) return undefined;
  const [hours, minutes] = [two(11), two(14)];
  const seconds = length === 19 ? (bytes[start + 16] === COLON ? two(17) : Number.NaN) : 0;
  if (!(hours <= 24 && minutes <= 59 && seconds <= 60)) return undefined;
  return days + (hours * 3600 + minutes * 60 + seconds) / 86_400;
}

/** Days of the Gregorian calendar. Source: Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (!(month >= 0 && month <= 11 && day >= 1 && day <= daysIn(year, month))) return undefined;
  const y = month < 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * ((month + 10) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function daysIn(year: number, month: number): number {
  if (month === 1) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [3, 5, 8, 10].includes(month) ? 30 : 31;
}

function monthOf(name: string): number {
  const lower = name.toLowerCase();
  const at = MONTHS.indexOf(lower.slice(0, 3));
  return lower === MONTHS[at] || lower === MONTH_NAMES[at] || lower === "sept" ? at : -1;
}

function zoneSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === "Z" || zone === "UTC") return 0;
  const digits = zone.slice(1).replace(":", "");
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

/**
 * The formats in which all texts are dates.
 * @param texts without spaces around them, none missing; looked through once for every format that fits the first.
 */
export function dateFormats(texts: readonly string[]): readonly DateFormat[] {
  const first = texts[0];
  // Dates begin with a digit, or with the letter of a month.
  if (first === undefined || first.length > 40 || !/^(?:\d|[A-Za-z]{3})/.test(first) || !/\d/.test(first))
    return [];
  const fitting = FORMATS.filter((format) => parseDate(first, format) !== undefined);
  return fitting.filter((format) => texts.every((text) => parseDate(text, format) !== undefined));
}

/** A date as a format writes it, rounded to what the format resolves. */
export function formatDate(days: number, format: DateFormat): string {
  const step = format.includes("SSS")
    ? 1
    : format.includes("ss")
      ? 1000
      : format.includes("mm")
        ? 60_000
        : MS_PER_DAY;
  const date = new Date(Math.round((days * MS_PER_DAY) / step) * step);
  if (Number.isNaN(date.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = date.getUTCHours();
  const half = format.includes("AM");
  const month = date.getUTCMonth();
  const pieces: Readonly<Record<string, string>> = {
    YYYY: String(date.getUTCFullYear()).padStart(4, "0"),
    YY: two(date.getUTCFullYear() % 100),
    MM: two(month + 1),
    Mon: MONTHS[month]![0]!.toUpperCase() + MONTHS[month]!.slice(1),
    DD: two(date.getUTCDate()),
    HH: two(half ? hours % 12 || 12 : hours),
    mm: two(date.getUTCMinutes()),
    ss: two(date.getUTCSeconds()),
    SSS: String(date.getUTCMilliseconds()).padStart(3, "0"),
    AM: hours < 12 ? "AM" : "PM",
    Z: "Z",
  };
  return format.replace(PIECE, (piece) => pieces[piece]!);
}
