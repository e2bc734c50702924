/**
 * @file Points drawn by hand into an element that nobody moves them in.
 */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { DARK, LIGHT } from "../../panels/draw/palette.js";
import { packed } from "./map-view.js";
import type { Points, View } from "./painter.js";
import { PixelPainter } from "./pixel-painter.js";
import { groupColors, isDark } from "./scatter.js";

/** Points as they are to be seen, with their diameter in pixels of the screen. */
export interface Still {
  readonly points: Points;
  readonly view: View;
  readonly diameter: number;
}

/** Colors of steps of the scale. @param groups step of each point, 0 to 31. */
export function scaleColors(groups: Uint8Array): Uint32Array {
  const colorOf = groupColors(true, 255);
  return Uint32Array.from(groups, (group) => packed(colorOf(group)));
}

/**
 * Draws points anew where the element changes its size, the page its colors, or an input.
 * @param of gives the points for so many pixels, of which there are `ratio` in one of the page; nothing where there are none.
 * @returns the element to draw into.
 */
export function useStillPoints(
  of: (width: number, height: number, ratio: number) => Still | undefined,
  inputs: readonly unknown[],
): RefObject<HTMLDivElement | null> {
  const host = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    const element = host.current!;
    const draw = () => {
      const ratio = Math.min(2, devicePixelRatio || 1);
      const [width, height] = [element.clientWidth * ratio, element.clientHeight * ratio].map(Math.round);
      const still = width && height ? of(width, height, ratio) : undefined;
      if (!width || !height || !still) return;
      const painter = new PixelPainter(width, height);
      painter.take(still.points);
      painter.draw(still.view, still.diameter, packed((dark ? DARK : LIGHT).paper));
      element.replaceChildren(painter.canvas);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [...inputs, dark]);
  return host;
}
