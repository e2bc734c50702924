/**
 * @file Places in cells of a grid, so that the points near a place are found without a look at all others.
 */

/** Points in a cell, on average. */
const IN_A_CELL = 4;

export class GridIndex {
  readonly #places: Float32Array;
  /** Points cell by cell, and where those of each begin. */
  readonly #points: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #side: number;
  readonly #x: number;
  readonly #y: number;
  /** Cells in a unit. */
  readonly #acrossX: number;
  readonly #acrossY: number;

  /** @param places across and upwards, one behind the other `[2n]`; those that are not finite are in no cell. */
  constructor(places: Float32Array) {
    this.#places = places;
    const n = places.length / 2;
    this.#side = Math.max(1, Math.ceil(Math.sqrt(n / IN_A_CELL)));
    const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < places.length; at++) {
      const value = places[at]!;
      if (!Number.isFinite(value)) continue;
      const axis = at % 2;
      if (value < low[axis]!) low[axis] = value;
      if (value > high[axis]!) high[axis] = value;
    }
    [this.#x, this.#y] = low as [number, number];
    const cells = (axis: number) => (high[axis]! > low[axis]! ? this.#side / (high[axis]! - low[axis]!) : 0);
    [this.#acrossX, this.#acrossY] = [cells(0), cells(1)];
    this.#starts = new Uint32Array(this.#side ** 2 + 1);
    const cellOf = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
      const cell =
        Number.isFinite(x) && Number.isFinite(y) ? this.#line(y) * this.#side + this.#column(x) : -1;
      cellOf[i] = cell;
      if (cell >= 0) this.#starts[cell + 1]!++;
    }
    for (let cell = 1; cell < this.#starts.length; cell++) this.#starts[cell]! += this.#starts[cell - 1]!;
    this.#points = new Uint32Array(this.#starts.at(-1)!);
    const next = this.#starts.slice();
    for (let i = 0; i < n; i++) if (cellOf[i]! >= 0) this.#points[next[cellOf[i]!]!++] = i;
  }

  /** Point nearest to a place within an ellipse of two radii, which also say how far it is to count; the earlier of equally near ones. */
  nearest(x: number, y: number, radiusX: number, radiusY: number): number | undefined {
    let found: number | undefined;
    let least = 1;
    this.#inEllipse(x, y, radiusX, radiusY, (point, away) => {
      if (away < least || (away === least && (found === undefined || point < found)))
        [found, least] = [point, away];
    });
    return found;
  }

  /** Points within an ellipse, in ascending order. */
  within(x: number, y: number, radiusX: number, radiusY: number): Uint32Array {
    const found: number[] = [];
    this.#inEllipse(x, y, radiusX, radiusY, (point) => found.push(point));
    return Uint32Array.from(found).sort();
  }

  #inEllipse(
    x: number,
    y: number,
    radiusX: number,
    radiusY: number,
    tell: (point: number, away: number) => void,
  ): void {
    if (this.#points.length === 0) return;
    const [left, right] = [this.#column(x - radiusX), this.#column(x + radiusX)];
    const last = this.#line(y + radiusY);
    for (let line = this.#line(y - radiusY); line <= last; line++) {
      const end = this.#starts[line * this.#side + right + 1]!;
      for (let at = this.#starts[line * this.#side + left]!; at < end; at++) {
        const point = this.#points[at]!;
        const away =
          ((this.#places[2 * point]! - x) / radiusX) ** 2 +
          ((this.#places[2 * point + 1]! - y) / radiusY) ** 2;
        if (away <= 1) tell(point, away);
      }
    }
  }

  readonly #column = (x: number) => this.#cell((x - this.#x) * this.#acrossX);
  readonly #line = (y: number) => this.#cell((y - this.#y) * this.#acrossY);
  readonly #cell = (at: number) => Math.max(0, Math.min(this.#side - 1, Math.floor(at)));
}
