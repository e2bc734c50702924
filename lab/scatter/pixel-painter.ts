/**
 * @file Points by hand: discs put into an array of pixels. On a machine without a graphics processor it is the quickest there is.
 */
import type { Painter, Points, View } from "./painter.js";

/** Whole pixels of a disc around a point, as steps from the pixel that it is in. */
export interface Stamp {
  readonly across: Int32Array;
  readonly down: Int32Array;
  /** Farthest step. */
  readonly reach: number;
}

/** Pixels whose middles lie within a disc; of up to three pixels across a square. @param diameter whole pixels; the disc's middle is a pixel's, or a corner. */
export function stampOf(diameter: number): Stamp {
  const size = Math.max(1, Math.round(diameter));
  const first = -Math.floor(size / 2);
  const middle = size % 2 === 0 ? -0.5 : 0;
  const across: number[] = [];
  const down: number[] = [];
  for (let dy = first; dy < first + size; dy++) {
    for (let dx = first; dx < first + size; dx++) {
      if (size > 3 && Math.hypot(dx - middle, dy - middle) > size / 2) continue;
      across.push(dx);
      down.push(dy);
    }
  }
  return { across: Int32Array.from(across), down: Int32Array.from(down), reach: -first };
}

/** Draws points into pixels `[height, width]`, from the top. */
export function rasterize(
  pixels: Uint32Array,
  { width, height }: { readonly width: number; readonly height: number },
  { places, colors }: Points,
  { x, y, unitX, unitY }: View,
  { across, down, reach }: Stamp,
): void {
  // An even disc has its middle in a corner, the nearest one.
  const shift = across.length > 1 && -Math.min(...across) > Math.max(...across) ? 0.5 : 0;
  const left = width / 2 - x * unitX + shift;
  const top = height / 2 + y * unitY + shift;
  const steps = Int32Array.from(across, (dx, k) => down[k]! * width + dx);
  const count = steps.length;
  for (let i = 0; i < colors.length; i++) {
    const px = places[2 * i]! * unitX + left;
    const py = top - places[2 * i + 1]! * unitY;
    // False of NaN as well.
    if (!(px > -reach && px < width + reach && py > -reach && py < height + reach)) continue;
    const [column, line] = [Math.floor(px), Math.floor(py)];
    const color = colors[i]!;
    if (column >= reach && line >= reach && column < width - reach && line < height - reach) {
      const at = line * width + column;
      for (let k = 0; k < count; k++) pixels[at + steps[k]!] = color;
    } else {
      for (let k = 0; k < count; k++) {
        const [cx, cy] = [column + across[k]!, line + down[k]!];
        if (cx >= 0 && cy >= 0 && cx < width && cy < height) pixels[cy * width + cx] = color;
      }
    }
  }
}

export class PixelPainter implements Painter {
  readonly name = "pixels";
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #image: ImageData;
  readonly #pixels: Uint32Array;
  #points: Points = { places: new Float32Array(), colors: new Uint32Array() };

  constructor(width: number, height: number) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    this.#context = this.canvas.getContext("2d", { alpha: false })!;
    this.#image = this.#context.createImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  take(points: Points): void {
    this.#points = points;
  }

  draw(view: View, diameter: number, paper: number): void {
    this.#pixels.fill(paper);
    rasterize(this.#pixels, this.canvas, this.#points, view, stampOf(diameter));
    this.#context.putImageData(this.#image, 0, 0);
  }

  settle(): void {}

  pixels(): Uint32Array {
    return this.#pixels;
  }

  release(): void {
    this.canvas.remove();
  }
}
