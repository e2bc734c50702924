/**
 * @file Images on canvases: one to look at, and one to paint on with a mouse, a finger or keys.
 */
import { useEffect, useRef, useState } from "preact/hooks";

/** Pixels of an image and what they mean. */
export interface Shown {
  /** `[channels · height · width]`. */
  readonly pixels: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly low: number;
  readonly high: number;
  /** 1 for pixels that are painted over `[height · width]`. */
  readonly hidden?: Uint8Array | undefined;
}

/** Color of what is painted over: none of the gray levels. */
const HOLE = [213, 94, 0] as const;
/** Side of an image in dots, about. */
const SIDE = 240;

const dotsOf = ({ height, width }: Pick<Shown, "height" | "width">) =>
  Math.max(1, Math.floor(SIDE / Math.max(height, width)));

/** @param dots in a pixel: style enlarges what nothing is drawn over. */
function draw(
  canvas: HTMLCanvasElement,
  shown: Shown,
  dots: number,
  cursor?: readonly [number, number],
): void {
  const { pixels, height, width, channels, low, high, hidden } = shown;
  const [w, h] = [width * dots, height * dots];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(w, h);
  const size = height * width;
  for (let y = 0, to = 0; y < h; y++)
    for (let x = 0; x < w; x++, to += 4) {
      const at = Math.floor(y / dots) * width + Math.floor(x / dots);
      const covered = hidden?.[at] === 1;
      // Stripes, so that a hole is seen without its color.
      const stripe = (x + y) % 12 < 3 ? 0.7 : 1;
      for (let c = 0; c < 3; c++)
        picture.data[to + c] = covered
          ? HOLE[c]! * stripe
          : (255 * (pixels[(channels === 1 ? 0 : c * size) + at]! - low)) / (high - low);
      picture.data[to + 3] = 255;
    }
  context.putImageData(picture, 0, 0);
  if (!cursor) return;
  for (const [color, dash] of [
    ["#fff", []],
    ["#000", [4, 4]],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.strokeRect(cursor[0] * dots + 1, cursor[1] * dots + 1, dots - 2, dots - 2);
  }
}

/** An image to look at. */
export function Pixels({ shown, label }: { readonly shown: Shown; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => draw(canvas.current!, shown, 1), [shown.pixels]);
  return <canvas ref={canvas} class="picture" role="img" aria-label={label} />;
}

export interface PaintingProps {
  readonly shown: Shown;
  readonly label: string;
  /** A stroke goes through a place in pixels, x and y from the corner. */
  readonly onPaint: (x: number, y: number) => void;
  /** The brush is lifted. */
  readonly onEnd: () => void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** An image to paint on: arrows move a pixel's frame, the space bar paints there. */
export function Painting({ shown, label, onPaint, onEnd }: PaintingProps) {
  const { height, width } = shown;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [number, number] | undefined>(undefined);
  const [cursor, setCursor] = useState<readonly [number, number] | undefined>(undefined);
  const [told, setTold] = useState("");
  useEffect(() => draw(canvas.current!, shown, dotsOf(shown), cursor), [shown.pixels, shown.hidden, cursor]);

  const place = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top, width: w, height: h } = canvas.current!.getBoundingClientRect();
    return [((clientX - left) * width) / w, ((clientY - top) * height) / h];
  };
  const strokeTo = (to: readonly [number, number]) => {
    const from = last.current ?? to;
    const parts = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let i = 1; i <= parts; i++)
      onPaint(from[0] + ((to[0] - from[0]) * i) / parts, from[1] + ((to[1] - from[1]) * i) / parts);
    last.current = to;
  };
  const lift = () => {
    if (last.current) onEnd();
    last.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [x, y] = cursor ?? [Math.floor(width / 2), Math.floor(height / 2)];
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    const next = arrow
      ? ([
          Math.min(width - 1, Math.max(0, x + arrow[0])),
          Math.min(height - 1, Math.max(0, y + arrow[1])),
        ] as const)
      : ([x, y] as const);
    setCursor(next);
    // An arrow with the shift key draws.
    const paints = !arrow || event.shiftKey;
    if (paints) {
      onPaint(next[0] + 0.5, next[1] + 0.5);
      onEnd();
    }
    setTold(`line ${next[1] + 1}, column ${next[0] + 1}${paints ? ", painted" : ""}`);
  };
  return (
    <>
      <div
        class="painting"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on by keys, too.
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby="painting-keys"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setCursor(undefined);
          last.current = undefined;
          strokeTo(place(event));
        }}
        onPointerMove={(event) => {
          if (last.current) strokeTo(place(event));
        }}
        onPointerUp={lift}
        onPointerCancel={lift}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(undefined)}
      >
        <canvas ref={canvas} class="picture" />
      </div>
      <p class="unseen" aria-live="polite">
        {told}
      </p>
    </>
  );
}
