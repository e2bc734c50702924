/**
 * @file Numbers as colors, rows by columns: blue below 0, orange above it, none at 0.
 */
import type { HeatMapPanel, TablePanel } from "../report.js";
import { Caption, Cut, captionHeight, Picture, round, WIDTH } from "./frame.js";
import { DIVERGING, LIGHT } from "./palette.js";
import type { PictureOptions } from "./scatter.js";
import { grouped, shownValue } from "./words.js";

const MOST_ROWS = 40;
const MOST_COLUMNS = 40;
const LETTERS = 18;
/** Width of a letter, about, of a wide font. */
const LETTER_WIDTH = 7.5;
/** Depths of a color, so that cells of one can be drawn together. */
const DEPTHS = 16;
/** Cells so wide have their number in them. */
const ROOM_FOR_NUMBER = 34;

export function HeatMap({ panel, id, standalone }: { panel: HeatMapPanel } & PictureOptions) {
  const { rowNames, columnNames, values } = panel;
  const cols = columnNames.length;
  const rows = shownRows(panel);
  const shown = Math.min(MOST_COLUMNS, cols);
  const at = (row: number, column: number) => values[row * cols + column]!;
  let largest = 0;
  for (const row of rows)
    for (let j = 0; j < shown; j++)
      if (Number.isFinite(at(row, j))) largest = Math.max(largest, Math.abs(at(row, j)));
  const negative = rows.some((row) => columnNames.some((_, j) => j < shown && at(row, j) < 0));
  const letters = rows.reduce(
    (most, row) => Math.max(most, Math.min(LETTERS, [...rowNames[row]!.slice(0, 80)].length)),
    1,
  );
  const left = 12 + letters * LETTER_WIDTH;
  const wide = Math.min(96, (WIDTH - left - 10) / Math.max(1, shown));
  const tall = 19;
  const longest = columnNames
    .slice(0, shown)
    .reduce((most, name) => Math.max(most, Math.min(LETTERS, name.length)), 1);
  // Names that are wider than their columns stand on end.
  const upright = longest * LETTER_WIDTH > wide;
  const top = upright ? 12 + longest * LETTER_WIDTH : 22;
  const paths = new Map<string, string>();
  rows.forEach((row, i) => {
    for (let j = 0; j < shown; j++) {
      const depth = largest > 0 ? Math.round((DEPTHS * at(row, j)) / largest) : 0;
      if (!depth) continue;
      const key = String(depth);
      paths.set(
        key,
        `${paths.get(key) ?? ""}M${round(left + j * wide)} ${top + i * tall}h${round(wide)}v${tall}h-${round(wide)}z`,
      );
    }
  });
  const caption = [
    panel.caption,
    `strongest: ${negative ? "±" : ""}${shownValue(Number(largest.toPrecision(3)))}, ${negative ? "blue below 0, orange above" : "none at 0"}`,
    rows.length < rowNames.length
      ? `${rows.length} of ${grouped(rowNames.length)} rows, those with the largest numbers`
      : "",
    shown < cols ? `the first ${shown} of ${grouped(cols)} columns` : "",
  ]
    .filter(Boolean)
    .join("; ");
  const under = top + rows.length * tall + 6;
  return (
    <Picture {...{ id, standalone, panel }} height={under + captionHeight(caption)}>
      {[...paths].map(([key, d]) => {
        const depth = Number(key);
        const [name, color] = depth < 0 ? ["f0", DIVERGING[0]] : ["f5", DIVERGING[1]];
        return (
          <path
            key={key}
            class={name}
            fill={color}
            fill-opacity={round((Math.abs(depth) / DEPTHS) * 10) / 10}
            d={d}
          />
        );
      })}
      <rect
        class="line"
        fill="none"
        stroke={LIGHT.line}
        x={left}
        y={top}
        width={round(wide * shown)}
        height={tall * rows.length}
      />
      <g class="ink" fill={LIGHT.ink} font-size="12">
        {columnNames.slice(0, shown).map((name, j) => {
          const x = round(left + (j + 0.5) * wide);
          return upright ? (
            <text key={name} transform={`translate(${x + 4} ${top - 5}) rotate(-90)`}>
              <Cut text={name} most={LETTERS} />
            </text>
          ) : (
            <text key={name} x={x} y={top - 6} text-anchor="middle">
              <Cut text={name} most={LETTERS} />
            </text>
          );
        })}
        {rows.map((row, i) => (
          <text key={row} x={left - 6} y={top + i * tall + 14} text-anchor="end">
            <Cut text={rowNames[row]!} most={LETTERS} />
          </text>
        ))}
        {wide >= ROOM_FOR_NUMBER &&
          rows.flatMap((row, i) =>
            Array.from({ length: shown }, (_, j) => (
              <text
                key={`${row} ${j}`}
                font-size="11"
                x={round(left + (j + 0.5) * wide)}
                y={top + i * tall + 13}
                text-anchor="middle"
              >
                {Number.isFinite(at(row, j)) ? shownInCell(at(row, j)) : "–"}
              </text>
            )),
          )}
      </g>
      <Caption text={caption} top={under} />
    </Picture>
  );
}

/** Counts whole, else two digits. */
const shownInCell = (value: number) =>
  shownValue(Number.isInteger(value) ? value : Number(value.toPrecision(2)));

/** Rows in their order; of too many those with the largest numbers. */
function shownRows({ rowNames, columnNames, values }: HeatMapPanel): number[] {
  const all = rowNames.map((_, i) => i);
  if (all.length <= MOST_ROWS) return all;
  const cols = columnNames.length;
  const sizes = all.map((row) => {
    let most = 0;
    for (let j = 0; j < cols; j++) most = Math.max(most, Math.abs(values[row * cols + j]!) || 0);
    return most;
  });
  return all
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b)
    .slice(0, MOST_ROWS)
    .sort((a, b) => a - b);
}

export function heatMapTable({ title, see, rowNames, columnNames, values }: HeatMapPanel): TablePanel {
  const cols = columnNames.length;
  return {
    kind: "table",
    title,
    see,
    columns: ["row", ...columnNames],
    rows: rowNames.map((name, i) => [
      name,
      ...columnNames.map((_, j) => {
        const value = values[i * cols + j]!;
        return Number.isFinite(value) ? value : undefined;
      }),
    ]),
  };
}
