/**
 * @file Numbers as people write them: `1234.5`, `1.234,50 €`, `12 %`, `(1,200)`.
 *
 * A style is read off a whole column: every text in it must be a number in that style. No pattern here can match a text in
 * two ways, so that each takes time in proportion to its length.
 */
import type { NumberStyle } from "./table.js";

/** The plain style: `-1234.5e6`. */
export const PLAIN: NumberStyle = { decimal: ".", thousands: "", prefix: "", suffix: "" };

const PLAIN_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** True of a number in the plain style. */
export function isPlainNumber(text: string): boolean {
  return PLAIN_NUMBER.test(text);
}

/** True if a text is a whole number with zeros before it, as codes have: `007`, `01234`. */
export function hasLeadingZero(text: string): boolean {
  return /^0\d+$/.test(text);
}

const MONEY =
  "[$€£¥₹₽₩₪₺₫₴₦₱฿]|R\\$|US\\$|USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|kr\\.?|zł|Kč|Rs\\.?";
const UNIT =
  "%|‰|°C?|°F|K|km/h|m/s|mph|kg|mg|g|lbs?|oz|km|cm|mm|m|ft|in|kWh|MWh|Wh|kW|MW|W|mV|kV|V|mA|A|Hz|kHz|MHz|GHz|hPa|kPa|Pa|bar|psi|ml|l|L|ms|min|sec|s|hrs?|h|ppm|ppb|dB|px|kB|KB|MB|GB|TB";
const SIGN = "[+\\-−–]?";
const PARTS = new RegExp(
  `^(\\(?)(${SIGN})((?:${MONEY})?[\\s\\u00a0\\u202f]?)(${SIGN})(\\d[\\d.,'’_\\s\\u00a0\\u202f]*\\d|\\d|[.,]\\d+)((?:[eE][+-]?\\d+)?)((?:[\\s\\u00a0\\u202f]?(?:${MONEY}|${UNIT}))?)(\\)?)$`,
);

const SPACES = [" ", "\u00a0", "\u202f"];

interface Parts {
  readonly negative: boolean;
  readonly prefix: string;
  readonly core: string;
  readonly exponent: string;
  readonly suffix: string;
}

function partsOf(text: string): Parts | undefined {
  const found = PARTS.exec(text);
  if (!found) return undefined;
  const [, open, before, prefix, after, core, exponent, suffix, close] = found as unknown as string[];
  if ((open === "(") !== (close === ")") || (before !== "" && after !== "")) return undefined;
  const minus = /[-−–]/.test(before! + after!);
  if (open === "(" && (before !== "" || after !== "")) return undefined;
  return {
    negative: minus || open === "(",
    prefix: prefix!,
    core: core!,
    exponent: exponent!,
    suffix: suffix!,
  };
}

/** The number that digits with separators stand for; `undefined` if separators do not stand where they must. */
function separated(core: string, exponent: string, { decimal, thousands }: NumberStyle): number | undefined {
  const at = core.indexOf(decimal);
  let whole = at < 0 ? core : core.slice(0, at);
  const fraction = at < 0 ? "" : core.slice(at + 1);
  if (thousands !== "" && whole.includes(thousands)) {
    const [first, ...groups] = whole.split(thousands);
    if (!/^\d{1,3}$/.test(first!) || !groups.every((group) => /^\d{3}$/.test(group))) return undefined;
    whole = [first, ...groups].join("");
  }
  if (!/^\d*$/.test(whole) || !/^\d*$/.test(fraction) || whole + fraction === "") return undefined;
  return Number(`${whole || "0"}.${fraction || "0"}${exponent}`);
}

/**
 * The number that a text is in a style; `undefined` if it is none, or too large for float64.
 * @param text without spaces around it.
 */
