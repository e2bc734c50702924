/**
 * @file A map of very many points that is moved, zoomed, and chosen from: by pointer, fingers and keys.
 */
import { robustLimits } from "../../panels/draw/limits.js";
import { GridIndex } from "./grid-index.js";
import { choosePainter, type Painter, type View } from "./painter.js";
import { insidePolygon } from "./polygon.js";

/** Use of a pointer that is drawn over the map. */
export type Tool = "pan" | "lasso" | "brush" | "decode";

/** Marks over the points. */
export interface Marks {
  /** The point that is looked at. */
  readonly current?: number | undefined;
  /** Those that are near to it. */
  readonly near: ArrayLike<number>;
  /** Places of a way, `[2m]`. */
  readonly path: ArrayLike<number>;
}

/** Colors of the page: `#rrggbb`. */
export interface MapColors {
  readonly paper: string;
  readonly ink: string;
}

/** Listeners to a map. */
export interface Ears {
  /** A point, or none, under a pointer at a pixel of the map. */
  hover(point: number | undefined, x: number, y: number): void;
  pick(point: number): void;
  choose(points: Uint32Array, adds: boolean): void;
  clear(): void;
  /** A step to the next of the near points, or back. */
  step(by: 1 | -1): void;
  /** A place that the tool `decode` is at. */
  place(x: number, y: number): void;
  /** The part that is seen: its ends, and the points in it. */
  seen(part: {
    readonly x: readonly [number, number];
    readonly y: readonly [number, number];
    readonly points: number;
  }): void;
  /** Milliseconds that a frame took with each painter, and the one that was taken. */
  painted(painter: Painter["name"], milliseconds: Readonly<Record<string, number>>): void;
}

/** Pixels within which a pointer meets a point, and the brush. */
const NEAR = 10;
const BRUSH = 24;
const PADDING = 12;
const ZOOM = 1.25;
/** Zoom beyond which float32 tells no more places apart. */
const MOST_ZOOM = 1e4;
const LEAST_ZOOM = 0.05;
/** Points whose limits are looked at. */
const MOST_MEASURED = 20_000;
/** Pixels that a pointer may move in a click. */
const CLICK = 4;
const SEEN_AFTER = 150;

export class MapView {
  readonly #host: HTMLElement;
  readonly #ears: Ears;
  readonly #overlay = document.createElement("canvas");
  readonly #observer: ResizeObserver;
  #painter: Painter | undefined;
  #size = { width: 0, height: 0, ratio: 1 };
  #places: Float32Array = new Float32Array();
  #equalUnits = true;
  #order: Uint32Array = new Uint32Array();
  #colors: Uint32Array = new Uint32Array();
  #colorsOfPage: MapColors = { paper: "#ffffff", ink: "#000000" };
  #index: GridIndex | undefined;
  #view: View = { x: 0, y: 0, unitX: 1, unitY: 1 };
  #whole: View = this.#view;
  #moved = false;
  #stale = true;
  #due = false;
  #marks: Marks = { near: [], path: [] };
  #tool: Tool = "pan";
  #focused = false;
  #lost = false;
  #released = false;
  #seenTimer: ReturnType<typeof setTimeout> | undefined;
  /** Pointers that are down, by their number, in pixels of the map. */
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #lasso: number[] | undefined;
  #brushAt: { x: number; y: number } | undefined;
  #travel = 0;

