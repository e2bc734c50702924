/**
 * @file An embedding as SVG: a point a row, one unit as long upwards as across, since distances are what it shows. There
 * are no axes: its numbers have no meaning by themselves.
 */
import type { Matrix } from "../src/data/matrix.js";
import { escaped } from "./escaped.js";
import { type LabelColors, labelColors } from "./label-colors.js";

const SIDE = 640;
const MARGIN = 24;
const TITLE = 34;
const KEY = 120;
/** Height of one class in the key, and of a whole scale of numbers. */
const LINE = 24;
const RAMP = 200;
/** Rounds in which points are drawn, so that no class lies on top of all others. */
const ROUNDS = 24;

/**
 * @param codes `[n, k]`: the first two columns are drawn; of one column, points stand upwards by row.
 * @param labels one a row.
 */
export function embeddingPicture(
  codes: Matrix,
  labels: readonly string[] | undefined,
  title: string,
): string {
  const colors = labelColors(labels, codes.rows);
  const frame = frameOf(codes);
  const width = SIDE + (colors.key ? KEY : 0);
  const height = TITLE + Math.max(frame.height, keyHeight(colors));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="sans-serif" font-size="14">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${SIDE / 2}" y="24" text-anchor="middle" font-size="15">${escaped(title)}</text>`,
    ...points(codes, colors, frame.place),
    ...key(colors),
    "</svg>\n",
  ].join("\n");
}

/** A dot is a line of no length with round ends: a third of the size of a circle element. */
function points({ rows }: Matrix, { colors, ofRow }: LabelColors, place: (row: number) => string): string[] {
  const size = Math.max(2, Math.min(9, 190 / Math.sqrt(rows)));
  const opacity = rows > 20_000 ? 0.5 : rows > 3000 ? 0.65 : 0.8;
  const drawn = [
    `<g fill="none" stroke-linecap="round" stroke-width="${size.toFixed(1)}" stroke-opacity="${opacity}">`,
  ];
  for (let round = 0; round < Math.min(ROUNDS, rows); round++) {
    const paths = colors.map(() => "");
    for (let i = round; i < rows; i += ROUNDS) paths[ofRow[i]!] += `M${place(i)}h0`;
    paths.forEach((path, c) => {
      if (path !== "") drawn.push(`<path stroke="${colors[c]}" d="${path}"/>`);
    });
  }
  drawn.push("</g>");
  return drawn;
}

/** Height of the picture, and the place of row i in it, as a path says it. */
function frameOf({ data, rows, cols }: Matrix): { height: number; place: (row: number) => string } {
  const across = range(rows, (i) => data[i * cols]!);
  const upwards = cols > 1 ? range(rows, (i) => data[i * cols + 1]!) : range(rows, (i) => i);
  const room = SIDE - 2 * MARGIN;
  const unit = room / (cols > 1 ? Math.max(across.length, upwards.length) : across.length);
  const unitUp = cols > 1 ? unit : room / upwards.length;
  const height = upwards.length * unitUp + 2 * MARGIN;
  const place = (i: number) => {
    const x = SIDE / 2 + (data[i * cols]! - across.middle) * unit;
    const y = TITLE + height / 2 - ((cols > 1 ? data[i * cols + 1]! : i) - upwards.middle) * unitUp;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  return { height: Math.ceil(height), place };
}

function range(rows: number, value: (row: number) => number): { middle: number; length: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < rows; i++) {
    low = Math.min(low, value(i));
    high = Math.max(high, value(i));
  }
  return { middle: (low + high) / 2, length: high > low ? high - low : 1 };
}

function keyHeight({ key: shown }: LabelColors): number {
  if (!shown) return 0;
  return 2 * MARGIN + ("classes" in shown ? LINE * shown.classes.length : RAMP);
}

function key({ colors, key: shown }: LabelColors): string[] {
  if (!shown) return [];
  if ("classes" in shown) {
    return shown.classes.map((name, i) => {
      const y = TITLE + MARGIN + LINE * i;
      return (
        `<circle cx="${SIDE + 12}" cy="${y}" r="6" fill="${colors[i]}"/>` +
        `<text x="${SIDE + 26}" y="${y + 5}">${escaped(shortened(name))}</text>`
      );
    });
  }
  const step = RAMP / colors.length;
  const top = TITLE + MARGIN;
  const swatches = colors.map(
    (color, i) =>
      `<rect x="${SIDE + 6}" y="${(top + RAMP - (i + 1) * step).toFixed(2)}" width="14" height="${step + 0.5}" fill="${color}"/>`,
  );
  const shownNumber = (value: number) => String(Number(value.toPrecision(4)));
  return [
    ...swatches,
    `<text x="${SIDE + 26}" y="${top + 11}">${shownNumber(shown.high)}</text>`,
    `<text x="${SIDE + 26}" y="${top + RAMP}">${shownNumber(shown.low)}</text>`,
  ];
}

/** Cuts at whole characters. */
function shortened(name: string): string {
  const characters = [...name];
  return characters.length > 12 ? `${characters.slice(0, 11).join("")}…` : name;
}
