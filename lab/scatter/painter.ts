/**
 * @file Back ends of a scatter: what each must do, and the trial that chooses the quicker one.
 */
import { PixelPainter } from "./pixel-painter.js";
import { WebglPainter } from "./webgl-painter.js";

/** Points in the order in which they are drawn. */
export interface Points {
  /** Places across and upwards, one behind the other `[2n]`; those that are `NaN` are not drawn. */
  readonly places: Float32Array;
  /** Color of each `[n]`: bytes red, green, blue, 255, the first the lowest. */
  readonly colors: Uint32Array;
}

/** The part of the plane that is seen. */
export interface View {
  /** Place in the middle of the picture. */
  readonly x: number;
  readonly y: number;
  /** Pixels that a unit is long. */
  readonly unitX: number;
  readonly unitY: number;
}

export interface Painter {
  readonly name: "WebGL2" | "pixels";
  readonly canvas: HTMLCanvasElement;
  take(points: Points): void;
  /** Draws discs of a diameter in pixels over paper of a color. */
  draw(view: View, diameter: number, paper: number): void;
  /** Waits until the drawing is there. */
  settle(): void;
  /** Pixels of the last drawing, line by line from the top or from the bottom. */
  pixels(): Uint32Array;
  release(): void;
}

const FRAMES = 3;

/** Milliseconds of the quickest of three frames. */
function timed(painter: Painter, view: View, diameter: number, paper: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let frame = 0; frame < FRAMES; frame++) {
    const started = performance.now();
    painter.draw({ ...view, x: view.x + frame / view.unitX }, diameter, paper);
    painter.settle();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

/** Painter that was chosen, and the milliseconds a frame took with each. */
export interface Chosen {
  readonly painter: Painter;
  readonly milliseconds: Readonly<Partial<Record<Painter["name"], number>>>;
}

/**
 * The painter that draws these points sooner. One that fails, or draws nothing where the other draws something, is not taken.
 * @param onLost called if the graphics processor is lost later; without it none is tried.
 */
export function choosePainter(
  size: { readonly width: number; readonly height: number },
  points: Points,
  view: View,
  { diameter, paper, onLost }: { diameter: number; paper: number; onLost: (() => void) | undefined },
): Chosen {
  const plain = new PixelPainter(size.width, size.height);
  plain.take(points);
  const pixels = timed(plain, view, diameter, paper);
  if (!onLost) return { painter: plain, milliseconds: { pixels } };
  let quick: WebglPainter | undefined;
  try {
    quick = new WebglPainter(size.width, size.height, onLost);
    quick.take(points);
    const WebGL2 = timed(quick, view, diameter, paper);
    const milliseconds = { pixels, WebGL2 };
    if (WebGL2 < pixels && hasInk(quick, paper) === hasInk(plain, paper))
      return { painter: quick, milliseconds };
    quick.release();
    return { painter: plain, milliseconds };
  } catch {
    quick?.release();
    return { painter: plain, milliseconds: { pixels } };
  }
}

const hasInk = (painter: Painter, paper: number) => painter.pixels().some((color) => color !== paper);