export function parseStyled(text: string, style: NumberStyle): number | undefined {
  if (style === PLAIN) {
    if (!PLAIN_NUMBER.test(text)) return undefined;
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const parts = partsOf(text);
  if (!parts || parts.prefix.trim() !== style.prefix.trim() || parts.suffix.trim() !== style.suffix.trim())
    return undefined;
  const value = separated(parts.core, parts.exponent, style);
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return parts.negative ? -value : value;
}

/** A number as a column of a style writes it; `digits` is that of the plain style. */
export function formatStyled(digits: string, { decimal, thousands, prefix, suffix }: NumberStyle): string {
  const [mantissa, exponent = ""] = digits.toLowerCase().split(/(?=e)/);
  const negative = mantissa!.startsWith("-");
  const [whole, fraction] = mantissa!.replace("-", "").split(".");
  const grouped = thousands === "" ? whole! : whole!.replace(/\B(?=(?:\d{3})+$)/g, thousands);
  const number = grouped + (fraction === undefined ? "" : decimal + fraction) + exponent;
  return `${negative ? "-" : ""}${prefix}${number}${suffix}`;
}

/** Hints of a reader, known beforehand. */
export interface StyleHints {
  readonly decimal?: "." | "," | undefined;
  readonly thousands?: string | undefined;
  /** Decimal commas are likelier than thousands separated by commas. */
  readonly commaIsDecimal?: boolean;
}

/**
 * The style in which all texts are numbers; `undefined` if there is none.
 * @param texts without spaces around them, none of them missing.
 */
export function styleOf(texts: Iterable<string>, hints: StyleHints = {}): NumberStyle | undefined {
  const list = [...texts];
  if (list.length === 0) return undefined;
  const isPlain = list.every(isPlainNumber);
  // With decimal commas said, points may separate thousands.
  if (isPlain && hints.decimal !== ",") return PLAIN;
  const all = list.flatMap((text) => partsOf(text) ?? []);
  const first = all[0];
  if (!first || all.length < list.length) return isPlain ? PLAIN : undefined;
  const same = all.every(
    ({ prefix, suffix }) => prefix.trim() === first.prefix.trim() && suffix.trim() === first.suffix.trim(),
  );
  if (!same) return undefined;
  // Amounts of money have no three decimals.
  const grouped = hints.commaIsDecimal && /[$€£]|[A-Z]{3}|kr|zł|Kč/.test(first.prefix + first.suffix);
  const found = separators(hints, grouped === true).find((style) =>
    all.every(({ core, exponent }) => separated(core, exponent, style) !== undefined),
  );
  if (!found) return undefined;
  // Separators that nothing is separated by are none.
  const thousands = all.some(({ core }) => found.thousands !== "" && core.includes(found.thousands))
    ? found.thousands
    : "";
  const decimal =
    found.decimal === "," && thousands !== "." && !all.some(({ core }) => core.includes(","))
      ? "."
      : found.decimal;
  const { prefix, suffix } = first;
  if (decimal === "." && thousands === "" && prefix === "" && suffix === "")
    return isPlain ? PLAIN : undefined;
  return { decimal, thousands, prefix, suffix };
}

/** Pairs of separators, the likeliest first. */
function separators({ decimal, thousands, commaIsDecimal }: StyleHints, grouped: boolean): NumberStyle[] {
  const groups = ["", "'", "’", "_", ...SPACES];
  const point = [...groups.slice(0, 1), ",", ...groups.slice(1)];
  const comma = [...groups.slice(0, 1), ".", ...groups.slice(1)];
  const pairs: ["." | ",", string][] = commaIsDecimal
    ? [
        [".", ""],
        ...comma.map((group) => [",", group] as [",", string]),
        ...point.map((group) => [".", group] as [".", string]),
      ]
    : [
        ...point.map((group) => [".", group] as [".", string]),
        ...comma.map((group) => [",", group] as [",", string]),
      ];
  // A comma that is said to be decimal makes points separators of thousands.
  const order =
    decimal === "," || grouped
      ? [...pairs].sort(([c, a], [d, b]) => Number(d + b === ",.") - Number(c + a === ",."))
      : pairs;
  return order
    .filter(
      ([d, group]) =>
        (decimal === undefined || d === decimal) &&
        (thousands === undefined || group === thousands || group === ""),
    )
    .map(([d, group]) => ({ ...PLAIN, decimal: d, thousands: group }));
}

/** A style in words, for a note: `decimal commas`, `thousands separated by points`, `in €`. */
export function styleInWords({ decimal, thousands, prefix, suffix }: NumberStyle): string {
  const names: Readonly<Record<string, string>> = {
    ",": "commas",
    ".": "points",
    "'": "apostrophes",
    "’": "apostrophes",
    _: "underscores",
  };
  const mark = (prefix + suffix).trim();
  return [
    ...(decimal === "," ? ["decimal commas"] : []),
    ...(thousands === "" ? [] : [`thousands separated by ${names[thousands] ?? "spaces"}`]),
    ...(mark === "" ? [] : [`in ${mark}`]),
  ].join(", ");
}
