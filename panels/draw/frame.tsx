/**
 * @file The frame of a picture: title, axes with names and ticks, a legend and a caption under it. Attributes say the colors of
 * light paper, classes let a style turn them dark.
 */
import type { ScaleContinuousNumeric } from "d3-scale";
import type { ComponentChildren } from "preact";
import { DARK_RULES, LIGHT } from "./palette.js";
import { lines, shortened, shownValue } from "./words.js";

/** Units across; a picture is as wide as there is room for it. */
export const WIDTH = 480;
export const LINE_HEIGHT = 17;
const CHARACTERS = 64;

export interface PictureProps {
  /** Name that nothing else in the document has. */
  readonly id: string;
  /** Title, and a sentence on what is to be seen. */
  readonly panel: { readonly title: string; readonly see: string };
  readonly height: number;
  /** A file of its own, with a style of its own. */
  readonly standalone?: boolean;
  readonly children: ComponentChildren;
}

/** An `svg` element that says in words what it is. */
export function Picture({ id, panel: { title, see }, height, standalone, children }: PictureProps) {
  const top = titleHeight(title);
  const whole = top + height;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${WIDTH} ${round(whole)}`}
      {...(standalone && { width: WIDTH, height: round(whole) })}
      role="img"
      aria-labelledby={`${id}-t ${id}-d`}
      font-family="system-ui, sans-serif"
      font-size="13"
    >
      <title id={`${id}-t`}>{title}</title>
      <desc id={`${id}-d`}>{see}</desc>
      {standalone && <style>{`@media (prefers-color-scheme: dark){${DARK_RULES}}`}</style>}
      <rect class="paper" width={WIDTH} height={round(whole)} fill={LIGHT.paper} />
      {lines(title, CHARACTERS - 8).map((line, i) => (
        <text
          key={line}
          class="ink"
          x={WIDTH / 2}
          y={20 + 18 * i}
          text-anchor="middle"
          font-size="15"
          fill={LIGHT.ink}
        >
          {line}
        </text>
      ))}
      <g transform={`translate(0 ${top})`}>{children}</g>
    </svg>
  );
}

export const titleHeight = (title: string) => 14 + 18 * lines(title, CHARACTERS - 8).length;

/** To a tenth of a unit. */
export const round = (value: number) => Math.round(value * 10) / 10;

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Scale = ScaleContinuousNumeric<number, number>;

export function Axes({
  x,
  y,
  xName,
  yName,
  area,
  xTicks,
}: {
  readonly x: Scale;
  readonly y: Scale;
  readonly xName: string;
  readonly yName: string;
  readonly area: Area;
  /** Default: about six. */
  readonly xTicks?: readonly number[];
}) {
  const { left, right, top, bottom } = area;
  const across = xTicks ?? ticksOf(x, 6);
  const up = ticksOf(y, Math.max(2, Math.round((bottom - top) / 60)));
  return (
    <>
      <path
        class="line"
        fill="none"
        stroke={LIGHT.line}
        d={[
          `M${left} ${top}V${bottom}H${right}`,
          ...up.map((value) => `M${left - 4} ${round(y(value))}h4`),
          ...across.map((value) => `M${round(x(value))} ${bottom}v4`),
        ].join("")}
      />
      <g class="faint" fill={LIGHT.faint} font-size="12">
        {across.map((value) => (
          <text
            key={value}
            x={round(inside(x(value), shownValue(value)))}
            y={bottom + 17}
            text-anchor="middle"
          >
            {shownValue(value)}
          </text>
        ))}
        {up.map((value) => (
          <text key={value} x={left - 7} y={round(y(value) + 4)} text-anchor="end">
            {shownValue(value)}
          </text>
        ))}
      </g>
      <text class="ink" fill={LIGHT.ink} x={(left + right) / 2} y={bottom + 34} text-anchor="middle">
        {shortened(xName, 56)}
      </text>
      <text
        class="ink"
        fill={LIGHT.ink}
        text-anchor="middle"
        transform={`translate(14 ${round((top + bottom) / 2)}) rotate(-90)`}
      >
        {shortened(yName, Math.max(12, Math.floor((bottom - top) / 7)))}
      </text>
    </>
  );
}

/** Half of the width of a digit of a tick, about. */
const HALF_DIGIT = 3.6;

/** A tick's middle, moved so far that a long number does not leave the picture. */
const inside = (at: number, text: string) => Math.min(at, WIDTH - HALF_DIGIT * text.length);

/** A scale of logarithms has one at each power of ten, where there are some. */
function ticksOf(scale: Scale, count: number): number[] {
  const ticks = scale.ticks(count);
  if (!("base" in scale)) return ticks;
  const powers = ticks.filter((value) => Number.isInteger(Math.log10(value)));
  const chosen = powers.length >= 2 ? powers : ticks;
  const stride = Math.ceil(chosen.length / count);
  return chosen.filter((_, i) => i % stride === 0);
}

/** Faint lines of text under a picture. */
export function Caption({ text, top }: { readonly text: string; readonly top: number }) {
  return (
    <g class="faint" fill={LIGHT.faint} font-size="12">
      {lines(text, CHARACTERS + 6).map((line, i) => (
        <text key={line} x={WIDTH / 2} y={top + 14 + LINE_HEIGHT * i} text-anchor="middle">
          {line}
        </text>
      ))}
    </g>
  );
}

export const captionHeight = (text: string) =>
  text === "" ? 4 : 8 + LINE_HEIGHT * lines(text, CHARACTERS + 6).length;

/** Text that is cut, and whole where a pointer rests on it. */
export function Cut({ text, most }: { readonly text: string; readonly most: number }) {
  const short = shortened(text, most);
  return (
    <>
      {short}
      {short !== text && <title>{shortened(text, 400)}</title>}
    </>
  );
}
