/**
 * @file Points inside of a polygon that was drawn by hand.
 */

/** Bands that the height is cut into: a point is compared with the edges of its own. */
const BANDS = 256;

/**
 * Points inside of a closed polygon, in ascending order, by the rule of even and odd: a ray from a point that is inside crosses the edges an odd
 * number of times.
 * @param polygon corners, x and y one behind the other `[2m]`; the last is joined to the first. @param places `[2n]`.
 */
export function insidePolygon(polygon: ArrayLike<number>, places: Float32Array): Uint32Array {
  const corners = polygon.length / 2;
  if (corners < 3) return new Uint32Array();
  const ends = (axis: number) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < corners; k++) {
      low = Math.min(low, polygon[2 * k + axis]!);
      high = Math.max(high, polygon[2 * k + axis]!);
    }
    return [low, high] as const;
  };
  const [[left, right], [bottom, top]] = [ends(0), ends(1)];
  const scale = top > bottom ? BANDS / (top - bottom) : 0;
  const bandOf = (y: number) => Math.min(BANDS - 1, Math.floor((y - bottom) * scale));
  /** Edges of each band, as x and y of both ends. */
  const bands: number[][] = Array.from({ length: BANDS }, () => []);
  for (let k = 0; k < corners; k++) {
    const next = (k + 1) % corners;
    const edge = [polygon[2 * k]!, polygon[2 * k + 1]!, polygon[2 * next]!, polygon[2 * next + 1]!] as const;
    const last = bandOf(Math.max(edge[1], edge[3]));
    for (let band = bandOf(Math.min(edge[1], edge[3])); band <= last; band++) bands[band]!.push(...edge);
  }
  const found: number[] = [];
  for (let i = 0; i < places.length / 2; i++) {
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    if (!(x >= left && x <= right && y >= bottom && y <= top)) continue;
    if (crossings(bands[bandOf(y)]!, x, y) % 2 === 1) found.push(i);
  }
  return Uint32Array.from(found);
}

/** Edges that a ray from a place to the right crosses. */
function crossings(edges: readonly number[], x: number, y: number): number {
  let count = 0;
  for (let at = 0; at < edges.length; at += 4) {
    const [x1, y1, x2, y2] = [edges[at]!, edges[at + 1]!, edges[at + 2]!, edges[at + 3]!];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) count++;
  }
  return count;
}
