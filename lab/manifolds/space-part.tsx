/**
 * @file Points in space, which a pointer or the arrow keys turn.
 */
import { useEffect, useRef } from "preact/hooks";
import { DARK, LIGHT } from "../../panels/draw/palette.js";
import { packed } from "../scatter/map-view.js";
import { PixelPainter } from "../scatter/pixel-painter.js";
import { groupColors, isDark } from "../scatter/scatter.js";
import { projected, type Turn } from "./projected.js";

const KEY_STEP = Math.PI / 24;
const DRAG_STEP = 0.01;
const PADDING = 0.92;

export interface SpaceProps {
  readonly label: string;
  /** Points `[3n]`: x to the right, y into the depth, z upwards. */
  readonly points: Float32Array;
  readonly groups: Uint8Array;
  readonly turn: Turn;
  readonly onTurn: (turn: Turn) => void;
}

export function SpacePart({ label, points, groups, turn, onTurn }: SpaceProps) {
  const host = useRef<HTMLDivElement>(null);
  const held = useRef<{ x: number; y: number }>(undefined);
  const dark = isDark.value;
  useEffect(() => {
    const element = host.current!;
    const draw = () => {
      const ratio = Math.min(2, devicePixelRatio || 1);
      const [width, height] = [element.clientWidth * ratio, element.clientHeight * ratio].map(Math.round);
      if (!width || !height) return;
      const painter = new PixelPainter(width, height);
      const colorOf = groupColors(true, 255);
      const own = Uint32Array.from(groups, (group) => packed(colorOf(group)));
      const { places, order, radius } = projected(points, turn);
      const colors = Uint32Array.from(order, (point) => own[point]!);
      painter.take({ places, colors });
      const unit = (PADDING * Math.min(width, height)) / 2 / radius;
      painter.draw({ x: 0, y: 0, unitX: unit, unitY: unit }, 5 * ratio, packed((dark ? DARK : LIGHT).paper));
      element.replaceChildren(painter.canvas);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [points, groups, turn, dark]);
  const by = (around: number, above: number) =>
    onTurn({
      around: turn.around + around,
      above: Math.max(-Math.PI / 2, Math.min(Math.PI / 2, turn.above + above)),
    });
  const keys: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-KEY_STEP, 0],
    ArrowRight: [KEY_STEP, 0],
    ArrowUp: [0, KEY_STEP],
    ArrowDown: [0, -KEY_STEP],
  };
  return (
    <div
      class="still-map space"
      ref={host}
      role="application"
      aria-roledescription="view in space"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys turn it.
      tabIndex={0}
      onKeyDown={(event) => {
        const step = keys[event.key];
        if (!step) return;
        event.preventDefault();
        by(...step);
      }}
      onPointerDown={(event) => {
        held.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!held.current) return;
        const { x, y } = held.current;
        held.current = { x: event.clientX, y: event.clientY };
        by(DRAG_STEP * (event.clientX - x), DRAG_STEP * (event.clientY - y));
      }}
      onPointerUp={() => {
        held.current = undefined;
      }}
      onPointerCancel={() => {
        held.current = undefined;
      }}
    />
  );
}
