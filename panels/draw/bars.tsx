/**
 * @file Bars from 0, one under the other, beside their names.
 */
import { scaleLinear } from "d3-scale";
import type { BarsPanel, TablePanel } from "../report.js";
import { Caption, Cut, captionHeight, Picture, round, WIDTH } from "./frame.js";
import { ClassLegend, legendHeight } from "./legend.js";
import { LIGHT } from "./palette.js";
import type { PictureOptions } from "./scatter.js";
import { grouped, shownValue } from "./words.js";

/** Names that are drawn; the others stand in the table. */
export const MOST_BARS = 40;
const THICK = 11;
const LETTERS = 20;
/** Width of a letter, about, of a wide font. */
const LETTER_WIDTH = 7.5;

export function Bars({ panel, id, standalone }: { panel: BarsPanel } & PictureOptions) {
  const order = barOrder(panel);
  const shown = order.slice(0, MOST_BARS);
  const { names, series, stacked } = panel;
  const values = shown
    .flatMap((at) => (stacked ? endOf(panel, at, series.length) : series.map((one) => one.values[at]!)))
    .filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const longest = shown.reduce(
    (most, at) => Math.max(most, Math.min(LETTERS, [...names[at]!.slice(0, 80)].length)),
    1,
  );
  const left = 16 + longest * LETTER_WIDTH;
  // Numbers stand behind the bars, on both sides where there are bars on both.
  const scale = scaleLinear([low, high > low ? high : low + 1], [low < 0 ? left + 54 : left, WIDTH - 60]);
  const step = THICK * (stacked ? 1 : series.length) + 8;
  const under = 6 + step * shown.length;
  const legendNames = series.map(({ name }) => name);
  const legend =
    series.length > 1
      ? legendHeight({ names: legendNames, range: undefined, groups: new Uint16Array(), count: 0 })
      : 0;
  const more =
    order.length > shown.length
      ? `the first ${shown.length} of ${grouped(order.length)}; all stand in the table`
      : "";
  const caption = [panel.caption, more].filter(Boolean).join("; ");
  return (
    <Picture {...{ id, standalone, panel }} height={under + 24 + legend + captionHeight(caption)}>
      {shown.map((at, i) => (
        <g key={at}>
          <text
            class="ink"
            fill={LIGHT.ink}
            font-size="12"
            x={left - 6}
            y={6 + step * i + (step - 8) / 2 + 4}
            text-anchor="end"
          >
            <Cut text={names[at]!} most={LETTERS} />
          </text>
          {series.map((one, s) => {
            const value = one.values[at]!;
            if (!Number.isFinite(value)) return null;
            if (stacked && value === 0) return null;
            const start = stacked ? endOf(panel, at, s) : 0;
            const [from, to] = [scale(start), scale(start + value)];
            const y = 6 + step * i + (stacked ? 0 : THICK * s);
            // One number stands behind all parts.
            const last = !stacked || series.slice(s + 1).every((next) => !(next.values[at]! > 0));
            return (
              <g key={one.name}>
                <rect
                  class={`f${s % 20}`}
                  fill={LIGHT.classes[s % 20]}
                  x={round(Math.min(from, to))}
                  y={y}
                  width={Math.max(0.5, round(Math.abs(to - from)))}
                  height={THICK - 1}
                />
                {last && (
                  <text
                    class="faint"
                    fill={LIGHT.faint}
                    font-size="11"
                    x={round(to + (value < 0 ? -4 : 4))}
                    y={y + 9}
                    text-anchor={value < 0 ? "end" : "start"}
                  >
                    {shownValue(Number((start + value).toPrecision(4)))}
                  </text>
                )}
              </g>
            );
          })}
        </g>
      ))}
      <path class="line" stroke={LIGHT.line} d={`M${round(scale(0))} 2V${under}`} />
      <text class="ink" fill={LIGHT.ink} x={(left + WIDTH) / 2} y={under + 16} text-anchor="middle">
        {panel.valueName === panel.title ? "" : panel.valueName}
      </text>
      {legend > 0 && <ClassLegend title="" names={legendNames} top={under + 12} />}
      <Caption text={caption} top={under + 24 + legend} />
    </Picture>
  );
}

/** Sum of the first parts of a name. */
const endOf = ({ series }: BarsPanel, at: number, parts: number): number =>
  series.slice(0, parts).reduce((sum, { values }) => sum + (values[at] || 0), 0);

/** Places of the names in the order in which they are shown. */
export function barOrder({ names, series, ranked }: BarsPanel): number[] {
  const order = names.map((_, i) => i);
  const values = series[0]?.values;
  if (!ranked || !values) return order;
  const size = (at: number) => (Number.isFinite(values[at]) ? values[at]! : Number.NEGATIVE_INFINITY);
  return order.sort((a, b) => (size(b) === size(a) ? a - b : size(b) - size(a)));
}

export function barsTable(panel: BarsPanel): TablePanel {
  const { title, see, names, series, valueName } = panel;
  const columns = series.map(({ name }) => (series.length > 1 ? name : valueName));
  const rows = barOrder(panel).map((at) => [
    names[at]!,
    ...series.map(({ values }) => (Number.isFinite(values[at]) ? values[at] : undefined)),
  ]);
  return { kind: "table", title, see, columns: ["name", ...columns], rows };
}
