/**
 * @file The legend under a picture: its title is the column that says the colors.
 */
import { type Coloring, MOST_COLORS } from "./coloring.js";
import { Cut, LINE_HEIGHT, WIDTH } from "./frame.js";
import { LIGHT, SCALE_STEPS } from "./palette.js";
import { shortened, shownValue } from "./words.js";

const LEFT = 56;
const HEAD = 20;
/** Width of a letter, about. */
const LETTER = 7.2;
const MOST_LETTERS = 30;

/** Color on light paper, class that turns it dark, and shape of a group. */
export function styleOf(group: number, { range, under }: Pick<Coloring, "range" | "under">) {
  if (group === under) return { class: "line", stroke: LIGHT.line, shape: 0 };
  if (range) return { class: `v${group}`, stroke: LIGHT.scale[group]!, shape: 0 };
  const color = group % MOST_COLORS;
  return { class: `s${color}`, stroke: LIGHT.classes[color]!, shape: Math.floor(group / MOST_COLORS) };
}

/** Ends of the line of no length that a point is: dots, squares, and upright bars. */
export const SHAPES_OF_POINTS = [
  { mark: "h0", cap: "round", width: 1 },
  { mark: "h0", cap: "square", width: 0.9 },
  { mark: "m0 -3v6", cap: "butt", width: 0.45 },
] as const;

/** Length of a line beside its name. */
const LINE = 15;

/** Names in columns. @param names of groups, in their order. @param dashes of lines, which are drawn in place of dots. */
export function ClassLegend({
  title,
  names,
  under,
  top,
  dashes,
}: {
  title: string;
  names: readonly string[];
  under?: number | undefined;
  top: number;
  dashes?: ((i: number) => string | undefined) | undefined;
}) {
  const { across, letters } = layout(names);
  const step = (WIDTH - LEFT - 8) / across;
  return (
    <g transform={`translate(${LEFT} ${top})`}>
      <LegendTitle title={title} />
      {names.map((name, i) => {
        const { shape, ...style } = styleOf(i, { range: undefined, under });
        const { mark, cap, width } = SHAPES_OF_POINTS[shape]!;
        const [x, y] = [6 + (i % across) * step, HEAD + 12 + LINE_HEIGHT * Math.floor(i / across)];
        return (
          <g key={name} data-k={i}>
            {dashes ? (
              <path
                {...style}
                stroke-width="2"
                stroke-dasharray={dashes(i)}
                d={`M${x - 9} ${y - 4}h${LINE}`}
              />
            ) : (
              <path {...style} stroke-width={9 * width} stroke-linecap={cap} d={`M${x} ${y - 4}${mark}`} />
            )}
            <text class="ink" fill={LIGHT.ink} x={x + 10} y={y}>
              <Cut text={name} most={letters} />
            </text>
          </g>
        );
      })}
    </g>
  );
}

export function legendHeight({ names, range }: Coloring): number {
  if (range) return HEAD + 38;
  return names ? HEAD + 10 + LINE_HEIGHT * Math.ceil(names.length / layout(names).across) : 0;
}

function layout(names: readonly string[]): { across: number; letters: number } {
  const longest = names.reduce((most, name) => Math.max(most, Math.min(MOST_LETTERS, name.length)), 1);
  const room = WIDTH - LEFT - 8;
  const across = Math.max(1, Math.min(10, Math.floor(room / (longest * LETTER + 26))));
  return { across, letters: Math.floor((room / across - 20) / LETTER) };
}

/** A scale of numbers with its ends and its middle. */
export function ScaleLegend({
  title,
  low,
  high,
  top,
}: {
  title: string;
  low: number;
  high: number;
  top: number;
}) {
  const width = 256 / SCALE_STEPS;
  const ends = [low, (low + high) / 2, high];
  return (
    <g transform={`translate(${LEFT} ${top})`}>
      <LegendTitle title={title} />
      {LIGHT.scale.map((color, i) => (
        <rect
          key={color}
          class={`w${i}`}
          fill={color}
          x={i * width}
          y={HEAD}
          width={width + 0.3}
          height="12"
        />
      ))}
      <g class="faint" fill={LIGHT.faint} font-size="12">
        {ends.map((value, i) => (
          <text key={value} x={i * 128} y={HEAD + 27} text-anchor={["start", "middle", "end"][i]}>
            {shownValue(Number(value.toPrecision(3)))}
          </text>
        ))}
      </g>
    </g>
  );
}

function LegendTitle({ title }: { title: string }) {
  return (
    <text class="ink" fill={LIGHT.ink} x="0" y="12" font-weight="600">
      {shortened(title, 56)}
    </text>
  );
}
