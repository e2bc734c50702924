/**
 * @file Points in space, which a pointer or the arrow keys turn.
 */
import { useRef } from "preact/hooks";
import { scaleColors, useStillPoints } from "../scatter/still-points.js";
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
  const held = useRef<{ x: number; y: number }>(undefined);
  const host = useStillPoints(
    (width, height, ratio) => {
      const own = scaleColors(groups);
      const { places, order, radius } = projected(points, turn);
      const unit = (PADDING * Math.min(width, height)) / 2 / radius;
      return {
        points: { places, colors: Uint32Array.from(order, (point) => own[point]!) },
        view: { x: 0, y: 0, unitX: unit, unitY: unit },
        diameter: 5 * ratio,
      };
    },
    [points, groups, turn],
  );
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
