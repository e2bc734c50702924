/**
 * @file Points in space, which a pointer or the arrow keys turn.
 */
import { useEffect, useRef } from "preact/hooks";
import { DARK, LIGHT } from "../../panels/draw/palette.js";
import { packed } from "../scatter/map-view.js";
import { PixelPainter } from "../scatter/pixel-painter.js";
import { groupColors, isDark } from "../scatter/scatter.js";

/** Angles in radians: about the upright axis, and of the eye above the horizon. */
export interface Turn {
  readonly around: number;
  readonly above: number;
}

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

/**
 * Points as an eye far away sees them, those in the back first.
 * @returns places in the order in which they are drawn, which is `order`, about 0, none farther from it than `radius`.
 */
export function projected(
  points: Float32Array,
  { around, above }: Turn,
): { places: Float32Array; order: Uint32Array; radius: number } {
  const n = points.length / 3;
  const middle = [0, 1, 2].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < n; i++) {
      low = Math.min(low, points[3 * i + axis]!);
      high = Math.max(high, points[3 * i + axis]!);
    }
    return (low + high) / 2;
  }) as [number, number, number];
  const seen = new Float32Array(2 * n);
  const depth = new Float32Array(n);
  let radius = 0;
  const [cosA, sinA, cosB, sinB] = [Math.cos(around), Math.sin(around), Math.cos(above), Math.sin(above)];
  for (let i = 0; i < n; i++) {
    const x = points[3 * i]! - middle[0];
    const y = points[3 * i + 1]! - middle[1];
    const z = points[3 * i + 2]! - middle[2];
    const back = sinA * x + cosA * y;
    seen[2 * i] = cosA * x - sinA * y;
    seen[2 * i + 1] = cosB * z + sinB * back;
    depth[i] = cosB * back - sinB * z;
    radius = Math.max(radius, Math.hypot(x, y, z));
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => depth[b]! - depth[a]! || a - b);
  const places = new Float32Array(2 * n);
  order.forEach((point, k) => {
    places.set(seen.subarray(2 * point, 2 * point + 2), 2 * k);
  });
  return { places, order, radius: radius || 1 };
}