  constructor(host: HTMLElement, ears: Ears) {
    this.#host = host;
    this.#ears = ears;
    this.#overlay.className = "marks-over";
    host.append(this.#overlay);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    host.addEventListener("pointerdown", this.#down);
    host.addEventListener("pointermove", this.#move);
    host.addEventListener("pointerup", this.#up);
    host.addEventListener("pointercancel", this.#up);
    host.addEventListener("pointerleave", this.#leave);
    host.addEventListener("wheel", this.#wheel, { passive: false });
    host.addEventListener("keydown", this.#key);
    host.addEventListener("focus", () => this.#focus(true));
    host.addEventListener("blur", () => this.#focus(false));
  }

  /** Places of the points `[2n]`; of another number of points it wants their colors too before they are drawn. */
  setPlaces(places: Float32Array, equalUnits: boolean): void {
    const others = places.length !== this.#places.length || equalUnits !== this.#equalUnits;
    this.#places = places;
    this.#equalUnits = equalUnits;
    this.#index = undefined;
    this.#stale = true;
    // The trial is of so many points.
    if (others) this.#dropPainter();
    this.#fit(!this.#moved || others);
    this.#request();
  }

  /** Color of each point `[n]`, see `Points`. @param order in which they are drawn, a permutation: the last is above all. */
  setColors(colors: Uint32Array, order: Uint32Array, ofPage: MapColors): void {
    this.#colors = colors;
    this.#order = order;
    this.#colorsOfPage = ofPage;
    this.#stale = true;
    this.#request();
  }

  setMarks(marks: Marks): void {
    this.#marks = marks;
    this.#request();
  }

  setTool(tool: Tool): void {
    this.#tool = tool;
    this.#host.dataset.tool = tool;
  }

  /** Zooms about the middle. */
  zoom(factor: number): void {
    this.#zoomAt(factor, this.#size.width / 2, this.#size.height / 2);
  }

  /** Shows all again. */
  reset(): void {
    this.#moved = false;
    this.#fit(true);
    this.#request();
  }

  release(): void {
    this.#released = true;
    clearTimeout(this.#seenTimer);
    this.#observer.disconnect();
    this.#dropPainter();
    this.#overlay.remove();
  }

  /** Moves a point into the picture, where it is not in it. */
  reveal(point: number): void {
    const [x, y] = this.#pixel(this.#places[2 * point]!, this.#places[2 * point + 1]!);
    const { width, height } = this.#size;
    if (x >= 0 && y >= 0 && x <= width && y <= height) return;
    this.#moved = true;
    this.#view = { ...this.#view, x: this.#places[2 * point]!, y: this.#places[2 * point + 1]! };
    this.#request();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
    if (width === 0 || height === 0) return;
    const same = width === this.#size.width && height === this.#size.height && ratio === this.#size.ratio;
    if (same) return;
    this.#size = { width, height, ratio };
    this.#overlay.width = Math.round(width * ratio);
    this.#overlay.height = Math.round(height * ratio);
    this.#dropPainter();
    this.#fit(!this.#moved);
    this.#request();
  }

  /** The view of all points, but for few that lie far away. */
  #fit(takesIt: boolean): void {
    const { width, height } = this.#size;
    if (width === 0 || this.#places.length === 0) return;
    const n = this.#places.length / 2;
    const every = Math.max(1, Math.floor(n / MOST_MEASURED));
    const ends = (axis: number) =>
      robustLimits(
        Float64Array.from({ length: Math.ceil(n / every) }, (_, k) => this.#places[2 * k * every + axis]!),
      );
    const [across, up] = [ends(0), ends(1)];
    const unit = (room: number, { low, high }: { low: number; high: number }) =>
      (room - 2 * PADDING) / (high > low ? high - low : 1);
    let [unitX, unitY] = [unit(width, across), unit(height, up)];
    if (this.#equalUnits) unitX = unitY = Math.min(unitX, unitY);
    this.#whole = { x: (across.low + across.high) / 2, y: (up.low + up.high) / 2, unitX, unitY };
    if (takesIt) this.#view = this.#whole;
  }

  #request(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { width, ratio } = this.#size;
    const n = this.#order.length;
    if (width === 0 || n === 0 || 2 * n !== this.#places.length || this.#released) return;
    const { x, y, unitX, unitY } = this.#view;
    const view = { x, y, unitX: unitX * ratio, unitY: unitY * ratio };
    const paper = packed(this.#colorsOfPage.paper);
    const diameter = this.#diameter();
    if (this.#stale || !this.#painter) {
      const points = { places: new Float32Array(2 * n), colors: new Uint32Array(n) };
      for (let k = 0; k < n; k++) {
        const i = this.#order[k]!;
        points.places[2 * k] = this.#places[2 * i]!;
        points.places[2 * k + 1] = this.#places[2 * i + 1]!;
        points.colors[k] = this.#colors[i]!;
      }
      if (!this.#painter) {
        const size = { width: this.#overlay.width, height: this.#overlay.height };
        const chosen = choosePainter(size, points, view, {
          ...{ diameter, paper },
          onLost: this.#lost ? undefined : () => this.#lose(),
        });
        this.#painter = chosen.painter;
        this.#host.prepend(this.#painter.canvas);
        this.#ears.painted(this.#painter.name, chosen.milliseconds);
      } else this.#painter.take(points);
      this.#stale = false;
    }
    this.#painter.draw(view, diameter, paper);
    this.#drawMarks();
    clearTimeout(this.#seenTimer);
    this.#seenTimer = setTimeout(() => this.#tellSeen(), SEEN_AFTER);
  }

  /** The graphics processor is gone: from now on by hand. */
  #lose(): void {
    this.#lost = true;
    this.#dropPainter();
    this.#request();
  }

  #dropPainter(): void {
    this.#painter?.release();
    this.#painter = undefined;
  }

  /** Pixels of the screen across a point: less of very many, more where they are seen from near. */
  #diameter(): number {
    const { width, height, ratio } = this.#size;
    const room = Math.sqrt((width * height) / Math.max(1, this.#order.length));
    const zoom = this.#whole.unitX > 0 ? this.#view.unitX / this.#whole.unitX : 1;
    return Math.max(2, Math.min(7, 0.5 * room * Math.sqrt(zoom))) * ratio;
  }

  #drawMarks(): void {
    const { width, height, ratio } = this.#size;
    const context = this.#overlay.getContext("2d")!;
    const { ink, paper } = this.#colorsOfPage;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    /** Lines in ink between lines of paper are seen on any color. */
    const stroke = () => {
      for (const [color, wide] of [
        [paper, 4],
        [ink, 1.5],
      ] as const) {
        context.strokeStyle = color;
        context.lineWidth = wide;
        context.stroke();
      }
    };
    const ring = (x: number, y: number, radius: number) => {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      stroke();
    };
    const line = (corners: ArrayLike<number>, closes: boolean) => {
      context.beginPath();
      for (let k = 0; k < corners.length; k += 2) context.lineTo(corners[k]!, corners[k + 1]!);
      if (closes) context.closePath();
      stroke();
    };
    const at = (point: number) => this.#pixel(this.#places[2 * point]!, this.#places[2 * point + 1]!);
    const { current, near, path } = this.#marks;
    for (let k = 0; k < near.length; k++) ring(...at(near[k]!), 5);
    if (current !== undefined) {
      ring(...at(current), 8);
      ring(...at(current), 3);
    }
    if (path.length > 0) {
      const corners = Array.from({ length: path.length / 2 }, (_, k) =>
        this.#pixel(path[2 * k]!, path[2 * k + 1]!),
      );
      line(corners.flat(), false);
      for (const [x, y] of corners) ring(x, y, 2);
    }
    if (this.#lasso) line(this.#lasso, true);
    if (this.#brushAt) ring(this.#brushAt.x, this.#brushAt.y, BRUSH);
    if (this.#focused) {
      const [x, y] = [width / 2, height / 2];
      line([x - 8, y, x + 8, y], false);
      line([x, y - 8, x, y + 8], false);
    }
  }

  #tellSeen(): void {
    const { width, height } = this.#size;
    const [left, top] = this.#plane(0, 0);
    const [right, bottom] = this.#plane(width, height);
    let points = 0;
    for (let i = 0; i < this.#places.length; i += 2) {
      const [x, y] = [this.#places[i]!, this.#places[i + 1]!];
      if (x >= left && x <= right && y >= bottom && y <= top) points++;
    }
    this.#ears.seen({ x: [left, right], y: [bottom, top], points });
  }

  /** Pixel of a place, and place of a pixel. */
  #pixel(x: number, y: number): [number, number] {
    const { width, height } = this.#size;
    return [
      width / 2 + (x - this.#view.x) * this.#view.unitX,
      height / 2 - (y - this.#view.y) * this.#view.unitY,
    ];
  }

  #plane(x: number, y: number): [number, number] {
    const { width, height } = this.#size;
    return [
      this.#view.x + (x - width / 2) / this.#view.unitX,
      this.#view.y - (y - height / 2) / this.#view.unitY,
    ];
  }

  #zoomAt(factor: number, x: number, y: number): void {
    const zoom = (this.#view.unitX * factor) / this.#whole.unitX;
    if (zoom > MOST_ZOOM || zoom < LEAST_ZOOM) return;
    const [fixedX, fixedY] = this.#plane(x, y);
    const { unitX, unitY } = this.#view;
    this.#view = { ...this.#view, unitX: unitX * factor, unitY: unitY * factor };
    const [nowX, nowY] = this.#plane(x, y);
    this.#pan(fixedX - nowX, fixedY - nowY);
  }

  #pan(x: number, y: number): void {
    this.#moved = true;
    this.#view = { ...this.#view, x: this.#view.x + x, y: this.#view.y + y };
    this.#request();
  }

  get #grid(): GridIndex {
    this.#index ??= new GridIndex(this.#places);
    return this.#index;
  }

  /** Point at a pixel. */
  #pointAt(x: number, y: number, radius = NEAR): number | undefined {
    const { unitX, unitY } = this.#view;
    return this.#grid.nearest(...this.#plane(x, y), radius / unitX, radius / unitY);
  }

  #brush(x: number, y: number, adds: boolean): void {
    const { unitX, unitY } = this.#view;
    this.#ears.choose(this.#grid.within(...this.#plane(x, y), BRUSH / unitX, BRUSH / unitY), adds);
  }

  #here(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  readonly #down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const here = this.#here(event);
    this.#host.focus({ preventScroll: true });
    this.#host.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, here);
    this.#travel = 0;
    if (this.#pointers.size > 1) this.#lasso = this.#brushAt = undefined;
    else if (this.#tool === "lasso") this.#lasso = [here.x, here.y];
    else if (this.#tool === "brush") {
      this.#brushAt = here;
      this.#brush(here.x, here.y, event.shiftKey);
    } else if (this.#tool === "decode") this.#ears.place(...this.#plane(here.x, here.y));
    this.#request();
  };

  readonly #move = (event: PointerEvent) => {
    const here = this.#here(event);
    const before = this.#pointers.get(event.pointerId);
    if (this.#tool === "brush" && event.pointerType === "mouse") this.#brushAt = here;
    if (!before) {
      this.#ears.hover(this.#pointAt(here.x, here.y), here.x, here.y);
      if (this.#tool === "decode") this.#ears.place(...this.#plane(here.x, here.y));
      if (this.#brushAt) this.#request();
      return;
    }
    this.#travel += Math.hypot(here.x - before.x, here.y - before.y);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, here);
    if (other) {
      const apart = (one: { x: number; y: number }) =>
        Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      this.#pan((before.x - here.x) / 2 / this.#view.unitX, (here.y - before.y) / 2 / this.#view.unitY);
      this.#zoomAt(apart(here) / apart(before), (here.x + other.x) / 2, (here.y + other.y) / 2);
    } else if (this.#lasso) {
      this.#lasso.push(here.x, here.y);
      this.#request();
    } else if (this.#tool === "brush") this.#brush(here.x, here.y, true);
    else if (this.#tool === "decode") this.#ears.place(...this.#plane(here.x, here.y));
    else this.#pan((before.x - here.x) / this.#view.unitX, (here.y - before.y) / this.#view.unitY);
  };

  readonly #up = (event: PointerEvent) => {
    if (!this.#pointers.delete(event.pointerId)) return;
    const here = this.#here(event);
    const lasso = this.#lasso;
    this.#lasso = undefined;
    if (event.type === "pointerup" && this.#travel < CLICK && this.#tool !== "brush") {
      const point = this.#pointAt(here.x, here.y);
      if (point !== undefined) this.#ears.pick(point);
    } else if (lasso && event.type === "pointerup") {
      const corners: number[] = [];
      for (let k = 0; k < lasso.length; k += 2) corners.push(...this.#plane(lasso[k]!, lasso[k + 1]!));
      this.#ears.choose(insidePolygon(corners, this.#places), event.shiftKey);
    }
    this.#request();
  };

  readonly #leave = () => {
    if (this.#pointers.size > 0) return;
    this.#brushAt = undefined;
    this.#ears.hover(undefined, 0, 0);
    this.#request();
  };

  readonly #wheel = (event: WheelEvent) => {
    event.preventDefault();
    const { x, y } = this.#here(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    this.#zoomAt(Math.exp(-0.002 * lines * event.deltaY), x, y);
  };

  readonly #key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height } = this.#size;
    const [across, up] = [width / 10 / this.#view.unitX, height / 10 / this.#view.unitY];
    const middle = [width / 2, height / 2] as const;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#pan(-across, 0),
      ArrowRight: () => this.#pan(across, 0),
      ArrowUp: () => this.#pan(0, up),
      ArrowDown: () => this.#pan(0, -up),
      "+": () => this.zoom(ZOOM),
      "=": () => this.zoom(ZOOM),
      "-": () => this.zoom(1 / ZOOM),
      "0": () => this.reset(),
      n: () => this.#ears.step(1),
      p: () => this.#ears.step(-1),
      b: () => this.#brush(...middle, true),
      Enter: () => {
        const point = this.#pointAt(...middle, Math.max(width, height) / 2);
        if (point !== undefined) this.#ears.pick(point);
      },
      Escape: () => this.#ears.clear(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    if (event.key.startsWith("Arrow") && this.#tool === "decode") this.#ears.place(...this.#plane(...middle));
  };

  #focus(has: boolean): void {
    // A pointer needs no cross.
    this.#focused = has && this.#host.matches(":focus-visible");
    this.#request();
  }
}

/** A color `#rrggbb` as bytes red, green, blue, 255, the first the lowest. */
export function packed(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return ((255 << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0;
}
