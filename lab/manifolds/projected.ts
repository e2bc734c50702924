/**
 * @file Points in space as they are seen.
 */

/** Angles in radians: about the upright axis, and of the eye above the horizon. */
export interface Turn {
  readonly around: number;
  readonly above: number;
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
