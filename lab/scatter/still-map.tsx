/**
 * @file A small map without a pointer: points in their place, drawn anew as they move.
 */
import { useEffect, useRef } from "preact/hooks";
import { robustLimits } from "../../panels/draw/limits.js";
import { DARK, LIGHT } from "../../panels/draw/palette.js";
import { packed } from "./map-view.js";
import { PixelPainter } from "./pixel-painter.js";
import { groupColors, isDark } from "./scatter.js";

const PADDING = 8;

export interface StillMapProps {
  readonly label: string;
  /** Places `[2n]`. */
  readonly places: Float32Array;
  /** Step of the scale of each point `[n]`, 0 to 31. */
  readonly groups: Uint8Array;
  /** Pixels across a point. */
  readonly diameter: number;
}

export function StillMap({ label, places, groups, diameter }: StillMapProps) {
  const host = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    const element = host.current!;
    const draw = () => {
      const ratio = Math.min(2, devicePixelRatio || 1);
      const [width, height] = [element.clientWidth * ratio, element.clientHeight * ratio].map(Math.round);
      if (!width || !height || places.length === 0) return;
      const painter = new PixelPainter(width, height);
      const colorOf = groupColors(true, 255);
      const colors = Uint32Array.from(groups, (group) => packed(colorOf(group)));
      painter.take({ places, colors });
      const ends = (axis: number) => robustLimits(places.filter((_, at) => at % 2 === axis));
      const [across, up] = [ends(0), ends(1)];
      const room = (pixels: number, { low, high }: { low: number; high: number }) =>
        (pixels - 2 * PADDING * ratio) / (high > low ? high - low : 1);
      const unit = Math.min(room(width, across), room(height, up));
      const view = { x: (across.low + across.high) / 2, y: (up.low + up.high) / 2, unitX: unit, unitY: unit };
      painter.draw(view, diameter * ratio, packed((dark ? DARK : LIGHT).paper));
      element.replaceChildren(painter.canvas);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [places, groups, diameter, dark]);
  return <div class="still-map" ref={host} role="img" aria-label={label} />;
}
